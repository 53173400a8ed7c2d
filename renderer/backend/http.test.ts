import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EngineEvent } from '../../shared/contract.ts'
import type { Connection } from './backend.ts'
import { createHttpBackend } from './http.ts'

/** The browser's EventSource as far as the backend uses it. */
class FakeEventSource extends EventTarget {
  static opened: FakeEventSource[] = []
  closed = false
  readonly url: string

  constructor(url: URL) {
    super()
    this.url = url.href
    FakeEventSource.opened.push(this)
  }

  close(): void {
    this.closed = true
  }

  send(name: string, data: string): void {
    this.dispatchEvent(Object.assign(new Event(name), { data }))
  }
}

const base = new URL('http://host/prefix/')
const answerWith = (status: number, body: string) => vi.fn(() => Promise.resolve(new Response(body, { status })))

function lastSource(): FakeEventSource {
  const source = FakeEventSource.opened.at(-1)
  if (!source) throw new Error('no stream was opened')
  return source
}

beforeEach(() => {
  FakeEventSource.opened = []
  vi.stubGlobal('EventSource', FakeEventSource)
  vi.useFakeTimers()
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('invoke', () => {
  it('posts to the call below the page, also behind a prefix', async () => {
    const fetch = answerWith(200, '{"ok":true,"value":{"retried":3}}')
    vi.stubGlobal('fetch', fetch)
    const result = await createHttpBackend(base).invoke('retryDeadLetters', { select: 'all' })
    expect(result).toEqual({ ok: true, value: { retried: 3 } })
    expect(fetch).toHaveBeenCalledWith(
      new URL('http://host/prefix/api/retryDeadLetters'),
      expect.objectContaining({ method: 'POST', body: '{"select":"all"}' }),
    )
  })

  it('hands on the fault of the engine', async () => {
    vi.stubGlobal('fetch', answerWith(200, '{"ok":false,"fault":{"code":"unreachable","message":"refused"}}'))
    const result = await createHttpBackend(base).invoke('testPlex', {})
    expect(result).toEqual({ ok: false, fault: { code: 'unreachable', message: 'refused' } })
  })

  it.each([
    [200, '<html>'],
    [200, '{"ok":true,"value":{"retried":"three"}}'],
    [502, '{"error":"proxy"}'],
  ])('%i %s is a bad answer', async (status, body) => {
    vi.stubGlobal('fetch', answerWith(status, body))
    const result = await createHttpBackend(base).invoke('retryDeadLetters', { select: 'all' })
    expect(result).toMatchObject({ ok: false, fault: { code: 'bad_answer' } })
  })

  it('reports that the session is over', async () => {
    vi.stubGlobal('fetch', answerWith(401, '{}'))
    const backend = createHttpBackend(base)
    const seen: Connection[] = []
    backend.watchConnection((connection) => seen.push(connection))
    expect(await backend.invoke('getStatus', {})).toMatchObject({ ok: false, fault: { status: 401 } })
    expect(seen).toEqual(['connecting', 'signed_out'])
  })

  it('is cancelled by its signal', async () => {
    const controller = new AbortController()
    vi.stubGlobal('fetch', () => {
      controller.abort()
      return Promise.reject(new DOMException('aborted', 'AbortError'))
    })
    const result = await createHttpBackend(base).invoke('getStatus', {}, controller.signal)
    expect(result).toMatchObject({ ok: false, fault: { code: 'cancelled' } })
  })
})

describe('events', () => {
  it('come over one stream for all listeners, which ends with the last of them', () => {
    const backend = createHttpBackend(base)
    const ends = [backend.subscribe(() => undefined), backend.subscribe(() => undefined)]
    expect(FakeEventSource.opened.map(({ url }) => url)).toEqual(['http://host/prefix/api/events'])
    ends[0]?.()
    expect(lastSource().closed).toBe(false)
    ends[1]?.()
    expect(lastSource().closed).toBe(true)
  })

  it('are dropped where they are not what the contract says', () => {
    const seen: EngineEvent[] = []
    createHttpBackend(base).subscribe((event) => seen.push(event))
    lastSource().send('deadLetters', '{"dead_letters":"many"}')
    lastSource().send('deadLetters', 'not json')
    lastSource().send('deadLetters', '{"dead_letters":2,"needs_you":1}')
    expect(seen).toEqual([{ name: 'deadLetters', data: { dead_letters: 2, needs_you: 1 } }])
  })

  it('come again after a cut, with growing pauses, and report that some may be missing', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('refused')))
    const backend = createHttpBackend(base)
    const events: EngineEvent[] = []
    const connections: Connection[] = []
    backend.subscribe((event) => events.push(event))
    backend.watchConnection((connection) => connections.push(connection))
    lastSource().dispatchEvent(new Event('open'))
    lastSource().dispatchEvent(new Event('error'))
    await vi.advanceTimersByTimeAsync(1_000)
    expect(FakeEventSource.opened).toHaveLength(2)
    lastSource().dispatchEvent(new Event('error'))
    await vi.advanceTimersByTimeAsync(1_999)
    expect(FakeEventSource.opened).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(1)
    expect(FakeEventSource.opened).toHaveLength(3)
    lastSource().dispatchEvent(new Event('open'))
    expect(connections).toEqual(['connecting', 'online', 'offline', 'online'])
    expect(events).toEqual([{ name: 'overflow', data: { event: '*' } }])
  })
})

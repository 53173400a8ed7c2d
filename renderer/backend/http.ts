import type { CallName, EngineEvent, RequestOf, ResponseOf } from '../../shared/contract.ts'
import { fail, type Result, textOf } from '../../shared/result.ts'
import { type Backend, type Connection, everything } from './backend.ts'
import { eventNames, parseAnswer, parseEvent } from './schemas.ts'

const firstRetryMs = 1_000
const lastRetryMs = 15_000

/**
 * The engine of `plexsync serve`: `POST api/<name>` for calls, server-sent events at `api/events`.
 * `base` is the address of the page, so that a reverse proxy's path prefix is kept.
 */
export function createHttpBackend(base: URL): Backend {
  const watchers = new Set<(connection: Connection) => void>()
  let connection: Connection = 'connecting'
  function become(next: Connection): void {
    if (next === connection) return
    connection = next
    for (const watcher of watchers) watcher(next)
  }

  // One stream for all listeners: a browser allows only six connections to a host, and each stream holds one.
  const listeners = new Set<(event: EngineEvent) => void>()
  let endEvents: (() => void) | null = null
  function publish(event: EngineEvent): void {
    for (const listener of listeners) listener(event)
  }

  async function invoke<N extends CallName>(
    name: N,
    request: RequestOf<N>,
    signal?: AbortSignal,
  ): Promise<Result<ResponseOf<N>>> {
    try {
      const response = await fetch(new URL(`api/${name}`, base), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(request),
        credentials: 'same-origin',
        ...(signal ? { signal } : {}),
      })
      if (response.status === 401) {
        become('signed_out')
        return fail('token_refused', 'This browser has no session.', { status: 401 })
      }
      return parseAnswer(name, await response.json())
    } catch (thrown) {
      if (signal?.aborted) return fail('cancelled', 'Stopped.')
      // fetch rejects with a TypeError when there is no response; a SyntaxError is a response that is no JSON.
      if (thrown instanceof SyntaxError) return fail('bad_answer', `${name}: the answer is no JSON.`)
      if (connection === 'online') become('offline')
      return fail('unreachable', textOf(thrown))
    }
  }

  return {
    invoke,
    subscribe(listener) {
      listeners.add(listener)
      endEvents ??= followEvents(new URL('api/events', base), { publish, become, invoke })
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        endEvents?.()
        endEvents = null
      }
    },
    watchConnection(listener) {
      watchers.add(listener)
      listener(connection)
      return () => watchers.delete(listener)
    },
    async openExternal(url) {
      if (!/^https?:\/\//i.test(url)) return false
      // With noopener the browser answers null, whether it opened a tab or its blocker did not.
      window.open(url, '_blank', 'noopener,noreferrer')
      return true
    },
  }
}

interface Follower {
  readonly publish: (event: EngineEvent) => void
  readonly become: (connection: Connection) => void
  readonly invoke: Backend['invoke']
}

/**
 * Keeps an event stream open. An `EventSource` gives up for good on any response but 200 and says nothing about why, so
 * a call asks whether it was the session or the server, and the stream is opened again with growing pauses.
 */
function followEvents(url: URL, { publish, become, invoke }: Follower): () => void {
  let source: EventSource | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let retryMs = firstRetryMs
  let hadGap = false
  let ended = false

  function open(): void {
    source = new EventSource(url, { withCredentials: true })
    source.addEventListener('open', () => {
      retryMs = firstRetryMs
      become('online')
      if (hadGap) publish({ name: 'overflow', data: { event: everything } })
      hadGap = false
    })
    for (const name of eventNames)
      source.addEventListener(name, (message: MessageEvent<string>) => {
        const event = parseEvent(name, parseJson(message.data))
        if (event) publish(event)
      })
    source.addEventListener('error', () => void reopen())
  }

  async function reopen(): Promise<void> {
    source?.close()
    hadGap = true
    const answer = await invoke('getStatus', {})
    if (ended || (!answer.ok && answer.fault.status === 401)) return
    if (!answer.ok) become('offline')
    timer = setTimeout(open, retryMs)
    retryMs = Math.min(retryMs * 2, lastRetryMs)
  }

  open()
  return () => {
    ended = true
    clearTimeout(timer)
    source?.close()
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // No schema of the contract accepts it, so the event is dropped there.
  }
}

import { describe, expect, it } from 'vitest'
import { escapeControls, humanLine, logLine } from './log-line.ts'
import { compileRedaction } from './redact.ts'

const redact = compileRedaction([])
const at = Date.UTC(2026, 10, 21, 12)
const lineOf = (message: string, error?: unknown) =>
  logLine({ at, level: 'info', component: 'Worker', message, error }, redact).line

describe('a log line', () => {
  it('names its component', () => {
    expect(
      logLine({ at, level: 'info', component: 'Worker', message: 'Job 456 completed', sceneId: '123' }, redact),
    ).toEqual({
      at: '2026-11-21T12:00:00.000Z',
      level: 'info',
      component: 'Worker',
      scene_id: '123',
      line: '[PlexSync Worker] Job 456 completed',
    })
    expect(logLine({ at, level: 'info', component: '', message: 'Initialization complete' }, redact)).toMatchObject({
      scene_id: null,
      line: '[PlexSync] Initialization complete',
    })
  })

  it('is read by people with date, time and level', () => {
    const local = new Date(2026, 10, 21, 12, 0, 5).toISOString()
    const line = { at: local, component: '', scene_id: null, line: '[PlexSync] x' }
    expect(humanLine({ ...line, level: 'info' })).toBe('2026-11-21 12:00:05 info  [PlexSync] x')
    expect(humanLine({ ...line, level: 'warning' })).toBe('2026-11-21 12:00:05 warning [PlexSync] x')
  })

  it('has the second in which it was logged, whatever line came before it', () => {
    const timeOf = (at: string) =>
      humanLine({ at, level: 'info', component: '', scene_id: null, line: 'x' }).replace(/ info .*$/, '')
    const [first, later] = ['2026-11-21T12:00:05.999Z', '2026-11-21T12:00:06.000Z'].map(timeOf)
    expect([first, later]).toEqual([expect.stringMatching(/:00:05$/), expect.stringMatching(/:00:06$/)])
    expect(timeOf('2026-11-21T12:00:05.000Z')).toBe(first)
  })

  it('cannot be forged by a title', () => {
    const line = lineOf('Updated: x\n2026-11-21 12:00:00 info  [PlexSync] fake\r\u001b[2J\u2028\u202e')
    expect(line).toBe(
      '[PlexSync Worker] Updated: x\\n2026-11-21 12:00:00 info  [PlexSync] fake\\r\\u001b[2J\\u2028\\u202e',
    )
  })

  it('cannot be forged by the text of an error', () => {
    const error = new Error('bad\n2026-11-21 12:00:00 info  [PlexSync] fake')
    const [first, ...rest] = lineOf('It failed', error).split('\n')
    expect(first).toBe('[PlexSync Worker] It failed')
    expect(rest[0]).toBe('    Error: bad\\n2026-11-21 12:00:00 info  [PlexSync] fake')
    expect(rest.every((line) => line.startsWith('    '))).toBe(true)
  })

  it('keeps other scripts, emoji and tabs readable', () => {
    expect(escapeControls('日本語 עברית 👩‍👩‍👧 é\t.')).toBe('日本語 עברית 👩‍👩‍👧 é\\t.')
  })

  it('shows an error with frames and causes, and says its text once', () => {
    const error = new Error('outer', { cause: new TypeError('inner') })
    const line = lineOf('It failed: outer', error)
    expect(line).toMatch(/^\[PlexSync Worker\] It failed: outer\n {4}at /)
    expect(line).toContain('\n    caused by TypeError: inner\n    at ')
    expect(line.match(/outer/g)).toHaveLength(1)
    expect(line.split('\n').length).toBeLessThan(25)
  })

  it('names the code of an error, and what an empty AggregateError holds', () => {
    const refused = (address: string) => Object.assign(new Error(`connect ${address}`), { code: 'ECONNREFUSED' })
    expect(lineOf('x', refused('::1'))).toContain('Error: connect ::1 (ECONNREFUSED)')
    const both = new AggregateError([refused('::1'), refused('127.0.0.1')])
    expect(lineOf('x', both)).toContain('AggregateError: Error: connect ::1 (ECONNREFUSED); Error: connect 127.0.0.1')
  })

  it('shows whatever was thrown', () => {
    expect(lineOf('x', 'a text')).toBe('[PlexSync Worker] x\n    a text')
    expect(lineOf('x', { code: 'timeout', token: 'abc' })).toBe(
      "[PlexSync Worker] x\n    { code: 'timeout', token: '***' }",
    )
    expect(lineOf('x', null)).toBe('[PlexSync Worker] x')
  })

  it('never shows the request that an HTTP error carries', () => {
    const error = Object.assign(new Error('401'), {
      config: { headers: { Foo: 'hidden' } },
      request: { body: 'hidden' },
    })
    expect(lineOf('x', error)).not.toContain('hidden')
  })

  it('redacts before it escapes and before it cuts', () => {
    const secret = 'Zx9kQpL3abcDEF12wvUtS'
    const known = compileRedaction([secret])
    for (const length of [7_980, 7_995, 15_985, 15_995, 30_000]) {
      const { line } = logLine({ at, level: 'info', component: '', message: `${'x'.repeat(length)}${secret}` }, known)
      expect(line).not.toContain(secret.slice(0, 4))
      expect(line.length).toBeLessThan(8_100)
    }
    expect(lineOf(`a\nX-Plex-Token: abc\nb`)).toBe('[PlexSync Worker] a\\nX-Plex-Token: ***\\nb')
  })
})

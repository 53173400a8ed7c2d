import { expect, it } from 'vitest'
import { decline } from '../../shared/decline.ts'
import { type Fault, fail } from '../../shared/result.ts'
import { problemText } from './problem-text.ts'

const running = { code: 'already_running', values: { folder: '/data', pid: 4711 } } as const

it.each<[string, Fault, string]>([
  [
    'a request that is declined',
    decline('already_running', running).fault,
    'PlexSync läuft schon mit /data (Prozess 4711)',
  ],
  [
    'a value',
    fail('invalid_input', 'plex_url: must be text', { problem: { code: 'no_scheme', values: {} } }).fault,
    'http://',
  ],
  [
    'a scene that is held back',
    fail('held_back', '', { remark: { code: 'no_url', values: {} } }).fault,
    'Hat keine URL',
  ],
  ['a server’s words', fail('server_error', 'Plex answered 500').fault, 'Im Wortlaut: Plex answered 500'],
])('says %s in German', (_what, fault, words) => {
  expect(problemText('de', fault)).toContain(words)
  expect(problemText('en', fault)).toBe(fault.message)
})

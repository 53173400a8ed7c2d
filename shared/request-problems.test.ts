import { describe, expect, it } from 'vitest'
import { decline } from './decline.ts'
import { germanRequestProblem } from './request-problems.de.ts'
import { englishRequestProblem, type RequestProblem, requestProblemSchema } from './request-problems.ts'

const problem = { code: 'not_number', values: { whole: true, min: 1, max: 20, orZero: false } } as const
/** Everything that a code may carry, so that one sample fits each of them. */
const everything = {
  name: 'plex_url',
  server: 'plex',
  other: 'sync_rating',
  known: ['Movies'],
  keys: ['1', '2'],
  type: 'show',
  names: ['Films'],
  hints: [{ reading: 'one', name: 'A, B', parts: ['A', 'B'] }],
  settings: [
    { because: 'value', name: 'max_retries', given: 'MAX_RETRIES', problem },
    { because: 'unknown', name: 'plex_ulr', nearest: 'plex_url' },
    { because: 'all_libraries', name: 'plex_url' },
  ],
  format: 9,
  problems: ['settings: invalid'],
  ids: ['7'],
  scene: '7',
  rating_key: '42',
  file: '/media/a.mp4',
  path: '/data/a.mp4',
  id: 3,
  host: '127.0.0.1',
  stash: 'nas',
  network: '192.168.1.10',
  setting: 'ui_port',
  port: 9797,
  found: 'row 3 missing',
  at: 'limit',
  rule: { rule: 'most', most: 1000, counts: false },
  kept: '/data/kept.db',
  state: 'read_only',
  owner: { place: '/data', user: 1000, own: 0 },
  folder: '/data',
  pid: 4711,
  places: ['secrets.plex_token', ''],
  megabytes: '10.01',
  seconds: 30,
  said: 'EPROTO',
  plain: true,
  fields: ['title'],
  refused: ['A title', ''],
  status: 400,
}
const samples = requestProblemSchema.options.map((option): RequestProblem => {
  const [code] = option.shape.code.values
  const counted = code === 'export_newer' || code === 'newer_database' ? { known: 4 } : {}
  return requestProblemSchema.parse({ code, values: { ...everything, ...counted } })
})

const english = /\b(must|the|is|are|not|no|has|nothing|already|There|another|first|again|cannot|did you mean)\b/

describe('why PlexSync declines a request', () => {
  it.each(samples)('$code has a sentence in both languages', (sample) => {
    const said = englishRequestProblem(sample)
    const german = germanRequestProblem(sample)
    expect(decline('invalid_input', sample).fault).toEqual({ code: 'invalid_input', message: said, because: sample })
    expect(german).not.toBe(said)
    expect(german).not.toMatch(english)
    expect(`${said} ${german}`).not.toMatch(/undefined|\[object/)
  })

  it('names every setting that is refused', () => {
    const refused = samples.find(({ code }) => code === 'settings_refused')
    expect(refused && englishRequestProblem(refused)).toBe(
      'max_retries: must be a whole number from 1 to 20 (MAX_RETRIES); ' +
        'plex_ulr: there is no such setting; did you mean plex_url?; ' +
        'plex_url: cannot be set for one library; only settings of what is written can',
    )
    expect(refused && germanRequestProblem(refused)).toBe(
      'max_retries: Erlaubt ist eine ganze Zahl von 1 bis 20 (MAX_RETRIES); ' +
        'plex_ulr: Diese Einstellung gibt es nicht; meinst du plex_url?; ' +
        'plex_url: Lässt sich nicht für eine einzelne Bibliothek setzen; das geht nur bei dem, was geschrieben wird.',
    )
  })
})

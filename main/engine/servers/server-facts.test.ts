import { describe, expect, it } from 'vitest'
import { ServerFacts } from './server-facts.ts'

describe('what is learned of the servers', () => {
  it('says that nothing was seen', () => {
    expect(new ServerFacts().lines(null)).toEqual([
      'Plex pages: as asked',
      'Plex request lines: longest taken 0 bytes, shortest refused none',
      "Plex edits: 0 by the library's route, 0 by the item's own",
      'Plex edits read back: 0 as written; otherwise: none',
      'Faults since the start: none',
    ])
  })

  it('counts refusals by server, code and status, and leaves their messages out', () => {
    const facts = new ServerFacts()
    facts.refused('plex', { code: 'edits_refused', status: 403, message: 'Summer Holiday was refused' })
    facts.refused('plex', { code: 'edits_refused', status: 403, message: '/media/a.mp4' })
    facts.refused('stash', { code: 'timeout', message: 'http://192.168.0.9' })
    expect(facts.lines(null).at(-1)).toBe('Faults since the start: Plex edits_refused 403 × 2, Stash timeout × 1')
  })

  it('distinguishes a page that was cut from the last page', () => {
    const facts = new ServerFacts()
    facts.pageReceived({ asked: 500, received: 7, more: false })
    expect(facts.lines(null)[0]).toBe('Plex pages: as asked')
    facts.pageReceived({ asked: 500, received: 100, more: true })
    expect(facts.lines(null)[0]).toBe('Plex pages: 100 rows where 500 were asked for')
  })

  it('knows the longest request line that was taken, and the shortest that was refused', () => {
    const facts = new ServerFacts()
    for (const bytes of [900, 4_100, 700]) facts.lineAnswered(bytes, false)
    for (const bytes of [9_000, 8_100]) facts.lineAnswered(bytes, true)
    expect(facts.lines(3_999)[1]).toBe(
      'Plex request lines: longest taken 4100 bytes, shortest refused 8100 bytes, kept to 3999',
    )
  })

  it('names the fields that an item does not show as written', () => {
    const facts = new ServerFacts()
    facts.readBack([])
    facts.readBack(['tags', 'date'])
    facts.readBack(['tags'])
    expect(facts.lines(null)[3]).toBe('Plex edits read back: 1 as written; otherwise: tags × 2, date × 1')
  })
})

import { expect, it } from 'vitest'
import type { PlexPart } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import { defaultSettings } from '../../../shared/settings.ts'
import { Library, type LibraryDeps } from './library.ts'
import { openIndex, part, type StillClock } from './part-index.fixture.ts'

const { signal } = new AbortController()

/** A Plex of one library whose content changes all the time, as it does while a long sync writes to it. */
function busyPlex(clock: StillClock, listingMs: number) {
  const asked: string[] = []
  let revision = 0
  const plex: LibraryDeps['plex'] = {
    sections: async () =>
      ok([
        {
          ...{ id: '1', uuid: 'u', title: 'Clips', type: 'movie', locations: ['/media'], refreshing: false },
          revision: String(revision++),
        },
      ]),
    async *parts(): AsyncGenerator<Result<PlexPart[]>> {
      asked.push('listing')
      clock.time += listingMs
      yield ok([part('1', '/media/1.mp4')])
    },
    async *listedItems() {},
    countItems: async () => ok(1),
    async findByFile(_section, name) {
      asked.push(name)
      return ok([])
    },
  }
  return { plex, asked }
}

it('looks for missed files among what has changed for a twentieth of the time at most, and by name each time', async () => {
  const { index, clock } = openIndex()
  const { plex, asked } = busyPlex(clock, 1000)
  const library = new Library({ plex, index, settings: defaultSettings, clock, logger: { log: () => {} } })
  await library.ready(signal)
  asked.length = 0
  const look = async (name: string): Promise<string[]> => {
    expect(await library.lookFor([`/media/${name}`], signal)).toEqual(ok(undefined))
    return asked.splice(0)
  }
  expect(await look('a.mp4')).toEqual(['listing', 'a.mp4'])
  expect(await look('b.mp4')).toEqual(['b.mp4'])
  clock.time += 19_999
  expect(await look('c.mp4')).toEqual(['c.mp4'])
  clock.time += 1
  expect(await look('d.mp4')).toEqual(['listing', 'd.mp4'])
})

it('lists again after a minute, however long a listing takes', async () => {
  const { index, clock } = openIndex()
  const { plex, asked } = busyPlex(clock, 30_000)
  const library = new Library({ plex, index, settings: defaultSettings, clock, logger: { log: () => {} } })
  await library.lookFor(['/media/a.mp4'], signal)
  clock.time += 59_999
  await library.lookFor(['/media/b.mp4'], signal)
  clock.time += 1
  await library.lookFor(['/media/c.mp4'], signal)
  expect(asked).toEqual(['listing', 'a.mp4', 'b.mp4', 'listing', 'c.mp4'])
})

import { afterEach, beforeEach, expect, test } from 'vitest'
import { ManualClock } from './clock.ts'
import { type PlexServer, startPlexServer } from './plex-server.ts'
import { type Asked, askPlex, at } from './test-requests.ts'

let plex: PlexServer
let clock: ManualClock

beforeEach(async () => {
  clock = new ManualClock('2025-01-01T00:00:00Z')
  plex = await startPlexServer({ clock })
  plex.library.addSection({ title: 'Scenes', locations: ['/media'] })
  for (const name of ['The Zebra', 'apple', 'Mango', 'Kiwi, green', 'Kiwi_x']) {
    plex.library.addItem({
      section: 1,
      file: `/media/fruit/${name}.mp4`,
      tags: { genre: ['A', 'B', 'C'], actor: ['1', '2', '3', '4'], label: ['L'] },
    })
    await clock.advance(10_000)
  }
})
afterEach(() => plex.close())

async function list(query: string, asked: Asked = {}) {
  const response = await askPlex(plex, `/library/sections/1/all?${query}`, asked)
  const container = at(response.json, 'MediaContainer') as Record<string, unknown> | undefined
  const rows = (container?.Metadata ?? []) as Record<string, unknown>[]
  return { status: response.status, headers: response.headers, container, rows, titles: rows.map((row) => row.title) }
}

function paged(start: number, size: number): Asked {
  return { headers: { 'X-Plex-Container-Start': String(start), 'X-Plex-Container-Size': String(size) } }
}

test('the default order is the title without its article', async () => {
  expect((await list('type=1')).titles).toEqual(['apple', 'Kiwi, green', 'Kiwi_x', 'Mango', 'The Zebra'])
  expect((await list('type=1&sort=addedAt:desc')).titles[0]).toBe('Kiwi_x')
  expect((await list('type=1&sort=id')).titles[0]).toBe('The Zebra')
})

test('paging by headers knows the total, past the end there is nothing', async () => {
  const first = await list('type=1', paged(0, 2))
  expect(first.container).toMatchObject({ size: 2, totalSize: 5, offset: 0 })
  expect(first.headers.get('x-plex-container-total-size')).toBe('5')
  const past = await list('type=1', paged(10, 2))
  expect(past.container?.size).toBe(0)
  expect(past.container).not.toHaveProperty('Metadata')
  expect((await list('type=1', paged(0, 0))).container).toMatchObject({ size: 0, totalSize: 5 })
})

test('paging quirks: no total when not paged or when a query page covers all; a size without a start is ignored', async () => {
  expect((await list('type=1')).container).not.toHaveProperty('totalSize')
  const all = await list('type=1&X-Plex-Container-Start=0&X-Plex-Container-Size=100')
  expect(all.container).not.toHaveProperty('totalSize')
  expect((await list('type=1&X-Plex-Container-Start=0&X-Plex-Container-Size=2')).container?.totalSize).toBe(5)
  expect((await list('type=1&X-Plex-Container-Size=2')).rows).toHaveLength(5)
  expect((await list('type=1&limit=3', paged(0, 100))).container).toMatchObject({ size: 3, totalSize: 3 })
})

test('the announced limits, where they are in force', async () => {
  plex.settings.strictPaging = true
  expect((await list('type=1')).status).toBe(400)
  expect((await list('type=1', paged(0, 1001))).status).toBe(400)
  expect((await list('type=1', paged(0, 1000))).status).toBe(200)
})

test('rows carry parts and few tags without ids, no labels, locks or streams', async () => {
  const row = (await list('type=1', paged(0, 1))).rows[0]
  expect(row?.Genre).toEqual([{ tag: 'A' }, { tag: 'B' }])
  expect(row?.Role).toHaveLength(3)
  expect(row).not.toHaveProperty('Label')
  expect(row).not.toHaveProperty('Field')
  expect(at(row, 'Media', 0, 'Part', 0, 'file')).toBe('/media/fruit/apple.mp4')
  expect(at(row, 'Media', 0, 'Part', 0)).not.toHaveProperty('Stream')
})

test('trimming: exclusions always, inclusions only from API 1.0.0 on', async () => {
  const excluded = await list('type=1&excludeElements=Genre,Role,Image&excludeFields=summary,guid')
  expect(excluded.rows[0]).not.toHaveProperty('Genre')
  expect(excluded.rows[0]).not.toHaveProperty('guid')
  expect(excluded.rows[0]).toHaveProperty('Media')
  const query = 'type=1&includeFields=title,updatedAt&includeElements=Media'
  expect((await list(query)).rows[0]).toHaveProperty('Genre')
  const only = await list(query, { headers: { 'X-Plex-Pms-Api-Version': '1.1.0' } })
  expect(Object.keys(only.rows[0] ?? {}).sort()).toEqual(['Media', 'key', 'ratingKey', 'title', 'type', 'updatedAt'])
  plex.settings.trimming = false
  expect((await list('type=1&excludeElements=Genre')).rows[0]).toHaveProperty('Genre')
})

test('file= contains, needs a type, and takes a comma for OR', async () => {
  expect((await list('file=apple.mp4')).status).toBe(500)
  expect((await list('type=1&file=apple.mp4')).titles).toEqual(['apple'])
  expect((await list('type=1&file=APPLE.mp4')).titles).toEqual(['apple'])
  expect((await list('type=1&file=unknown.mp4')).container).toMatchObject({ size: 0 })
  expect((await list('type=1&file=apple.mp4,Mango.mp4')).titles).toEqual(['apple', 'Mango'])
  // The comma in a name is OR as well: " green.mp4" and "Kiwi" hit on their own.
  expect((await list('type=1&file=Kiwi%2C+green.mp4')).titles).toEqual(['Kiwi, green', 'Kiwi_x'])
  expect((await list('type=1&file=apple.mp4,')).rows).toHaveLength(5)
  // The underscore is a wildcard.
  expect((await list('type=1&file=appl_.mp4')).titles).toEqual(['apple'])
})

test('file= on base names only, ignored, or failing', async () => {
  expect((await list('type=1&file=/media/fruit/apple.mp4')).rows).toHaveLength(1)
  plex.settings.fileFilter = 'basename'
  expect((await list('type=1&file=/media/fruit/apple.mp4')).rows).toHaveLength(0)
  expect((await list('type=1&file=apple.mp4')).rows).toHaveLength(1)
  plex.settings.fileFilter = 'ignored'
  expect((await list('type=1&file=apple.mp4')).rows).toHaveLength(5)
  plex.settings.fileFilter = 'error'
  expect((await list('type=1&file=apple.mp4')).status).toBe(500)
})

test('filters by moment, title and tag; what is unknown is ignored', async () => {
  const since = Date.parse('2025-01-01T00:00:25Z') / 1000
  expect((await list(`type=1&updatedAt>>=${since}`)).titles).toEqual(['Kiwi, green', 'Kiwi_x'])
  expect((await list(`type=1&addedAt%3E%3E=${since}&sort=addedAt:desc`)).titles).toEqual(['Kiwi_x', 'Kiwi, green'])
  expect((await list('type=1&title=ang')).titles).toEqual(['Mango'])
  expect((await list('type=1&title==mango')).titles).toEqual(['Mango'])
  expect((await list('type=1&title%3C=kiwi')).titles).toEqual(['Kiwi, green', 'Kiwi_x'])
  plex.library.editByPerson(1003, { tags: { genre: ['Only'] } })
  const choices = await askPlex(plex, '/library/sections/1/genre')
  const only = (at(choices.json, 'MediaContainer', 'Directory') as { key: string; title: string }[]).find(
    (one) => one.title === 'Only',
  )
  expect((await list(`type=1&genre=${only?.key}`)).titles).toEqual(['Mango'])
  expect((await list('type=1&titel=mango')).rows).toHaveLength(5)
})

test('items of another type are not listed', async () => {
  plex.library.addItem({ section: 1, type: 'clip', file: '/media/clip.mp4' })
  expect((await list('type=1')).rows).toHaveLength(5)
  expect((await list('type=12')).rows).toHaveLength(1)
})

test('metadata: full tags with ids, locks, streams; unknown ids are left out of a list', async () => {
  plex.library.editByPerson(1002, { tags: { label: ['keep'] } })
  const response = await askPlex(plex, '/library/metadata/1002,9999,1003?checkFiles=1')
  const rows = at(response.json, 'MediaContainer', 'Metadata') as Record<string, unknown>[]
  expect(rows.map((row) => row.ratingKey)).toEqual(['1002', '1003'])
  expect(rows[0]?.Genre).toHaveLength(3)
  expect(at(rows[0], 'Role', 3)).toMatchObject({ tag: '4', filter: expect.stringMatching(/^actor=\d+$/) })
  expect(rows[0]?.Label).toMatchObject([{ tag: 'Keep' }])
  expect(rows[0]?.Field).toEqual([{ locked: true, name: 'label' }])
  expect(at(rows[0], 'Media', 0, 'Part', 0, 'exists')).toBe(true)
  expect(at(rows[0], 'librarySectionID')).toBe(1)
  const unknown = await askPlex(plex, '/library/metadata/9999')
  expect([unknown.status, unknown.json]).toEqual([404, null])
})

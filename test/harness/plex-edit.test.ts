import { afterEach, beforeEach, expect, test } from 'vitest'
import { ManualClock } from './clock.ts'
import { tagNames } from './plex-item.ts'
import { type PlexServer, startPlexServer } from './plex-server.ts'
import { sampleJpeg } from './sample-images.ts'
import { askPlex, at, editPlex } from './test-requests.ts'

let plex: PlexServer
let clock: ManualClock

beforeEach(async () => {
  clock = new ManualClock('2025-01-01T00:00:00Z')
  plex = await startPlexServer({ clock })
  plex.library.addSection({ title: 'Scenes', locations: ['/media'] })
  for (const name of ['one', 'two', 'three']) plex.library.addItem({ section: 1, file: `/media/${name}.mp4` })
})
afterEach(() => plex.close())

const one = '/library/sections/1/all?type=1&id=1001'

test('one request sets, locks and tags; the answer is an empty page', async () => {
  await clock.advance(5000)
  const response = await editPlex(plex, one, {
    'title.value': 'Night = & + 100%',
    'title.locked': '1',
    'summary.value': 'first\nsecond',
    'originallyAvailableAt.value': '2024-05-01',
    'userRating.value': '8',
    'genre[0].tag.tag': 'Black, white',
    'genre[1].tag.tag': 'Drama',
    'genre.locked': '1',
    'actor[0].tag.tag': 'Ada Abel',
    'actor[0].tagging.text': 'Herself',
    'actor[0].tag.thumb': 'http://pictures.example/ada.jpg',
    'label[0].tag.tag': 'stash',
    'thumb.locked': '1',
  })
  expect([response.status, response.headers.get('content-type'), response.text]).toEqual([200, 'text/html', ''])
  const row = at((await askPlex(plex, '/library/metadata/1001')).json, 'MediaContainer', 'Metadata', 0)
  expect(row).toMatchObject({
    title: 'Night = & + 100%',
    summary: 'first\nsecond',
    originallyAvailableAt: '2024-05-01',
    year: 2024,
    userRating: 8,
    updatedAt: clock.now() / 1000,
    Genre: [{ tag: 'Black, white' }, { tag: 'Drama' }],
    Role: [{ tag: 'Ada Abel', role: 'Herself', thumb: 'http://pictures.example/ada.jpg' }],
    Label: [{ tag: 'Stash' }],
    Field: [{ name: 'title' }, { name: 'genre' }, { name: 'thumb' }],
  })
})

test('an empty value clears, an unlock removes the lock, a lock alone clears nothing', async () => {
  await editPlex(plex, one, { 'studio.value': 'Pine', 'studio.locked': '1', 'genre[0].tag.tag': 'A' })
  await editPlex(plex, one, { 'studio.value': '', 'studio.locked': '0', 'genre.locked': '1' })
  const item = plex.library.item(1001)
  expect(item.text.studio).toBeUndefined()
  expect(item.locked.has('studio')).toBe(false)
  expect(tagNames(item, 'genre')).toEqual(['A'])
})

test('without an id, or with an empty one, the whole section is edited', async () => {
  await editPlex(plex, '/library/sections/1/all?type=1', { 'studio.value': 'Oops' })
  expect([...plex.library.items.values()].map((item) => item.text.studio)).toEqual(['Oops', 'Oops', 'Oops'])
  await editPlex(plex, '/library/sections/1/all?type=1&id=', { 'studio.value': '' })
  expect([...plex.library.items.values()].map((item) => item.text.studio)).toEqual([undefined, undefined, undefined])
  await editPlex(plex, '/library/sections/1/all?type=1&title=tw', { 'studio.value': 'Some' })
  expect([...plex.library.items.values()].map((item) => item.text.studio)).toEqual([undefined, 'Some', undefined])
})

test('several ids get the same values; unknown items are 404', async () => {
  const batch = await editPlex(plex, '/library/sections/1/all?type=1&id=1001,1003', { 'label[0].tag.tag': 'batch' })
  expect(batch.status).toBe(200)
  expect([1001, 1002, 1003].map((key) => tagNames(plex.library.item(key), 'label').length)).toEqual([1, 0, 1])
  expect((await editPlex(plex, '/library/sections/1/all?type=1&id=77', { 'title.value': 'x' })).status).toBe(404)
  expect((await editPlex(plex, '/library/metadata/77', { 'title.value': 'x' })).status).toBe(404)
  expect((await editPlex(plex, '/library/sections/9/all?type=1&id=1001', { 'title.value': 'x' })).status).toBe(404)
  expect((await editPlex(plex, '/library/metadata/1002', { 'title.value': 'other way' })).status).toBe(200)
  expect(plex.library.item(1002).text.title).toBe('other way')
})

test.each([
  ['an unknown field', { 'titel.value': 'x' }, 400],
  ['an unknown tag kind', { 'genres[0].tag.tag': 'x' }, 400],
  ['an edition without a pass', { 'editionTitle.value': 'Cut' }, 400],
  ['a partial date', { 'originallyAvailableAt.value': '2019-05' }, 500],
  ['a date that does not exist', { 'originallyAvailableAt.value': '2019-02-30' }, 500],
  ['a rating of 11', { 'userRating.value': '11' }, 500],
  ['no number', { 'rating.value': 'NaN' }, 500],
])('%s is refused and changes nothing', async (_name, parameters, status) => {
  const response = await editPlex(plex, one, { ...parameters, 'summary.value': 'changed' } as Record<string, string>)
  expect(response.status).toBe(status)
  expect(plex.library.item(1001).text.summary).toBeUndefined()
})

test('tags add by default, replace by option; explicit removals and the full list are right under both', async () => {
  await editPlex(plex, one, { 'genre[0].tag.tag': 'A', 'genre[1].tag.tag': 'B' })
  await editPlex(plex, one, { 'genre[0].tag.tag': 'C' })
  expect(tagNames(plex.library.item(1001), 'genre')).toEqual(['A', 'B', 'C'])
  plex.settings.tagEdits = 'replace'
  await editPlex(plex, one, { 'genre[0].tag.tag': 'D' })
  expect(tagNames(plex.library.item(1001), 'genre')).toEqual(['D'])
  for (const tagEdits of ['add', 'replace'] as const) {
    plex.settings.tagEdits = tagEdits
    await editPlex(plex, one, { 'genre[0].tag.tag': 'X', 'genre[1].tag.tag': 'Y', 'genre[].tag.tag-': 'D' })
    expect(new Set(tagNames(plex.library.item(1001), 'genre'))).toEqual(new Set(['X', 'Y']))
    await editPlex(plex, one, { 'genre[0].tag.tag': 'D', 'genre[].tag.tag-': 'X,Y' })
  }
})

test('removals: names encoded once before they are joined', async () => {
  const names = ['Black, white', '100%', 'a=b&c', 'Ünï']
  await editPlex(plex, one, Object.fromEntries(names.map((name, at) => [`genre[${at}].tag.tag`, name])))
  const dropped = names.slice(0, 3).map(encodeURIComponent).join(',')
  await editPlex(plex, one, { 'genre[].tag.tag-': dropped })
  expect(tagNames(plex.library.item(1001), 'genre')).toEqual(['Ünï'])
  await editPlex(plex, one, { 'genre[].tag': '' })
  expect(tagNames(plex.library.item(1001), 'genre')).toEqual([])
})

test('of repeated keys only one is honoured', async () => {
  await editPlex(plex, one, { 'genre[0].tag.tag': 'A', 'genre[1].tag.tag': 'B' })
  await askPlex(plex, `${one}&genre%5B%5D.tag.tag-=A&genre%5B%5D.tag.tag-=B`, { method: 'PUT' })
  expect(tagNames(plex.library.item(1001), 'genre')).toEqual(['A'])
})

test('a tag keeps its first spelling on the whole server', async () => {
  await editPlex(plex, one, { 'genre[0].tag.tag': 'Drama' })
  await editPlex(plex, '/library/sections/1/all?type=1&id=1002', { 'genre[0].tag.tag': 'dRAMA' })
  expect(tagNames(plex.library.item(1002), 'genre')).toEqual(['Drama'])
  await editPlex(plex, '/library/sections/1/all?type=1&id=1002', { 'genre[].tag.tag-': 'DRAMA' })
  expect(tagNames(plex.library.item(1002), 'genre')).toEqual([])
})

test('tag edits may show late', async () => {
  await using late = await startPlexServer({ clock, tagDelayMs: 1000 })
  late.library.addSection({ title: 'Scenes', locations: ['/media'] })
  late.library.addItem({ section: 1, file: '/media/a.mp4' })
  await editPlex(late, one, { 'genre[0].tag.tag': 'A', 'title.value': 'B' })
  const read = async () => at((await askPlex(late, '/library/metadata/1001')).json, 'MediaContainer', 'Metadata', 0)
  expect(await read()).not.toHaveProperty('Genre')
  expect(await read()).toMatchObject({ title: 'B' })
  await clock.advance(1000)
  expect(await read()).toMatchObject({ Genre: [{ tag: 'A' }] })
})

test('a metadata refresh reverts what is not locked', async () => {
  await editPlex(plex, one, {
    'title.value': 'Mine',
    'studio.value': 'Kept',
    'studio.locked': '1',
    'genre[0].tag.tag': 'G',
  })
  expect((await askPlex(plex, '/library/metadata/1001/refresh', { method: 'PUT' })).status).toBe(200)
  const item = plex.library.item(1001)
  expect([item.text.title, item.text.studio, tagNames(item, 'genre')]).toEqual(['one', 'Kept', []])
})

test('collections appear with their first member and can be joined and renamed', async () => {
  await editPlex(plex, one, { 'collection[0].tag.tag': 'Best', 'collection[1].tag.tag': 'Other' })
  const rows = at((await askPlex(plex, '/library/sections/1/collections')).json, 'MediaContainer', 'Metadata')
  const [best] = rows as { ratingKey: string; title: string }[]
  const uri = `server://${plex.settings.machineIdentifier}/com.plexapp.plugins.library/library/metadata/1002`
  const joined = await askPlex(plex, `/library/collections/${best?.ratingKey}/items?uri=${encodeURIComponent(uri)}`, {
    method: 'PUT',
  })
  expect(joined.status).toBe(200)
  expect(tagNames(plex.library.item(1002), 'collection')).toEqual(['Best'])
  expect(plex.library.item(1002).locked.has('collection')).toBe(true)
  const rename = (title: string) => editPlex(plex, `/library/metadata/${best?.ratingKey}`, { 'title.value': title })
  expect((await rename('Other')).status).toBe(409)
  expect((await rename('Better')).status).toBe(200)
})

test('collections have their own texts, locks, posters and preferences, by their own route only, until they are empty', async () => {
  await editPlex(plex, one, { 'collection[0].tag.tag': 'Best' })
  const { ratingKey = 0 } = plex.library.collections.named(1, 'Best') ?? {}
  const summary = { 'summary.value': 'About the best', 'summary.locked': '1' }
  expect((await editPlex(plex, `/library/sections/1/all?type=18&id=${ratingKey}`, summary)).status).toBe(404)
  expect((await editPlex(plex, `/library/metadata/${ratingKey}`, summary)).status).toBe(200)
  const read = async () =>
    at((await askPlex(plex, `/library/metadata/${ratingKey}`)).json, 'MediaContainer', 'Metadata', 0) as Record<
      string,
      unknown
    >
  expect(await read()).toMatchObject({
    type: 'collection',
    title: 'Best',
    summary: 'About the best',
    thumb: expect.stringContaining('/composite/'),
    Field: [{ locked: true, name: 'summary' }],
  })
  const posted = await askPlex(plex, `/library/metadata/${ratingKey}/posters`, {
    method: 'POST',
    body: sampleJpeg('a'),
  })
  expect(posted.status).toBe(200)
  expect(await read()).toMatchObject({ thumb: expect.stringContaining(`/library/metadata/${ratingKey}/thumb/`) })
  const mode = `/library/metadata/${ratingKey}/prefs?collectionMode=1`
  expect((await askPlex(plex, mode, { method: 'PUT' })).status).toBe(200)
  expect(await read()).toMatchObject({ collectionMode: '1' })
  const children = (await askPlex(plex, `/library/collections/${ratingKey}/children`)).json
  expect(at(children, 'MediaContainer', 'Metadata', 0, 'ratingKey')).toBe('1001')

  await editPlex(plex, one, { 'collection[].tag.tag-': 'Best' })
  expect((await askPlex(plex, `/library/metadata/${ratingKey}`)).status).toBe(404)
  await editPlex(plex, one, { 'collection[0].tag.tag': 'Best' })
  expect(plex.library.collections.named(1, 'Best')?.text).toEqual({})
})

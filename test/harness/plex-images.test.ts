import { createHash } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type PlexServer, startPlexServer } from './plex-server.ts'
import { placeholderSvg, sampleJpeg, samplePng, sniffImage } from './sample-images.ts'
import { startStashServer } from './stash-server.ts'
import { askPlex, at } from './test-requests.ts'

let plex: PlexServer

beforeEach(async () => {
  plex = await startPlexServer()
  plex.library.addSection({ title: 'Scenes', locations: ['/media'] })
  plex.library.addItem({ section: 1, file: '/media/a.mp4' })
})
afterEach(() => plex.close())

const posters = '/library/metadata/1001/posters'

async function rows() {
  const response = await askPlex(plex, posters)
  return at(response.json, 'MediaContainer', 'Metadata') as { ratingKey: string; key: string; selected: boolean }[]
}

test('an upload is selected, named by its SHA-1 and locks its field; the same bytes make no second file', async () => {
  const bytes = sampleJpeg(1)
  const sha1 = createHash('sha1').update(bytes).digest('hex')
  const before = at((await askPlex(plex, '/library/metadata/1001')).json, 'MediaContainer', 'Metadata', 0, 'thumb')
  expect((await askPlex(plex, posters, { method: 'POST', body: bytes })).status).toBe(200)
  await askPlex(plex, posters, { method: 'POST', body: bytes })
  const list = await rows()
  expect(list.map((row) => row.ratingKey)).toEqual([expect.stringMatching(/^media:/), `upload://posters/${sha1}`])
  expect(list.map((row) => row.selected)).toEqual([false, true])
  const item = at((await askPlex(plex, '/library/metadata/1001')).json, 'MediaContainer', 'Metadata', 0)
  expect(item).toMatchObject({ Field: [{ locked: true, name: 'thumb' }] })
  expect(at(item, 'thumb')).not.toBe(before)
  const read = await fetch(`${plex.url}${at(item, 'thumb')}`, { headers: { 'X-Plex-Token': plex.token } })
  expect(read.headers.get('content-type')).toBe('image/jpeg')
  expect(Buffer.from(await read.arrayBuffer()).equals(bytes)).toBe(true)
})

test('select, unselect; uploaded files cannot be deleted', async () => {
  await askPlex(plex, posters, { method: 'POST', body: sampleJpeg(1) })
  const [generated, uploaded] = await rows()
  const select = `/library/metadata/1001/poster?url=${encodeURIComponent(generated?.ratingKey ?? '')}`
  expect((await askPlex(plex, select, { method: 'PUT' })).status).toBe(200)
  expect((await rows()).map((row) => row.selected)).toEqual([true, false])
  const gone = `${posters}?url=${encodeURIComponent(uploaded?.ratingKey ?? '')}`
  expect((await askPlex(plex, gone, { method: 'DELETE' })).status).toBe(404)
  expect((await askPlex(plex, '/library/metadata/1001/thumb', { method: 'DELETE' })).status).toBe(200)
  expect((await rows()).every((row) => !row.selected)).toBe(true)
  const file = await fetch(`${plex.url}${uploaded?.key}`, { headers: { 'X-Plex-Token': plex.token } })
  expect(file.status).toBe(200)
})

test('more than 10 MB is 500, nothing is 400, an unknown item 404', async () => {
  const send = (path: string, body: Uint8Array) => askPlex(plex, path, { method: 'POST', body })
  expect((await send(posters, Buffer.alloc(10 * 1024 * 1024 + 1))).status).toBe(500)
  expect((await send(posters, Buffer.alloc(0))).status).toBe(400)
  expect((await send('/library/metadata/77/posters', sampleJpeg(1))).status).toBe(404)
  expect(await rows()).toHaveLength(1)
})

test('by address the server fetches the picture itself', async () => {
  await using stash = await startStashServer({ apiKey: null })
  const { id } = stash.library.addScene({ title: 'A', cover: sampleJpeg('cover') })
  const url = `${stash.url}/scene/${id}/screenshot`
  const set = (address: string) =>
    askPlex(plex, `/library/metadata/1001/arts?url=${encodeURIComponent(address)}`, { method: 'POST' })
  expect((await set(url)).status).toBe(200)
  expect(plex.library.item(1001).shelves.arts.images[0]).toMatchObject({ source: url, contentType: 'image/jpeg' })
  expect(stash.requests.count({ path: `/scene/${id}/screenshot` })).toBe(1)
  expect((await set(`${stash.url}/scene/99/screenshot`)).status).toBe(500)
})

test('the sniffer knows the types that covers have', () => {
  expect([sampleJpeg(1), samplePng, placeholderSvg, Buffer.from('RIFF0000WEBPVP8 ')].map(sniffImage)).toEqual([
    'image/jpeg',
    'image/png',
    'image/svg+xml',
    'image/webp',
  ])
})

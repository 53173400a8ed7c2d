import { request as httpRequest } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type PlexServer, startPlexServer } from './plex-server.ts'
import { askPlex, at, editPlex } from './test-requests.ts'

let plex: PlexServer

beforeEach(async () => {
  plex = await startPlexServer({ sharedToken: 'shared-token-0001' })
  plex.library.addSection({ title: 'Scenes & more', locations: ['/media'] })
  plex.library.addItem({ section: 1, file: '/media/a "b" <c>.mp4', text: { summary: 'one\ntwo' } })
})
afterEach(() => plex.close())

test('identity needs no token, the rest does, in header or query', async () => {
  const identity = await askPlex(plex, '/identity', { token: null })
  expect(at(identity.json, 'MediaContainer', 'machineIdentifier')).toBe(plex.settings.machineIdentifier)
  const refused = await askPlex(plex, '/library/sections', { token: null })
  expect([refused.status, refused.headers.get('content-type')]).toEqual([401, 'text/html'])
  expect(refused.text).toContain('<h1>401 Unauthorized</h1>')
  expect((await askPlex(plex, '/library/sections', { token: 'wrong' })).status).toBe(401)
  expect((await askPlex(plex, `/library/sections?X-Plex-Token=${plex.token}`, { token: null })).status).toBe(200)
})

test('a shared user may read and rate but neither edit nor open the library', async () => {
  const token = 'shared-token-0001'
  expect((await askPlex(plex, '/library/metadata/1001', { token })).status).toBe(200)
  expect((await askPlex(plex, '/library', { token })).status).toBe(403)
  const edit = await askPlex(plex, '/library/sections/1/all?type=1&id=1001&title.value=x', { token, method: 'PUT' })
  expect(edit.status).toBe(403)
  const rate = '/:/rate?key=1001&identifier=com.plexapp.plugins.library&rating=8'
  expect((await askPlex(plex, rate, { token, method: 'PUT' })).status).toBe(200)
})

test('an unclaimed server answers local requests without a token, but not by a foreign name', async () => {
  plex.settings.claimed = false
  expect((await askPlex(plex, '/library/sections', { token: null })).status).toBe(200)
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port: plex.port,
      path: '/library/sections',
      headers: { Host: 'media.example.org' },
    }
    httpRequest(options, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })
  expect(status).toBe(401)
})

test('XML unless JSON is accepted, with escapes that keep new lines', async () => {
  const xml = await askPlex(plex, '/library/metadata/1001', { headers: { Accept: '*/*' } })
  expect(xml.headers.get('content-type')).toBe('text/xml;charset=utf-8')
  expect(xml.text).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<MediaContainer size="1"/)
  expect(xml.text).toContain('<Video ratingKey="1001"')
  expect(xml.text).toContain('title="a &quot;b&quot; &lt;c&gt;"')
  expect(xml.text).toContain('summary="one&#10;two"')
  expect(xml.text).toContain('file="/media/a &quot;b&quot; &lt;c&gt;.mp4"')
  expect(xml.text).toContain('librarySectionTitle="Scenes &amp; more"')
})

test('JSON has text keys, real numbers and booleans, and leaves out what is not set', async () => {
  plex.library.editByPerson(1001, { text: { title: 'Named' } })
  const row = at((await askPlex(plex, '/library/metadata/1001')).json, 'MediaContainer', 'Metadata', 0)
  expect(at(row, 'ratingKey')).toBe('1001')
  expect(at(row, 'Media', 0, 'Part', 0, 'size')).toBe(1_000_000)
  expect(at(row, 'Field')).toEqual([{ locked: true, name: 'title' }])
  expect(row).not.toHaveProperty('studio')
  expect(row).not.toHaveProperty('Genre')
})

test('gzip on request, with the lengths in headers', async () => {
  const chunks: Buffer[] = []
  const { host, port } = new URL(plex.url)
  const answer = await new Promise<Record<string, unknown>>((resolve, reject) => {
    const headers = { 'X-Plex-Token': plex.token, 'Accept-Encoding': 'gzip', Accept: 'application/json' }
    httpRequest({ host: host.split(':')[0], port, path: '/library/metadata/1001', headers }, (response) => {
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve(response.headers))
    })
      .on('error', reject)
      .end()
  })
  const plain = gunzipSync(Buffer.concat(chunks))
  expect(answer['content-encoding']).toBe('gzip')
  expect(answer['x-plex-content-original-length']).toBe(String(plain.length))
  expect(answer['keep-alive']).toBe('timeout=20')
  expect(answer['x-plex-protocol']).toBe('1.0')
})

test('starting up: 503 for everything, then writes are refused while reads work', async () => {
  plex.setMode('maintenance')
  const busy = await askPlex(plex, '/identity')
  expect(busy.status).toBe(503)
  expect(busy.text).toContain('<Response code="503" title="Maintenance"')
  plex.setMode('settling')
  expect((await askPlex(plex, '/identity')).status).toBe(200)
  const write = await editPlex(plex, '/library/sections/1/all?type=1&id=1001', { 'title.value': 'x' })
  expect(write.status).toBe(400)
  expect(write.text).toContain('still starting up')
})

test('a request line that is too long is refused', async () => {
  const parameters = { 'summary.value': 'x'.repeat(8000) }
  expect((await editPlex(plex, '/library/sections/1/all?type=1&id=1001', parameters)).status).toBe(414)
  plex.settings.maxRequestLine = 20_000
  expect((await editPlex(plex, '/library/sections/1/all?type=1&id=1001', parameters)).status).toBe(200)
})

test('sections show their folders, and their stamps move when content changes', async () => {
  const read = async () => at((await askPlex(plex, '/library/sections')).json, 'MediaContainer', 'Directory', 0)
  const before = await read()
  expect(at(before, 'key')).toBe('1')
  expect(at(before, 'Location', 0, 'path')).toBe('/media')
  plex.library.addItem({ section: 1, file: '/media/b.mp4' })
  expect(at(await read(), 'contentChangedAt')).toBeGreaterThan(Number(at(before, 'contentChangedAt')))
})

test('rating, watching, account, activities, and unknown addresses', async () => {
  const put = (path: string) => askPlex(plex, path, { method: 'PUT' })
  const rate = '/:/rate?identifier=com.plexapp.plugins.library'
  expect((await put(`${rate}&key=1001&rating=8`)).status).toBe(200)
  expect(plex.library.item(1001).numbers.userRating).toBe(8)
  expect((await put(`${rate}&key=1001&rating=-1`)).status).toBe(200)
  expect(plex.library.item(1001).numbers.userRating).toBeUndefined()
  expect((await put(`${rate}&key=1001&rating=11`)).status).toBe(400)
  expect((await put(`${rate}&key=9&rating=1`)).status).toBe(404)
  await askPlex(plex, '/:/scrobble?key=1001&identifier=com.plexapp.plugins.library')
  expect(plex.library.item(1001).viewCount).toBe(1)
  expect(at((await askPlex(plex, '/myplex/account')).json, 'MyPlex', 'mappingState')).toBe('mapped')
  expect(at((await askPlex(plex, '/activities')).json, 'MediaContainer', 'Activity', 0, 'type')).toBe('butler')
  expect((await askPlex(plex, '/nowhere')).status).toBe(404)
  expect((await askPlex(plex, '/hubs/search?query=')).status).toBe(400)
  expect((await askPlex(plex, '/hubs/search?query=b&limit=0')).status).toBe(500)
})

test('the log counts by what requests were', async () => {
  await askPlex(plex, '/identity')
  await askPlex(plex, '/library/sections/1/all?type=1')
  await askPlex(plex, '/library/sections/1/all?type=1&file=a')
  expect(plex.requests.counts()).toEqual({ identity: 1, listing: 1, lookup: 1 })
  expect(plex.requests.last?.params.get('file')).toBe('a')
  plex.requests.reset()
  expect(plex.requests.total).toBe(0)
})

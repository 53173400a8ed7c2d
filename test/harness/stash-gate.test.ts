import { createHash } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sampleJpeg } from './sample-images.ts'
import { type StashServer, startStashServer } from './stash-server.ts'
import { askStash, getStash } from './test-requests.ts'

let stash: StashServer
const cover = sampleJpeg('a')

beforeEach(async () => {
  stash = await startStashServer()
  stash.library.addScene({ title: 'With', cover })
  stash.library.addScene({ title: 'Without' })
})
afterEach(() => stash.close())

const query = '{version{version}}'

test('with a password: a right key passes in header or query, a wrong one is 401 everywhere', async () => {
  expect((await askStash(stash, query)).status).toBe(200)
  expect((await getStash(stash, `/scene/1/screenshot?apikey=${stash.apiKey}`)).status).toBe(200)
  const wrong = await getStash(stash, '/scene/1/screenshot', { ApiKey: 'wrong' })
  expect([wrong.status, wrong.headers.get('www-authenticate'), wrong.text]).toEqual([401, 'FormBased', ''])
  expect((await askStash(stash, query, {}, { ApiKey: '' })).status).toBe(401)
  const image = await getStash(stash, '/scene/1/screenshot')
  expect([image.status, image.headers.get('location')]).toEqual([302, '/login?returnURL=%2Fscene%2F1%2Fscreenshot'])
  expect((await getStash(stash, '/scene/1_sprite.jpg')).status).toBe(401)
  expect(await getStash(stash, '/healthz')).toMatchObject({ status: 200, text: '.' })
})

test('without a password a request that brings a key is refused', async () => {
  stash.settings.apiKey = null
  expect((await askStash(stash, query, {}, { ApiKey: 'anything' })).status).toBe(401)
  expect((await askStash(stash, query)).status).toBe(200)
})

test('up to 0.25 a wrong key is an internal error; the tripwire refuses everything', async () => {
  stash.settings.version = '0.25'
  expect(await askStash(stash, query, {}, { ApiKey: 'wrong' })).toMatchObject({ status: 500, text: 'unauthorized\n' })
  stash.settings.tripwire = true
  expect((await askStash(stash, query)).status).toBe(403)
})

test('a login gives a cookie', async () => {
  const login = await fetch(`${stash.url}/login`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ username: 'stash', password: 'stash-password' }),
  })
  const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? ''
  expect((await askStash(stash, query, {}, { ApiKey: '', Cookie: cookie })).status).toBe(200)
})

test('covers: bytes with an ETag, 304, the placeholder, 404 and 400', async () => {
  const get = (path: string, headers = {}) => getStash(stash, path, { ApiKey: stash.apiKey, ...headers })
  const first = await get('/scene/1/screenshot?t=5')
  const etag = `"${createHash('md5').update(cover).digest('hex')}"`
  expect([first.headers.get('content-type'), first.headers.get('etag')]).toEqual(['image/jpeg', etag])
  expect(first.headers.get('cache-control')).toContain('immutable')
  expect((await get('/scene/1/screenshot', { 'If-None-Match': etag })).status).toBe(304)
  const none = await get('/scene/2/screenshot')
  expect([none.status, none.headers.get('content-type')]).toEqual([200, 'image/svg+xml'])
  expect((await get('/scene/9/screenshot')).status).toBe(404)
  expect((await get('/scene/x/screenshot')).status).toBe(400)
})

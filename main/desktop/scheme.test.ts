/** Pictures on the desktop app's own scheme: the same paths as over HTTP, from the window's page alone. */
import { expect, it } from 'vitest'
import type { PictureName } from '../../shared/pictures.ts'
import { createSchemeHandler } from './scheme.ts'

const bytes = Buffer.from('a picture')
const hash = 'c'.repeat(64)

function get(url: string, etag?: string) {
  const asked: PictureName[] = []
  const handle = createSchemeHandler(
    () => null,
    async (name) => {
      asked.push(name)
      return name.of === 'scene' && name.sceneId === '9' ? null : { bytes, type: 'image/jpeg', hash }
    },
  )
  const headers = new Headers(etag === undefined ? {} : { 'if-none-match': etag })
  const response = handle({ url, method: 'GET', headers, signal: new AbortController().signal })
  return { response, asked }
}

it.each([
  ['stash/scene/12', { of: 'scene', sceneId: '12' }],
  ['plex/34?w=100', { of: 'item', ratingKey: '34', width: 120 }],
  [`kept/${hash}`, { of: 'kept', hash }],
] as const)('serves %s', async (path, name) => {
  const { response, asked } = get(`plexsync://app/api/pictures/${path}`)
  const answer = await response
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('image/jpeg')
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes)
  expect(asked).toEqual([name])
})

it('answers 304 to the same picture, 204 where there is none, 404 to what names no picture', async () => {
  expect((await get('plexsync://app/api/pictures/stash/scene/12', `"${hash}"`).response).status).toBe(304)
  expect((await get('plexsync://app/api/pictures/stash/scene/9').response).status).toBe(204)
  for (const path of ['stash/scene/12/../../secrets', 'plex/0', 'kept/abc', 'stash/scene/1e3', 'other/1']) {
    const { response, asked } = get(`plexsync://app/api/pictures/${path}`)
    expect((await response).status, path).toBe(404)
    expect(asked).toEqual([])
  }
})

it('serves pictures to the window alone', async () => {
  const { response, asked } = get('plexsync://notice/api/pictures/stash/scene/12')
  expect((await response).status).toBe(404)
  expect(asked).toEqual([])
})

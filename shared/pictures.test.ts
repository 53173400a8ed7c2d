import { expect, it } from 'vitest'
import { type PictureName, parsePicturePath, pathOfPicture } from './pictures.ts'

const parse = (path: string) => {
  const { pathname, searchParams } = new URL(path, 'http://window')
  return parsePicturePath(pathname, searchParams)
}

it.each<PictureName>([
  { of: 'scene', sceneId: '12' },
  { of: 'item', ratingKey: '7', width: 240 },
  { of: 'kept', hash: 'a'.repeat(64) },
])('a path stands for one picture: %o', (name) => {
  expect(parse(pathOfPicture(name))).toEqual(name)
})

it('asks for few sizes', () => {
  expect(parse('/api/pictures/plex/7?w=1')).toMatchObject({ width: 120 })
  expect(parse('/api/pictures/plex/7?w=9999')).toMatchObject({ width: 480 })
  expect(parse('/api/pictures/plex/7?w=wide')).toMatchObject({ width: 480 })
})

it.each([
  '/api/pictures/plex/7/8',
  '/api/pictures/stash/scene/0',
  '/api/pictures/stash/scene/1/screenshot',
  '/api/pictures/stash/performer/1',
  '/api/pictures/kept/..%2Fsettings',
  '/api/pictures/kept/abc',
  '/api/getStatus',
])('%s stands for none', (path) => {
  expect(parse(path)).toBeNull()
})

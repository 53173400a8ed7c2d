import { encodePng } from '../../../main/desktop/icons/image-file.ts'
import { parsePicturePath } from '../../../shared/pictures.ts'

/** Enough to tell scenes apart; each takes time to draw. */
const different = 24

/** How pictures are made: the cover of a scene, and the frame that Plex's scanner took from its video. */
export interface PictureMaker {
  cover(seed: number): Buffer
  frame(seed: number): Buffer
}

const plain = new Map<number, Buffer>()

function plainPicture(shade: number): Buffer {
  const known = plain.get(shade)
  if (known !== undefined) return known
  const pixels = new Uint8Array(16 * 9 * 4)
  for (let at = 0; at < pixels.length; at += 4) pixels.set([shade, 128, 255 - shade, 255], at)
  const made = encodePng(pixels, 16, 9)
  plain.set(shade, made)
  return made
}

/** One colour each, in the format of covers: for tests that look at no picture. One to look at takes 40 ms to draw. */
export const plainPictures: PictureMaker = {
  cover: (seed) => plainPicture(seed * 5),
  frame: (seed) => plainPicture(seed * 5 + 128),
}

/**
 * Pictures for invented data. An item has the cover of its scene, but every fifth still the frame that the scanner took;
 * every ninth scene has no cover.
 */
export function fakePicture(path: string, query: URLSearchParams, make: PictureMaker): Buffer | null {
  const name = parsePicturePath(path, query)
  if (name === null || name.of === 'kept')
    return name === null ? null : name.hash.startsWith('a') ? make.frame(3) : make.cover(17)
  // `fake-data.ts` numbers items from 50,000 and candidates from 70,000.
  const key = name.of === 'item' ? Number(name.ratingKey) : Number(name.sceneId)
  const number = name.of === 'item' ? key - (key >= 70_000 + 39_057 ? 70_000 : 50_000) : key
  if (name.of === 'scene') return number % 9 === 8 ? null : make.cover(number % different)
  return number % 5 === 0 ? make.frame(Math.abs(number) % different) : make.cover(Math.abs(number) % different)
}

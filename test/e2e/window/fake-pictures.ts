import { parsePicturePath } from '../../../shared/pictures.ts'
import { drawnCover, drawnFrame } from '../../harness/drawn-pictures.ts'

/** Enough to tell scenes apart; each takes time to draw. */
const different = 24

/**
 * Drawn pictures for invented data. An item has the cover of its scene, but every fifth still the frame that the scanner
 * took; every ninth scene has no cover.
 */
export function fakePicture(path: string, query: URLSearchParams): Buffer | null {
  const name = parsePicturePath(path, query)
  if (name === null || name.of === 'kept')
    return name === null ? null : name.hash.startsWith('a') ? drawnFrame(3) : drawnCover(17)
  // `fake-data.ts` numbers items from 50,000 and candidates from 70,000.
  const key = name.of === 'item' ? Number(name.ratingKey) : Number(name.sceneId)
  const number = name.of === 'item' ? key - (key >= 70_000 + 39_057 ? 70_000 : 50_000) : key
  if (name.of === 'scene') return number % 9 === 8 ? null : drawnCover(number % different)
  return number % 5 === 0 ? drawnFrame(Math.abs(number) % different) : drawnCover(Math.abs(number) % different)
}

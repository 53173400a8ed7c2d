/** Titles as they are compared, and the titles that a file name may stand for. Used for candidates only. Pure. */
import { baseName, foldCase } from './path-key.ts'

/** Letters, marks and digits in one letter case, words parted by single blanks: `Scene.One_[1080p]` → `scene one 1080p`. */
export function titleKey(title: string): string {
  return foldCase(title.normalize('NFKC'))
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()
}

/** Technical words at the end of a file name, whole words only. */
const technical = new Set(
  '480p 540p 720p 1080p 1440p 2160p 4k 8k uhd hd fhd sd hdr dv x264 x265 h264 h265 hevc avc av1 web webrip webdl bluray'.split(
    ' ',
  ),
)

/**
 * Keys of the titles that a file name may stand for: the whole stem, and the stem without a trailing date and trailing
 * technical words. Words are never cut in the middle or from the middle on: the original tool made "A" of
 * "Advent Calendar 5", because it cut at "DV" wherever it occurred.
 */
export function titleKeysOf(file: string): string[] {
  const stem = baseName(file).replace(/\.[^.]{1,5}$/, '')
  const whole = titleKey(stem)
  const words = whole.split(' ')
  while (words.length > 1 && technical.has(words.at(-1) ?? '')) words.pop()
  const plain = words.join(' ').replace(/(?<=.) (?:19|20)\d{2} \d{1,2} \d{1,2}$/u, '')
  // One letter or digit says nothing about a film.
  return [...new Set([whole, plain])].filter((key) => key.length > 1)
}

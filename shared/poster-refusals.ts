/** Why no poster can be made of an image: codes with values, and the English words. German is in kept-texts.de.ts. */
import * as z from 'zod'
import { coded, type WordsFor, wordsFor } from './coded.ts'

export const posterRefusalSchema = z.discriminatedUnion('code', [
  coded('too_large', { megabytes: z.number() }),
  coded('unknown_type', {}),
  coded('cut_off', {}),
  coded('no_pixels', {}),
  coded('too_many_pixels', { megapixels: z.number() }),
  coded('too_slow', { seconds: z.number() }),
  coded('crashed', {}),
  /** `problem` is what the library that draws said. */
  coded('not_drawn', { problem: z.string() }),
])
export type PosterRefusal = z.infer<typeof posterRefusalSchema>

/** A code without words does not compile. */
export type PosterRefusalTexts = WordsFor<PosterRefusal>

const english: PosterRefusalTexts = {
  too_large: ({ megabytes }) => `it has ${megabytes} MB; up to 20 are read`,
  unknown_type: () => 'it is no JPEG, PNG or WebP',
  cut_off: () => 'it is cut off',
  no_pixels: () => 'it has no pixels',
  too_many_pixels: ({ megapixels }) => `it has ${megapixels} megapixels; up to 50 are read`,
  too_slow: ({ seconds }) => `it took longer than ${seconds} seconds`,
  crashed: () => 'the decoder crashed',
  not_drawn: ({ problem }) => problem,
}

/** A phrase. */
export function refusalPhrase(refusal: PosterRefusal, texts: PosterRefusalTexts): string {
  return wordsFor(refusal, texts)
}

export function englishRefusal(refusal: PosterRefusal): string {
  return `The poster cannot be made from this image: ${refusalPhrase(refusal, english)}`
}

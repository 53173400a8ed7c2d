import { expect, it } from 'vitest'
import { keptBecause } from './kept.ts'
import { germanKept } from './kept-texts.de.ts'
import { englishRefusal, type PosterRefusal, posterRefusalSchema } from './poster-refusals.ts'

const samples: readonly PosterRefusal[] = [
  { code: 'too_large', values: { megabytes: 22 } },
  { code: 'unknown_type', values: {} },
  { code: 'cut_off', values: {} },
  { code: 'no_pixels', values: {} },
  { code: 'too_many_pixels', values: { megapixels: 60 } },
  { code: 'too_slow', values: { seconds: 20 } },
  { code: 'crashed', values: {} },
  { code: 'not_drawn', values: { problem: 'bad data' } },
]
const keptFor = (refusal: PosterRefusal) => germanKept({ ...keptBecause('poster', 'no_poster'), refusal })

it('has a sample for each code', () => {
  expect(samples.map(({ code }) => code)).toEqual(posterRefusalSchema.options.map(({ shape }) => shape.code.value))
})

it.each(samples)('$code has separate words in both languages', (refusal) => {
  expect(englishRefusal(refusal)).toMatch(/^The poster cannot be made from this image: ./)
  expect(keptFor(refusal)).toMatch(/^aus diesem Bild lässt sich kein Poster machen: ./)
})

it('says in German how large an image is, and why an upload failed', () => {
  expect(samples.slice(0, 1).map(keptFor)).toEqual([
    'aus diesem Bild lässt sich kein Poster machen: es hat 22 MB, gelesen werden bis zu 20',
  ])
  const failed = { field: 'poster', reason: 'Plex answered 400', code: 'failed', error: 'rejected' } as const
  expect(germanKept(failed)).not.toContain('answered')
  expect(germanKept({ field: 'poster', reason: 'of an earlier release' })).toBe('of an earlier release')
})

import { expect, it } from 'vitest'
import { keptBecause, keptReasonOf } from './kept.ts'

it('a reason has its code; one that an earlier release stored is known by its words', () => {
  expect(keptReasonOf(keptBecause('title', 'locked'))).toBe('locked')
  expect(keptReasonOf({ field: 'title', reason: 'kept your edit' })).toBe('edited')
  expect(keptReasonOf({ field: 'title', reason: 'something else' })).toBe(null)
  expect(keptReasonOf({ field: 'date', reason: 'Plex refuses it', code: 'refused' })).toBe(null)
})

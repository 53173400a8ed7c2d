import { describe, expect, it } from 'vitest'
import { type DoubtInput, doubtOf, noDoubt } from './clock-doubt.ts'

const now = Date.parse('2026-01-30T12:00:00Z')
const day = 24 * 3_600_000
const calm: DoubtInput = {
  now,
  stashNow: now,
  isFresh: false,
  before: '2026-01-30T10:00:00Z',
  newest: '2026-01-30T10:00:00Z',
  aheadBefore: 0,
  ahead: 0,
}

describe('doubt of Stash’s clock', () => {
  it('is not there while nothing reports it', () => {
    expect(doubtOf(noDoubt, calm)).toEqual(noDoubt)
  })

  it.each([
    ['another offset', { newest: '2026-01-30T12:30:00+01:00' }],
    ['a stamp of the future', { newest: '2026-01-30T13:00:00Z' }],
    ['a clock that jumped', { aheadBefore: -60_000 }],
  ])('comes with %s and lasts a day', (_, change) => {
    expect(doubtOf(noDoubt, { ...calm, ...change })).toEqual({ until: now + day, since: null })
  })

  it('comes with a start, and ends with the first stamp after it in the known offset', () => {
    const fresh = doubtOf(noDoubt, { ...calm, isFresh: true })
    expect(fresh).toEqual({ until: now + day, since: now })
    expect(doubtOf(fresh, calm)).toEqual(fresh)
    const edited = { ...calm, now: now + 60_000, stashNow: now + 60_000, newest: '2026-01-30T12:00:30Z' }
    expect(doubtOf(fresh, edited)).toEqual(noDoubt)
  })

  it('ends after a day, also where the clock was set back since', () => {
    expect(doubtOf({ until: now - 1, since: null }, calm)).toEqual(noDoubt)
    expect(doubtOf({ until: now + 3 * day, since: null }, calm)).toEqual(noDoubt)
  })
})

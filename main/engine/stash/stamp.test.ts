import { describe, expect, it } from 'vitest'
import { beforeAllStamps, earlier, stampAt } from './stamp.ts'

describe('a moment in Stash’s own offset', () => {
  it.each([
    ['2025-01-15T12:00:00Z', '2025-01-15T09:00:00Z'],
    ['2025-01-15T07:00:00-05:00', '2025-01-15T04:00:00-05:00'],
    ['2025-01-15T01:30:00+05:30', '2025-01-14T22:30:00+05:30'],
    ['2025-01-15T12:00:00.123+01:00', '2025-01-15T09:00:00+01:00'],
  ])('%s, three hours earlier', (stamp, expected) => {
    expect(earlier(stamp, 3 * 3_600_000)).toBe(expected)
  })

  it('takes the offset of another stamp', () => {
    expect(stampAt(Date.parse('2025-01-15T12:00:00Z'), '2024-07-01T00:00:00-05:00')).toBe('2025-01-15T07:00:00-05:00')
  })

  it.each(['', 'yesterday', '2025-01-15', '2025-01-15T12:00:00'])('knows that %j is no stamp', (text) => {
    expect(earlier(text, 1)).toBeNull()
  })

  it('a value of another offset would miss hours, which is the reason for all this', () => {
    const stored = '2025-01-15T07:00:00-05:00'
    const anHourBefore = Date.parse(stored) - 3_600_000
    expect(stored > new Date(anHourBefore).toISOString()).toBe(false)
    expect(stored > (stampAt(anHourBefore, stored) ?? '')).toBe(true)
    expect(stored > beforeAllStamps).toBe(true)
  })
})

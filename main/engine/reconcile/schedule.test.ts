import { describe, expect, it } from 'vitest'
import { nextRunAt } from './schedule.ts'

const now = Date.parse('2025-01-15T12:00:00Z')
const hour = 3_600_000

describe('the next scheduled run', () => {
  it.each([
    ['hourly', hour],
    ['daily', 24 * hour],
    ['weekly', 168 * hour],
  ] as const)('%s: one interval after the last', (interval, ms) => {
    expect(nextRunAt(interval, now - 100, now)).toBe(now - 100 + ms)
  })

  it('never', () => {
    expect(nextRunAt('never', 0, now)).toBeNull()
  })

  it('is not put off by a clock that was set back', () => {
    expect(nextRunAt('hourly', now + 1_000 * hour, now)).toBe(now + hour)
  })
})

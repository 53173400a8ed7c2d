import { expect, it } from 'vitest'
import { retryAfterMs } from './retry-after.ts'

const now = Date.UTC(2026, 0, 1, 12, 0, 0)

it.each([
  ['', null],
  ['soon', null],
  ['0', 0],
  [' 120 ', 120_000],
  ['Thu, 01 Jan 2026 12:00:30 GMT', 30_000],
  ['Thu, 01 Jan 2026 11:00:00 GMT', 0],
  ['999999999', 3_600_000],
])('Retry-After "%s" asks for %s ms', (header, ms) => {
  expect(retryAfterMs(header, now)).toBe(ms)
})

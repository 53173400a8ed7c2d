import { expect, it } from 'vitest'
import { barNames, barsOf } from './history-bars.ts'

const now = Date.parse('2026-03-10T14:30:00Z')
const hour = (at: string, written: number) => ({ at, written, unchanged: 1, failed: 2 })

it('has a bar for each hour of a day, also for the empty ones', () => {
  const bars = barsOf([hour('2026-03-10T14:00:00.000Z', 5), hour('2026-03-09T15:00:00.000Z', 3)], 'day', now)
  expect(bars).toHaveLength(24)
  expect(bars.at(-1)).toMatchObject({ written: 5, unchanged: 1, failed: 2, to: now })
  expect(bars[0]).toMatchObject({ written: 3, from: Date.parse('2026-03-09T15:00:00.000Z') })
  expect(bars[1]).toMatchObject({ written: 0, unchanged: 0, failed: 0 })
})

it('has a bar for each of thirty days; hours before them are left out', () => {
  const noon = new Date(now)
  noon.setHours(0, 0, 0, 0)
  const hours = [0, 1].map((back) => hour(new Date(noon.getTime() - back * 86_400_000 + 3_600_000).toISOString(), 4))
  const bars = barsOf([...hours, hour('2025-01-01T00:00:00.000Z', 99)], 'month', now)
  expect(bars).toHaveLength(30)
  expect(bars.reduce((sum, { written }) => sum + written, 0)).toBe(8)
  expect(bars.at(-1)?.written).toBe(4)
})

it('reads the time of each hour once', () => {
  let reads = 0
  const hours = Array.from({ length: 720 }, (_, back) => ({
    get at() {
      reads++
      return new Date(now - back * 3_600_000).toISOString()
    },
    written: 1,
    unchanged: 0,
    failed: 0,
  }))
  expect(barsOf(hours, 'month', now).reduce((sum, { written }) => sum + written, 0)).toBeGreaterThan(680)
  expect(reads).toBe(720)
})

it('names bars by the hour or the day, in either language', () => {
  const from = new Date(2026, 2, 10, 9, 0).getTime()
  expect(barNames('de', 'day')({ from })).toBe('09:00')
  expect(barNames('en', 'day')({ from })).toMatch(/^09:00\sAM$/)
  expect(barNames('de', 'month')({ from })).toBe('10. März')
  expect(barNames('en', 'month')({ from })).toBe('Mar 10')
})

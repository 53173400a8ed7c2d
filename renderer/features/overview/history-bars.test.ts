import { expect, it } from 'vitest'
import { barsOf } from './history-bars.ts'

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

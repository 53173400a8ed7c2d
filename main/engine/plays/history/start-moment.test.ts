import { expect, test } from 'vitest'
import { firstDayOfYear, serverMoment, startOfDay } from './start-moment.ts'

test('a day begins at its midnight by the clock of this machine; now has no day', () => {
  const start = new Date((startOfDay('2026-03-01') ?? 0) * 1000)
  expect([start.getFullYear(), start.getMonth(), start.getDate(), start.getHours(), start.getMinutes()]).toEqual([
    2026, 2, 1, 0, 0,
  ])
  expect(startOfDay('now')).toBe(null)
  expect(firstDayOfYear(new Date(2026, 11, 31, 23, 59).getTime())).toBe('2026-01-01')
})

test('the moment is that of the Plex server, unless it is off by more than a day', () => {
  const ours = Date.parse('2026-03-01T12:00:00Z')
  expect(serverMoment(ours + 90_500, ours)).toBe((ours + 90_000) / 1000)
  expect(serverMoment(ours - 25 * 3_600_000, ours)).toBe(ours / 1000)
  expect(serverMoment(null, ours)).toBe(ours / 1000)
})

import type { HistoryHour } from '../../../shared/contract.ts'

const hourMs = 3_600_000

export type Range = 'day' | 'month'

export interface Bar {
  /** Epoch ms of its beginning and end. */
  readonly from: number
  readonly to: number
  readonly written: number
  readonly unchanged: number
  readonly failed: number
}

/** A bar for each of the last 24 hours, or for each of the last 30 days as the user's calendar has them. Pure. */
export function barsOf(hours: readonly HistoryHour[], range: Range, now: number): Bar[] {
  const starts = range === 'day' ? hourStarts(now) : dayStarts(now)
  return starts.map((from, at) => {
    const to = starts[at + 1] ?? now
    const within = hours.filter(
      (hour) => Date.parse(hour.at) >= from && (at === starts.length - 1 || Date.parse(hour.at) < to),
    )
    const sum = (key: 'written' | 'unchanged' | 'failed') => within.reduce((total, hour) => total + hour[key], 0)
    return { from, to, written: sum('written'), unchanged: sum('unchanged'), failed: sum('failed') }
  })
}

function hourStarts(now: number): number[] {
  const last = Math.floor(now / hourMs) * hourMs
  return Array.from({ length: 24 }, (_, at) => last - (23 - at) * hourMs)
}

function dayStarts(now: number): number[] {
  const today = new Date(now)
  return Array.from({ length: 30 }, (_, at) =>
    new Date(today.getFullYear(), today.getMonth(), today.getDate() - (29 - at)).getTime(),
  )
}

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
  const bars = starts.map((from, at) => ({ from, to: starts[at + 1] ?? now, written: 0, unchanged: 0, failed: 0 }))
  for (const { at, written, unchanged, failed } of hours) {
    const time = Date.parse(at)
    const bar = bars.findLast(({ from }) => time >= from)
    if (bar === undefined) continue
    bar.written += written
    bar.unchanged += unchanged
    bar.failed += failed
  }
  return bars
}

/** Names bars by their beginning. Making a format takes as long as a hundred names do. */
export function barNames(language: string, range: Range): (bar: Pick<Bar, 'from'>) => string {
  const format = new Intl.DateTimeFormat(
    language,
    range === 'day' ? { hour: '2-digit', minute: '2-digit' } : { day: 'numeric', month: 'short' },
  )
  return ({ from }) => format.format(from)
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

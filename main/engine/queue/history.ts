/** How jobs ended, rolled up per hour, so that a chart of 30 days costs a few hundred small rows. */
import type { HistoryHour } from '../../../shared/contract.ts'
import { moment } from '../../../shared/moment.ts'
import type { Database } from '../database/open.ts'
import type { Clock } from '../ports.ts'
import type { Settlement } from './job.ts'

const hourMs = 3_600_000
/** A day more than is shown, so that the oldest day is whole. */
const keptHours = 31 * 24

export class History {
  readonly #clock: Clock
  readonly #add
  readonly #trim
  readonly #list

  constructor(db: Database, clock: Clock) {
    this.#clock = clock
    this.#add = db.prepare<{ hour: number; written: number; unchanged: number; failed: number }>(`
      INSERT INTO history_hour (hour, written, unchanged, failed) VALUES (@hour, @written, @unchanged, @failed)
      ON CONFLICT (hour) DO UPDATE SET written = written + excluded.written,
        unchanged = unchanged + excluded.unchanged, failed = failed + excluded.failed`)
    this.#trim = db.prepare<[number]>('DELETE FROM history_hour WHERE hour < ?')
    this.#list = db.prepare<[number], { hour: number; written: number; unchanged: number; failed: number }>(
      'SELECT hour, written, unchanged, failed FROM history_hour WHERE hour >= ? ORDER BY hour',
    )
  }

  /** Counts a batch; belongs into the transaction that settles it. */
  note(settlements: readonly Settlement[]): void {
    const count = (is: (settled: Settlement) => boolean) => settlements.filter(is).length
    const row = {
      hour: this.#hour(),
      written: count((settled) => settled.kind === 'done' && settled.outcome === 'synced'),
      unchanged: count((settled) => settled.kind === 'done' && settled.outcome === 'unchanged'),
      failed: count((settled) => settled.kind === 'dead'),
    }
    if (row.written + row.unchanged + row.failed === 0) return
    this.#add.run(row)
    this.#trim.run(row.hour - keptHours)
  }

  /** Hours in which something ended, oldest first. */
  list(): HistoryHour[] {
    return this.#list
      .all(this.#hour() - keptHours)
      .map(({ hour, ...counts }) => ({ at: moment(hour * hourMs), ...counts }))
  }

  #hour(): number {
    return Math.floor(this.#clock.now() / hourMs)
  }
}

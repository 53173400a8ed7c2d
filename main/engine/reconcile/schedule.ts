/** When the scheduled comparisons run. Survives restarts; what was missed while the machine slept is made up for once. */

import type { Database } from 'better-sqlite3'
import * as z from 'zod'
import type { Settings } from '../../../shared/settings.ts'
import type { Ports } from '../ports.ts'
import { areOpen } from '../servers/open-gates.ts'
import type { Comparisons } from './comparisons.ts'
import { reconcileLines } from './reconcile-log.ts'
import type { Reconciler, ReconcilerDeps } from './reconciler.ts'

const hourMs = 3_600_000
const intervalMs = { never: null, hourly: hourMs, daily: 24 * hourMs, weekly: 7 * 24 * hourMs } as const

/** Timers stand still while the machine sleeps, so the time is looked at often. */
const lookEveryMs = 60_000
/** After a start or a wake-up: sweep and queue have their turn first. */
const settleMs = 2 * 60_000

/**
 * When the next run is due, epoch ms; null for never. `last`: the start of the last scheduled run, or from when on they
 * are counted. A clock that was set back must not put it off.
 */
export function nextRunAt(interval: Settings['reconcile_interval'], last: number, now: number): number | null {
  const ms = intervalMs[interval]
  return ms === null ? null : Math.min(last, now) + ms
}

export interface ScheduleDeps {
  readonly db: Database
  readonly ports: Pick<Ports, 'clock' | 'logger'>
  readonly settings: () => Settings
  readonly configured: () => boolean
  readonly gates: ReconcilerDeps['gates']
  readonly reconciler: Reconciler
  readonly runs: Comparisons
}

export class ReconcileSchedule {
  readonly #deps: ScheduleDeps
  readonly #countedFrom
  readonly #countFrom
  #endTimer: () => void = () => {}
  #notBefore = 0
  #lookedAt = 0

  constructor(deps: ScheduleDeps) {
    this.#deps = deps
    this.#countedFrom = deps.db.prepare<[]>('SELECT counted_from FROM reconcile_schedule').pluck()
    this.#countFrom = deps.db.prepare<[number]>(
      'INSERT OR IGNORE INTO reconcile_schedule (only_row, counted_from) VALUES (1, ?)',
    )
  }

  /** When the next comparison is due, epoch ms and perhaps past; null while none is scheduled. */
  nextAt(): number | null {
    return nextRunAt(this.#deps.settings().reconcile_interval, this.#countedSince(), this.#deps.ports.clock.now())
  }

  start(lifetime: AbortSignal): void {
    lifetime.addEventListener('abort', () => this.#endTimer(), { once: true })
    const now = this.#deps.ports.clock.now()
    this.#countFrom.run(now)
    this.#notBefore = now + settleMs
    this.#lookedAt = now
    this.#wait()
  }

  #wait(): void {
    this.#endTimer = this.#deps.ports.clock.setTimer(lookEveryMs, () => {
      this.#look()
      this.#wait()
    })
  }

  #look(): void {
    const { settings, configured, gates, reconciler, ports } = this.#deps
    const { clock, logger } = ports
    const now = clock.now()
    if (now - this.#lookedAt > 5 * lookEveryMs) this.#notBefore = now + settleMs
    this.#lookedAt = now
    const { enabled, reconcile_interval, reconcile_scope } = settings()
    const dueAt = nextRunAt(reconcile_interval, this.#countedSince(), now)
    if (dueAt === null || now < dueAt || now < this.#notBefore) return
    if (!enabled || !configured() || reconciler.busy || !areOpen(gates)) return
    logger.log(...reconcileLines.scheduled({ interval: reconcile_interval, scope: reconcile_scope }))
    reconciler.begin(reconcile_scope, false, 'scheduled')
  }

  /** When the last scheduled run began, or from when on they are counted. */
  #countedSince(): number {
    const { runs, ports } = this.#deps
    return runs.lastScheduledAt() ?? z.number().nullish().parse(this.#countedFrom.get()) ?? ports.clock.now()
  }
}

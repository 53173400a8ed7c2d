/** When the scheduled comparisons run. Survives restarts; what was missed while the machine slept is made up for once. */

import type { Settings } from '../../../shared/settings.ts'
import type { Clock, Logger } from '../ports.ts'
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
  readonly clock: Clock
  readonly logger: Logger
  readonly settings: () => Settings
  readonly configured: () => boolean
  readonly gates: ReconcilerDeps['gates']
  readonly reconciler: Reconciler
  readonly runs: Comparisons
}

export class ReconcileSchedule {
  readonly #deps: ScheduleDeps
  #endTimer: () => void = () => {}
  #notBefore = 0
  #lookedAt = 0

  constructor(deps: ScheduleDeps) {
    this.#deps = deps
  }

  /** When the next comparison is due, epoch ms and perhaps past; null while none is scheduled. */
  nextAt(): number | null {
    const { settings, runs, clock } = this.#deps
    return nextRunAt(settings().reconcile_interval, runs.countedSince(), clock.now())
  }

  start(lifetime: AbortSignal): void {
    lifetime.addEventListener('abort', () => this.#endTimer(), { once: true })
    const now = this.#deps.clock.now()
    this.#deps.runs.countFrom(now)
    this.#notBefore = now + settleMs
    this.#lookedAt = now
    this.#wait()
  }

  #wait(): void {
    this.#endTimer = this.#deps.clock.setTimer(lookEveryMs, () => {
      this.#look()
      this.#wait()
    })
  }

  #look(): void {
    const { settings, configured, gates, reconciler, runs, clock, logger } = this.#deps
    const now = clock.now()
    if (now - this.#lookedAt > 5 * lookEveryMs) this.#notBefore = now + settleMs
    this.#lookedAt = now
    const { enabled, reconcile_interval, reconcile_scope } = settings()
    const dueAt = nextRunAt(reconcile_interval, runs.countedSince(), now)
    if (dueAt === null || now < dueAt || now < this.#notBefore) return
    if (!enabled || !configured() || reconciler.busy || !areOpen(gates)) return
    logger.log(...reconcileLines.scheduled({ interval: reconcile_interval, scope: reconcile_scope }))
    reconciler.begin(reconcile_scope, false, 'scheduled')
  }
}

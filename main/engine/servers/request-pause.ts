/** The time for which nothing is sent to a server: it asked for it, or refuses connections. */
import type { Fault } from '../../../shared/result.ts'
import type { Clock } from '../ports.ts'

/** Clocks are corrected by milliseconds all the time; only a real step back counts. */
const clockStepMs = 1_000
const longestMs = 600_000

/** Milliseconds to wait after a fault; `failures` of the server in a row. */
export function pauseAfter(fault: Fault | undefined, failures: number): number {
  const refusedMs = fault?.code === 'unreachable' ? 250 * 2 ** Math.min(failures, 5) : 0
  return Math.min(fault?.retryAfterMs ?? refusedMs, longestMs)
}

export class RequestPause {
  readonly #clock: Clock
  #until = 0
  #begunAt = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** True if that is later than what was asked for before. */
  extend(ms: number): boolean {
    const now = this.#clock.now()
    if (now + ms <= this.#until) return false
    this.#until = now + ms
    this.#begunAt = now
    return true
  }

  end(): void {
    this.#until = 0
  }

  leftMs(): number {
    const now = this.#clock.now()
    // The clock was set back since: a pause of seconds must not become one of a day.
    if (now < this.#begunAt - clockStepMs) this.#until = 0
    return Math.max(0, this.#until - now)
  }
}

/** The time for which a server asked to be sent nothing. */
import type { Clock } from '../ports.ts'

/** Clocks are corrected by milliseconds all the time; only a real step back counts. */
const clockStepMs = 1_000

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

/**
 * When the changes of Plex may be listed again for files that were missed. What PlexSync writes counts as changed too, so in a
 * long sync such a listing grows with all that was written in the last quarter of an hour.
 */
import type { Result } from '../../../shared/result.ts'
import type { Clock } from '../ports.ts'

/** Of the time, listings take at most one part in this many. */
const share = 20
/** A file that has just come to Plex is not to wait for longer than this. */
const longestPauseMs = 60_000

export class ListingPace {
  readonly #clock: Clock
  #endedAt = Number.NEGATIVE_INFINITY
  #tookMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Enough time has passed since the last listing, for as long as that took. */
  isDue(): boolean {
    const passed = this.#clock.now() - this.#endedAt
    // Also where the clock was put back.
    return passed < 0 || passed >= Math.min(share * this.#tookMs, longestPauseMs)
  }

  /** Times a listing; one that failed showed nothing, and may be tried again immediately. */
  async listing<T>(list: () => Promise<Result<T>>): Promise<Result<T>> {
    const startedAt = this.#clock.now()
    const listed = await list()
    if (listed.ok) {
      this.#endedAt = this.#clock.now()
      this.#tookMs = Math.max(0, this.#endedAt - startedAt)
    }
    return listed
  }
}

/**
 * Stash's present time as Stash would write it. Stamps are text in Stash's local time, so what is newer than the present is
 * found by a text with the offset that Stash has now.
 */
import type { StashClient } from '../stash/client.ts'
import { offsetOf, stampAt } from '../stash/stamp.ts'

/** Stash's own stamps may be this far ahead of the time that its responses show. */
const aheadMs = 2_000

export class LocalTime {
  readonly #stash: Pick<StashClient, 'now' | 'lastLogTime'>
  /** The latest moment that Stash wrote, which shows its present offset; null if none is known. */
  #latest: string | null = null

  constructor(stash: Pick<StashClient, 'now' | 'lastLogTime'>) {
    this.#stash = stash
  }

  /** Stash may have been started in another time zone. If its log does not show it, its stamps do, once there are newer ones. */
  async learn(signal: AbortSignal): Promise<void> {
    const time = await this.#stash.lastLogTime(signal)
    if (time.ok && time.value !== null) this.note(time.value)
  }

  /** Takes note of a moment that Stash wrote: the latest one shows its offset, and one in the future less than any other. */
  note(moment: string): void {
    const now = this.#stash.now()
    if (now === null || offsetOf(moment) === null) return
    const rank = (one: string): number => {
      const at = Date.parse(one)
      return at > now + aheadMs ? -at : at
    }
    if (this.#latest === null || rank(moment) >= rank(this.#latest)) this.#latest = moment
  }

  /** What is written from now on sorts before this; null while the offset or the time of Stash is not known. */
  limit(): string | null {
    const now = this.#stash.now()
    return now === null || this.#latest === null ? null : stampAt(now + aheadMs, this.#latest)
  }
}

/**
 * Asks Stash for the change probe, and keeps whether the order of its stamps can be trusted. Where the newest scene lies in
 * the future, or behind stamps of another offset, it is asked for below Stash's present time.
 */
import { ok, type Result } from '../../../shared/result.ts'
import type { Clock } from '../ports.ts'
import type { ProbeReading } from '../stash/change-probe.ts'
import type { StashClient } from '../stash/client.ts'
import { offsetOf, stampAt } from '../stash/stamp.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'
import { doubtOf, mayHaveShifted } from './clock-doubt.ts'
import type { SweepState } from './sweep-state.ts'

export interface StampOrderDeps {
  readonly stash: Pick<StashClient, 'now' | 'changeProbe' | 'forgetDialect'>
  readonly progress: SweepState
  readonly clock: Clock
}

export interface TimedReading {
  readonly reading: ProbeReading
  /** How long the probe took. */
  readonly probeMs: number
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Stash's own stamps may be this far ahead of the time that it tells. */
const aheadMs = 2_000

export class StampOrder {
  readonly #deps: StampOrderDeps
  /**
   * A stamp in Stash's present offset, where the newest scene must be asked for below Stash's present time in it: stamps
   * lie in the future, or were written in another offset and sort behind those of today.
   */
  #bound: string | null = null
  /** How far Stash's clock was ahead of ours at the last look; null where not known. */
  #ahead: number | null = null
  /** The newest stamp for which a change of time zone in the hour after it was ruled out. */
  #shiftRuledOut = ''

  constructor(deps: StampOrderDeps) {
    this.#deps = deps
  }

  /** Stash's present time, epoch ms; null where it does not tell. */
  now(): number | null {
    return this.#deps.stash.now()
  }

  /** The probe. @param isFresh between two looks Stash can be replaced without a single request failing. */
  async probe(isFresh: boolean, signal: AbortSignal): Promise<Result<TimedReading>> {
    const { stash, clock } = this.#deps
    if (isFresh) stash.forgetDialect()
    const startedAt = clock.now()
    const read = await this.#read(signal)
    return read.ok ? ok({ reading: read.value, probeMs: clock.now() - startedAt }) : read
  }

  /** Judges a probe beside the newest scene of the one before it, and stores until when the order is doubted. */
  judge(
    before: string | null,
    { scene }: ProbeReading,
    isFresh: boolean,
  ): { readonly isDoubted: boolean; readonly hasOtherOffset: boolean } {
    const { clock, stash, progress } = this.#deps
    const former = progress.get().doubt
    const now = clock.now()
    const stashNow = stash.now()
    const ahead = stashNow === null ? null : stashNow - now
    const newest = scene.newest?.updatedAt ?? null
    const found = doubtOf(former, { now, stashNow, isFresh, before, newest, aheadBefore: this.#ahead, ahead })
    this.#ahead = ahead
    const doubt = this.#bound === null ? found : { until: now + dayMs, since: null }
    if (doubt.until !== former.until || doubt.since !== former.since) progress.save({ doubt })
    return {
      isDoubted: doubt.until !== null,
      hasOtherOffset: before !== null && newest !== null && offsetOf(before) !== offsetOf(newest),
    }
  }

  /**
   * Whether a time zone that was set back may hide what was changed in the hour after the newest stamp. `fullAt`: when all
   * scenes were compared last, epoch ms.
   */
  async mayHide({ scene }: ProbeReading, fullAt: number): Promise<boolean> {
    const now = this.#deps.clock.now()
    const newest = scene.newest?.updatedAt
    const offset = newest === undefined ? null : offsetOf(newest)
    if (newest === undefined || offset === null || newest === this.#shiftRuledOut) return false
    const at = Date.parse(newest)
    if (now < at + hourMs) return false
    if (fullAt < at + hourMs && now - at < dayMs && (await mayHaveShifted(offset, at, yieldToEventLoop))) return true
    this.#shiftRuledOut = newest
    return false
  }

  /** All scenes are about to be compared, which shows the latest stamp again. */
  unbind(): void {
    this.#bound = null
  }

  /** All scenes were compared, and this is the latest stamp of them: the newest as text may be of another offset. */
  compared(latest: string | null, { scene }: ProbeReading): void {
    const newest = scene.newest?.updatedAt ?? null
    if (latest === null || newest === null || offsetOf(latest) === offsetOf(newest)) return
    this.#bound = latest
    this.#deps.progress.save({ doubt: { until: this.#deps.clock.now() + dayMs, since: null } })
  }

  /** Asks once more, below the present, where the newest scene lies in the future. */
  async #read(signal: AbortSignal): Promise<Result<ProbeReading>> {
    const { stash } = this.#deps
    const first = await stash.changeProbe(this.#below(), signal)
    if (!first.ok || this.#bound !== null) return first
    const newest = first.value.scene.newest?.updatedAt ?? null
    const now = stash.now()
    if (newest === null || now === null || Date.parse(newest) <= now + aheadMs) return first
    this.#bound = newest
    return stash.changeProbe(this.#below(), signal)
  }

  #below(): string | null {
    const now = this.#deps.stash.now()
    return this.#bound === null || now === null ? null : stampAt(now + aheadMs, this.#bound)
  }
}

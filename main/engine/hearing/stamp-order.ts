/**
 * Asks Stash for the change probe, and keeps whether the order of its stamps can be trusted. Where the newest stamps are in
 * the future, or sort behind those of today because they were written in another time zone, stamps are asked for below
 * Stash's present time.
 */
import { ok, type Result } from '../../../shared/result.ts'
import type { Clock } from '../ports.ts'
import { type ProbeReading, type ProbeRequest, probedKinds } from '../stash/change-probe.ts'
import type { StashClient } from '../stash/client.ts'
import { offsetOf, stampAt } from '../stash/stamp.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'
import { doubtOf, mayHaveShifted } from './clock-doubt.ts'
import type { KnownKinds } from './probe-news.ts'
import type { SweepState } from './sweep-state.ts'

export interface StampOrderDeps {
  readonly stash: Pick<StashClient, 'now' | 'changeProbe' | 'forgetDialect' | 'lastLogTime'>
  readonly progress: SweepState
  readonly clock: Clock
}

export interface TimedReading {
  readonly reading: ProbeReading
  /** How long the probe took. */
  readonly probeMs: number
  /** Stamps are ahead of Stash's present time since this probe: what was written before it may be hidden behind them. */
  readonly isOvertaken: boolean
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Stash's own stamps may be this far ahead of the time that it shows. */
const aheadMs = 2_000
/**
 * Counts of scenes and files show deletions only, after which all ids are compared at most once in ten minutes: so not
 * every probe asks for them.
 */
const mostUncounted = 9

export class StampOrder {
  readonly #deps: StampOrderDeps
  /** The latest moment that Stash reported in its local time, which shows its present offset; null if none is known. */
  #latestMoment: string | null = null
  /** Stamps are asked for below Stash's present time: others would hide every change to come. */
  #isBounded = false
  /** All scenes were compared with the stamps that are ahead. */
  #isCompared = false
  /** How far Stash's clock was ahead of ours at the last look; null if not known. */
  #ahead: number | null = null
  /** The newest stamp for which a change of time zone in the hour after it was ruled out. */
  #shiftRuledOut = ''
  /** How many probes have not asked for the counts of scenes and files. */
  #uncounted = 0

  constructor(deps: StampOrderDeps) {
    this.#deps = deps
  }

  /** Stash's present time, epoch ms; null if it does not report it. */
  now(): number | null {
    return this.#deps.stash.now()
  }

  /**
   * The probe. The first argument is what the probe before it returned. `isOrdinary`: nothing but time has passed since then.
   * @param isFresh between two looks Stash can be replaced without a single request failing.
   */
  async probe(
    { scene, file }: KnownKinds,
    { isFresh, isOrdinary }: { readonly isFresh: boolean; readonly isOrdinary: boolean },
    signal: AbortSignal,
  ): Promise<Result<TimedReading>> {
    const { stash, clock } = this.#deps
    if (isFresh) {
      stash.forgetDialect()
      this.#isBounded = false
      this.#isCompared = false
      await this.#learnOffset(signal)
    }
    const areCounted = !isOrdinary || this.#uncounted >= mostUncounted
    const known = areCounted ? {} : { ...(scene && { scene }), ...(file && { file }) }
    const wasBounded = this.#isBounded
    const startedAt = clock.now()
    const read = await this.#read(known, signal)
    if (!read.ok) return read
    this.#uncounted = areCounted ? 0 : this.#uncounted + 1
    const isOvertaken = this.#isBounded && !wasBounded && !this.#isCompared
    if (!this.#isBounded) this.#isCompared = false
    return ok({ reading: read.value, probeMs: clock.now() - startedAt, isOvertaken })
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
    const doubt = !this.#isBounded ? found : { until: now + dayMs, since: null }
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

  /** All scenes are about to be compared: the next probe looks at all stamps. */
  unbind(): void {
    this.#isBounded = false
  }

  /** All scenes were compared, and this is the latest stamp of them: the newest as text may be of another offset. */
  compared(latest: string | null, { scene }: ProbeReading): void {
    const { clock, progress } = this.#deps
    this.#isCompared = true
    if (latest === null) return
    this.#note(latest)
    const newest = scene.newest?.updatedAt ?? latest
    if (offsetOf(latest) !== offsetOf(newest)) progress.save({ doubt: { until: clock.now() + dayMs, since: null } })
  }

  /** Stash may have been started in another time zone. If it does not show it, its stamps do, once there are newer ones. */
  async #learnOffset(signal: AbortSignal): Promise<void> {
    const time = await this.#deps.stash.lastLogTime(signal)
    if (time.ok && time.value !== null) this.#note(time.value)
  }

  /** What Stash wrote last shows the offset that it has now; what is in the future shows less than anything else. */
  #note(time: string): void {
    const now = this.#deps.stash.now()
    if (now === null || offsetOf(time) === null) return
    const rank = (moment: string): number => {
      const at = Date.parse(moment)
      return at > now + aheadMs ? -at : at
    }
    if (this.#latestMoment === null || rank(time) >= rank(this.#latestMoment)) this.#latestMoment = time
  }

  /** Asks once more, below the present, where stamps are ahead of it. */
  async #read(known: ProbeRequest['known'], signal: AbortSignal): Promise<Result<ProbeReading>> {
    const { stash } = this.#deps
    const first = await stash.changeProbe({ below: this.#isBounded ? this.#limit() : null, known }, signal)
    if (!first.ok || this.#isBounded) return first
    const stamps = probedKinds.flatMap((kind) => first.value[kind]?.newest?.updatedAt ?? [])
    for (const stamp of stamps) this.#note(stamp)
    const limit = this.#limit()
    if (limit === null || stamps.every((stamp) => stamp < limit)) return first
    this.#isBounded = true
    return stash.changeProbe({ below: limit, known }, signal)
  }

  /** Stash's present time as it would write it; null if that is not known. */
  #limit(): string | null {
    const now = this.#deps.stash.now()
    return now === null || this.#latestMoment === null ? null : stampAt(now + aheadMs, this.#latestMoment)
  }
}

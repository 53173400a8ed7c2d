/**
 * Asks Stash for the change probe, and judges whether the newest stamps that it shows are really the newest.
 *
 * Stash orders stamps as text in its local time. A clock or a time zone that goes back lets new changes sort before older
 * ones, and then a probe that asks for the newest does not show them. Four things can be the case:
 *
 *   the present         where changes can hide              how it shows                     what follows
 *   ------------------  ----------------------------------  -------------------------------  -----------------------------
 *   order is right      nowhere                                                              the newest stamps show all
 *   stamps are ahead    behind those that are ahead         newest sorts after the present   all scenes once (isOvertaken),
 *   of the present                                          (local-time.ts)                  then "newest below the present"
 *   order is doubted    anywhere since the clock went back  beside the probe before it       all scenes hourly, at most for
 *                                                           (clock-doubt.ts)                 a day
 *   a zone was set      within the hour after the newest    by no stamp at all               all scenes once
 *   back just now                                           (zone-shift.ts)
 *
 * `probe.ts` reads all scenes whenever one of the right-hand columns says so, and reports it by `unbind` and `compared`.
 */
import { ok, type Result } from '../../../shared/result.ts'
import type { Clock } from '../ports.ts'
import { type ProbeReading, type ProbeRequest, probedKinds } from '../stash/change-probe.ts'
import type { StashClient } from '../stash/client.ts'
import { offsetOf } from '../stash/stamp.ts'
import { doubtOf } from './clock-doubt.ts'
import { LocalTime } from './local-time.ts'
import type { KnownKinds } from './probe-news.ts'
import type { SweepState } from './sweep-state.ts'
import { ZoneShift } from './zone-shift.ts'

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

const dayMs = 24 * 3_600_000
/**
 * Counts of scenes and files show deletions only, after which all ids are compared at most once in ten minutes: so not
 * every probe asks for them.
 */
const mostUncounted = 9

export class StampOrder {
  readonly #deps: StampOrderDeps
  readonly #localTime: LocalTime
  readonly #zoneShift = new ZoneShift()
  /** Stamps are asked for below Stash's present time: those ahead of it would hide every change to come. */
  #isBelowNow = false
  /** All scenes were compared since stamps were found ahead. */
  #areAheadCompared = false
  /** How far Stash's clock was ahead of ours at the last look; null if not known. */
  #ahead: number | null = null
  /** How many probes have not asked for the counts of scenes and files. */
  #uncounted = 0

  constructor(deps: StampOrderDeps) {
    this.#deps = deps
    this.#localTime = new LocalTime(deps.stash)
  }

  /** Stash's present time, epoch ms; null if it is not known. */
  now(): number | null {
    return this.#deps.stash.now()
  }

  /**
   * The probe, beside what the one before it showed. `isOrdinary`: nothing but time has passed since then.
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
      this.#isBelowNow = false
      this.#areAheadCompared = false
      await this.#localTime.learn(signal)
    }
    const areCounted = !isOrdinary || this.#uncounted >= mostUncounted
    const known = areCounted ? {} : { ...(scene && { scene }), ...(file && { file }) }
    const wasBelowNow = this.#isBelowNow
    const startedAt = clock.now()
    const read = await this.#read(known, signal)
    if (!read.ok) return read
    this.#uncounted = areCounted ? 0 : this.#uncounted + 1
    const isOvertaken = this.#isBelowNow && !wasBelowNow && !this.#areAheadCompared
    if (!this.#isBelowNow) this.#areAheadCompared = false
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
    const doubt = !this.#isBelowNow ? found : { until: now + dayMs, since: null }
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
    const newest = scene.newest?.updatedAt
    return newest !== undefined && this.#zoneShift.mayHide(newest, { now: this.#deps.clock.now(), fullAt })
  }

  /** All scenes are about to be compared: the next probe looks at all stamps. */
  unbind(): void {
    this.#isBelowNow = false
  }

  /** All scenes were compared, and this is the latest stamp of them: the newest as text may be of another offset. */
  compared(latest: string | null, { scene }: ProbeReading): void {
    const { clock, progress } = this.#deps
    this.#areAheadCompared = true
    if (latest === null) return
    this.#localTime.note(latest)
    const newest = scene.newest?.updatedAt ?? latest
    if (offsetOf(latest) !== offsetOf(newest)) progress.save({ doubt: { until: clock.now() + dayMs, since: null } })
  }

  /** Asks once more, below the present, where stamps are ahead of it. */
  async #read(known: ProbeRequest['known'], signal: AbortSignal): Promise<Result<ProbeReading>> {
    const { stash } = this.#deps
    const first = await stash.changeProbe({ below: this.#isBelowNow ? this.#localTime.limit() : null, known }, signal)
    if (!first.ok || this.#isBelowNow) return first
    const stamps = probedKinds.flatMap((kind) => first.value[kind]?.newest?.updatedAt ?? [])
    for (const stamp of stamps) this.#localTime.note(stamp)
    const limit = this.#localTime.limit()
    if (limit === null || stamps.every((stamp) => stamp < limit)) return first
    this.#isBelowNow = true
    return stash.changeProbe({ below: limit, known }, signal)
  }
}

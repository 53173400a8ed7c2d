/**
 * One look at Stash: the change probe, and what is read because something moved. Nothing moved: nothing more is asked.
 * Stash fires no hook for merges, auto-tagging and covers made later, and hooks are lost while PlexSync is off.
 */
import { ok, type Result } from '../../../shared/result.ts'
import type { ProbeReading } from '../stash/change-probe.ts'
import type { StashClient } from '../stash/client.ts'
import type { CarriedKind } from '../stash/queries.ts'
import { offsetOf, stampAt } from '../stash/stamp.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'
import { doubtOf, mayHaveShifted } from './clock-doubt.ts'
import { type EntityNewsDeps, entityNeedsOf, listsToComplete, readEntityNews } from './entity-news.ts'
import { type FileNewsDeps, readFileNews } from './file-news.ts'
import type { HeardState } from './heard-state.ts'
import { accountFor, type HeardKinds, heardOf, newsOf } from './probe-news.ts'
import { type FullOptions, type FullReport, type SweepDeps, setBaseline, sweepAll, sweepSince } from './sweep.ts'
import type { SweepProgress } from './sweep-state.ts'
import { lookAgain, type YoungScenesDeps } from './young-scenes.ts'

export interface ProbeDeps extends SweepDeps, FileNewsDeps, EntityNewsDeps, YoungScenesDeps {
  readonly stash: SweepDeps['stash'] &
    FileNewsDeps['stash'] &
    EntityNewsDeps['stash'] &
    YoungScenesDeps['stash'] &
    Pick<StashClient, 'changeProbe' | 'forgetDialect'>
  readonly heard: HeardState
}

/** Why a look is taken now. */
export interface Occasion {
  /** A start or a reconnection: what lies between is not known, and Stash may have been started again. */
  readonly isFresh: boolean
  /** A scan, clean or import of Stash has ended: files may have moved, which Stash before 0.29 does not show. */
  readonly filesMoved: boolean
  /** An import has ended: ids may be new. */
  readonly imported: boolean
}

export interface LookReport {
  readonly enqueued: number
  readonly dropped: number
  /** How long the probe itself took. */
  readonly probeMs: number
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** All ids are compared because of a count at most this often: a deletion leaves Plex alone anyway. */
const censusEveryMs = 10 * 60_000

export class ChangeProbe {
  readonly #deps: ProbeDeps
  /**
   * A stamp in Stash's present offset, where the newest scene must be asked for below Stash's present time in it: stamps
   * lie in the future, or were written in another offset and sort behind those of today.
   */
  #bound: string | null = null
  #ahead: number | null = null
  /** The newest stamp for which a change of time zone in the hour after it was ruled out. */
  #shiftRuledOut = ''

  /** The needs for which the lists hold all values. */
  #completeFor = ''

  constructor(deps: ProbeDeps) {
    this.#deps = deps
  }

  /** Faults are those of Stash: what was not read is read by the next look. */
  async look(occasion: Occasion, signal: AbortSignal): Promise<Result<LookReport>> {
    const { clock, heard, stash, sweep } = this.#deps
    // Between two looks Stash can be replaced without a single request failing.
    if (occasion.isFresh) stash.forgetDialect()
    const startedAt = clock.now()
    const kinds = heard.kinds()
    const read = await this.#read(signal)
    if (!read.ok) return read
    const probeMs = clock.now() - startedAt
    const progress = sweep.get()
    const followed =
      progress.fullAt === null
        ? await this.#begin(read.value, signal)
        : await this.#follow(kinds, read.value, progress, occasion, signal)
    return followed.ok ? ok({ ...followed.value, probeMs }) : followed
  }

  /** The probe; once more below the present where the newest scene lies in the future. */
  async #read(signal: AbortSignal): Promise<Result<ProbeReading>> {
    const { stash } = this.#deps
    const first = await stash.changeProbe(this.#below(), signal)
    if (!first.ok || this.#bound !== null) return first
    const newest = first.value.scene.newest?.updatedAt ?? null
    const now = stash.now()
    if (newest === null || now === null || Date.parse(newest) <= now + 2_000) return first
    this.#bound = newest
    return stash.changeProbe(this.#below(), signal)
  }

  #below(): string | null {
    const now = this.#deps.stash.now()
    return this.#bound === null || now === null ? null : stampAt(now + 2_000, this.#bound)
  }

  /** The first look of an installation: how things stand is noted, and nothing is enqueued. */
  async #begin(reading: ProbeReading, signal: AbortSignal): Promise<Result<Omit<LookReport, 'probeMs'>>> {
    const { heard } = this.#deps
    const lists = await this.#readLists(newsOf({}, reading, true).lists, heard.kinds(), reading, signal)
    if (!lists.ok) return lists
    const begun = await setBaseline(this.#deps, signal)
    if (!begun.ok) return begun
    this.#keepScenes(reading, begun.value)
    this.#keepFiles(reading, {})
    return begun
  }

  async #follow(
    kinds: HeardKinds,
    reading: ProbeReading,
    progress: SweepProgress,
    occasion: Occasion,
    signal: AbortSignal,
  ): Promise<Result<Omit<LookReport, 'probeMs'>>> {
    const { clock, sweep, stash, heard } = this.#deps
    const { doubt, isWide } = this.#doubt(kinds, reading, progress, occasion)
    if (doubt.until !== progress.doubt.until || doubt.since !== progress.doubt.since) sweep.save({ doubt })
    const now = clock.now()
    const age = now - (progress.fullAt ?? 0)
    // The first look after an upgrade of PlexSync, or of a Stash before 0.29: files may have moved unseen.
    const isUpgraded = kinds.scene === undefined || (reading.file !== null && kinds.file === undefined)
    const withFiles = isUpgraded || (reading.file === null && (occasion.isFresh || occasion.filesMoved))
    const isDue =
      age < 0 ||
      age >= dayMs ||
      occasion.imported ||
      withFiles ||
      (doubt.until !== null && age >= hourMs) ||
      (progress.census !== null && age >= censusEveryMs) ||
      (await this.#mayHide(reading, now, age))
    if (isDue) this.#bound = null
    const news = newsOf(kinds, reading, isWide)
    const due = isDue ? newsOf({}, reading, true).lists : [...new Set([...news.lists, ...this.#listsToComplete()])]
    const lists = await this.#readLists(due, kinds, reading, signal)
    if (!lists.ok) return lists

    const options = {
      files: withFiles || occasion.imported || progress.census === 'files',
      distrustIds: occasion.imported,
    }
    if (isDue) return this.#all(options, kinds, reading, news.filesSince, lists.value, signal)

    let enqueued = lists.value
    let paths: ReadonlySet<string> = new Set()
    if (news.scenesSince !== null) {
      const before = kinds.scene
      const highest = before?.highestId ?? sweep.lastKnown()
      const read = await sweepSince(news.scenesSince, highest, this.#deps, signal)
      if (!read.ok) return read
      enqueued += read.value.enqueued
      paths = read.value.paths
      const { newIds, highestId, isOpen } = read.value
      const { accounted, isOdd } = accountFor(before, reading.scene, newIds)
      if (isOdd) {
        sweep.save({ census: progress.census ?? 'ids' })
        if (occasion.isFresh || age >= censusEveryMs)
          return this.#all(options, kinds, reading, news.filesSince, enqueued, signal)
      }
      heard.saveKind('scene', heardOf(reading.scene, { stashNow: stash.now(), highestId, accounted, isOpen }))
    }
    const files = await this.#files(kinds, reading, news.filesSince, paths, signal)
    if (!files.ok) return files
    const again = await lookAgain(this.#deps, signal)
    return again.ok ? ok({ enqueued: enqueued + files.value + again.value, dropped: 0 }) : again
  }

  /** Compares all scenes. `enqueued`: how many were enqueued before. */
  async #all(
    options: FullOptions,
    kinds: HeardKinds,
    reading: ProbeReading,
    filesSince: string | null,
    enqueued: number,
    signal: AbortSignal,
  ): Promise<Result<Omit<LookReport, 'probeMs'>>> {
    const { sweep, clock } = this.#deps
    const swept = await sweepAll(options, this.#deps, signal)
    if (!swept.ok) return swept
    this.#keepScenes(reading, swept.value)
    const { latest } = swept.value
    const newest = reading.scene.newest?.updatedAt ?? null
    if (latest !== null && newest !== null && offsetOf(latest) !== offsetOf(newest)) {
      this.#bound = latest
      sweep.save({ doubt: { until: clock.now() + dayMs, since: null } })
    }
    const rest = options.files ? ok(0) : await this.#files(kinds, reading, filesSince, new Set(), signal)
    if (!rest.ok) return rest
    if (options.files) this.#keepFiles(reading, kinds)
    return ok({ enqueued: swept.value.enqueued + enqueued + rest.value, dropped: swept.value.dropped })
  }

  #doubt(
    kinds: HeardKinds,
    reading: ProbeReading,
    progress: SweepProgress,
    { isFresh }: Occasion,
  ): { doubt: SweepProgress['doubt']; isWide: boolean } {
    const { clock, stash } = this.#deps
    const now = clock.now()
    const stashNow = stash.now()
    const ahead = stashNow === null ? null : stashNow - now
    const before = kinds.scene?.newest?.updatedAt ?? null
    const newest = reading.scene.newest?.updatedAt ?? null
    const aheadBefore = this.#ahead
    this.#ahead = ahead
    const doubt = doubtOf(progress.doubt, { now, stashNow, isFresh, before, newest, aheadBefore, ahead })
    const zoneChanged = before !== null && newest !== null && offsetOf(before) !== offsetOf(newest)
    return { doubt: this.#bound === null ? doubt : { until: now + dayMs, since: null }, isWide: isFresh || zoneChanged }
  }

  /** An hour after the newest stamp: a time zone that was set back would hide what was changed in that hour. */
  async #mayHide(reading: ProbeReading, now: number, age: number): Promise<boolean> {
    const newest = reading.scene.newest?.updatedAt
    const offset = newest === undefined ? null : offsetOf(newest)
    if (newest === undefined || offset === null || newest === this.#shiftRuledOut) return false
    const at = Date.parse(newest)
    if (now < at + hourMs) return false
    if (now - age < at + hourMs && now - at < dayMs && (await mayHaveShifted(offset, at, yieldToEventLoop))) return true
    this.#shiftRuledOut = newest
    return false
  }

  /** Looked for until nothing is lacking, and again when settings need something else: what is read then is complete. */
  #listsToComplete(): readonly CarriedKind[] {
    const needs = entityNeedsOf(this.#deps)
    const key = JSON.stringify(needs)
    if (key === this.#completeFor) return []
    const lists = listsToComplete(needs, this.#deps.heard)
    if (lists.length === 0) this.#completeFor = key
    return lists
  }

  async #readLists(
    lists: ReturnType<typeof newsOf>['lists'],
    kinds: HeardKinds,
    reading: ProbeReading,
    signal: AbortSignal,
  ): Promise<Result<number>> {
    const { heard, stash } = this.#deps
    let enqueued = 0
    for (const kind of lists) {
      const read = await readEntityNews(kind, kinds[kind] === undefined, this.#deps, signal)
      if (!read.ok) return read
      enqueued += read.value.enqueued
      const { isOpen } = read.value
      heard.saveKind(kind, heardOf(reading[kind], { stashNow: stash.now(), highestId: 0, accounted: null, isOpen }))
    }
    return ok(enqueued)
  }

  async #files(
    kinds: HeardKinds,
    reading: ProbeReading,
    since: string | null,
    seen: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<Result<number>> {
    const { heard, stash, sweep } = this.#deps
    const before = kinds.file
    if (since === null || reading.file === null || before === undefined) return ok(0)
    const read = await readFileNews(since, before.highestId, seen, this.#deps, signal)
    if (!read.ok) return read
    const { newIds, highestId, isOpen, isTooMuch, enqueued } = read.value
    const { accounted, isOdd } = accountFor(before, reading.file, newIds)
    if (isOdd || isTooMuch) sweep.save({ census: 'files' })
    heard.saveKind('file', heardOf(reading.file, { stashNow: stash.now(), highestId, accounted, isOpen }))
    return ok(enqueued)
  }

  #keepScenes(reading: ProbeReading, { count, highestId, isOpen }: FullReport): void {
    const { heard, stash } = this.#deps
    heard.saveKind('scene', heardOf(reading.scene, { stashNow: stash.now(), highestId, accounted: count, isOpen }))
  }

  /** All files were read with their scenes, or there is nothing yet to compare them with. */
  #keepFiles({ file }: ProbeReading, kinds: HeardKinds): void {
    const { heard, stash } = this.#deps
    if (file === null) return
    const highestId = Math.max(kinds.file?.highestId ?? 0, Number(file.newest?.id ?? 0))
    heard.saveKind('file', heardOf(file, { stashNow: stash.now(), highestId, accounted: null, isOpen: false }))
  }
}

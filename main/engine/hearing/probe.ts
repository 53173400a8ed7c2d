/**
 * One look at Stash: the change probe, and what is read because something moved. Nothing moved: nothing more is asked.
 * Stash fires no hook for merges, auto-tagging and covers made later, and hooks are lost while PlexSync is off.
 */
import { ok, type Result } from '../../../shared/result.ts'
import type { Clock } from '../ports.ts'
import type { ProbeReading } from '../stash/change-probe.ts'
import type { EntityNews } from './entity-news.ts'
import type { FileNews } from './file-news.ts'
import { accountFor, type KnownKinds, knownKind, newsOf } from './probe-news.ts'
import type { ProbeState } from './probe-state.ts'
import type { StampOrder } from './stamp-order.ts'
import type { FullOptions, FullReport, Sweep } from './sweep.ts'
import type { SweepProgress, SweepState } from './sweep-state.ts'

export interface ProbeDeps {
  readonly order: StampOrder
  readonly sweep: Sweep
  readonly files: FileNews
  readonly lists: EntityNews
  readonly probeState: ProbeState
  readonly progress: SweepState
  readonly clock: Clock
}

/** Why a look is taken now. */
export interface Occasion {
  /** A start or a reconnection: what happened in between is not known, and Stash may have been started again. */
  readonly isFresh: boolean
  /** A scan, clean or import of Stash has ended: files may have moved, which Stash before 0.29 does not show. */
  readonly filesMoved: boolean
  /** An import has ended: ids may be new. */
  readonly imported: boolean
}

interface Found {
  readonly enqueued: number
  readonly dropped: number
}

export interface LookReport extends Found {
  /** How long the probe itself took. */
  readonly probeMs: number
}

/** One look: what the probe says now, and what it said before. */
interface Look {
  readonly occasion: Occasion
  readonly reading: ProbeReading
  readonly isOvertaken: boolean
  readonly kinds: KnownKinds
  readonly signal: AbortSignal
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** All ids are compared because of a count at most this often: a deletion leaves Plex alone anyway. */
const censusEveryMs = 10 * 60_000

export class ChangeProbe {
  readonly #deps: ProbeDeps

  constructor(deps: ProbeDeps) {
    this.#deps = deps
  }

  /** Faults are those of Stash: what was not read is read by the next look. */
  async look(occasion: Occasion, signal: AbortSignal): Promise<Result<LookReport>> {
    const { order, probeState, progress } = this.#deps
    const kinds = probeState.kinds()
    const { isFresh, filesMoved, imported } = occasion
    const isOrdinary = !isFresh && !filesMoved && !imported
    const probed = await order.probe(kinds, { isFresh, isOrdinary }, signal)
    if (!probed.ok) return probed
    const { reading, probeMs, isOvertaken } = probed.value
    const look: Look = { occasion, reading, isOvertaken, kinds, signal }
    const known = progress.get()
    const found = known.fullAt === null ? await this.#begin(look) : await this.#follow(look, known, known.fullAt)
    return found.ok ? ok({ enqueued: found.value.enqueued, dropped: found.value.dropped, probeMs }) : found
  }

  /** The first look of an installation: the present state is noted, and nothing is enqueued. */
  async #begin({ reading, kinds, signal }: Look): Promise<Result<Found>> {
    const { lists, sweep, files } = this.#deps
    const read = await lists.read('all', reading, kinds, signal)
    if (!read.ok) return read
    const begun = await sweep.baseline(signal)
    if (!begun.ok) return begun
    this.#keepScenes(reading, begun.value)
    const kept = await files.keep(reading, signal)
    return kept.ok ? begun : kept
  }

  /** What has moved since the last look, or everything where that cannot be known. */
  async #follow(look: Look, known: SweepProgress, fullAt: number): Promise<Result<Found>> {
    const { order, lists, sweep, files } = this.#deps
    const { occasion, reading, isOvertaken, kinds, signal } = look
    const { isDoubted, hasOtherOffset } = order.judge(kinds.scene?.newest?.updatedAt ?? null, reading, occasion.isFresh)
    const withFiles = needsFiles(look)
    const isDue =
      occasion.imported ||
      withFiles ||
      isOvertaken ||
      this.#isDue(known, fullAt, isDoubted) ||
      (await order.mayHide(reading, fullAt))
    if (isDue) order.unbind()
    const news = newsOf(kinds, reading, occasion.isFresh || hasOtherOffset)
    const moved = isDue ? 'all' : [...new Set([...news.lists, ...lists.incomplete()])]
    const listed = await lists.read(moved, reading, kinds, signal)
    if (!listed.ok) return listed

    const options = {
      files: withFiles || occasion.imported || known.census === 'files',
      distrustIds: occasion.imported,
    }
    const all = (): Promise<Result<Found>> => this.#all(look, options, news.filesSince)
    if (isDue) return add(listed.value, await all())

    let enqueued = listed.value
    let paths: ReadonlySet<string> = new Set()
    if (news.scenesSince !== null) {
      const read = await this.#scenes(look, known, fullAt, news.scenesSince)
      if (!read.ok) return read
      enqueued += read.value.enqueued
      if (read.value.isAllDue) return add(enqueued, await all())
      paths = read.value.paths
    }
    const fromFiles = await files.read(news.filesSince, reading, kinds.file, paths, signal)
    if (!fromFiles.ok) return fromFiles
    const again = await sweep.lookAgain(signal)
    return again.ok ? ok({ enqueued: enqueued + fromFiles.value + again.value, dropped: 0 }) : again
  }

  /** Whether all scenes are to be compared because of the time that has passed since that was done. */
  #isDue({ census }: SweepProgress, fullAt: number, isDoubted: boolean): boolean {
    const age = this.#deps.clock.now() - fullAt
    return age < 0 || age >= dayMs || (isDoubted && age >= hourMs) || (census !== null && age >= censusEveryMs)
  }

  /** Scenes that changed since this stamp. `isAllDue`: their number does not explain the count, so all are compared. */
  async #scenes(
    { occasion, reading, kinds, signal }: Look,
    known: SweepProgress,
    fullAt: number,
    since: string,
  ): Promise<Result<{ readonly enqueued: number; readonly paths: ReadonlySet<string>; readonly isAllDue: boolean }>> {
    const { order, sweep, probeState, progress, clock } = this.#deps
    const before = kinds.scene
    const read = await sweep.since(since, before?.highestId ?? progress.lastKnown(), signal)
    if (!read.ok) return read
    const { enqueued, paths, newIds, highestId, isOpen } = read.value
    const { accounted, isOdd } = accountFor(before, reading.scene, newIds)
    if (isOdd) progress.save({ census: known.census ?? 'ids' })
    const isAllDue = isOdd && (occasion.isFresh || clock.now() - fullAt >= censusEveryMs)
    if (!isAllDue)
      probeState.saveKind('scene', knownKind(reading.scene, { stashNow: order.now(), highestId, accounted, isOpen }))
    return ok({ enqueued, paths, isAllDue })
  }

  /** Compares all scenes. */
  async #all(
    { reading, kinds, signal }: Look,
    options: FullOptions,
    filesSince: string | null,
  ): Promise<Result<Found>> {
    const { order, sweep, files } = this.#deps
    const swept = await sweep.all(options, signal)
    if (!swept.ok) return swept
    this.#keepScenes(reading, swept.value)
    order.compared(swept.value.latest, reading)
    if (options.files) {
      const kept = await files.keep(reading, signal)
      return kept.ok ? swept : kept
    }
    const rest = await files.read(filesSince, reading, kinds.file, new Set(), signal)
    return rest.ok ? add(rest.value, swept) : rest
  }

  #keepScenes(reading: ProbeReading, { count, highestId, isOpen }: FullReport): void {
    const { probeState, order } = this.#deps
    probeState.saveKind(
      'scene',
      knownKind(reading.scene, { stashNow: order.now(), highestId, accounted: count, isOpen }),
    )
  }
}

/** Whether the files of all scenes are to be read: they may have moved unseen. */
function needsFiles({ occasion, reading, kinds }: Look): boolean {
  // The first look after an upgrade of PlexSync, or of a Stash before 0.29.
  if (kinds.scene === undefined || (reading.file !== null && kinds.file === undefined)) return true
  return reading.file === null && (occasion.isFresh || occasion.filesMoved)
}

function add(enqueued: number, found: Result<Found>): Result<Found> {
  return found.ok ? ok({ ...found.value, enqueued: found.value.enqueued + enqueued }) : found
}

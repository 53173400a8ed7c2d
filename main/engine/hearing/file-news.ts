/**
 * From files that changed to the scenes that have them. Stash: a file that a scan found moved or replaced, and one moved
 * by `moveFiles`, gets a new stamp, while its scene keeps the old one.
 */
import { fail, ok, type Result } from '../../../shared/result.ts'
import type { ProbeReading } from '../stash/change-probe.ts'
import type { StashClient } from '../stash/client.ts'
import { filesKey } from '../stash/scene-keys.ts'
import type { SceneSeen } from '../sync/scene-state.ts'
import type { ChangedScenes, Enqueued } from './changed-scenes.ts'
import { accountFor, type KnownKind, knownKind } from './probe-news.ts'
import type { ProbeState } from './probe-state.ts'
import type { SweepState } from './sweep-state.ts'

export interface FileNewsDeps {
  readonly stash: Pick<StashClient, 'now' | 'filesSince' | 'highestFileId' | 'scenesWithPaths'>
  readonly probeState: ProbeState
  readonly progress: SweepState
  readonly changed: ChangedScenes
}

interface ReadFiles {
  /** Paths of the files that changed. */
  readonly paths: ReadonlySet<string>
  /** How many ids were not known before. */
  readonly newIds: number
  readonly highestId: number
}

const pathsPerQuery = 20
/** More files than are asked for one by one: all scenes are to be compared. */
const mostPaths = 200

export class FileNews {
  readonly #deps: FileNewsDeps

  constructor(deps: FileNewsDeps) {
    this.#deps = deps
  }

  /**
   * Enqueues the scenes of files that changed after the stamp `since`; null: none did. Returns how many were enqueued.
   * `before` is what the last probe said of files, `seen` the paths of scenes that were read a moment ago.
   */
  async read(
    since: string | null,
    { file }: ProbeReading,
    before: KnownKind | undefined,
    seen: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<Result<number>> {
    const { probeState, stash, progress } = this.#deps
    if (since === null || file === null || before === undefined) return ok(0)
    const read = await this.#filesSince(since, before.highestId, seen, signal)
    if (!read.ok) return read
    const { paths, newIds, highestId } = read.value
    const isTooMuch = paths.size > mostPaths
    const enqueued = isTooMuch ? ok({ enqueued: 0, isOpen: false }) : await this.#enqueue(paths, signal)
    if (!enqueued.ok) return enqueued
    const { isOpen } = enqueued.value
    const { accounted, isOdd } = accountFor(before, file, newIds)
    if (isOdd || isTooMuch) progress.save({ census: 'files' })
    probeState.saveKind('file', knownKind(file, { stashNow: stash.now(), highestId, accounted, isOpen }))
    return ok(enqueued.value.enqueued)
  }

  /** All files were read with their scenes, or there is nothing yet to compare them with. */
  async keep({ file }: ProbeReading, signal: AbortSignal): Promise<Result<void>> {
    const { probeState, stash } = this.#deps
    if (file === null) return ok(undefined)
    // The newest need not be the one that came last: a known file that counted as new would be missing from the count.
    const highest = await stash.highestFileId(signal)
    if (!highest.ok) return highest
    const followed = { stashNow: stash.now(), highestId: highest.value, accounted: null, isOpen: false }
    probeState.saveKind('file', knownKind(file, followed))
    return ok(undefined)
  }

  async #filesSince(
    since: string,
    highestId: number,
    seen: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<Result<ReadFiles>> {
    const newIds = new Set<number>()
    let highest = highestId
    const paths = new Set<string>()
    for await (const page of this.#deps.stash.filesSince(since, signal)) {
      if (!page.ok) return page
      for (const { id, path } of page.value) {
        if (Number(id) > highestId) newIds.add(Number(id))
        highest = Math.max(highest, Number(id))
        if (!seen.has(path)) paths.add(path)
      }
    }
    return ok({ paths, newIds: newIds.size, highestId: highest })
  }

  async #enqueue(paths: ReadonlySet<string>, signal: AbortSignal): Promise<Result<Enqueued>> {
    const { stash, changed } = this.#deps
    const scenes = new Map<string, SceneSeen>()
    const wanted = [...paths]
    for (let from = 0; from < wanted.length; from += pathsPerQuery) {
      const found = await stash.scenesWithPaths(wanted.slice(from, from + pathsPerQuery), signal)
      if (!found.ok) return found
      // Stash compares paths as LIKE does: more scenes come than were asked for.
      for (const { id, updatedAt, files } of found.value)
        if (files.some(({ path }) => paths.has(path))) scenes.set(id, { id, updatedAt, filesKey: filesKey(files) })
    }
    const enqueued = await changed.enqueue([...scenes.values()], signal)
    return signal.aborted ? fail('cancelled', 'Cancelled') : ok(enqueued)
  }
}

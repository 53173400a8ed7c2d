/**
 * Reads what changed in Stash, compares it with what was handled, and enqueues the difference. Three ways: the baseline
 * notes the present state and enqueues nothing; the quick one reads what was changed since a stamp; the full one goes over
 * all scenes and so notices deletions, and whatever stamps do not show (a clock or time zone that changed, an import).
 */

import type { SceneId } from '../../../shared/domain.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import type { Clock, Logger } from '../ports.ts'
import type { StashClient } from '../stash/client.ts'
import { filesKey } from '../stash/scene-keys.ts'
import { beforeAllStamps } from '../stash/stamp.ts'
import type { KnownVersion, SceneSeen } from '../sync/scene-state.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'
import type { ChangedScenes, Enqueued } from './changed-scenes.ts'
import { hearingLines } from './hearing-log.ts'
import { isBelievable } from './losses.ts'
import { fullPage, isPlausible, lastId, laterOf, latestOf, readPage, sliceSize } from './scene-pages.ts'
import type { SweepState } from './sweep-state.ts'
import { lookAgain, mostYoung, type YoungScenesDeps, youngKeys } from './young-scenes.ts'

export interface SweepDeps extends YoungScenesDeps {
  readonly stash: YoungScenesDeps['stash'] & Pick<StashClient, 'sceneStamps' | 'sceneFiles'>
  readonly progress: SweepState
  readonly changed: ChangedScenes
  readonly clock: Clock
  readonly logger: Logger
}

export interface FullReport extends Enqueued {
  /** Scenes that Stash no longer has. */
  readonly dropped: number
  /** What Stash has. */
  readonly count: number
  readonly highestId: number
  /** The latest stamp in time, which shows Stash's present offset; null if there is no scene. */
  readonly latest: string | null
}

export interface QuickReport extends Enqueued {
  /** How many ids were not known before. */
  readonly newIds: number
  readonly highestId: number
  /** Paths of all files of the scenes that were read. */
  readonly paths: ReadonlySet<string>
}

export interface FullOptions {
  /** Compares files as well, which costs Stash twice as much. */
  readonly files: boolean
  /** Ids may be new: a scene counts as unchanged only if its files are known and the same. */
  readonly distrustIds: boolean
}

const quickPage = 1_000
const knownPage = 1_000
const cancelled = fail('cancelled', 'Cancelled')

export class Sweep {
  readonly #deps: SweepDeps

  constructor(deps: SweepDeps) {
    this.#deps = deps
  }

  /** Notes the state of every scene as handled: the whole library is only written when the user asks for it. */
  async baseline(signal: AbortSignal): Promise<Result<FullReport>> {
    const { stash, store, states, progress, changed, clock, logger } = this.#deps
    let { newest } = progress.get()
    if (newest === null) {
      const latest = await this.#newestStamp(signal)
      if (!latest.ok) return latest
      newest = latest.value
      progress.save({ newest, fullAt: null, fullAfter: 0 })
    }
    const begun = Date.parse(newest)
    const later: SceneSeen[] = []
    let scenes = 0
    let young = 0
    let after = progress.get().fullAfter
    for (;;) {
      const page = await readPage(after, true, stash, signal)
      if (!page.ok) return page
      const stamps = page.value
      for (let from = 0; from < stamps.length; from += sliceSize) {
        if (signal.aborted) return cancelled
        const slice = stamps.slice(from, from + sliceSize)
        const keys = await youngKeys(slice, mostYoung - young, stash, signal)
        if (!keys.ok) return keys
        young += keys.value.size
        after = lastId(slice, after)
        store.inUnhurried(() => {
          for (const scene of slice) {
            // Changed since the baseline was begun: news.
            if (Date.parse(scene.updatedAt) > begun && isPlausible(scene.updatedAt, clock.now())) later.push(scene)
            else if (states.get(scene.id) === null)
              states.baseline(scene, keys.value.get(scene.id) ?? null, clock.now())
          }
          progress.save({ newest, fullAt: null, fullAfter: after })
        })
        await yieldToEventLoop()
      }
      scenes += stamps.length
      if (stamps.length < fullPage) break
    }
    progress.save({ newest, fullAt: clock.now(), fullAfter: 0 })
    logger.log(...hearingLines.baselineSet({ scenes }))
    const enqueued = await changed.enqueue(later, signal)
    return ok({ ...enqueued, dropped: 0, count: scenes, highestId: after, latest: newest })
  }

  /** Reads the scenes that changed after this stamp. @param highestId ids above it are new. */
  async since(stamp: string, highestId: number, signal: AbortSignal): Promise<Result<QuickReport>> {
    const changed = new Map<SceneId, SceneSeen>()
    const newIds = new Set<number>()
    let highest = highestId
    const paths = new Set<string>()
    for (let page = 1; ; page += 1) {
      const read = await this.#deps.stash.sceneFiles({ since: stamp, page, perPage: quickPage }, signal)
      if (!read.ok) return read
      for (const { id, updatedAt, files } of read.value.scenes) {
        const seen = { id, updatedAt, filesKey: filesKey(files) }
        if (Number(id) > highestId) newIds.add(Number(id))
        highest = Math.max(highest, Number(id))
        for (const { path } of files) paths.add(path)
        if (this.#isNews(seen)) changed.set(id, seen)
      }
      await yieldToEventLoop()
      if (read.value.scenes.length < quickPage) break
    }
    const enqueued = await this.#deps.changed.enqueue([...changed.values()], signal)
    return signal.aborted ? cancelled : ok({ ...enqueued, newIds: newIds.size, highestId: highest, paths })
  }

  /** Goes over all scenes of both sides in order of their ids, as a zip closes. */
  async all(options: FullOptions, signal: AbortSignal): Promise<Result<FullReport>> {
    const { stash, store, states, progress, clock } = this.#deps
    // A scene that gets a state while this runs may be newer than the page it would be on.
    const lastKnown = progress.lastKnown()
    const gone: SceneId[] = []
    const changed: SceneSeen[] = []
    let count = 0
    let after = 0
    let latest: string | null = null
    for (let isLast = false; !isLast; ) {
      const page = await readPage(after, options.files, stash, signal)
      if (!page.ok) return page
      const scenes = page.value
      count += scenes.length
      isLast = scenes.length < fullPage
      const newest = latestOf(scenes, clock.now())
      if (newest !== null) latest = laterOf(latest, newest)
      const highest = lastId(scenes, after)
      const known = await this.#knownBetween(after, isLast ? Math.max(highest, lastKnown) : highest)
      for (let from = 0; from < scenes.length; from += sliceSize) {
        store.inUnhurried(() => {
          for (const scene of scenes.slice(from, from + sliceSize)) {
            const state = known.get(scene.id)
            known.delete(scene.id)
            if (isChanged(scene, state, options)) changed.push(scene)
            else if (scene.filesKey !== null && state?.filesKey === '') states.noteFiles(scene.id, scene.filesKey)
          }
        })
        await yieldToEventLoop()
      }
      for (const [id, { sceneId }] of known) if (sceneId <= lastKnown) gone.push(id)
      after = highest
    }
    const dropped = await this.#drop(gone, signal)
    const enqueued = await this.#deps.changed.enqueue(changed, signal)
    if (signal.aborted) return cancelled
    progress.forgetHandled()
    progress.save({ fullAt: clock.now(), fullAfter: 0, census: null })
    return ok({ ...enqueued, dropped, count, highestId: after, latest })
  }

  /** Reads scenes once more that were read too soon after their stamp. Returns how many were enqueued. */
  lookAgain(signal: AbortSignal): Promise<Result<number>> {
    return lookAgain(this.#deps, signal)
  }

  /** Where Stash has no scene, any time will do: what comes is newer. */
  async #newestStamp(signal: AbortSignal): Promise<Result<string>> {
    const { stash, clock } = this.#deps
    const latest = await stash.sceneStamps({ since: beforeAllStamps, page: 1, perPage: 20 }, signal)
    return latest.ok ? ok(latestOf(latest.value.stamps, clock.now()) ?? beforeAllStamps) : latest
  }

  /** Files that were never known prove nothing alone. */
  #isNews({ id, updatedAt, filesKey: key }: SceneSeen): boolean {
    const state = this.#deps.states.get(id)
    return state?.handledVersion !== updatedAt || (state.filesKey !== '' && state.filesKey !== key)
  }

  async #knownBetween(after: number, until: number): Promise<Map<SceneId, KnownVersion>> {
    const known = new Map<SceneId, KnownVersion>()
    for (let from = after; from < until; ) {
      const rows = this.#deps.states.versionsAfter(from, knownPage)
      for (const row of rows) if (row.sceneId <= until) known.set(String(row.sceneId), row)
      from = rows.at(-1)?.sceneId ?? until
      await yieldToEventLoop()
    }
    return known
  }

  /**
   * Forgets scenes that are gone, and returns how many. Plex is left alone; the base of its items too, for the scene that
   * takes over the file of one that was merged away.
   */
  async #drop(gone: readonly SceneId[], signal: AbortSignal): Promise<number> {
    const { states, progress, store, logger } = this.#deps
    if (!isBelievable(gone.length, progress.knownScenes())) {
      logger.log(...hearingLines.scenesLost({ scenes: gone.length }))
      return 0
    }
    for (let from = 0; from < gone.length && !signal.aborted; from += sliceSize) {
      store.inTransaction(() => {
        for (const id of gone.slice(from, from + sliceSize)) {
          states.drop(id)
          progress.forget(id)
          store.dropWaiting('scene', id)
        }
      })
      await yieldToEventLoop()
    }
    return gone.length
  }
}

function isChanged(scene: SceneSeen, known: KnownVersion | undefined, { distrustIds }: FullOptions): boolean {
  if (known === undefined || known.version !== scene.updatedAt) return true
  if (scene.filesKey === null || known.filesKey === scene.filesKey) return false
  return known.filesKey !== '' || (distrustIds && known.handling !== 'baseline')
}

/**
 * Reads what changed in Stash, compares it with what was handled, and enqueues the difference. Three ways: the baseline
 * notes how things stand and enqueues nothing; the quick one reads what was changed since a stamp; the full one goes over
 * all scenes and so notices deletions, and whatever stamps do not tell (a clock or time zone that changed, an import).
 */
import type { SceneId } from '../../../shared/domain.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import type { Clock } from '../ports.ts'
import type { StashClient } from '../stash/client.ts'
import { filesKey } from '../stash/scene-keys.ts'
import { beforeAllStamps } from '../stash/stamp.ts'
import type { SceneStamp } from '../stash/stamp-reader.ts'
import type { KnownVersion } from '../sync/scene-state.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'
import { type BringUpDeps, type BroughtUp, bringUp, type SceneSeen } from './bring-up.ts'

export interface SweepDeps extends BringUpDeps {
  readonly stash: Pick<StashClient, 'now' | 'sceneStamps' | 'sceneFiles'>
  readonly clock: Clock
}

export interface FullReport extends BroughtUp {
  /** Scenes that Stash no longer has. */
  readonly dropped: number
  /** What Stash has. */
  readonly count: number
  readonly highestId: number
  /** The stamp that lies latest in time, which tells Stash's present offset; null where there is no scene. */
  readonly latest: string | null
}

export interface QuickReport extends BroughtUp {
  /** How many ids were not known before. */
  readonly newIds: number
  readonly highestId: number
  /** Paths of all files of the scenes that were read. */
  readonly paths: ReadonlySet<string>
}

const dayMs = 24 * 3_600_000
const quickPage = 1_000
const fullPage = 8_000
/** Scenes per commit. */
const sliceSize = 200
/** Up to this number, or half of all, may vanish: more of them mean another or an empty Stash. */
const believedLosses = 50

/** Notes the state of every scene as handled: the whole library is only written when a person asks for it. */
export async function setBaseline(deps: SweepDeps, signal: AbortSignal): Promise<Result<FullReport>> {
  const { sweep, states, clock, logger } = deps
  let { newest } = sweep.get()
  if (newest === null) {
    const latest = await newestStamp(deps, signal)
    if (!latest.ok) return latest
    newest = latest.value
    sweep.save({ newest, fullAt: null, fullAfter: 0 })
  }
  const begun = Date.parse(newest)
  const later: SceneSeen[] = []
  let scenes = 0
  let after = sweep.get().fullAfter
  for (;;) {
    const page = await readPage(after, true, deps, signal)
    if (!page.ok) return page
    const stamps = page.value
    for (let from = 0; from < stamps.length; from += sliceSize) {
      if (signal.aborted) return cancelled
      const slice = stamps.slice(from, from + sliceSize)
      after = lastId(slice, after)
      deps.store.inTransaction(() => {
        for (const scene of slice) {
          const at = Date.parse(scene.updatedAt)
          // Changed since the baseline was begun: news.
          if (at > begun && at <= clock.now() + dayMs) later.push(scene)
          else if (states.get(scene.id) === null)
            states.baseline(scene.id, scene.updatedAt, scene.filesKey ?? '', clock.now())
        }
        sweep.save({ newest, fullAt: null, fullAfter: after })
      })
      await yieldToEventLoop()
    }
    scenes += stamps.length
    if (stamps.length < fullPage) break
  }
  sweep.save({ newest, fullAt: clock.now(), fullAfter: 0 })
  logger.log('info', 'Sweep', `Baseline set: ${scenes} scenes of Stash are known; from now on changes are noticed`)
  const broughtUp = await bringUp(later, deps, signal)
  return ok({ ...broughtUp, dropped: 0, count: scenes, highestId: after, latest: newest })
}

/** Where Stash has no scene, any time will do: what comes is newer. */
async function newestStamp(deps: SweepDeps, signal: AbortSignal): Promise<Result<string>> {
  const latest = await deps.stash.sceneStamps({ since: beforeAllStamps, page: 1, perPage: 20 }, signal)
  return latest.ok ? ok(latestOf(latest.value.stamps, deps) ?? beforeAllStamps) : latest
}

/** @param highestId ids above it are new. */
export async function sweepSince(
  since: string,
  highestId: number,
  deps: SweepDeps,
  signal: AbortSignal,
): Promise<Result<QuickReport>> {
  const changed = new Map<SceneId, SceneSeen>()
  const newIds = new Set<number>()
  let highest = highestId
  const paths = new Set<string>()
  for (let page = 1; ; page += 1) {
    const read = await deps.stash.sceneFiles({ since, page, perPage: quickPage }, signal)
    if (!read.ok) return read
    for (const { id, updatedAt, files } of read.value.scenes) {
      const seen = { id, updatedAt, filesKey: filesKey(files) }
      if (Number(id) > highestId) newIds.add(Number(id))
      highest = Math.max(highest, Number(id))
      for (const { path } of files) paths.add(path)
      if (isNews(seen, deps)) changed.set(id, seen)
    }
    await yieldToEventLoop()
    if (read.value.scenes.length < quickPage) break
  }
  const broughtUp = await bringUp([...changed.values()], deps, signal)
  return signal.aborted ? cancelled : ok({ ...broughtUp, newIds: newIds.size, highestId: highest, paths })
}

/** Files that were never known prove nothing alone. */
function isNews({ id, updatedAt, filesKey: key }: SceneSeen, { states }: SweepDeps): boolean {
  const state = states.get(id)
  return state?.handledVersion !== updatedAt || (state.filesKey !== '' && state.filesKey !== key)
}

export interface FullOptions {
  /** Compares files as well, which costs Stash twice as much. */
  readonly files: boolean
  /** Ids may be new: a scene counts as unchanged only if its files are known and the same. */
  readonly distrustIds: boolean
}

/** Goes over all scenes of both sides in order of their ids, as a zip closes. */
export async function sweepAll(
  options: FullOptions,
  deps: SweepDeps,
  signal: AbortSignal,
): Promise<Result<FullReport>> {
  const { sweep, states } = deps
  // A scene that gets a state while this runs may be newer than the page it would be on.
  const lastKnown = sweep.lastKnown()
  const gone: SceneId[] = []
  const changed: SceneSeen[] = []
  let count = 0
  let after = 0
  let latest: string | null = null
  for (let isLast = false; !isLast; ) {
    const page = await readPage(after, options.files, deps, signal)
    if (!page.ok) return page
    const scenes = page.value
    count += scenes.length
    isLast = scenes.length < fullPage
    const newest = latestOf(scenes, deps)
    if (newest !== null) latest = laterOf(latest, newest)
    const highest = lastId(scenes, after)
    const known = await knownBetween(after, isLast ? Math.max(highest, lastKnown) : highest, deps)
    for (let from = 0; from < scenes.length; from += sliceSize) {
      deps.store.inTransaction(() => {
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
  const dropped = isBelievable(gone.length, sweep.knownScenes())
    ? await drop(gone, deps, signal)
    : distrust(gone.length, deps)
  const broughtUp = await bringUp(changed, deps, signal)
  if (signal.aborted) return cancelled
  sweep.forgetHandled()
  sweep.save({ fullAt: deps.clock.now(), fullAfter: 0, census: null })
  return ok({ ...broughtUp, dropped, count, highestId: after, latest })
}

async function readPage(
  after: number,
  files: boolean,
  { stash }: SweepDeps,
  signal: AbortSignal,
): Promise<Result<SceneSeen[]>> {
  const request = { after, page: 1, perPage: fullPage }
  if (!files) {
    const page = await stash.sceneStamps(request, signal)
    return page.ok ? ok(page.value.stamps.map((stamp) => ({ ...stamp, filesKey: null }))) : page
  }
  const page = await stash.sceneFiles(request, signal)
  if (!page.ok) return page
  const seen: SceneSeen[] = []
  for (const [at, scene] of page.value.scenes.entries()) {
    if (at % sliceSize === 0) await yieldToEventLoop()
    seen.push({ id: scene.id, updatedAt: scene.updatedAt, filesKey: filesKey(scene.files) })
  }
  return ok(seen)
}

async function knownBetween(after: number, until: number, { states }: SweepDeps): Promise<Map<SceneId, KnownVersion>> {
  const known = new Map<SceneId, KnownVersion>()
  for (let from = after; from < until; ) {
    const rows = states.versionsAfter(from, sliceSize * 5)
    for (const row of rows) if (row.sceneId <= until) known.set(String(row.sceneId), row)
    from = rows.at(-1)?.sceneId ?? until
    await yieldToEventLoop()
  }
  return known
}

function isChanged(scene: SceneSeen, known: KnownVersion | undefined, { distrustIds }: FullOptions): boolean {
  if (known === undefined || known.version !== scene.updatedAt) return true
  if (scene.filesKey === null || known.filesKey === scene.filesKey) return false
  return known.filesKey !== '' || (distrustIds && known.outcome !== 'baseline')
}

export function isBelievable(lost: number, known: number): boolean {
  return lost <= believedLosses || lost <= known / 2
}

/** Plex is left alone; the base of its items too, for the scene that takes over the file of one that was merged away. */
async function drop(gone: readonly SceneId[], deps: SweepDeps, signal: AbortSignal): Promise<number> {
  for (let from = 0; from < gone.length && !signal.aborted; from += sliceSize) {
    deps.store.inTransaction(() => {
      for (const id of gone.slice(from, from + sliceSize)) {
        deps.states.drop(id)
        deps.sweep.forget(id)
        deps.store.dropWaiting('scene', id)
      }
    })
    await yieldToEventLoop()
  }
  return gone.length
}

function distrust(lost: number, { logger }: SweepDeps): number {
  logger.log('warning', 'Sweep', `Stash has lost ${lost} scenes, more than half of them: nothing is forgotten`)
  return 0
}

/** The latest of a page, but for times of the future, behind which every change to come would be hidden. */
function latestOf(stamps: readonly Pick<SceneStamp, 'updatedAt'>[], { clock }: SweepDeps): string | null {
  const future = clock.now() + dayMs
  const times = stamps.map((stamp) => stamp.updatedAt)
  const plausible = times.filter((time) => Date.parse(time) <= future)
  return (plausible.length > 0 ? plausible : times).reduce<string | null>(laterOf, null)
}

function laterOf(one: string | null, other: string): string {
  return one === null || Date.parse(other) >= Date.parse(one) ? other : one
}

function lastId(scenes: readonly { readonly id: SceneId }[], otherwise: number): number {
  return scenes.reduce((last, { id }) => Math.max(last, Number(id)), otherwise)
}

const cancelled = fail('cancelled', 'Cancelled')

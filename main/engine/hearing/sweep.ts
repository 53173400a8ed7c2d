/**
 * The sweep finds what no hook told: Stash fires none for merges, auto-tagging and covers made later, and hooks are lost
 * while PlexSync is off. It reads ids and times only, compares them with what was handled, and enqueues the difference.
 *
 * Two passes. The quick one asks for what changed since the latest time seen. The full one goes over all ids, once a day
 * and where scenes seem to have vanished: it notices deletions, and whatever a quick one must miss (Stash's clock or time
 * zone was changed, a time of the future was imported). The first full pass only notes how things stand.
 */
import type { SceneId } from '../../../shared/domain.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import type { Clock, Logger } from '../ports.ts'
import type { DeadLetters } from '../queue/dead-letters.ts'
import type { JobStore } from '../queue/job-store.ts'
import type { SceneStamp, StashClient } from '../stash/client.ts'
import { beforeAllStamps, earlier } from '../stash/stamp.ts'
import type { SceneStates } from '../sync/scene-state.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'
import type { SweepState } from './sweep-state.ts'

export interface SweepDeps {
  readonly stash: Pick<StashClient, 'sceneStamps'>
  readonly states: SceneStates
  readonly sweep: SweepState
  readonly store: JobStore
  readonly deadLetters: Pick<DeadLetters, 'has'>
  readonly clock: Clock
  readonly logger: Logger
}

export interface SweepReport {
  readonly enqueued: number
  /** Scenes that Stash no longer has. */
  readonly dropped: number
}

/** Daylight saving moves Stash's local times back by an hour; equal seconds are ties. */
const overlapMs = 3 * 3_600_000
const dayMs = 24 * 3_600_000
const quickPage = 1_000
const fullPage = 8_000
/** Scenes per commit. */
const sliceSize = 200
/** Vanished scenes are believed up to so many, or half of all: else it is more likely another or an empty Stash. */
const believedLosses = 50

const nothing: SweepReport = { enqueued: 0, dropped: 0 }

/** One sweep, from where the last one ended. A fault is that of Stash; the next sweep goes on from there. */
export async function sweepStash(deps: SweepDeps, signal: AbortSignal): Promise<Result<SweepReport>> {
  const { newest, fullAt } = deps.sweep.get()
  const since = newest === null ? null : earlier(newest, overlapMs)
  if (fullAt === null || newest === null) return baseline(deps, signal)
  // Below 0: the clock was set back, and changes may bear times that lie before those seen already.
  const age = deps.clock.now() - fullAt
  if (since === null || age < 0 || age >= dayMs) return fullPass(deps, signal)
  return quickPass(deps, since, newest, signal)
}

/** Notes the state of every scene as handled: the whole library is only written when a person asks for it. */
async function baseline(deps: SweepDeps, signal: AbortSignal): Promise<Result<SweepReport>> {
  const { sweep, states, clock, logger } = deps
  let { newest } = sweep.get()
  if (newest === null) {
    const latest = await newestStamp(deps, signal)
    if (!latest.ok) return latest
    newest = latest.value
    sweep.save({ newest, fullAt: null, fullAfter: 0 })
  }
  const begun = Date.parse(newest)
  let scenes = 0
  for (let after = sweep.get().fullAfter; ; ) {
    const page = await deps.stash.sceneStamps({ after, page: 1, perPage: fullPage }, signal)
    if (!page.ok) return page
    const { stamps } = page.value
    for (let from = 0; from < stamps.length; from += sliceSize) {
      if (signal.aborted) return cancelled
      const slice = stamps.slice(from, from + sliceSize)
      after = lastId(slice, after)
      deps.store.inTransaction(() => {
        for (const { id, updatedAt } of slice) {
          // Changed since the baseline was begun: left for the next sweep to find.
          const at = Date.parse(updatedAt)
          if ((at > begun && at <= clock.now() + dayMs) || states.get(id) !== null) continue
          states.baseline(id, updatedAt, clock.now())
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
  const since = earlier(newest, overlapMs)
  return since === null ? ok(nothing) : quickPass(deps, since, newest, signal)
}

/** Where Stash has no scene, any time will do: what comes is newer. */
async function newestStamp(deps: SweepDeps, signal: AbortSignal): Promise<Result<string>> {
  const latest = await deps.stash.sceneStamps({ since: beforeAllStamps, page: 1, perPage: 20 }, signal)
  return latest.ok ? ok(latestOf(latest.value.stamps, deps) ?? beforeAllStamps) : latest
}

async function quickPass(
  deps: SweepDeps,
  since: string,
  newest: string,
  signal: AbortSignal,
): Promise<Result<SweepReport>> {
  const changed = new Map<SceneId, string>()
  let unknown = 0
  let latest = newest
  for (let page = 1; ; page += 1) {
    const read = await deps.stash.sceneStamps({ since, page, perPage: quickPage }, signal)
    if (!read.ok) return read
    const { stamps } = read.value
    if (page === 1) latest = laterOf(latest, latestOf(stamps, deps))
    for (const { id, updatedAt } of stamps) {
      const state = deps.states.get(id)
      if (state === null) unknown += changed.has(id) ? 0 : 1
      if (state?.handledVersion !== updatedAt) changed.set(id, updatedAt)
    }
    if (stamps.length < quickPage) break
  }
  if (changed.size > 0 && (await scenesVanished(deps, unknown, signal))) {
    // First of all: the item of a scene that was merged away belongs to the scene that took its files.
    return fullPass(deps, signal)
  }
  const enqueued = await bringUp(
    [...changed].map(([id, updatedAt]) => ({ id, updatedAt })),
    deps,
    signal,
  )
  if (signal.aborted) return cancelled
  deps.sweep.save({ ...deps.sweep.get(), newest: latest })
  return ok({ enqueued, dropped: 0 })
}

/** Stash has fewer scenes than those we know and those that are new to us. */
async function scenesVanished(deps: SweepDeps, unknown: number, signal: AbortSignal): Promise<boolean> {
  const all = await deps.stash.sceneStamps({ page: 1, perPage: 0 }, signal)
  if (!all.ok) return false
  const lost = deps.sweep.knownScenes() + unknown - all.value.count
  return lost > 0 && isBelievable(lost, deps)
}

function isBelievable(lost: number, deps: SweepDeps): boolean {
  return lost <= believedLosses || lost <= deps.sweep.knownScenes() / 2
}

/** Both sides in order of their ids, as a zip closes. */
async function fullPass(deps: SweepDeps, signal: AbortSignal): Promise<Result<SweepReport>> {
  const { sweep, states } = deps
  // A scene that gets a state while this runs may be newer than the page it would be on.
  const lastKnown = sweep.lastKnown()
  const gone: SceneId[] = []
  const changed: SceneStamp[] = []
  let latest = sweep.get().newest
  for (let after = 0; ; ) {
    const page = await deps.stash.sceneStamps({ after, page: 1, perPage: fullPage }, signal)
    if (!page.ok) return page
    const { stamps } = page.value
    const isLast = stamps.length < fullPage
    latest = laterOf(latest, latestOf(stamps, deps))
    const until = isLast ? lastKnown : lastId(stamps, after)
    const known = new Map<SceneId, string>()
    for (let from = after; from < until; ) {
      const rows = states.versionsAfter(from, sliceSize * 5)
      for (const row of rows) if (row.sceneId <= until) known.set(String(row.sceneId), row.version)
      from = rows.at(-1)?.sceneId ?? until
      await yieldToEventLoop()
    }
    for (const stamp of stamps) {
      if (known.get(stamp.id) !== stamp.updatedAt) changed.push(stamp)
      known.delete(stamp.id)
    }
    gone.push(...known.keys())
    if (isLast) break
    after = until
  }
  const dropped = isBelievable(gone.length, deps) ? await drop(gone, deps, signal) : distrust(gone.length, deps)
  const enqueued = await bringUp(changed, deps, signal)
  if (signal.aborted) return cancelled
  sweep.forgetHandled()
  sweep.save({ newest: latest, fullAt: deps.clock.now(), fullAfter: 0 })
  return ok({ enqueued, dropped })
}

/**
 * Enqueues what is not under way yet; returns how many. Each state of a scene is brought up once: a job that ended in the
 * dead letters is not repeated before the scene changes.
 */
async function bringUp(stamps: readonly SceneStamp[], deps: SweepDeps, signal: AbortSignal): Promise<number> {
  let enqueued = 0
  for (let from = 0; from < stamps.length && !signal.aborted; from += sliceSize) {
    deps.store.inTransaction(() => {
      for (const stamp of stamps.slice(from, from + sliceSize)) if (bringUpOne(stamp, deps)) enqueued += 1
    })
    await yieldToEventLoop()
  }
  return enqueued
}

function bringUpOne({ id, updatedAt }: SceneStamp, { states, sweep, store, deadLetters }: SweepDeps): boolean {
  const state = states.get(id)
  // Handled meanwhile, or brought up before.
  if (state?.handledVersion === updatedAt || sweep.noted(id) === updatedAt) return false
  // A waiting job reads the newest state when its time comes.
  if (store.isQueued('scene', id)) return false
  const failedUnseen = deadLetters.has('scene', id) && state?.outcome !== 'dead' && sweep.noted(id) === null
  sweep.note(id, updatedAt)
  // Which state of it failed is not known (Stash or Plex failed before it was looked at): most likely this one.
  if (failedUnseen) return false
  store.enqueue({ kind: 'scene', subjectId: id, fields: null, origin: 'sweep' }, 0)
  return true
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
function latestOf(stamps: readonly SceneStamp[], { clock }: SweepDeps): string | null {
  const future = clock.now() + dayMs
  const times = stamps.map((stamp) => stamp.updatedAt)
  const plausible = times.filter((time) => Date.parse(time) <= future)
  return (plausible.length > 0 ? plausible : times).reduce<string | null>(laterOf, null)
}

function laterOf(one: string, other: string | null): string
function laterOf(one: string | null, other: string | null): string | null
function laterOf(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other
  return Date.parse(other) >= Date.parse(one) ? other : one
}

function lastId(stamps: readonly SceneStamp[], otherwise: number): number {
  return stamps.reduce((last, { id }) => Math.max(last, Number(id)), otherwise)
}

const cancelled = fail('cancelled', 'Cancelled')

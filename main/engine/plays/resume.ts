/** Resume points of the owner, from Plex to Stash. Neither history nor item tells how long was watched: only the point. */
import type { RatingKey } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { PlexClient } from '../plex/client.ts'
import type { Viewing } from '../plex/viewing.ts'
import type { WatchedScene } from '../stash/watching.ts'
import { type ResolveScenesDeps, resolveScenes } from './resolve-scenes.ts'
import type { Steps } from './steps.ts'
import { sameValue, type ViewingEffects } from './viewing-effects.ts'
import type { ViewingStore } from './viewing-store.ts'

export interface ViewingDeps extends ResolveScenesDeps {
  readonly plex: Pick<PlexClient, 'viewings' | 'viewingsOf'>
  readonly store: ViewingStore
  readonly sectionIds: readonly string[]
  /** Epoch seconds by the clock of the Plex server. */
  readonly moment: number
  /** Once a day: values of ours are looked at one by one. */
  readonly thorough: boolean
  readonly dryRun: boolean
  readonly steps: Pick<Steps, 'found'>
}

/** Plex's clock may differ from ours, and an item that is looked at twice costs nothing. */
export const overlapSeconds = 24 * 60 * 60
const firstLookBackSeconds = 60 * 24 * 60 * 60
/** Less is not worth a write: players rewind by some seconds. */
const smallestStepSeconds = 20

export async function pullResumePoints(
  effects: ViewingEffects,
  deps: ViewingDeps,
  signal: AbortSignal,
): Promise<Result<void>> {
  const { server, store, plex, moment } = deps
  const progress = store.progress(server, 'resume')
  const since = progress === null ? moment - firstLookBackSeconds : progress.readAt - overlapSeconds
  const changed: Viewing[] = []
  const listed = new Set<RatingKey>()
  for (const sectionId of deps.sectionIds)
    for await (const page of plex.viewings(sectionId, { by: 'viewed', since }, signal)) {
      if (!page.ok) return page
      deps.steps.found(page.value.length)
      for (const viewing of page.value) {
        listed.add(viewing.ratingKey)
        if (isNews(viewing, deps)) changed.push(viewing)
      }
    }
  const written = await writeAll(changed, effects, deps, signal)
  if (!written.ok) return written
  if (deps.thorough) {
    const checked = await checkOurs(listed, effects, deps, signal)
    if (!checked.ok) return checked
  }
  if (!deps.dryRun) store.noteRead(server, 'resume', moment)
  return ok(undefined)
}

function isNews(viewing: Viewing, { server, store }: ViewingDeps): boolean {
  const seen = store.seen(server, viewing.ratingKey)
  return seen.viewOffset !== viewing.viewOffset || seen.viewedAt !== viewing.lastViewedAt
}

async function writeAll(
  viewings: readonly Viewing[],
  effects: ViewingEffects,
  deps: ViewingDeps,
  signal: AbortSignal,
): Promise<Result<void>> {
  if (viewings.length === 0) return ok(undefined)
  const resolved = await resolveScenes(
    viewings.map(({ ratingKey }) => ratingKey),
    deps,
    signal,
  )
  if (!resolved.ok) return resolved
  for (const viewing of viewings) {
    const scene = resolved.value.scenes.get(viewing.ratingKey)
    if (scene === undefined) continue
    const written = await writeOne(viewing, scene, effects, deps, signal)
    if (!written.ok) return written
    effects.note(viewing.ratingKey, { viewOffset: viewing.viewOffset, viewedAt: viewing.lastViewedAt })
  }
  return ok(undefined)
}

async function writeOne(
  viewing: Viewing,
  scene: WatchedScene,
  effects: ViewingEffects,
  { store }: ViewingDeps,
  signal: AbortSignal,
): Promise<Result<void>> {
  const { ratingKey, viewOffset, lastViewedAt } = viewing
  if (viewOffset === null || viewOffset <= 0) {
    // Watched to the end, or marked: only a point of ours goes.
    const ours = store.lastOf('resume', scene.id)
    const isOurs = ours !== null && (ours.after ?? 0) > 0 && sameValue(ours.after, scene.resumeTime)
    return isOurs ? effects.write('resume', ratingKey, scene, 0, signal) : ok(undefined)
  }
  const seconds = viewOffset / 1000
  const isLater = (lastViewedAt ?? 0) > (scene.lastPlayedAt ?? 0)
  if (isLater && Math.abs(seconds - scene.resumeTime) > smallestStepSeconds)
    return effects.write('resume', ratingKey, scene, seconds, signal)
  effects.skipped('resume')
  return ok(undefined)
}

/** An item that was marked as unwatched has no date any more, so no listing by date shows it. */
async function checkOurs(
  listed: ReadonlySet<RatingKey>,
  effects: ViewingEffects,
  deps: ViewingDeps,
  signal: AbortSignal,
): Promise<Result<void>> {
  const keys = deps.store
    .ours(deps.server, 'resume')
    .filter(({ after, ratingKey }) => (after ?? 0) > 0 && !listed.has(ratingKey))
    .map(({ ratingKey }) => ratingKey)
  const viewings = await deps.plex.viewingsOf(keys, signal)
  if (!viewings.ok) return viewings
  const gone = [...viewings.value.values()].filter(({ viewOffset }) => viewOffset === null || viewOffset <= 0)
  return writeAll(gone, effects, deps, signal)
}

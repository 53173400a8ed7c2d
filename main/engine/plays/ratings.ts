/** Ratings of the owner, from Plex (0 to 10) to Stash (0 to 100). */
import type { RatingKey } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { Viewing } from '../plex/viewing.ts'
import type { WatchedScene } from '../stash/watching.ts'
import { resolveScenes } from './resolve-scenes.ts'
import type { ViewingDeps } from './resume.ts'
import { sameValue, type ViewingEffects } from './viewing-effects.ts'

/** Half a star. Plex keeps halves of ten, Stash may be set to finer steps. */
const smallestStep = 5

export async function pullRatings(
  effects: ViewingEffects,
  deps: ViewingDeps,
  signal: AbortSignal,
): Promise<Result<void>> {
  const { server, store, plex, moment } = deps
  const isBaseline = store.progress(server, 'rating') === null
  const changed: Viewing[] = []
  const rated = new Set<RatingKey>()
  for (const sectionId of deps.sectionIds)
    for await (const page of plex.viewings(sectionId, { by: 'rated' }, signal)) {
      if (!page.ok) return page
      deps.steps.found(page.value.length)
      for (const viewing of page.value) {
        rated.add(viewing.ratingKey)
        if (isBaseline) effects.note(viewing.ratingKey, { rating: viewing.rating })
        else if (store.seen(server, viewing.ratingKey).rating !== viewing.rating) changed.push(viewing)
      }
    }
  const vanished = isBaseline ? [] : store.rated(server).filter((ratingKey) => !rated.has(ratingKey))
  // Not in the list: cleared, or an item that is gone. Only what Plex shows without a rating was cleared.
  const cleared = await plex.viewingsOf(vanished, signal)
  if (!cleared.ok) return cleared
  changed.push(...[...cleared.value.values()].filter(({ rating }) => rating === null || rating <= 0))
  const written = await writeAll(changed, effects, deps, signal)
  if (!written.ok) return written
  if (!deps.dryRun) store.noteRead(server, 'rating', moment)
  return ok(undefined)
}

async function writeAll(
  viewings: readonly Viewing[],
  effects: ViewingEffects,
  deps: ViewingDeps,
  signal: AbortSignal,
): Promise<Result<void>> {
  const resolved = await resolveScenes(
    viewings.map(({ ratingKey }) => ratingKey),
    deps,
    signal,
  )
  if (!resolved.ok) return resolved
  for (const viewing of viewings) {
    const { ratingKey } = viewing
    // Without a link nothing was decided: the match may come later.
    if (resolved.value.unlinked.has(ratingKey)) continue
    const rating = viewing.rating !== null && viewing.rating > 0 ? viewing.rating : null
    const scene = resolved.value.scenes.get(ratingKey)
    if (scene !== undefined) {
      const written = await writeOne(ratingKey, rating, scene, effects, deps, signal)
      if (!written.ok) return written
    }
    effects.note(ratingKey, { rating })
  }
  return ok(undefined)
}

async function writeOne(
  ratingKey: RatingKey,
  rating: number | null,
  scene: WatchedScene,
  effects: ViewingEffects,
  { store }: ViewingDeps,
  signal: AbortSignal,
): Promise<Result<void>> {
  if (rating === null) {
    const ours = store.lastOf('rating', scene.id)
    const isOurs = ours !== null && ours.after !== null && sameValue(ours.after, scene.rating100)
    return isOurs ? effects.write('rating', ratingKey, scene, null, signal) : ok(undefined)
  }
  const wanted = Math.min(100, Math.max(1, Math.round(rating * 10)))
  if (scene.rating100 === null || Math.abs(wanted - scene.rating100) >= smallestStep)
    return effects.write('rating', ratingKey, scene, wanted, signal)
  effects.skipped('rating')
  return ok(undefined)
}

/** Ratings of the owner, from Plex (0 to 10) to Stash (0 to 100). */
import type { RatingKey } from '../../../../shared/domain.ts'
import { ok, type Result } from '../../../../shared/result.ts'
import type { Viewing } from '../../plex/viewing.ts'
import type { WatchedScene } from '../../stash/watching.ts'
import type { ViewingDeps } from './viewing-deps.ts'
import { sameValue } from './viewing-writer.ts'

/** Half a star. Plex keeps halves of ten, Stash may be set to finer steps. */
const smallestStep = 5

export async function pullRatings(deps: ViewingDeps, signal: AbortSignal): Promise<Result<void>> {
  const { viewings, memory } = deps
  const isBaseline = memory.progress('rating') === null
  const changed: Viewing[] = []
  const rated = new Set<RatingKey>()
  for await (const page of viewings.list({ by: 'rated' }, signal)) {
    if (!page.ok) return page
    deps.steps.found(page.value.length)
    for (const viewing of page.value) {
      rated.add(viewing.ratingKey)
      if (isBaseline) memory.note(viewing.ratingKey, { rating: viewing.rating })
      else if (memory.seen(viewing.ratingKey).rating !== viewing.rating) changed.push(viewing)
    }
  }
  const vanished = isBaseline ? [] : memory.rated().filter((ratingKey) => !rated.has(ratingKey))
  // Not in the list: cleared, or an item that is gone. Only what Plex shows without a rating was cleared.
  const cleared = await viewings.of(vanished, signal)
  if (!cleared.ok) return cleared
  changed.push(...[...cleared.value.values()].filter(({ rating }) => rating === null || rating <= 0))
  const written = await writeAll(changed, deps, signal)
  if (!written.ok) return written
  memory.noteRead('rating', deps.moment)
  return ok(undefined)
}

async function writeAll(viewings: readonly Viewing[], deps: ViewingDeps, signal: AbortSignal): Promise<Result<void>> {
  const { memory } = deps
  const ratingKeys = viewings.map(({ ratingKey }) => ratingKey)
  const found = await deps.scenes.find(memory.server, ratingKeys, signal)
  if (!found.ok) return found
  for (const viewing of viewings) {
    const { ratingKey } = viewing
    // Without a link nothing was decided: the match may come later.
    if (found.value.unlinked.has(ratingKey)) continue
    const rating = viewing.rating !== null && viewing.rating > 0 ? viewing.rating : null
    const scene = found.value.scenes.get(ratingKey)
    if (scene !== undefined) {
      const written = await writeOne(ratingKey, rating, scene, deps, signal)
      if (!written.ok) return written
    }
    memory.note(ratingKey, { rating })
  }
  return ok(undefined)
}

async function writeOne(
  ratingKey: RatingKey,
  rating: number | null,
  scene: WatchedScene,
  { memory, writer }: ViewingDeps,
  signal: AbortSignal,
): Promise<Result<void>> {
  if (rating === null) {
    const ours = memory.lastOf('rating', scene.id)
    const isOurs = ours !== null && ours.after !== null && sameValue(ours.after, scene.rating100)
    return isOurs ? writer.write('rating', ratingKey, scene, null, signal) : ok(undefined)
  }
  const wanted = Math.min(100, Math.max(1, Math.round(rating * 10)))
  if (scene.rating100 === null || Math.abs(wanted - scene.rating100) >= smallestStep)
    return writer.write('rating', ratingKey, scene, wanted, signal)
  writer.skipped('rating')
  return ok(undefined)
}

/** Resume points of the owner, from Plex to Stash. Neither history nor item shows how long was watched: only the point. */
import type { RatingKey } from '../../../../shared/domain.ts'
import { ok, type Result } from '../../../../shared/result.ts'
import type { Viewing } from '../../plex/viewing.ts'
import type { WatchedScene } from '../../stash/watching.ts'
import type { ViewingDeps } from './viewing-deps.ts'
import { overlapSeconds, type ViewingMemory } from './viewing-memory.ts'
import { sameValue } from './viewing-writer.ts'

const firstLookBackSeconds = 60 * 24 * 60 * 60
/** Less is not worth a write: players rewind by some seconds. */
const smallestStepSeconds = 20

export async function pullResumePoints(deps: ViewingDeps, signal: AbortSignal): Promise<Result<void>> {
  const { viewings, memory, moment } = deps
  const progress = memory.progress('resume')
  const since = progress === null ? moment - firstLookBackSeconds : progress.readAt - overlapSeconds
  const changed: Viewing[] = []
  const listed = new Set<RatingKey>()
  for await (const page of viewings.list({ by: 'viewed', since }, signal)) {
    if (!page.ok) return page
    deps.steps.found(page.value.length)
    for (const viewing of page.value) {
      listed.add(viewing.ratingKey)
      if (isNews(viewing, memory)) changed.push(viewing)
    }
  }
  const written = await writeAll(changed, deps, signal)
  if (!written.ok) return written
  if (deps.thorough) {
    const checked = await checkOurs(listed, deps, signal)
    if (!checked.ok) return checked
  }
  memory.noteRead('resume', moment)
  return ok(undefined)
}

function isNews(viewing: Viewing, memory: ViewingMemory): boolean {
  const seen = memory.seen(viewing.ratingKey)
  return seen.viewOffset !== viewing.viewOffset || seen.viewedAt !== viewing.lastViewedAt
}

async function writeAll(viewings: readonly Viewing[], deps: ViewingDeps, signal: AbortSignal): Promise<Result<void>> {
  if (viewings.length === 0) return ok(undefined)
  const { memory } = deps
  const ratingKeys = viewings.map(({ ratingKey }) => ratingKey)
  const found = await deps.scenes.find(memory.server, ratingKeys, signal)
  if (!found.ok) return found
  for (const viewing of viewings) {
    const scene = found.value.scenes.get(viewing.ratingKey)
    if (scene === undefined) continue
    const written = await writeOne(viewing, scene, deps, signal)
    if (!written.ok) return written
    memory.note(viewing.ratingKey, { viewOffset: viewing.viewOffset, viewedAt: viewing.lastViewedAt })
  }
  return ok(undefined)
}

async function writeOne(
  { ratingKey, viewOffset, lastViewedAt }: Viewing,
  scene: WatchedScene,
  { memory, writer }: ViewingDeps,
  signal: AbortSignal,
): Promise<Result<void>> {
  if (viewOffset === null || viewOffset <= 0) {
    // Watched to the end, or marked: only a point of ours goes.
    const ours = memory.lastOf('resume', scene.id)
    const isOurs = ours !== null && (ours.after ?? 0) > 0 && sameValue(ours.after, scene.resumeTime)
    return isOurs ? writer.write('resume', ratingKey, scene, 0, signal) : ok(undefined)
  }
  const seconds = viewOffset / 1000
  const isLater = (lastViewedAt ?? 0) > (scene.lastPlayedAt ?? 0)
  if (isLater && Math.abs(seconds - scene.resumeTime) > smallestStepSeconds)
    return writer.write('resume', ratingKey, scene, seconds, signal)
  writer.skipped('resume')
  return ok(undefined)
}

/** An item that was marked as unwatched has no date any more, so no listing by date shows it. */
async function checkOurs(
  listed: ReadonlySet<RatingKey>,
  deps: ViewingDeps,
  signal: AbortSignal,
): Promise<Result<void>> {
  const keys = deps.memory
    .ours('resume')
    .filter(({ after, ratingKey }) => (after ?? 0) > 0 && !listed.has(ratingKey))
    .map(({ ratingKey }) => ratingKey)
  const viewings = await deps.viewings.of(keys, signal)
  if (!viewings.ok) return viewings
  const gone = [...viewings.value.values()].filter(({ viewOffset }) => viewOffset === null || viewOffset <= 0)
  return writeAll(gone, deps, signal)
}

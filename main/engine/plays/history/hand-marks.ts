/**
 * Marks by hand as plays. Plex: a mark raises the item's view count and writes no history row, so a rise that no row
 * explains is a mark. Its moment is that of the last view.
 */
import type { RatingKey } from '../../../../shared/domain.ts'
import { ok, type Result } from '../../../../shared/result.ts'
import type { Viewing, ViewingFilter } from '../../plex/viewing.ts'
import { overlapSeconds, type ViewingMemory } from '../viewing/viewing-memory.ts'
import type { HistoryReader } from './history-reader.ts'
import type { OwnerViewings } from './owner-viewings.ts'

export interface HandMarkDeps {
  readonly viewings: OwnerViewings
  /** Of a dry run: it remembers nothing. */
  readonly memory: ViewingMemory
  readonly history: HistoryReader
  /** Epoch seconds by the clock of the Plex server. */
  readonly moment: number
  readonly thorough: boolean
}

/**
 * Adds the marks since the last pull; on the first one all counts are the baseline. Once a day every watched item is read,
 * which shows those that were marked as unwatched: they have no date any more.
 */
export async function findHandMarks(deps: HandMarkDeps, signal: AbortSignal): Promise<Result<void>> {
  const { viewings, memory, history, moment } = deps
  const progress = memory.progress('hand_mark')
  const isComplete = progress === null || deps.thorough
  const filter: ViewingFilter = isComplete
    ? { by: 'watched' }
    : { by: 'viewed', since: progress.readAt - overlapSeconds }
  const listed = new Set<RatingKey>()
  for await (const page of viewings.list(filter, signal)) {
    if (!page.ok) return page
    for (const viewing of page.value) {
      const { ratingKey, viewCount, lastViewedAt } = viewing
      listed.add(ratingKey)
      const mark = progress === null ? ok(false) : await isMarked(viewing, deps, signal)
      if (!mark.ok) return mark
      memory.inTransaction(() => {
        if (mark.value && lastViewedAt !== null) history.takeMark(ratingKey, lastViewedAt)
        memory.note(ratingKey, { viewCount, rowsSeen: history.rowsOf(ratingKey) })
      })
    }
  }
  if (isComplete)
    for (const ratingKey of memory.watched()) if (!listed.has(ratingKey)) memory.note(ratingKey, { viewCount: 0 })
  memory.noteRead('hand_mark', moment)
  return ok(undefined)
}

async function isMarked(
  { ratingKey, viewCount }: Viewing,
  { memory, history }: HandMarkDeps,
  signal: AbortSignal,
): Promise<Result<boolean>> {
  const seen = memory.seen(ratingKey)
  const before = seen.viewCount ?? 0
  // Fewer than before: it was marked as unwatched in between, and counted again from zero.
  const rise = viewCount < before ? viewCount : viewCount - before
  const unexplained = (): boolean => rise > history.rowsOf(ratingKey) - (seen.rowsSeen ?? 0)
  if (!unexplained()) return ok(false)
  const read = await history.readItem(ratingKey, signal)
  return read.ok ? ok(unexplained()) : read
}

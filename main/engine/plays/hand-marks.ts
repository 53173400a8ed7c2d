/**
 * Marks by hand as plays. Plex: a mark raises the item's view count and writes no history row, so a rise that no row
 * explains is a mark. Its moment is that of the last view.
 */
import type { RatingKey } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { PlexClient } from '../plex/client.ts'
import type { Viewing, ViewingFilter } from '../plex/viewing.ts'
import { ownerAccountId } from './accounts.ts'
import type { NewPlay } from './play.ts'
import { overlapSeconds } from './resume.ts'
import type { ViewingStore } from './viewing-store.ts'

export interface HandMarkDeps {
  readonly server: string
  readonly plex: Pick<PlexClient, 'viewings'>
  readonly store: ViewingStore
  /** How many history rows of the owner are known for an item. */
  readonly rowsOf: (ratingKey: RatingKey) => number
  readonly sectionIds: readonly string[]
  /** Epoch seconds by the clock of the Plex server. */
  readonly moment: number
  readonly thorough: boolean
  /** Finds them and remembers nothing. */
  readonly dryRun: boolean
  /** Reads the history of one item, which `rowsOf` counts from then on: a row may lie further back than a pull looks, or have just come in. */
  readonly readHistoryOf: (ratingKey: RatingKey) => Promise<Result<void>>
  readonly add: (mark: NewPlay) => void
}

/**
 * Adds the marks since the last pull; on the first one all counts are the baseline. Once a day every watched item is read,
 * which shows those that were marked as unwatched: they have no date any more.
 */
export async function findHandMarks(deps: HandMarkDeps, signal: AbortSignal): Promise<Result<void>> {
  const { server, plex, store, moment } = deps
  const progress = store.progress(server, 'hand_mark')
  const isComplete = progress === null || deps.thorough
  const filter: ViewingFilter = isComplete
    ? { by: 'watched' }
    : { by: 'viewed', since: progress.readAt - overlapSeconds }
  const listed = new Set<RatingKey>()
  for (const sectionId of deps.sectionIds)
    for await (const page of plex.viewings(sectionId, filter, signal)) {
      if (!page.ok) return page
      for (const viewing of page.value) {
        listed.add(viewing.ratingKey)
        const mark = progress === null ? ok(false) : await isMarked(viewing, deps)
        if (!mark.ok) return mark
        store.inTransaction(() => {
          if (mark.value && viewing.lastViewedAt !== null) deps.add(markOf(viewing, viewing.lastViewedAt, server))
          if (deps.dryRun) return
          store.note(server, viewing.ratingKey, {
            viewCount: viewing.viewCount,
            rowsSeen: deps.rowsOf(viewing.ratingKey),
          })
        })
      }
    }
  if (deps.dryRun) return ok(undefined)
  if (isComplete)
    for (const ratingKey of store.watched(server).filter((key) => !listed.has(key)))
      store.note(server, ratingKey, { viewCount: 0 })
  store.noteRead(server, 'hand_mark', moment)
  return ok(undefined)
}

async function isMarked(viewing: Viewing, deps: HandMarkDeps): Promise<Result<boolean>> {
  const seen = deps.store.seen(deps.server, viewing.ratingKey)
  const before = seen.viewCount ?? 0
  // Fewer than before: it was marked as unwatched in between, and counted again from zero.
  const rise = viewing.viewCount < before ? viewing.viewCount : viewing.viewCount - before
  const unexplained = (): boolean => rise > deps.rowsOf(viewing.ratingKey) - (seen.rowsSeen ?? 0)
  if (!unexplained()) return ok(false)
  const read = await deps.readHistoryOf(viewing.ratingKey)
  return read.ok ? ok(unexplained()) : read
}

function markOf({ ratingKey }: Viewing, viewedAt: number, server: string): NewPlay {
  return {
    server,
    accountId: ownerAccountId,
    viewedAt,
    ratingKey,
    historyKey: '',
    title: '',
    source: 'hand_mark',
    state: 'seen',
    reason: null,
  }
}

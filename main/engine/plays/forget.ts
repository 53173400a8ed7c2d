/**
 * Keeps the tables of this room bounded: what came to nothing (skipped, taken back, waited in vain) is forgotten after a
 * while. Plays that are in Stash stay, because an undo needs them; there are never more of them than Stash has itself.
 *
 * A forgotten row must not come back as a new one, so the store keeps up to which moment rows were forgotten. The range
 * is far older than any pull looks back, so nothing that arrives late is lost by it.
 */
import type { RatingKey } from '../../../shared/domain.ts'
import type { Clock } from '../ports.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'
import { ownerAccountId } from './accounts.ts'
import { longestWindowSeconds } from './dedupe.ts'
import type { PlayStore } from './play-store.ts'
import type { PlayProgress, ProgressStore } from './progress-store.ts'
import type { ViewingStore } from './viewing-store.ts'

const keptMs = 400 * 24 * 60 * 60_000
const rowsPerStep = 1_000

export interface ForgetDeps {
  readonly plays: PlayStore
  readonly progress: ProgressStore
  readonly viewing: ViewingStore
  readonly clock: Clock
}

/** Forgets what is old enough, in steps that let others run; once a day is enough. Returns how many plays. */
export async function forgetOldPlays(server: string, deps: ForgetDeps, signal: AbortSignal): Promise<number> {
  const before = deps.clock.now() - keptMs
  const { readFrom } = deps.progress.get(server)
  let forgotten = 0
  if (readFrom !== null)
    while (!signal.aborted) {
      const count = forgetSome(server, { before, readFrom }, deps)
      forgotten += count
      if (count < rowsPerStep) break
      await yieldToEventLoop()
    }
  deps.viewing.forgetOld(before)
  deps.plays.dropEmptyRuns(before)
  return forgotten
}

/** True for a row that was forgotten: the table does not know it, but it was dealt with. */
export function isForgotten(viewedAt: number, { readFrom, forgottenTo }: PlayProgress): boolean {
  // A double of a forgotten row may lie just outside of what was read.
  return (
    readFrom !== null && forgottenTo !== null && viewedAt >= readFrom - longestWindowSeconds && viewedAt <= forgottenTo
  )
}

function forgetSome(
  server: string,
  { before, readFrom }: { readonly before: number; readonly readFrom: number },
  { plays, progress, viewing }: ForgetDeps,
): number {
  return plays.inTransaction(() => {
    const old = plays.oldOnes(server, { before, viewedFrom: readFrom, limit: rowsPerStep })
    if (old.length === 0) return 0
    // Marks by hand are told by the rows that explain a view count: those that go no longer count on either side.
    const rows = new Map<RatingKey, number>()
    for (const { ratingKey, accountId, source } of old)
      if (ratingKey !== null && accountId === ownerAccountId && source === 'history')
        rows.set(ratingKey, (rows.get(ratingKey) ?? 0) + 1)
    for (const [ratingKey, count] of rows) viewing.forgetRows(server, ratingKey, count)
    progress.forgot(server, Math.max(...old.map(({ viewedAt }) => viewedAt)))
    plays.remove(old.map(({ id }) => id))
    return old.length
  })
}

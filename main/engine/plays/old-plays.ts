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
import { ownerAccountId } from './history/accounts.ts'
import type { PullProgress } from './pull-progress.ts'
import type { PlayStore } from './store/play-store.ts'
import type { ViewingStore } from './store/viewing-store.ts'

const keptMs = 400 * 24 * 60 * 60_000
const rowsPerStep = 1_000

export interface OldPlaysDeps {
  readonly plays: PlayStore
  readonly progress: PullProgress
  readonly viewing: ViewingStore
  readonly clock: Clock
}

export class OldPlays {
  readonly #deps: OldPlaysDeps

  constructor(deps: OldPlaysDeps) {
    this.#deps = deps
  }

  /** Forgets what is old enough, in steps that let others run; once a day is enough. Returns how many plays. */
  async forget(server: string, signal: AbortSignal): Promise<number> {
    const { plays, progress, viewing, clock } = this.#deps
    const before = clock.now() - keptMs
    const { readFrom } = progress.get(server)
    let forgotten = 0
    if (readFrom !== null)
      while (!signal.aborted) {
        const count = this.#forgetSome(server, before, readFrom)
        forgotten += count
        if (count < rowsPerStep) break
        await yieldToEventLoop()
      }
    viewing.forgetOld(before)
    plays.dropEmptyRuns(before)
    return forgotten
  }

  #forgetSome(server: string, before: number, viewedFrom: number): number {
    const { plays, progress, viewing } = this.#deps
    return plays.inTransaction(() => {
      const old = plays.oldOnes(server, { before, viewedFrom, limit: rowsPerStep })
      if (old.length === 0) return 0
      // Marks by hand are recognised by the rows that explain a view count: those that go no longer count on either side.
      const rows = new Map<RatingKey, number>()
      for (const { ratingKey, accountId, source } of old)
        if (ratingKey !== null && accountId === ownerAccountId && source === 'history')
          rows.set(ratingKey, (rows.get(ratingKey) ?? 0) + 1)
      for (const [ratingKey, count] of rows) viewing.forgetRows(server, ratingKey, count)
      progress.noteForgotten(server, Math.max(...old.map(({ viewedAt }) => viewedAt)))
      plays.remove(old.map(({ id }) => id))
      return old.length
    })
  }
}

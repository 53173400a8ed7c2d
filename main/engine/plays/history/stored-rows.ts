/** Plays as they are read, taken into the table. */
import type { RatingKey } from '../../../../shared/domain.ts'
import type { SkipReason } from '../../../../shared/plays.ts'
import type { NewPlay } from '../store/play.ts'
import type { PlayStore } from '../store/play-store.ts'
import type { PlayProgress } from '../store/progress-store.ts'
import { ownerAccountId } from './accounts.ts'
import { isForgotten } from './forgotten.ts'
import type { HistoryRows } from './history-reader.ts'

/** Counts what is new. */
export interface RowTally {
  seen(): void
  skipped(reason: SkipReason): void
}

export class StoredRows implements HistoryRows {
  readonly #plays: PlayStore
  readonly #server: string
  readonly #progress: PlayProgress
  readonly #tally: RowTally

  constructor(plays: PlayStore, server: string, progress: PlayProgress, tally: RowTally) {
    this.#plays = plays
    this.#server = server
    this.#progress = progress
    this.#tally = tally
  }

  take(plays: readonly NewPlay[]): void {
    this.#plays.inTransaction(() => {
      for (const play of plays) {
        if (isForgotten(play.viewedAt, this.#progress) && !this.#plays.knows(play)) continue
        if (!this.#plays.add(play)) continue
        this.#tally.seen()
        if (play.reason !== null) this.#tally.skipped(play.reason)
      }
    })
  }

  ofOwner(ratingKey: RatingKey): number {
    return this.#plays.countOf(this.#server, ratingKey, ownerAccountId)
  }
}

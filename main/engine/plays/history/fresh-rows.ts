/** Rows of a dry run: those that the table does not have, each once, whatever request showed them. */
import type { RatingKey } from '../../../../shared/domain.ts'
import type { NewPlay } from '../store/play.ts'
import type { PlayStore } from '../store/play-store.ts'
import type { PlayProgress } from '../store/progress-store.ts'
import { ownerAccountId } from './accounts.ts'
import { isForgotten } from './forgotten.ts'
import type { HistoryRows } from './history-reader.ts'

export class FreshRows implements HistoryRows {
  readonly rows: NewPlay[] = []
  readonly #plays: PlayStore
  readonly #server: string
  readonly #progress: PlayProgress
  readonly #taken = new Set<string>()
  readonly #ofOwner = new Map<RatingKey, number>()

  constructor(plays: PlayStore, server: string, progress: PlayProgress) {
    this.#plays = plays
    this.#server = server
    this.#progress = progress
  }

  take(plays: readonly NewPlay[]): void {
    for (const play of plays) {
      const { accountId, viewedAt, ratingKey, historyKey, source } = play
      const identity = `${accountId} ${viewedAt} ${ratingKey ?? historyKey}`
      if (this.#taken.has(identity) || this.#plays.knows(play) || isForgotten(viewedAt, this.#progress)) continue
      this.#taken.add(identity)
      this.rows.push(play)
      if (source === 'history' && accountId === ownerAccountId && ratingKey !== null)
        this.#ofOwner.set(ratingKey, (this.#ofOwner.get(ratingKey) ?? 0) + 1)
    }
  }

  ofOwner(ratingKey: RatingKey): number {
    return this.#plays.countOf(this.#server, ratingKey, ownerAccountId) + (this.#ofOwner.get(ratingKey) ?? 0)
  }
}

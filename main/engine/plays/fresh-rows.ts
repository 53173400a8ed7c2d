/** Rows of a dry run: those that the table does not have, each once, whatever request showed them. */
import type { RatingKey } from '../../../shared/domain.ts'
import { ownerAccountId } from './accounts.ts'
import type { NewPlay } from './play.ts'

export class FreshRows {
  readonly rows: NewPlay[] = []
  readonly #isNew: (play: NewPlay) => boolean
  readonly #taken = new Set<string>()
  readonly #ofOwner = new Map<RatingKey, number>()

  constructor(isNew: (play: NewPlay) => boolean) {
    this.#isNew = isNew
  }

  take(plays: readonly NewPlay[]): void {
    for (const play of plays) {
      const { accountId, viewedAt, ratingKey, historyKey, source } = play
      const identity = `${accountId} ${viewedAt} ${ratingKey ?? historyKey}`
      if (this.#taken.has(identity) || !this.#isNew(play)) continue
      this.#taken.add(identity)
      this.rows.push(play)
      if (source === 'history' && accountId === ownerAccountId && ratingKey !== null)
        this.#ofOwner.set(ratingKey, this.countOf(ratingKey) + 1)
    }
  }

  /** History rows of the owner for an item. */
  countOf(ratingKey: RatingKey): number {
    return this.#ofOwner.get(ratingKey) ?? 0
  }
}

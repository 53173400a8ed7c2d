/** The plays that wait for a decision: those of the table, and for a dry run also those that were only just read. */
import type { RatingKey } from '../../../shared/domain.ts'
import type { NewPlay, Play } from './play.ts'
import type { PlayStore } from './play-store.ts'
import type { OpenPlays } from './settle-plays.ts'

export function storedPlays(store: PlayStore, server: string, thorough: boolean): OpenPlays {
  return {
    items: () => store.openItems(server, thorough),
    of: (ratingKeys) => store.openOf(server, ratingKeys),
  }
}

/** Rows of a dry run are never stored; they get separate numbers. */
export class UnstoredPlays implements OpenPlays {
  readonly #stored: OpenPlays
  readonly #byItem = new Map<RatingKey, Play[]>()
  #keyless = 0
  #last = 0

  constructor(stored: OpenPlays) {
    this.#stored = stored
  }

  add(play: NewPlay): void {
    this.#last -= 1
    if (play.ratingKey === null) {
      this.#keyless += 1
      return
    }
    const unstored: Play = {
      ...play,
      id: this.#last,
      sceneId: null,
      stashAt: null,
      undoFrom: null,
      runId: null,
      attempts: 0,
    }
    const known = this.#byItem.get(play.ratingKey)
    // The same second twice is one row of the table.
    if (known?.some(({ accountId, viewedAt }) => accountId === play.accountId && viewedAt === play.viewedAt)) return
    this.#byItem.set(play.ratingKey, [...(known ?? []), unstored])
  }

  /** Rows of items that are gone. */
  get keyless(): number {
    return this.#keyless
  }

  items(): RatingKey[] {
    return [...new Set([...this.#stored.items(), ...this.#byItem.keys()])]
  }

  of(ratingKeys: readonly RatingKey[]): Play[] {
    const unstored = ratingKeys.flatMap((key) => this.#byItem.get(key) ?? [])
    return [...this.#stored.of(ratingKeys), ...unstored].sort((a, b) => a.viewedAt - b.viewedAt)
  }
}

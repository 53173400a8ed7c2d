/** Reads plays from Plex: rows of its history, and marks by hand, which raise a count and write no row. */
import type { RatingKey } from '../../../../shared/domain.ts'
import { ok, type Result } from '../../../../shared/result.ts'
import type { PlexClient } from '../../plex/client.ts'
import type { HistoryRequest, HistoryRow } from '../../plex/play-history.ts'
import type { NewPlay } from '../store/play.ts'
import { ownerAccountId } from './accounts.ts'
import { type HistoryRules, skipReason } from './skip-reason.ts'

/** Where the plays that were read are kept: in the table, or for a dry run in memory. */
export interface HistoryRows {
  /** Takes in those that are not known yet. */
  take(plays: readonly NewPlay[]): void
  /** How many history rows of the owner are known for an item. */
  ofOwner(ratingKey: RatingKey): number
}

export class HistoryReader {
  readonly #plex: Pick<PlexClient, 'playHistory'>
  readonly #rules: HistoryRules
  readonly #rows: HistoryRows

  constructor(plex: Pick<PlexClient, 'playHistory'>, rules: HistoryRules, rows: HistoryRows) {
    this.#plex = plex
    this.#rules = rules
    this.#rows = rows
  }

  /**
   * Reads rows viewed at or after `since` (epoch seconds; null for all), oldest first. Returns the time of the Plex server
   * (epoch ms) when it answered first; null if it does not report it. `onRead` is called with the length of each page.
   */
  read(
    since: number | null,
    signal: AbortSignal,
    onRead: (count: number) => void = () => {},
  ): Promise<Result<number | null>> {
    return this.#read({ since, signal }, onRead)
  }

  /** Reads all rows of one item: one may be older than what a pull reads, or have just come in. */
  async readItem(ratingKey: RatingKey, signal: AbortSignal): Promise<Result<void>> {
    const read = await this.#read({ since: null, ratingKey, signal }, () => {})
    return read.ok ? ok(undefined) : read
  }

  /** How many rows of the owner are known for an item. */
  rowsOf(ratingKey: RatingKey): number {
    return this.#rows.ofOwner(ratingKey)
  }

  /** Takes in a mark by hand: a play of the owner. */
  takeMark(ratingKey: RatingKey, viewedAt: number): void {
    const mark = { historyKey: '', ratingKey, title: '', viewedAt, accountId: ownerAccountId }
    this.#rows.take([this.#playOf(mark, 'hand_mark')])
  }

  async #read(
    request: Omit<HistoryRequest, 'sectionId'>,
    onRead: (count: number) => void,
  ): Promise<Result<number | null>> {
    const { sectionIds } = this.#rules
    // Plex takes one library; of several, rows are left out here.
    const only = sectionIds.length === 1 ? (sectionIds[0] ?? null) : null
    let serverTime: number | null = null
    for await (const page of this.#plex.playHistory({ ...request, sectionId: only })) {
      if (!page.ok) return page
      serverTime ??= page.value.serverTime
      const rows = page.value.rows.filter(({ sectionId }) => sectionId === null || sectionIds.includes(sectionId))
      this.#rows.take(rows.map((row) => this.#playOf(row, 'history')))
      onRead(rows.length)
    }
    return ok(serverTime)
  }

  #playOf(row: Omit<HistoryRow, 'sectionId'>, source: NewPlay['source']): NewPlay {
    const { historyKey, ratingKey, title, viewedAt, accountId } = row
    const reason = skipReason(viewedAt, accountId, this.#rules)
    return {
      server: this.#rules.server,
      accountId,
      viewedAt,
      ratingKey,
      // Without a key at all the moment and the account tell a row apart.
      historyKey,
      title,
      source,
      state: reason === null ? 'seen' : 'skipped',
      reason,
    }
  }
}

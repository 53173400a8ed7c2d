/** Which rows of Plex's history count at all. Pure. */
import type { SkipReason } from '../../../../shared/plays.ts'

/** From when on plays count: a day, or the moment of the first pull. */
export type Start =
  | { readonly from: 'day' /** Epoch seconds. */; readonly at: number }
  /** Null on the first pull: everything that is there is the baseline. */
  | { readonly from: 'now'; readonly at: number | null }

export interface HistoryRules {
  readonly server: string
  /** Libraries that PlexSync writes to. */
  readonly sectionIds: readonly string[]
  readonly accountIds: ReadonlySet<number>
  readonly start: Start
}

export function skipReason(
  viewedAt: number,
  accountId: number,
  { start, accountIds }: Pick<HistoryRules, 'start' | 'accountIds'>,
): SkipReason | null {
  // The second of the first pull counts: what it had already shown then is stored as the baseline.
  if (start.at === null || viewedAt < start.at) return 'baseline'
  return accountIds.has(accountId) ? null : 'other_account'
}

/** Reads rows of Plex's history and says which of them may count. */

import type { SkipReason } from '../../../shared/plays.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { PlexClient } from '../plex/client.ts'
import type { HistoryRequest, HistoryRow } from '../plex/play-history.ts'
import type { NewPlay } from './play.ts'

/** From when on plays count: a day, or the moment of the first pull. */
export type Start =
  | { readonly from: 'day' /** Epoch seconds. */; readonly at: number }
  /** Null on the first pull: everything that is there is the baseline. */
  | { readonly from: 'now'; readonly at: number | null }

export interface CollectRules {
  readonly server: string
  /** Libraries that PlexSync writes to. */
  readonly sectionIds: readonly string[]
  readonly accountIds: ReadonlySet<number>
  readonly start: Start
}

/**
 * Hands over the plays of each page, oldest first. Returns the time of the Plex server (epoch ms) when it answered first;
 * null if it does not tell.
 */
export async function collectPlays(
  plex: Pick<PlexClient, 'playHistory'>,
  request: Omit<HistoryRequest, 'sectionId'>,
  rules: CollectRules,
  take: (plays: readonly NewPlay[], serverTime: number | null) => void | Promise<void>,
): Promise<Result<number | null>> {
  const { sectionIds } = rules
  // Plex takes one library; of several, rows are left out here.
  const only = sectionIds.length === 1 ? (sectionIds[0] ?? null) : null
  let serverTime: number | null = null
  for await (const page of plex.playHistory({ ...request, sectionId: only })) {
    if (!page.ok) return page
    serverTime ??= page.value.serverTime
    const rows = page.value.rows.filter(({ sectionId }) => sectionId === null || sectionIds.includes(sectionId))
    await take(
      rows.map((row) => playOf(row, rules)),
      serverTime,
    )
  }
  return ok(serverTime)
}

export function playOf(row: HistoryRow, rules: CollectRules): NewPlay {
  const { historyKey, ratingKey, title, viewedAt, accountId } = row
  const reason = skipReason(viewedAt, accountId, rules)
  return {
    server: rules.server,
    accountId,
    viewedAt,
    ratingKey,
    // Without a key at all the moment and the account tell a row apart.
    historyKey,
    title,
    source: 'history',
    state: reason === null ? 'seen' : 'skipped',
    reason,
  }
}

export function skipReason(
  viewedAt: number,
  accountId: number,
  { start, accountIds }: Pick<CollectRules, 'start' | 'accountIds'>,
): SkipReason | null {
  // The second of the first pull counts: what it had already shown then is stored as the baseline.
  if (start.at === null || viewedAt < start.at) return 'baseline'
  return accountIds.has(accountId) ? null : 'other_account'
}

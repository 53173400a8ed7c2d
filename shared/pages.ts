/** Pages of a long list, each read from a row that is known, so that no row before it has to be passed. */

/** A row's place in the order of its list. */
export interface RowKey {
  /** What the list is sorted by; epoch ms, a count or a text. */
  readonly key: number | string
  readonly id: number
}

/** A row that the caller has: its position in the list, and its place in the order. */
interface NearRow extends RowKey {
  readonly index: number
  /** How long the list was when it was read: rows are not counted again then. */
  readonly total?: number | undefined
}

export interface PageAsked {
  readonly offset: number
  readonly limit: number
  readonly near?: NearRow | undefined
}

/** The first and the last row of a page; null without rows. */
export type PageEnds = { readonly first: RowKey; readonly last: RowKey } | null

/** What to ask for after a page, which is read from the page's last row; null after the last page. */
export function pageAfter(
  { offset, limit }: PageAsked,
  { total, rows, ends }: { readonly total: number; readonly rows: readonly unknown[]; readonly ends: PageEnds },
): PageAsked | null {
  if (ends === null || rows.length < limit) return null
  const next = offset + rows.length
  return { offset: next, limit, near: { index: next - 1, ...ends.last, total } }
}

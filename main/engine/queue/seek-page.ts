/** Where a page of a long list is read from, so that no row before it has to be passed. Pure. */

import type { PageAsked, PageEnds, RowKey } from '../../../shared/pages.ts'

/** What is read: from the first, the last or a known row on, in the list's order or backwards. */
export interface PageRead {
  readonly from: RowKey | null
  readonly forwards: boolean
  readonly skip: number
  readonly take: number
}

/** The way that passes the fewest rows; the known row decides where two are equal, since rows before it may have gone. */
export function seekPage({ offset, limit, near }: PageAsked, total: number): PageRead {
  const beforeEnd = total - offset
  const ways: PageRead[] = [{ from: null, forwards: true, skip: offset, take: limit }]
  if (beforeEnd > 0) {
    const skip = Math.max(0, beforeEnd - limit)
    ways.unshift({ from: null, forwards: false, skip, take: Math.min(limit, beforeEnd) })
  }
  if (near !== undefined) {
    const from = { key: near.key, id: near.id }
    if (offset > near.index) ways.unshift({ from, forwards: true, skip: offset - near.index - 1, take: limit })
    else if (offset + limit <= near.index)
      ways.unshift({ from, forwards: false, skip: near.index - offset - limit, take: limit })
  }
  return ways.reduce((best, way) => (way.skip < best.skip ? way : best))
}

/** SQL for the rows that come after the known one, in the direction that is read; needs `@key` and `@id`. */
export function beyond({ from, forwards }: PageRead, column: string, descending: boolean): string {
  if (from === null) return 'TRUE'
  return `(${column}, id) ${forwards === descending ? '<' : '>'} (@key, @id)`
}

/** The direction of SQL in which the rows are read. */
export function direction({ forwards }: PageRead, descending: boolean): 'ASC' | 'DESC' {
  return forwards === descending ? 'DESC' : 'ASC'
}

/** What a statement with `beyond` is given: `@skip`, `@take`, `@last` (both together), `@key` and `@id`. */
export function boundTo({ from, skip, take }: PageRead) {
  return { skip, take, last: skip + take, key: from?.key ?? null, id: from?.id ?? null }
}

/** The places of the first and the last row. */
export function endsOf(rows: readonly RowKey[]): PageEnds {
  const [first, last] = [rows[0], rows.at(-1)]
  return first === undefined || last === undefined ? null : { first: placeOf(first), last: placeOf(last) }
}

const placeOf = ({ key, id }: RowKey): RowKey => ({ key, id })

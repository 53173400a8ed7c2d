/** Reads one page of a long list by the statements of its filter. */
import type { PageAsked, PageEnds, RowKey } from '../../../shared/pages.ts'
import type { Database } from '../database/open.ts'
import { boundTo, endsOf, type PageRead, seekPage } from './seek-page.ts'

/** The SQL of a list: `total` counts its rows, `rows` selects those of a read by what `boundTo` gives. */
export interface PageStatements {
  readonly total: string
  readonly rows: (read: PageRead) => string
}

/** The rows of the page in the list's order, and how many the whole list has: counted, unless the known row says so. */
export function readPage<Row extends RowKey>(
  db: Database,
  asked: PageAsked,
  bound: Readonly<Record<string, string | number | null>>,
  statements: PageStatements,
): { total: number; rows: Row[]; ends: PageEnds } {
  // Prepared as they are asked for: there are too many combinations of filters and orders to keep them all.
  const total =
    asked.near?.total ?? db.prepare<typeof bound, { total: number }>(statements.total).get(bound)?.total ?? 0
  const read = seekPage(asked, total)
  const rows = db.prepare<typeof bound, Row>(statements.rows(read)).all({ ...bound, ...boundTo(read) })
  if (!read.forwards) rows.reverse()
  return { total, rows, ends: endsOf(rows) }
}

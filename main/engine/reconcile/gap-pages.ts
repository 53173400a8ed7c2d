/** Gaps of a comparison as lists show them, page by page, in the order in which they were found. */
import type { GapRow, ParsedRequestOf } from '../../../shared/contract.ts'
import type { PageEnds } from '../../../shared/pages.ts'
import type { Database } from '../database/open.ts'
import { beyond, boundTo, direction, endsOf, type PageRead, seekPage } from '../queue/seek-page.ts'
import { shownRow } from './gap-row.ts'

export type GapFilter = ParsedRequestOf<'listGaps'>

export interface GapPage {
  readonly total: number
  readonly rows: GapRow[]
  readonly ends: PageEnds
}

interface Row {
  readonly id: number
  readonly key: number
}

export class GapPages {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  page(filter: GapFilter): GapPage {
    const bound = { runId: filter.id, kind: filter.kind ?? null, text: filter.text ?? '' }
    // Prepared as they are asked for: there are too many combinations of filters to keep them all.
    const counted = this.#db.prepare<typeof bound, { total: number }>(totalOf(filter))
    const total = filter.near?.total ?? counted.get(bound)?.total ?? 0
    const read = seekPage(filter, total)
    const page = boundTo(read)
    const rows = this.#db.prepare<typeof bound & typeof page, Row>(rowsOf(filter, read)).all({ ...bound, ...page })
    if (!read.forwards) rows.reverse()
    return { total, rows: rows.map(shownRow), ends: endsOf(rows) }
  }
}

/** Texts of the filter are bound, never spelled out. */
function passing({ kind, skipped, text }: GapFilter): string {
  return [
    'run_id = @runId',
    ...(kind === undefined ? [] : ['kind = @kind']),
    ...(skipped === undefined ? [] : [`skipped IS ${skipped ? 'NOT NULL' : 'NULL'}`]),
    ...(text ? ['(instr(lower(title), lower(@text)) > 0 OR instr(lower(path), lower(@text)) > 0)'] : []),
  ].join(' AND ')
}

function totalOf(filter: GapFilter): string {
  return `SELECT count(*) AS total FROM reconcile_gap WHERE ${passing(filter)}`
}

function rowsOf(filter: GapFilter, read: PageRead): string {
  const order = direction(read, false)
  // The index has the gaps of one kind by id. Those of all kinds it would have to sort; the table itself is by id.
  const from = filter.kind === undefined ? 'reconcile_gap NOT INDEXED' : 'reconcile_gap'
  return `SELECT *, id AS key FROM ${from} WHERE ${passing(filter)} AND ${beyond(read, 'id', false)}
    ORDER BY id ${order} LIMIT @take OFFSET @skip`
}

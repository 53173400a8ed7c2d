/** Gaps of a comparison as lists show them, page by page, in the order in which they were found. */
import type { GapRow, ParsedRequestOf } from '../../../shared/contract.ts'
import type { PageEnds } from '../../../shared/pages.ts'
import type { Database } from '../database/open.ts'
import { readPage } from '../queue/read-page.ts'
import { beyond, direction, type PageRead } from '../queue/seek-page.ts'
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
    const { total, rows, ends } = readPage<Row>(this.#db, filter, bound, {
      total: totalOf(filter),
      rows: (read) => rowsOf(filter, read),
    })
    return { total, rows: rows.map(shownRow), ends }
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

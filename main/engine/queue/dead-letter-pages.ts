/** Dead letters as lists show them, page by page. */
import { type DeadLetter, deadLetterSchema, type ParsedRequestOf } from '../../../shared/contract.ts'
import { errorCodeSchema, jobKinds } from '../../../shared/domain.ts'
import { classOf, errors } from '../../../shared/errors.ts'
import { moment } from '../../../shared/moment.ts'
import type { PageEnds } from '../../../shared/pages.ts'
import { englishRemark } from '../../../shared/remark-texts.ts'
import { remarkOfFailure } from '../../../shared/remark-words.ts'
import type { Database } from '../database/open.ts'
import { remarkStored } from '../database/stored-remark.ts'
import { type AttemptRow, remarkOfAttempt } from './attempt.ts'
import { reasonValuesSchema } from './job.ts'
import { containsDeadText, likeOf } from './job-text.ts'
import { readPage } from './read-page.ts'
import { beyond, direction, type PageRead } from './seek-page.ts'

export type DeadLetterFilter = ParsedRequestOf<'listDeadLetters'>

/** A dead letter as the window shows it; the caller that knows Stash's address adds the link. */
export type DeadLetterRow = Omit<DeadLetter, 'stash_url'>

export interface DeadLetterPage {
  readonly total: number
  readonly rows: DeadLetterRow[]
  readonly ends: PageEnds
}

interface Row {
  readonly id: number
  readonly key: number | string
  readonly subjectId: string
  readonly title: string
  readonly code: string
  readonly detail: string
  readonly attempts: number
  readonly failedAt: number
  readonly path: string | null
  readonly candidates: string | null
  readonly reasonValues: string | null
  /** JSON of the failure; null for those of an earlier release. */
  readonly remark: string | null
}

/** What each order of the list compares. Only `failed` has an index: the others sort all rows that pass the filter. */
const sortedBy = {
  failed: 'finished_at',
  scene: 'subject_id',
  title: 'title COLLATE NOCASE',
  attempts: 'attempts + misses',
} as const satisfies Record<DeadLetterFilter['sort'], string>

/** A code of another version of the table is shown as an unknown failure rather than not at all. */
const storedCodeSchema = errorCodeSchema.catch('unexpected')
const candidatesSchema = deadLetterSchema.shape.candidates

export class DeadLetterPages {
  readonly #db: Database
  readonly #attempts: ReturnType<typeof statementOfAttempts>

  constructor(db: Database) {
    this.#db = db
    this.#attempts = statementOfAttempts(db)
  }

  page(filter: DeadLetterFilter): DeadLetterPage {
    const bound = {
      code: filter.code ?? null,
      ids: filter.ids === undefined ? null : JSON.stringify(filter.ids),
      like: filter.text === undefined ? null : likeOf(filter.text),
    }
    const { total, rows, ends } = readPage<Row>(this.#db, filter, bound, {
      total: totalOf(filter),
      rows: (read) => rowsOf(filter, read),
    })
    const attempts = Map.groupBy(
      this.#attempts.all({ ids: JSON.stringify(rows.map(({ id }) => id)) }),
      ({ jobId }) => jobId,
    )
    return {
      total,
      rows: rows.map((row) => rowOf(row, attempts.get(row.id) ?? [])),
      ends,
    }
  }
}

function rowOf(row: Row, attempts: readonly AttemptRow[]): DeadLetterRow {
  const code = storedCodeSchema.parse(row.code)
  return {
    id: row.id,
    scene_id: row.subjectId,
    title: row.title,
    class: classOf(code),
    code,
    reason: row.detail || errors[code].sentence,
    values: row.reasonValues === null ? {} : reasonValuesSchema.parse(JSON.parse(row.reasonValues)),
    attempts: row.attempts,
    failed_at: moment(row.failedAt),
    action: errors[code].action,
    ...causeOf(row),
    needs_you: classOf(code) === 'needs_you',
    path: row.path,
    candidates: row.candidates === null ? [] : candidatesSchema.parse(JSON.parse(row.candidates)),
    attempts_log: attempts.map((attempt) => {
      const remark = remarkOfAttempt(attempt)
      return { at: moment(attempt.at), message: englishRemark(remark), ...remark }
    }),
  }
}

/** The last step or the refusal that made it fail; empty where neither did. */
function causeOf({ code, detail, remark }: Row): Pick<DeadLetterRow, 'step' | 'because'> {
  const failure = (remark === null ? null : remarkStored(remark)) ?? remarkOfFailure(code, detail)
  if (failure.code !== 'failed') return {}
  const { step, because } = failure.values
  return { ...(step !== undefined && { step }), ...(because !== undefined && { because }) }
}

/** Texts of the filter are bound, never spelled out. */
function passing({ code, ids, text }: DeadLetterFilter): string[] {
  return [
    `state = 'dead'`,
    // The index of the history has only those that ended, as all dead letters have.
    'finished_at IS NOT NULL',
    ...(code === undefined ? [] : ['code = @code']),
    ...(ids === undefined ? [] : ['id IN (SELECT value FROM json_each(@ids))']),
    ...(text === undefined ? [] : [containsDeadText]),
  ]
}

function totalOf(filter: DeadLetterFilter): string {
  return `SELECT count(*) AS total FROM job WHERE ${passing(filter).join(' AND ')}`
}

function rowsOf(filter: DeadLetterFilter, read: PageRead): string {
  const column = sortedBy[filter.sort]
  const order = direction(read, filter.descending)
  const where = [...passing(filter), beyond(read, column, filter.descending)].join(' AND ')
  // The index of a cause is by kind too: a branch for each reads it in order.
  const byCause = filter.code !== undefined && filter.sort === 'failed'
  const branches = (byCause ? jobKinds.map((kind) => `${where} AND kind = '${kind}'`) : [where]).map(
    (condition) => `SELECT * FROM (
      SELECT id, ${column} AS key FROM job WHERE ${condition} ORDER BY ${column} ${order}, id ${order} LIMIT @last)`,
  )
  const key = filter.sort === 'title' ? 'key COLLATE NOCASE' : 'key'
  // Only the page is joined.
  return `SELECT id, key, CAST(subject_id AS TEXT) AS subjectId, title, code, detail, attempts + misses AS attempts,
      finished_at AS failedAt, path, candidates, reason_values AS reasonValues, json_extract(report, '$.remark') AS remark
    FROM (SELECT id, key FROM (${branches.join(' UNION ALL ')}) ORDER BY ${key} ${order}, id ${order} LIMIT @take OFFSET @skip)
      JOIN job USING (id) ORDER BY ${key} ${order}, id ${order}`
}

function statementOfAttempts(db: Database) {
  return db.prepare<{ ids: string }, AttemptRow & { readonly jobId: number }>(`
    SELECT job_id AS jobId, at, code, message FROM job_attempt
    WHERE job_id IN (SELECT value FROM json_each(@ids)) ORDER BY id`)
}

import { type DeadLetter, deadLetterSchema, type ParsedRequestOf } from '../../../shared/contract.ts'
import { errorCodeSchema, type JobKind } from '../../../shared/domain.ts'
import { classOf, type ErrorCode, errors } from '../../../shared/errors.ts'
import { moment } from '../../../shared/moment.ts'
import { englishRemark } from '../../../shared/remark-texts.ts'
import { remarkOfFailure } from '../../../shared/remark-words.ts'
import type { Database } from '../database/open.ts'
import { remarkStored } from '../database/stored-remark.ts'
import type { Clock } from '../ports.ts'
import { type AttemptRow, remarkOfAttempt } from './attempt.ts'
import { fieldsOf, reasonValuesSchema } from './job.ts'
import type { JobStore } from './job-store.ts'
import { jobsOfSubject } from './jobs-of-subject.ts'

export type DeadLetterSelection = ParsedRequestOf<'retryDeadLetters'>

/** A dead letter as the window shows it; the caller that knows Stash's address adds the link. */
export type DeadLetterRow = Omit<DeadLetter, 'stash_url'>

interface Row {
  readonly id: number
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
interface RetriedRow {
  readonly id: number
  readonly kind: JobKind
  readonly subjectId: string
  readonly fields: string | null
  readonly force: number
  readonly explicit: number
}

const dayMs = 24 * 60 * 60 * 1000
const purgedAtOnce = 500

/** A code of another version of the table is shown as an unknown failure rather than not at all. */
const storedCodeSchema = errorCodeSchema.catch('unexpected')
const candidatesSchema = deadLetterSchema.shape.candidates

/** Jobs that failed for good or wait for the user: reading them, trying them again, throwing them away. */
export class DeadLetters {
  readonly #clock: Clock
  readonly #jobs: JobStore
  readonly #sql: ReturnType<typeof statements>

  constructor(db: Database, clock: Clock, jobs: JobStore) {
    this.#clock = clock
    this.#jobs = jobs
    this.#sql = statements(db)
  }

  /** Newest first. */
  list(): DeadLetterRow[] {
    const attempts = Map.groupBy(this.#sql.attempts.all(), (attempt) => attempt.jobId)
    return this.#sql.list.all().map((row) => {
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
        attempts_log: (attempts.get(row.id) ?? []).map((attempt) => {
          const remark = remarkOfAttempt(attempt)
          return { at: moment(attempt.at), message: englishRemark(remark), ...remark }
        }),
      }
    })
  }

  /** How many there are, and how many of them wait for a decision. */
  counts(): { dead_letters: number; needs_you: number } {
    const counts = { dead_letters: 0, needs_you: 0 }
    for (const { code, count } of this.#sql.groups.all()) {
      counts.dead_letters += count
      if (classOf(storedCodeSchema.parse(code)) === 'needs_you') counts.needs_you += count
    }
    return counts
  }

  /** By cause, the most frequent first. */
  groups(): { code: ErrorCode; count: number; scene_ids: string[] }[] {
    return this.#sql.groups.all().map(({ code, count }) => ({
      code: storedCodeSchema.parse(code),
      count,
      scene_ids: this.#sql.newestOf.all({ code }).map(({ sceneId }) => sceneId),
    }))
  }

  /** Whether the subject's last job is here: that subject needs no sweep, it needs its cause removed. */
  has(kind: JobKind, subjectId: string): boolean {
    return this.#sql.has.get({ kind, subjectId }) !== undefined
  }

  /** Why the subject's last job is here; null if it does not. */
  codeOf(kind: JobKind, subjectId: string): ErrorCode | null {
    const row = this.#sql.codeOf.get({ kind, subjectId })
    return row === undefined ? null : storedCodeSchema.parse(row.code)
  }

  /** Ids of dead letters only: a selection made on an old list must not touch what has gone on since. Oldest first. */
  selected(selection: DeadLetterSelection): number[] {
    if (selection.select === 'ids') {
      const wanted = [...new Set(selection.ids)].toSorted((a, b) => a - b)
      return wanted.filter((id) => this.#sql.isDead.get({ id }) !== undefined)
    }
    return this.#sql.ids.all({ code: selection.select === 'like' ? selection.code : null }).map(({ id }) => id)
  }

  /** Tries them again immediately, as new jobs with all their tries. Returns how many. */
  retry(selection: DeadLetterSelection): number {
    return this.#jobs.inTransaction(() => this.retryMany(this.selected(selection)))
  }

  /** As `retry`, for some of the ids that were selected: those of them that are dead letters still. */
  retryMany(ids: readonly number[]): number {
    return this.#jobs.inTransaction(() => ids.filter((id) => this.#retryOne(id)).length)
  }

  /** Files that no item was found for, or none for certain. */
  unmatched(): { readonly id: number; readonly path: string }[] {
    return this.#sql.unmatched.all()
  }

  /**
   * Takes them off the list, those that are dead letters still; `restore` with the returned ids undoes it until the history is
   * trimmed.
   */
  discard(ids: readonly number[]): number[] {
    return this.#jobs.inTransaction(() =>
      ids.filter((id) => this.#sql.move.run({ id, from: 'dead', to: 'discarded' }).changes > 0),
    )
  }

  /** Undoes a discard, except for subjects of which a newer job has ended since. Returns how many are back. */
  restore(ids: readonly number[]): number {
    return this.#jobs.inTransaction(() => {
      const restorable = ids.filter((id) => this.#sql.restorable.get({ id }) !== undefined)
      for (const id of restorable) this.#sql.move.run({ id, from: 'discarded', to: 'dead' })
      return restorable.length
    })
  }

  /** Deletes those that failed more than this number of days ago. Returns how many. */
  purge(olderThanDays: number): number {
    const failedBefore = this.failedBefore(olderThanDays)
    let purged = 0
    for (;;) {
      const portion = this.purgeSome(failedBefore)
      purged += portion
      if (portion < purgedAtOnce) return purged
    }
  }

  /** The moment this number of days ago. */
  failedBefore(days: number): number {
    return this.#clock.now() - days * dayMs
  }

  countBefore(failedBefore: number): number {
    return this.#sql.countBefore.get({ failedBefore })?.count ?? 0
  }

  /** Deletes some of those that failed before a moment, in one commit of a few milliseconds. Returns how many; 0 when none is left. */
  purgeSome(failedBefore: number): number {
    return this.#sql.purge.run({ failedBefore, limit: purgedAtOnce }).changes
  }

  #retryOne(id: number): boolean {
    const row = this.#sql.retried.get({ id })
    if (row === undefined) return false
    const { kind, subjectId } = row
    const asked = { force: row.force === 1, explicit: row.explicit === 1 }
    this.#jobs.enqueue({ kind, subjectId, fields: fieldsOf(row.fields), origin: 'retry', ...asked }, 0)
    this.#sql.move.run({ id, from: 'dead', to: 'superseded' })
    return true
  }
}

/** The failure for every language. */
function causeOf({ code, detail, remark }: Row): Pick<DeadLetterRow, 'step' | 'because'> {
  const failure = (remark === null ? null : remarkStored(remark)) ?? remarkOfFailure(code, detail)
  if (failure.code !== 'failed') return {}
  const { step, because } = failure.values
  return { ...(step !== undefined && { step }), ...(because !== undefined && { because }) }
}

function statements(db: Database) {
  return {
    list: db.prepare<[], Row>(`
      SELECT id, CAST(subject_id AS TEXT) AS subjectId, title, code, detail, attempts + misses AS attempts,
        finished_at AS failedAt, path, candidates, reason_values AS reasonValues, json_extract(report, '$.remark') AS remark
      FROM job WHERE state = 'dead' ORDER BY finished_at DESC, id DESC`),
    attempts: db.prepare<[], AttemptRow & { readonly jobId: number }>(`
      SELECT job_id AS jobId, at, code, message FROM job_attempt
      WHERE job_id IN (SELECT id FROM job WHERE state = 'dead') ORDER BY id`),
    groups: db.prepare<[], { code: string; count: number }>(`
      SELECT code, count(*) AS count FROM job WHERE state = 'dead' GROUP BY code ORDER BY count DESC, code`),
    newestOf: db.prepare<{ code: string }, { sceneId: string }>(`
      SELECT CAST(subject_id AS TEXT) AS sceneId FROM job
      WHERE state = 'dead' AND code = @code AND kind = 'scene' ORDER BY finished_at DESC, id DESC LIMIT 3`),
    has: db.prepare<{ kind: JobKind; subjectId: string }>(`
      SELECT 1 FROM job WHERE state = 'dead' AND kind = @kind AND subject_id = @subjectId`),
    codeOf: db.prepare<{ kind: JobKind; subjectId: string }, { code: string }>(`
      SELECT code FROM job WHERE state = 'dead' AND kind = @kind AND subject_id = @subjectId`),
    ids: db.prepare<{ code: string | null }, { id: number }>(`
      SELECT id FROM job WHERE state = 'dead' AND (@code IS NULL OR code = @code) ORDER BY id`),
    isDead: db.prepare<{ id: number }>(`SELECT 1 FROM job WHERE id = @id AND state = 'dead'`),
    retried: db.prepare<{ id: number }, RetriedRow>(`
      SELECT id, kind, CAST(subject_id AS TEXT) AS subjectId, fields, force, explicit FROM job
      WHERE id = @id AND state = 'dead'`),
    move: db.prepare<{ id: number; from: 'dead' | 'discarded'; to: 'dead' | 'discarded' | 'superseded' }>(`
      UPDATE job SET state = @to WHERE id = @id AND state = @from`),
    unmatched: db.prepare<[], { id: number; path: string }>(`
      SELECT id, path FROM job
      WHERE state = 'dead' AND path IS NOT NULL AND code IN ('not_in_plex', 'item_gone', 'low_confidence', 'item_taken')`),
    restorable: db.prepare<{ id: number }>(`
      SELECT 1 FROM job AS discarded WHERE id = @id AND state = 'discarded' AND NOT EXISTS (
        SELECT 1 FROM job AS newer
        WHERE id IN (${jobsOfSubject('discarded.kind', 'discarded.subject_id')})
          AND newer.id > discarded.id AND newer.finished_at IS NOT NULL)`),
    countBefore: db.prepare<{ failedBefore: number }, { count: number }>(`
      SELECT count(*) AS count FROM job WHERE state = 'dead' AND finished_at < @failedBefore`),
    purge: db.prepare<{ failedBefore: number; limit: number }>(`
      DELETE FROM job WHERE id IN (
        SELECT id FROM job WHERE state = 'dead' AND finished_at < @failedBefore LIMIT @limit)`),
  }
}

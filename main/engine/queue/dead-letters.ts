import type { ParsedRequestOf } from '../../../shared/contract.ts'
import { errorCodeSchema, type JobKind } from '../../../shared/domain.ts'
import { classOf, type ErrorCode } from '../../../shared/errors.ts'
import type { Database } from '../database/open.ts'
import type { Clock } from '../ports.ts'
import { fieldsOf } from './job.ts'
import type { JobStore } from './job-store.ts'
import { containsDeadText, likeOf } from './job-text.ts'
import { jobsOfSubject } from './jobs-of-subject.ts'

export type DeadLetterSelection = ParsedRequestOf<'retryDeadLetters'>

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

/** Jobs that failed for good or wait for the user: counting them, trying them again, throwing them away. */
export class DeadLetters {
  readonly #clock: Clock
  readonly #jobs: JobStore
  readonly #sql: ReturnType<typeof statements>

  constructor(db: Database, clock: Clock, jobs: JobStore) {
    this.#clock = clock
    this.#jobs = jobs
    this.#sql = statements(db)
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
    if (selection.select === 'all') return this.#sql.ids.all({ code: null, like: null }).map(({ id }) => id)
    const { code, text, except } = selection
    const left = new Set(except)
    const found = this.#sql.ids.all({ code, like: text === undefined ? null : likeOf(text) })
    return found.flatMap(({ id }) => (left.has(id) ? [] : [id]))
  }

  /** Tries them again immediately, as new jobs with all their tries. Returns how many. */
  retry(selection: DeadLetterSelection): number {
    return this.#jobs.inTransaction(() => this.retryMany(this.selected(selection)))
  }

  /** As `retry`, for some of the ids that were selected: those of them that are dead letters still. */
  retryMany(ids: readonly number[]): number {
    return this.#jobs.inTransaction(() => ids.filter((id) => this.#retryOne(id)).length)
  }

  /** The scenes and files of those with one cause, the newest first. */
  filesOf(code: ErrorCode): { readonly sceneId: string; readonly path: string | null }[] {
    return this.#sql.filesOf.all({ code })
  }

  /** Files that no item was found for, or none for certain. Read to its end before anything else is asked of the database. */
  unmatched(): IterableIterator<{ readonly id: number; readonly path: string }> {
    return this.#sql.unmatched.iterate()
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

function statements(db: Database) {
  return {
    groups: db.prepare<[], { code: string; count: number }>(`
      SELECT code, count(*) AS count FROM job WHERE state = 'dead' GROUP BY code ORDER BY count DESC, code`),
    newestOf: db.prepare<{ code: string }, { sceneId: string }>(`
      SELECT CAST(subject_id AS TEXT) AS sceneId FROM job
      WHERE state = 'dead' AND code = @code AND kind = 'scene' ORDER BY finished_at DESC, id DESC LIMIT 3`),
    has: db.prepare<{ kind: JobKind; subjectId: string }>(`
      SELECT 1 FROM job WHERE state = 'dead' AND kind = @kind AND subject_id = @subjectId`),
    codeOf: db.prepare<{ kind: JobKind; subjectId: string }, { code: string }>(`
      SELECT code FROM job WHERE state = 'dead' AND kind = @kind AND subject_id = @subjectId`),
    ids: db.prepare<{ code: string | null; like: string | null }, { id: number }>(`
      SELECT id FROM job
      WHERE state = 'dead' AND (@code IS NULL OR code = @code) AND (@like IS NULL OR ${containsDeadText}) ORDER BY id`),
    isDead: db.prepare<{ id: number }>(`SELECT 1 FROM job WHERE id = @id AND state = 'dead'`),
    retried: db.prepare<{ id: number }, RetriedRow>(`
      SELECT id, kind, CAST(subject_id AS TEXT) AS subjectId, fields, force, explicit FROM job
      WHERE id = @id AND state = 'dead'`),
    move: db.prepare<{ id: number; from: 'dead' | 'discarded'; to: 'dead' | 'discarded' | 'superseded' }>(`
      UPDATE job SET state = @to WHERE id = @id AND state = @from`),
    filesOf: db.prepare<{ code: string }, { sceneId: string; path: string | null }>(`
      SELECT CAST(subject_id AS TEXT) AS sceneId, path FROM job
      WHERE state = 'dead' AND code = @code ORDER BY finished_at DESC, id DESC`),
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

/** The SQL of the queue's table, where a job's state is changed: what each statement means is said by job-store.ts. */
import { type JobKind, type JobOrigin, type Outcome, outcomes } from '../../../shared/domain.ts'
import type { Database } from '../database/open.ts'

export interface QueueCounts {
  readonly ready: number
  readonly delayed: number
  readonly in_progress: number
}

export interface Subject {
  readonly id: number
  readonly kind: JobKind
  readonly subjectId: string
}

/** A debounce postpones a job with each change, but never further than this from the first one. */
const longestBurstMs = 30_000

/** The union of two JSON arrays of names; NULL means all names and wins. */
const unionOf = (a: string, b: string) => `
  CASE
    WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL
    WHEN ${a} = ${b} THEN ${a}
    ELSE (SELECT json_group_array(value) FROM (SELECT value FROM json_each(${a}) UNION SELECT value FROM json_each(${b})))
  END`

/** When the burst began that a change joins: a try in between ends the earlier burst. */
const burstAt = 'CASE WHEN attempts + misses = 0 THEN burst_at ELSE @now END'

/** What a change alters in the job that it joins. */
const merged = `
        fields = ${unionOf('fields', '@fields')},
        origin = @origin,
        force = max(force, @force),
        explicit = max(explicit, @explicit),
        events = events + 1,
        attempts = 0,
        misses = 0,
        tried_state = NULL,
        burst_at = ${burstAt},
        scheduled_at = @now,
        due_at = min(@dueAt, ${burstAt} + max(${longestBurstMs}, @dueAt - @now))`

/** No worker has an older job of the same subject in hands: two at the same time could write in the wrong order. */
const subjectIsFree = `NOT EXISTS (
        SELECT 1 FROM job AS other INDEXED BY job_live
        WHERE other.state = 'claimed' AND other.kind = candidate.kind AND other.subject_id = candidate.subject_id
          AND other.finished_at IS NULL)`

// `+ 0`, because SQLite looks at the value of a plain bound LIMIT and prepares the whole statement again each time.
const dueFrom = (index: string, condition = '') => `
  SELECT id, kind, CAST(subject_id AS TEXT), fields, origin, force, attempts, misses, received_at
  FROM job AS candidate INDEXED BY ${index}
  WHERE state = 'waiting' ${condition} AND due_at <= ? AND ${subjectIsFree}
  ORDER BY due_at, id LIMIT ? + 0`

const nextDueFrom = (index: string, condition = '') => `
  SELECT due_at AS dueAt FROM job AS candidate INDEXED BY ${index}
  WHERE state = 'waiting' ${condition} AND ${subjectIsFree}
  ORDER BY due_at LIMIT 1`

/** The outcomes, as a list in a statement. */
const outcomeList = outcomes.map((outcome) => `'${outcome}'`).join(', ')

type NewRow = [
  kind: JobKind,
  subjectId: string,
  fields: string | null,
  origin: JobOrigin,
  force: number,
  explicit: number,
  receivedAt: number,
  burstAt: number,
  scheduledAt: number,
  dueAt: number,
]
type DueRow = [
  id: number,
  kind: JobKind,
  subjectId: string,
  fields: string | null,
  origin: JobOrigin,
  force: number,
  attempts: number,
  misses: number,
  receivedAt: number,
]
type DoneRow = [
  outcome: Outcome,
  now: number,
  title: string,
  detail: string,
  report: string,
  id: number,
  leaseToken: string,
]
interface Lease {
  id: number
  leaseToken: string
}
interface Merge extends SubjectKey {
  fields: string | null
  origin: JobOrigin
  force: number
  explicit: number
  now: number
  dueAt: number
}
interface SubjectKey {
  kind: JobKind
  subjectId: string
}

/**
 * All statements of the queue, prepared once. Those of the everyday cycle take and give plain values: names cost more
 * than the work of SQLite itself.
 */
export function statements(db: Database) {
  return {
    insert: db.prepare<NewRow>(`
      INSERT INTO job (kind, subject_id, fields, origin, force, explicit, received_at, burst_at, scheduled_at, due_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (state, kind, subject_id) WHERE finished_at IS NULL DO NOTHING`),

    merge: db.prepare<Merge>(`
      UPDATE job SET ${merged}
      WHERE state = 'waiting' AND kind = @kind AND subject_id = @subjectId AND finished_at IS NULL`),

    // For many changes one statement costs a third of one statement each.
    takeMany: db
      .prepare<Omit<Merge, 'subjectId'> & { subjectIds: string }, [subjectId: string, events: number]>(`
      INSERT INTO job (kind, subject_id, fields, origin, force, explicit, received_at, burst_at, scheduled_at, due_at)
      SELECT @kind, value, @fields, @origin, @force, @explicit, @now, @now, @now, @dueAt FROM json_each(@subjectIds)
      WHERE true
      ON CONFLICT (state, kind, subject_id) WHERE finished_at IS NULL DO UPDATE SET ${merged}
      RETURNING CAST(subject_id AS TEXT), events`)
      .raw(),

    due: db.prepare<[now: number, limit: number], DueRow>(dueFrom('job_due')).raw(),
    dueExplicit: db
      .prepare<[now: number, limit: number], DueRow>(dueFrom('job_due_explicit', 'AND explicit = 1'))
      .raw(),

    claim: db.prepare<[leaseToken: string, leaseUntil: number, now: number, id: number]>(`
      UPDATE job SET state = 'claimed', lease_token = ?, lease_until = ?, scheduled_at = ? WHERE id = ?`),

    renew: db.prepare<Lease & { now: number; leaseUntil: number }>(`
      UPDATE job SET lease_until = @leaseUntil, scheduled_at = @now
      WHERE id = @id AND state = 'claimed' AND lease_token = @leaseToken`),

    holds: db.prepare<Lease>(`SELECT 1 FROM job WHERE id = @id AND state = 'claimed' AND lease_token = @leaseToken`),

    done: db.prepare<DoneRow>(`
      UPDATE job SET state = ?, finished_at = ?, title = ?, detail = ?, report = ?,
        code = NULL, lease_token = NULL, lease_until = NULL
      WHERE id = ? AND state = 'claimed' AND lease_token = ?`),

    addAttempt: db.prepare<{ id: number; now: number; code: string; message: string }>(`
      INSERT INTO job_attempt (job_id, at, code, message) VALUES (@id, @now, @code, @message)`),

    countTry: db.prepare<{
      id: number
      miss: number
      code: string
      message: string
      remark: string
      title: string | null
    }>(`
      UPDATE job SET attempts = attempts + 1 - @miss, misses = misses + @miss, code = @code, detail = @message,
        title = coalesce(@title, title), report = json_set(coalesce(report, '{"items":[]}'), '$.remark', json(@remark))
      WHERE id = @id`),

    noteTried: db.prepare<[state: string | null, id: number]>('UPDATE job SET tried_state = ? WHERE id = ?'),

    triedState: db
      .prepare<[kind: JobKind, subjectId: string], string | null>(`
      SELECT tried_state FROM job WHERE state = 'waiting' AND kind = ? AND subject_id = ? AND finished_at IS NULL`)
      .pluck(),

    wait: db.prepare<{ id: number; dueAt: number | null; now: number }>(`
      UPDATE job SET state = 'waiting', due_at = coalesce(@dueAt, due_at), scheduled_at = @now,
        lease_token = NULL, lease_until = NULL
      WHERE id = @id`),

    hurry: db.prepare<{ now: number }>(`
      UPDATE job SET due_at = @now, scheduled_at = @now WHERE state = 'waiting' AND due_at > @now`),

    absorb: db.prepare<{ id: number; newer: number }>(`
      UPDATE job SET fields = ${unionOf('job.fields', 'older.fields')}, force = max(job.force, older.force),
        explicit = max(job.explicit, older.explicit)
      FROM (SELECT fields, force, explicit FROM job WHERE id = @id) AS older
      WHERE job.id = @newer`),

    end: db.prepare<{ id: number; outcome: Outcome; detail: string; remark: string; now: number }>(`
      UPDATE job SET state = @outcome, finished_at = @now, detail = @detail,
        report = json_set(coalesce(report, '{"items":[]}'), '$.remark', json(@remark)), lease_token = NULL, lease_until = NULL
      WHERE id = @id`),

    dead: db.prepare<{
      id: number
      path: string | null
      candidates: string | null
      values: string | null
      report: string | null
      now: number
    }>(`
      UPDATE job SET state = 'dead', finished_at = @now, path = @path, candidates = @candidates,
        reason_values = @values, report = coalesce(@report, report),
        lease_token = NULL, lease_until = NULL
      WHERE id = @id`),

    supersedeDead: db.prepare<[kind: JobKind, subjectId: string]>(`
      UPDATE job SET state = 'superseded' WHERE state = 'dead' AND kind = ? AND subject_id = ?`),

    waiting: db
      .prepare<[kind: JobKind, subjectId: string], number>(`
      SELECT id FROM job WHERE state = 'waiting' AND kind = ? AND subject_id = ? AND finished_at IS NULL`)
      .pluck(),

    waitingOf: db.prepare<
      SubjectKey,
      {
        id: number
        fields: string | null
        force: number
        explicit: number
        attempts: number
        misses: number
        receivedAt: number
      }
    >(`
      SELECT id, fields, force, explicit, attempts, misses, received_at AS receivedAt FROM job
      WHERE state = 'waiting' AND kind = @kind AND subject_id = @subjectId AND finished_at IS NULL`),

    withoutExplicit: db.prepare<{ id: number }>('UPDATE job SET explicit = 0 WHERE id = @id'),

    claimedBefore: db.prepare<{ until: number }, Subject>(`
      SELECT id, kind, CAST(subject_id AS TEXT) AS subjectId FROM job INDEXED BY job_live
      WHERE state = 'claimed' AND finished_at IS NULL AND lease_until <= @until ORDER BY id`),

    // Rows from the future: the clock has been set back since. What was still to be waited then is waited from now.
    mendTimes: db.prepare<{ now: number }>(`
      UPDATE job SET due_at = due_at - (scheduled_at - @now), lease_until = lease_until - (scheduled_at - @now),
        burst_at = min(burst_at, @now), scheduled_at = @now
      WHERE scheduled_at > @now AND id IN (SELECT id FROM job INDEXED BY job_live WHERE finished_at IS NULL)`),

    counts: db.prepare<{ now: number }, QueueCounts>(`
      SELECT
        (SELECT count(*) FROM job WHERE state = 'waiting' AND due_at <= @now) AS ready,
        (SELECT count(*) FROM job WHERE state = 'waiting' AND due_at > @now) AS delayed,
        (SELECT count(*) FROM job WHERE state = 'claimed' AND finished_at IS NULL) AS in_progress`),

    nextDueAt: db.prepare<[], { dueAt: number }>(nextDueFrom('job_due')),
    nextDueExplicitAt: db.prepare<[], { dueAt: number }>(nextDueFrom('job_due_explicit', 'AND explicit = 1')),

    isQueued: db.prepare<SubjectKey, { queued: number }>(`
      SELECT EXISTS (
        SELECT 1 FROM job INDEXED BY job_live
        WHERE state IN ('waiting', 'claimed') AND kind = @kind AND subject_id = @subjectId AND finished_at IS NULL
      ) AS queued`),

    isInProgress: db.prepare<SubjectKey, { claimed: number }>(`
      SELECT EXISTS (
        SELECT 1 FROM job INDEXED BY job_live
        WHERE state = 'claimed' AND kind = @kind AND subject_id = @subjectId AND finished_at IS NULL
      ) AS claimed`),

    trim: db.prepare<{ finishedBefore: number; atMost: number }>(`
      DELETE FROM job WHERE id IN (
        SELECT id FROM job INDEXED BY job_history
        WHERE state IN (${outcomeList}) AND finished_at < @finishedBefore
          AND finished_at IS NOT NULL
        LIMIT @atMost)`),
  }
}

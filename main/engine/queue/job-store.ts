/**
 * The queue: every change of a job's state is here, and only here (reading for the window is in activity.ts, dead
 * letters in dead-letters.ts). Past 300 lines because the statements stand beside the methods that are their meaning.
 *
 * States: waiting → claimed → done (an outcome), dead, or waiting again. At most one waiting, one claimed and one dead
 * job per subject, which the unique indexes enforce. A method that throws has changed nothing; see storageFault.
 */
import { type JobKind, type JobOrigin, type Outcome, outcomes } from '../../../shared/domain.ts'
import type { Database } from '../database/open.ts'
import { type InTransaction, transactionsOf } from '../database/transaction.ts'
import type { Clock, NewId } from '../ports.ts'
import { type ClaimedJob, type EnqueueOutcome, fieldsOf, type NewJob, type Settlement, type TakenJob } from './job.ts'

export interface QueueCounts {
  readonly ready: number
  readonly delayed: number
  readonly in_progress: number
}

/** A debounce moves a job on with each event, but never further than this from the first one. */
const longestBurstMs = 30_000

/** Clocks are corrected by milliseconds all the time; only a real step back needs mending. */
const clockStepMs = 1_000

/** The union of two JSON arrays of names; NULL means all names and wins. */
const unionOf = (a: string, b: string) => `
  CASE
    WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL
    WHEN ${a} = ${b} THEN ${a}
    ELSE (SELECT json_group_array(value) FROM (SELECT value FROM json_each(${a}) UNION SELECT value FROM json_each(${b})))
  END`

/** When the burst began that an event joins: a try in between ends the earlier burst. */
const burstAt = 'CASE WHEN attempts + misses = 0 THEN burst_at ELSE @now END'

/** No worker has an older job of the same subject in hands: two at once could write in the wrong order. */
const subjectIsFree = `NOT EXISTS (
        SELECT 1 FROM job AS other INDEXED BY job_live
        WHERE other.state = 'claimed' AND other.kind = candidate.kind AND other.subject_id = candidate.subject_id
          AND other.finished_at IS NULL)`

// `+ 0`, because SQLite looks at the value of a plain bound LIMIT and prepares the whole statement anew each time.
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
  report: string | null,
  id: number,
  leaseToken: string,
]
interface Subject {
  readonly id: number
  readonly kind: JobKind
  readonly subjectId: string
}

export class JobStore {
  readonly #clock: Clock
  readonly #newId: NewId
  readonly #sql: ReturnType<typeof statements>
  /** One commit for everything in `work`; if it throws, nothing of it has happened. For many events at once. */
  readonly inTransaction: InTransaction
  /** The latest time seen: a smaller one later means that the clock was set back. */
  #latest = Number.NEGATIVE_INFINITY

  constructor(db: Database, clock: Clock, newId: NewId) {
    this.#clock = clock
    this.#newId = newId
    this.#sql = statements(db)
    this.inTransaction = transactionsOf(db)
  }

  /**
   * Takes one event in; on disk when this (or the transaction around it) returns. It becomes due after `quietMs`
   * without another event for the same subject, at the latest 30 s (or `quietMs`, if longer) after the first one.
   *
   * Merging into a waiting job unites the fields, keeps `force` and `explicit`, and starts the tries anew. Events of sweep and
   * reconcile are no news for a subject that waits already: they leave it as it is.
   */
  enqueue(job: NewJob, quietMs: number): EnqueueOutcome {
    const now = this.#clock.now()
    if (now > this.#latest) this.#latest = now
    const { kind, subjectId, origin } = job
    const fields = job.fields && JSON.stringify(job.fields)
    const force = job.force ? 1 : 0
    const explicit = job.explicit ? 1 : 0
    // Rounded: settings in seconds come as 2299.9999 ms, which a STRICT table refuses.
    const dueAt = now + Math.round(quietMs)
    // Most events meet no waiting job, and a statement that could also merge costs twice as much.
    if (this.#sql.insert.run(kind, subjectId, fields, origin, force, explicit, now, now, now, dueAt).changes === 1)
      return 'queued'
    if (origin === 'sweep' || origin === 'reconcile') return 'coalesced'
    const merged = this.#sql.merge.run({ kind, subjectId, fields, origin, force, explicit, now, dueAt })
    // Outside of a transaction another process may have claimed it in between.
    return merged.changes === 0 ? this.enqueue(job, quietMs) : 'coalesced'
  }

  /**
   * Takes waiting jobs that are due, oldest due first, none whose subject is in progress. They are the caller's until
   * settled or until `leaseMs` is over, whichever is first. One commit; none when nothing is due. `explicit`: only those
   * that were asked for by their id.
   */
  claim(limit: number, leaseMs: number, which: 'all' | 'explicit' = 'all'): ClaimedJob[] {
    const now = this.#now()
    const leaseUntil = now + Math.round(leaseMs)
    return this.inTransaction(() => {
      const due = (which === 'all' ? this.#sql.due : this.#sql.dueExplicit).all(now, limit)
      if (due.length === 0) return []
      const leaseToken = this.#newId()
      return due.map(([id, kind, subjectId, fields, origin, force, attempts, misses, receivedAt]) => {
        this.#sql.claim.run(leaseToken, leaseUntil, now, id)
        const rest = { attempts, misses, leaseToken, receivedAt }
        return { id, kind, subjectId, fields: fieldsOf(fields), origin, force: force === 1, ...rest }
      })
    })
  }

  /**
   * Takes one event in and claims it in the same commit, so that no worker can come in between. Null while a job of the
   * subject is in progress.
   */
  take(job: NewJob, leaseMs: number): TakenJob | null {
    const now = this.#now()
    return this.inTransaction(() => {
      const { kind, subjectId, origin } = job
      if (this.isInProgress(kind, subjectId)) return null
      const before = this.#sql.waitingOf.get({ kind, subjectId })
      this.enqueue(job, 0)
      const row = this.#sql.waitingOf.get({ kind, subjectId })
      if (row === undefined) return null
      const leaseToken = this.#newId()
      this.#sql.claim.run(leaseToken, now + Math.round(leaseMs), now, row.id)
      const { id, attempts, misses, receivedAt } = row
      return {
        job: {
          ...{ id, kind, subjectId, fields: fieldsOf(row.fields), origin, force: row.force === 1 },
          ...{ attempts, misses, leaseToken, receivedAt },
        },
        merged: before === undefined ? null : { wasExplicit: before.explicit === 1 },
      }
    })
  }

  /**
   * A taken job that waits again after a try that failed is not tried later: a new one ends, one that waited before waits
   * as it did. What has been absorbed by a newer job is left alone.
   */
  giveUp({ job, merged }: TakenJob, detail: string): void {
    const now = this.#now()
    this.inTransaction(() => {
      if (this.#sql.waiting.get(job.kind, job.subjectId) !== job.id) return
      if (merged === null) this.#end(job.id, 'discarded', detail, now)
      else if (!merged.wasExplicit) this.#sql.withoutExplicit.run({ id: job.id })
    })
  }

  /** Extends the leases of jobs that are still the caller's; the others are left alone. */
  renew(jobs: readonly ClaimedJob[], leaseMs: number): void {
    const now = this.#now()
    const leaseUntil = now + Math.round(leaseMs)
    this.inTransaction(() => {
      for (const { id, leaseToken } of jobs) this.#sql.renew.run({ id, leaseToken, now, leaseUntil })
    })
  }

  /**
   * Hands jobs back, all in one commit. Returns the ids of those whose token was stale: their lease had ended, they
   * are someone else's or waiting again, and nothing was changed for them.
   */
  settle(settlements: readonly Settlement[]): number[] {
    const now = this.#now()
    return this.inTransaction(() =>
      settlements.filter((settlement) => !this.#settleOne(settlement, now)).map(({ job }) => job.id),
    )
  }

  /**
   * At start, before the first claim: what a crash left in progress waits again, and delays survive a clock that was
   * set back meanwhile. Only for the process that works on the queue. Returns how many jobs were in progress.
   */
  recover(): number {
    const now = this.#clock.now()
    this.#latest = now
    return this.inTransaction(() => {
      this.#sql.mendTimes.run({ now })
      return this.#release(this.#sql.claimedBefore.all({ until: Number.MAX_SAFE_INTEGER }), now)
    })
  }

  /** Jobs whose worker has not come back in time wait again. Returns their number. */
  releaseExpired(): number {
    const now = this.#now()
    return this.inTransaction(() => this.#release(this.#sql.claimedBefore.all({ until: now }), now))
  }

  /** The subject is gone from Stash: its waiting job ends, its dead letter too. True if a job was waiting. */
  dropWaiting(kind: JobKind, subjectId: string): boolean {
    const now = this.#now()
    return this.inTransaction(() => {
      this.#sql.supersedeDead.run(kind, subjectId)
      const id = this.#sql.waiting.get(kind, subjectId)
      if (id === undefined) return false
      this.#end(id, 'scene_gone', 'It was deleted in Stash.', now)
      return true
    })
  }

  /** Everything that waits for a later moment is due now: what it waited for may be over. */
  hurry(): void {
    this.#sql.hurry.run({ now: this.#now() })
  }

  counts(): QueueCounts {
    const counts = this.#sql.counts.get({ now: this.#clock.now() })
    return counts ?? { ready: 0, delayed: 0, in_progress: 0 }
  }

  /** When the next job can be claimed (epoch ms, may be past); null when none waits but for those in progress. */
  nextDueAt(which: 'all' | 'explicit' = 'all'): number | null {
    return (which === 'all' ? this.#sql.nextDueAt : this.#sql.nextDueExplicitAt).get()?.dueAt ?? null
  }

  /** Whether a job of the subject is waiting or in progress. */
  isQueued(kind: JobKind, subjectId: string): boolean {
    return this.#sql.isQueued.get({ kind, subjectId })?.queued === 1
  }

  /** Whether a job of the subject is in progress: it may have read its subject already. */
  isInProgress(kind: JobKind, subjectId: string): boolean {
    return this.#sql.isInProgress.get({ kind, subjectId })?.claimed === 1
  }

  /** Deletes what has ended before an epoch ms, at most so many rows; never what waits, is in progress or dead. */
  trim(finishedBefore: number, atMost: number): number {
    return this.#sql.trim.run({ finishedBefore, atMost }).changes
  }

  /** The time, after delays have been mended if the clock was set back: else a day back would be a day of standstill. */
  #now(): number {
    const now = this.#clock.now()
    if (now < this.#latest - clockStepMs) {
      this.#sql.mendTimes.run({ now })
      this.#latest = now
    }
    this.#latest = Math.max(this.#latest, now)
    return now
  }

  /** False when the token is stale. */
  #settleOne(settlement: Settlement, now: number): boolean {
    const { job } = settlement
    const { id, kind, subjectId, leaseToken } = job
    if (settlement.disposition === 'done') {
      const { outcome, title, detail, report } = settlement
      const json = report ? JSON.stringify(report) : null
      if (this.#sql.done.run(outcome, now, title, detail, json, id, leaseToken).changes === 0) return false
      this.#sql.supersedeDead.run(kind, subjectId)
      return true
    }
    if (!this.#sql.holds.get({ id, leaseToken })) return false
    if (settlement.disposition === 'release') {
      this.#wait(job, settlement.dueAt ?? null, now)
      return true
    }
    const { code, message, title = null } = settlement
    this.#sql.addAttempt.run({ id, now, code, message })
    if (settlement.disposition === 'retry') {
      const miss = settlement.counts === 'miss' ? 1 : 0
      this.#sql.countTry.run({ id, miss, code, message, title })
      this.#wait(job, Math.round(settlement.dueAt), now)
      return true
    }
    const miss = code === 'not_in_plex' || code === 'item_gone' ? 1 : 0
    const candidates = settlement.candidates ? JSON.stringify(settlement.candidates) : null
    this.#sql.countTry.run({ id, miss, code, message, title })
    this.#sql.supersedeDead.run(kind, subjectId)
    const values = settlement.values ? JSON.stringify(settlement.values) : null
    const report = settlement.report ? JSON.stringify(settlement.report) : null
    this.#sql.dead.run({ id, path: settlement.path ?? null, candidates, values, report, now })
    return true
  }

  #release(jobs: readonly Subject[], now: number): number {
    for (const job of jobs) this.#wait(job, null, now)
    return jobs.length
  }

  /**
   * A claimed job waits again, until `dueAt` or as it was due before. If an event has come in meanwhile, that newer job
   * waits already: it takes over what the older one had to do, and the older one ends.
   */
  #wait({ id, kind, subjectId }: Subject, dueAt: number | null, now: number): void {
    const newer = this.#sql.waiting.get(kind, subjectId)
    if (newer === undefined) {
      this.#sql.wait.run({ id, dueAt, now })
      return
    }
    this.#sql.absorb.run({ id, newer })
    this.#end(id, 'superseded', `Job ${newer} goes on with it.`, now)
  }

  #end(id: number, outcome: Outcome, detail: string, now: number): void {
    this.#sql.end.run({ id, outcome, detail, now })
  }
}

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
function statements(db: Database) {
  return {
    insert: db.prepare<NewRow>(`
      INSERT INTO job (kind, subject_id, fields, origin, force, explicit, received_at, burst_at, scheduled_at, due_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (state, kind, subject_id) WHERE finished_at IS NULL DO NOTHING`),

    merge: db.prepare<Merge>(`
      UPDATE job SET
        fields = ${unionOf('fields', '@fields')},
        origin = @origin,
        force = max(force, @force),
        explicit = max(explicit, @explicit),
        events = events + 1,
        attempts = 0,
        misses = 0,
        burst_at = ${burstAt},
        scheduled_at = @now,
        due_at = min(@dueAt, ${burstAt} + max(${longestBurstMs}, @dueAt - @now))
      WHERE state = 'waiting' AND kind = @kind AND subject_id = @subjectId AND finished_at IS NULL`),

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

    countTry: db.prepare<{ id: number; miss: number; code: string; message: string; title: string | null }>(`
      UPDATE job SET attempts = attempts + 1 - @miss, misses = misses + @miss, code = @code, detail = @message,
        title = coalesce(@title, title)
      WHERE id = @id`),

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

    end: db.prepare<{ id: number; outcome: Outcome; detail: string; now: number }>(`
      UPDATE job SET state = @outcome, finished_at = @now, detail = @detail, lease_token = NULL, lease_until = NULL
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

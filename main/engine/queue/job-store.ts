/**
 * The queue: every change of a job's state is here, and only here (reading for the window is in activity.ts, dead
 * letters in dead-letters.ts). Past 300 lines because the statements stand beside the methods that are their meaning.
 *
 * States: waiting → claimed → done (an outcome), dead, or waiting again. At most one waiting, one claimed and one dead
 * job per subject, which the unique indexes enforce. A method that throws has changed nothing; see storageFault.
 */
import * as z from 'zod'
import type { JobKind, Outcome } from '../../../shared/domain.ts'
import type { Database } from '../database/open.ts'
import type { Clock, NewId } from '../ports.ts'
import type { ClaimedJob, EnqueueOutcome, NewJob, Settlement } from './job.ts'

export interface QueueCounts {
  readonly ready: number
  readonly delayed: number
  readonly in_progress: number
}

/** A debounce moves a job on with each event, but never further than this from the first one. */
const longestBurstMs = 30_000

/** Clocks are corrected by milliseconds all the time; only a real step back needs mending. */
const clockStepMs = 1_000

const fieldsSchema = z.array(z.string())

/** The union of two JSON arrays of names; NULL means all names and wins. */
const unionOf = (a: string, b: string) => `
  CASE
    WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL
    WHEN ${a} = ${b} THEN ${a}
    ELSE (SELECT json_group_array(value) FROM (SELECT value FROM json_each(${a}) UNION SELECT value FROM json_each(${b})))
  END`

/** When the burst began that an event joins: a try in between ends the earlier burst. */
const burstAt = 'CASE WHEN attempts + misses = 0 THEN burst_at ELSE excluded.burst_at END'

interface ClaimedRow extends Omit<ClaimedJob, 'fields' | 'force'> {
  readonly fields: string | null
  readonly force: number
  readonly dueAt: number
}
interface Subject {
  readonly id: number
  readonly kind: JobKind
  readonly subjectId: string
}

export class JobStore {
  readonly #db: Database
  readonly #clock: Clock
  readonly #newId: NewId
  readonly #sql: ReturnType<typeof prepare>
  /** The latest time seen: a smaller one later means that the clock was set back. */
  #latest = Number.NEGATIVE_INFINITY

  constructor(db: Database, clock: Clock, newId: NewId) {
    this.#db = db
    this.#clock = clock
    this.#newId = newId
    this.#sql = prepare(db)
  }

  /** One commit for everything in `work`; if it throws, nothing of it has happened. May be nested. */
  inTransaction<T>(work: () => T): T {
    return this.#db.transaction(work).immediate()
  }

  /**
   * Takes one event in; on disk when this (or the transaction around it) returns. It becomes due after `quietMs`
   * without another event for the same subject, at the latest 30 s (or `quietMs`, if longer) after the first one.
   *
   * Merging into a waiting job unites the fields, keeps `force`, and starts the tries anew. Events of sweep and
   * reconcile are no news for a subject that waits already: they leave it as it is.
   */
  enqueue(job: NewJob, quietMs: number): EnqueueOutcome {
    const now = this.#clock.now()
    if (now > this.#latest) this.#latest = now
    const merged = this.#sql.enqueue.get({
      kind: job.kind,
      subjectId: job.subjectId,
      fields: job.fields && JSON.stringify(job.fields),
      origin: job.origin,
      force: job.force ? 1 : 0,
      now,
      quietMs,
    })
    return merged?.events === 1 ? 'queued' : 'coalesced'
  }

  /**
   * Takes waiting jobs that are due, oldest due first, none whose subject is in progress. They are the caller's until
   * settled or until `leaseMs` is over, whichever is first. One statement, one commit; none when nothing is due.
   */
  claim(limit: number, leaseMs: number): ClaimedJob[] {
    const now = this.#now()
    const rows = this.#sql.claim.all({ now, leaseMs, limit, token: this.#newId() })
    // SQLite promises no order for the rows that an UPDATE returns.
    rows.sort((a, b) => a.dueAt - b.dueAt || a.id - b.id)
    return rows.map(({ dueAt: _, ...row }) => ({
      ...row,
      fields: row.fields === null ? null : fieldsSchema.parse(JSON.parse(row.fields)),
      force: row.force === 1,
    }))
  }

  /** Extends the leases of jobs that are still the caller's; the others are left alone. */
  renew(jobs: readonly ClaimedJob[], leaseMs: number): void {
    const now = this.#now()
    this.#atomically(() => {
      for (const { id, leaseToken } of jobs) this.#sql.renew.run({ id, leaseToken, now, leaseMs })
    })
  }

  /**
   * Hands jobs back, all in one commit. Returns the ids of those whose token was stale: their lease had ended, they
   * are someone else's or waiting again, and nothing was changed for them.
   */
  settle(settlements: readonly Settlement[]): number[] {
    const now = this.#now()
    return this.#atomically(() =>
      settlements.filter((settlement) => !this.#settleOne(settlement, now)).map(({ job }) => job.id),
    )
  }

  /**
   * At start, before the first claim: what a crash left in progress waits again, and delays survive a clock that was
   * set back meanwhile. Returns how many jobs were in progress.
   */
  recover(): number {
    const now = this.#clock.now()
    this.#latest = now
    return this.#atomically(() => {
      this.#sql.mendTimes.run({ now })
      return this.#release(this.#sql.claimedBefore.all({ until: Number.MAX_SAFE_INTEGER }), now)
    })
  }

  /** Jobs whose worker has not come back in time wait again. Returns their number. */
  releaseExpired(): number {
    const now = this.#now()
    const expired = this.#sql.claimedBefore.all({ until: now })
    return expired.length === 0 ? 0 : this.#atomically(() => this.#release(expired, now))
  }

  /** The subject is gone from Stash: its waiting job ends, its dead letter too. True if a job was waiting. */
  dropWaiting(kind: JobKind, subjectId: string): boolean {
    const now = this.#now()
    return this.#atomically(() => {
      this.#sql.supersedeDead.run({ kind, subjectId })
      const id = this.#sql.waiting.get({ kind, subjectId })?.id
      if (id === undefined) return false
      this.#end(id, 'scene_gone', 'It was deleted in Stash.', now)
      return true
    })
  }

  counts(): QueueCounts {
    const counts = this.#sql.counts.get({ now: this.#clock.now() })
    return counts ?? { ready: 0, delayed: 0, in_progress: 0 }
  }

  /** When the next job can be claimed (epoch ms, may be past); null when none waits but for those in progress. */
  nextDueAt(): number | null {
    return this.#sql.nextDueAt.get()?.dueAt ?? null
  }

  /** Whether a job of the subject is waiting or in progress. */
  isQueued(kind: JobKind, subjectId: string): boolean {
    return this.#sql.isQueued.get({ kind, subjectId })?.queued === 1
  }

  /** Deletes the history before an epoch ms, oldest first; never what waits, is in progress or dead. */
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

  /** A transaction of its own, or the caller's: no savepoint is needed, since a throw undoes the caller's too. */
  #atomically<T>(work: () => T): T {
    return this.#db.inTransaction ? work() : this.inTransaction(work)
  }

  /** False when the token is stale. */
  #settleOne(settlement: Settlement, now: number): boolean {
    const { job } = settlement
    const { id, kind, subjectId, leaseToken } = job
    if (settlement.fate === 'done') {
      const { outcome, title, detail, report } = settlement
      const json = report ? JSON.stringify(report) : null
      if (this.#sql.done.run({ id, leaseToken, outcome, title, detail, report: json, now }).changes === 0) return false
      this.#sql.supersedeDead.run({ kind, subjectId })
      return true
    }
    if (!this.#sql.holds.get({ id, leaseToken })) return false
    if (settlement.fate === 'release') {
      this.#release([job], now)
      return true
    }
    const { code, message, title = null } = settlement
    this.#sql.addAttempt.run({ id, now, code, message })
    if (settlement.fate === 'retry') {
      const { dueAt } = settlement
      const miss = settlement.counts === 'miss' ? 1 : 0
      this.#sql.countTry.run({ id, miss, code, message, title })
      this.#wait(job, dueAt, now)
      return true
    }
    const miss = code === 'not_in_plex' || code === 'item_gone' ? 1 : 0
    const candidates = settlement.candidates ? JSON.stringify(settlement.candidates) : null
    this.#sql.countTry.run({ id, miss, code, message, title })
    this.#sql.supersedeDead.run({ kind, subjectId })
    this.#sql.dead.run({ id, path: settlement.path ?? null, candidates, now })
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
    const newer = this.#sql.waiting.get({ kind, subjectId })?.id
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
interface SubjectKey {
  kind: JobKind
  subjectId: string
}

/** All statements of the queue, prepared once. */
function prepare(db: Database) {
  return {
    enqueue: db.prepare<
      SubjectKey & { fields: string | null; origin: string; force: number; now: number; quietMs: number },
      { events: number }
    >(`
      INSERT INTO job (kind, subject_id, fields, origin, force, received_at, burst_at, scheduled_at, due_at)
      VALUES (@kind, @subjectId, @fields, @origin, @force, @now, @now, @now, @now + @quietMs)
      ON CONFLICT (kind, subject_id) WHERE state = 'waiting' DO UPDATE SET
        fields = ${unionOf('fields', 'excluded.fields')},
        origin = excluded.origin,
        force = max(force, excluded.force),
        events = events + 1,
        attempts = 0,
        misses = 0,
        burst_at = ${burstAt},
        scheduled_at = excluded.scheduled_at,
        due_at = min(excluded.due_at, ${burstAt} + max(${longestBurstMs}, @quietMs))
      WHERE excluded.origin NOT IN ('sweep', 'reconcile')
      RETURNING events`),

    claim: db.prepare<{ now: number; leaseMs: number; limit: number; token: string }, ClaimedRow>(`
      UPDATE job SET state = 'claimed', lease_token = @token, lease_until = @now + @leaseMs, scheduled_at = @now
      WHERE id IN (
        SELECT id FROM job AS candidate INDEXED BY job_due
        WHERE state = 'waiting' AND due_at <= @now AND NOT EXISTS (
          SELECT 1 FROM job AS other INDEXED BY job_claimed
          WHERE other.state = 'claimed' AND other.kind = candidate.kind AND other.subject_id = candidate.subject_id)
        ORDER BY due_at, id LIMIT @limit)
      RETURNING id, kind, CAST(subject_id AS TEXT) AS subjectId, fields, origin, force, attempts, misses,
        lease_token AS leaseToken, received_at AS receivedAt, due_at AS dueAt`),

    renew: db.prepare<Lease & { now: number; leaseMs: number }>(`
      UPDATE job SET lease_until = @now + @leaseMs, scheduled_at = @now
      WHERE id = @id AND state = 'claimed' AND lease_token = @leaseToken`),

    holds: db.prepare<Lease>(`SELECT 1 FROM job WHERE id = @id AND state = 'claimed' AND lease_token = @leaseToken`),

    done: db.prepare<Lease & { outcome: Outcome; title: string; detail: string; report: string | null; now: number }>(`
      UPDATE job SET state = @outcome, finished_at = @now, title = @title, detail = @detail, report = @report,
        code = NULL, lease_token = NULL, lease_until = NULL
      WHERE id = @id AND state = 'claimed' AND lease_token = @leaseToken`),

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

    absorb: db.prepare<{ id: number; newer: number }>(`
      UPDATE job SET fields = ${unionOf('job.fields', 'older.fields')}, force = max(job.force, older.force)
      FROM (SELECT fields, force FROM job WHERE id = @id) AS older
      WHERE job.id = @newer`),

    end: db.prepare<{ id: number; outcome: Outcome; detail: string; now: number }>(`
      UPDATE job SET state = @outcome, finished_at = @now, detail = @detail, lease_token = NULL, lease_until = NULL
      WHERE id = @id`),

    dead: db.prepare<{ id: number; path: string | null; candidates: string | null; now: number }>(`
      UPDATE job SET state = 'dead', finished_at = @now, path = @path, candidates = @candidates,
        lease_token = NULL, lease_until = NULL
      WHERE id = @id`),

    supersedeDead: db.prepare<SubjectKey>(`
      UPDATE job SET state = 'superseded' WHERE state = 'dead' AND kind = @kind AND subject_id = @subjectId`),

    waiting: db.prepare<SubjectKey, { id: number }>(`
      SELECT id FROM job WHERE state = 'waiting' AND kind = @kind AND subject_id = @subjectId`),

    claimedBefore: db.prepare<{ until: number }, Subject>(`
      SELECT id, kind, CAST(subject_id AS TEXT) AS subjectId FROM job INDEXED BY job_claimed
      WHERE state = 'claimed' AND lease_until <= @until ORDER BY id`),

    // Rows from the future: the clock has been set back since. What was still to be waited then is waited from now.
    mendTimes: db.prepare<{ now: number }>(`
      UPDATE job SET due_at = due_at - (scheduled_at - @now), lease_until = lease_until - (scheduled_at - @now),
        burst_at = min(burst_at, @now), scheduled_at = @now
      WHERE scheduled_at > @now AND id IN (
        SELECT id FROM job WHERE state = 'waiting' UNION ALL SELECT id FROM job WHERE state = 'claimed')`),

    counts: db.prepare<{ now: number }, QueueCounts>(`
      SELECT
        (SELECT count(*) FROM job WHERE state = 'waiting' AND due_at <= @now) AS ready,
        (SELECT count(*) FROM job WHERE state = 'waiting' AND due_at > @now) AS delayed,
        (SELECT count(*) FROM job WHERE state = 'claimed') AS in_progress`),

    nextDueAt: db.prepare<[], { dueAt: number }>(`
      SELECT due_at AS dueAt FROM job AS candidate INDEXED BY job_due
      WHERE state = 'waiting' AND NOT EXISTS (
        SELECT 1 FROM job AS other INDEXED BY job_claimed
        WHERE other.state = 'claimed' AND other.kind = candidate.kind AND other.subject_id = candidate.subject_id)
      ORDER BY due_at LIMIT 1`),

    isQueued: db.prepare<SubjectKey, { queued: number }>(`
      SELECT EXISTS (SELECT 1 FROM job WHERE state = 'waiting' AND kind = @kind AND subject_id = @subjectId)
          OR EXISTS (SELECT 1 FROM job WHERE state = 'claimed' AND kind = @kind AND subject_id = @subjectId) AS queued`),

    trim: db.prepare<{ finishedBefore: number; atMost: number }>(`
      DELETE FROM job WHERE id IN (
        SELECT id FROM job WHERE finished_at < @finishedBefore AND state <> 'dead' ORDER BY finished_at LIMIT @atMost)`),
  }
}

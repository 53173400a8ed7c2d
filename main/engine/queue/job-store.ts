/**
 * The queue: every change of a job's state is here, and only here (reading for the window is in activity.ts, dead
 * letters in dead-letters.ts); the SQL is in job-statements.ts.
 *
 * States: waiting → claimed → done (an outcome), dead, or waiting again. At most one waiting, one claimed and one dead
 * job per subject, which the unique indexes enforce. A method that throws has changed nothing; see storageFault.
 */
import type { JobKind, Outcome } from '../../../shared/domain.ts'
import { englishRemark } from '../../../shared/remark-texts.ts'
import { type Remark, remarkOfFault } from '../../../shared/remarks.ts'
import type { Database } from '../database/open.ts'
import { storedRemark } from '../database/stored-remark.ts'
import { type InTransaction, transactionsOf, unhurriedTransactionsOf } from '../database/transaction.ts'
import type { Clock, NewId } from '../ports.ts'
import {
  type ClaimedJob,
  type EnqueueOutcome,
  fieldsOf,
  type JobReport,
  type NewJob,
  type Settlement,
  type TakenJob,
} from './job.ts'
import { type QueueCounts, type Subject, statements } from './job-statements.ts'
import { takeMany } from './take-many.ts'

export type { QueueCounts } from './job-statements.ts'

/** Clocks are corrected by milliseconds all the time; only a real step back needs mending. */
const clockStepMs = 1_000

export class JobStore {
  readonly #clock: Clock
  readonly #newId: NewId
  readonly #sql: ReturnType<typeof statements>
  /** One commit for everything in `work`; if it throws, nothing of it has happened. For many changes at the same time. */
  readonly inTransaction: InTransaction
  /** The same without waiting for the disk; for what is worked out again where a power cut takes it. */
  readonly inUnhurried: InTransaction
  /** The latest time seen: a smaller one later means that the clock was set back. */
  #latest = Number.NEGATIVE_INFINITY

  constructor(db: Database, clock: Clock, newId: NewId) {
    this.#clock = clock
    this.#newId = newId
    this.#sql = statements(db)
    this.inTransaction = transactionsOf(db)
    this.inUnhurried = unhurriedTransactionsOf(db)
  }

  /**
   * Takes one change in; on disk when this (or the transaction around it) returns. It becomes due after `quietMs`
   * without another change of the same subject, at the latest 30 s (or `quietMs`, if longer) after the first one.
   *
   * Merging into a waiting job unites the fields, keeps `force` and `explicit`, and starts the tries again. Events of sweep and
   * reconcile are no news for a subject that waits already: they leave it as it is, unless the job says that they are.
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
    // Most changes meet no waiting job, and a statement that could also merge costs twice as much.
    if (this.#sql.insert.run(kind, subjectId, fields, origin, force, explicit, now, now, now, dueAt).changes === 1)
      return 'queued'
    if ((origin === 'sweep' || origin === 'reconcile') && job.isNews !== true) return 'coalesced'
    const merged = this.#sql.merge.run({ kind, subjectId, fields, origin, force, explicit, now, dueAt })
    // Outside of a transaction another process may have claimed it in between.
    return merged.changes === 0 ? this.enqueue(job, quietMs) : 'coalesced'
  }

  /** Takes many changes in as `enqueue` does, in one commit and at one moment; not those of sweep and reconcile. */
  enqueueMany(jobs: readonly NewJob[], quietMs: number): EnqueueOutcome[] {
    const now = this.#clock.now()
    if (now > this.#latest) this.#latest = now
    return this.inTransaction(() => takeMany(this.#sql, jobs, now, now + Math.round(quietMs)))
  }

  /**
   * Takes waiting jobs that are due, oldest due first, none whose subject is in progress. They are the caller's until
   * settled or until `leaseMs` is over, whichever is first. One commit; none when nothing is due. `explicit`: only those
   * that were asked for by their id.
   */
  claim(limit: number, leaseMs: number, which: 'all' | 'explicit' = 'all'): ClaimedJob[] {
    const now = this.#now()
    const due = which === 'all' ? this.#sql.due : this.#sql.dueExplicit
    // A worker with nothing to do looks every minute: that takes no write lock, and no switch of the disk.
    if (due.all(now, 1).length === 0) return []
    const leaseUntil = now + Math.round(leaseMs)
    // A claim that a power cut takes leaves the job waiting, where recovery would put it anyway. For a single job the
    // switch costs about what it saves on a fast disk.
    const transaction = limit > 1 ? this.inUnhurried : this.inTransaction
    return transaction(() => {
      const found = due.all(now, limit)
      if (found.length === 0) return []
      const leaseToken = this.#newId()
      return found.map(([id, kind, subjectId, fields, origin, force, attempts, misses, receivedAt]) => {
        this.#sql.claim.run(leaseToken, leaseUntil, now, id)
        const rest = { attempts, misses, leaseToken, receivedAt }
        return { id, kind, subjectId, fields: fieldsOf(fields), origin, force: force === 1, ...rest }
      })
    })
  }

  /**
   * Takes one change in and claims it in the same commit, so that no worker can come in between. Null while a job of the
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
      const { explicit: _, fields, force, ...claimed } = row
      return {
        job: { ...claimed, kind, subjectId, fields: fieldsOf(fields), origin, force: force === 1, leaseToken },
        merged: before === undefined ? null : { wasExplicit: before.explicit === 1 },
      }
    })
  }

  /**
   * A taken job that waits again after a try that failed is not tried later: a new one ends, one that waited before waits
   * as it did. What has been absorbed by a newer job is left alone.
   */
  giveUp({ job, merged }: TakenJob, remark: Remark): void {
    const now = this.#now()
    this.inTransaction(() => {
      if (this.#sql.waiting.get(job.kind, job.subjectId) !== job.id) return
      if (merged === null) this.#end(job.id, 'discarded', remark, now)
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
   * set back in between. Only for the process that works on the queue. Returns how many jobs were in progress.
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
    if (this.#sql.claimedBefore.all({ until: now }).length === 0) return 0
    return this.inTransaction(() => this.#release(this.#sql.claimedBefore.all({ until: now }), now))
  }

  /** The subject is gone from Stash: its waiting job ends, its dead letter too. True if a job was waiting. */
  dropWaiting(kind: JobKind, subjectId: string): boolean {
    const now = this.#now()
    return this.inTransaction(() => {
      this.#sql.supersedeDead.run(kind, subjectId)
      const id = this.#sql.waiting.get(kind, subjectId)
      if (id === undefined) return false
      this.#end(id, 'scene_gone', { code: 'deleted_in_stash', values: {} }, now)
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

  /** When the next job can be claimed (epoch ms, may be past); null when none waits except for those in progress. */
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

  /** Which state of its scene the last failed try of the waiting job has read; null if none has, or no job waits. */
  triedState(kind: JobKind, subjectId: string): string | null {
    return this.#sql.triedState.get(kind, subjectId) ?? null
  }

  /** Deletes up to `atMost` rows that ended before an epoch ms; never what waits, is in progress or dead. */
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
    if (settlement.kind === 'done') {
      const { outcome, title, remark, report = { items: [] } } = settlement
      const json = JSON.stringify({ ...report, remark } satisfies JobReport)
      if (this.#sql.done.run(outcome, now, title, englishRemark(remark), json, id, leaseToken).changes === 0)
        return false
      this.#sql.supersedeDead.run(kind, subjectId)
      return true
    }
    if (!this.#sql.holds.get({ id, leaseToken })) return false
    if (settlement.kind === 'release') {
      this.#wait(job, settlement.dueAt ?? null, now)
      return true
    }
    const { code, message, title = null } = settlement
    const failure = settlement.remark ?? remarkOfFault({ code, message })
    const remark = storedRemark(failure)
    this.#sql.addAttempt.run({ id, now, code, message: remark })
    if (settlement.kind === 'retry') {
      const miss = settlement.counts === 'miss' ? 1 : 0
      this.#sql.countTry.run({ id, miss, code, message, remark, title })
      this.#sql.noteTried.run(settlement.triedState ?? null, id)
      this.#wait(job, Math.round(settlement.dueAt), now)
      return true
    }
    const miss = code === 'not_in_plex' || code === 'item_gone' ? 1 : 0
    const candidates = settlement.candidates ? JSON.stringify(settlement.candidates) : null
    this.#sql.countTry.run({ id, miss, code, message, remark, title })
    this.#sql.supersedeDead.run(kind, subjectId)
    const values = settlement.values ? JSON.stringify(settlement.values) : null
    const report = settlement.report
      ? JSON.stringify({ ...settlement.report, remark: failure } satisfies JobReport)
      : null
    this.#sql.dead.run({ id, path: settlement.path ?? null, candidates, values, report, now })
    return true
  }

  #release(jobs: readonly Subject[], now: number): number {
    for (const job of jobs) this.#wait(job, null, now)
    return jobs.length
  }

  /**
   * A claimed job waits again, until `dueAt` or as it was due before. If a change has come in between, that newer job
   * waits already: it takes over what the older one had to do, and the older one ends.
   */
  #wait({ id, kind, subjectId }: Subject, dueAt: number | null, now: number): void {
    const newer = this.#sql.waiting.get(kind, subjectId)
    if (newer === undefined) {
      this.#sql.wait.run({ id, dueAt, now })
      return
    }
    this.#sql.absorb.run({ id, newer })
    this.#end(id, 'superseded', { code: 'superseded', values: { job: newer } }, now)
  }

  #end(id: number, outcome: Outcome, remark: Remark, now: number): void {
    this.#sql.end.run({ id, outcome, detail: englishRemark(remark), remark: JSON.stringify(remark), now })
  }
}

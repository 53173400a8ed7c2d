import type { JobKind, JobOrigin, Outcome } from '../../shared/domain.ts'

/** A row of the queue as the model has it; `fields` null means all. */
export interface ModelJob {
  id: number
  kind: JobKind
  subjectId: string
  state: 'waiting' | 'claimed' | 'dead' | Outcome
  fields: Set<string> | null
  origin: JobOrigin
  force: boolean
  attempts: number
  misses: number
  burstAt: number
  scheduledAt: number
  dueAt: number
  token: string | null
  leaseUntil: number
  finishedAt: number | null
}

/** What a worker holds: the id and the proof. */
export interface Held {
  readonly id: number
  readonly token: string
}

export type ModelSettlement = 'done' | 'attempt' | 'miss' | 'release' | 'dead'

const live = (state: ModelJob['state']) => state === 'waiting' || state === 'claimed'

/** The queue said again in the plainest way: a list, and loops over it. Time is passed in. */
export class QueueModel {
  readonly jobs: ModelJob[] = []
  #ids = 0
  #latest = Number.NEGATIVE_INFINITY

  find(state: ModelJob['state'], kind: JobKind, subjectId: string): ModelJob | undefined {
    return this.jobs.find((job) => job.state === state && job.kind === kind && job.subjectId === subjectId)
  }

  enqueue(
    now: number,
    kind: JobKind,
    subjectId: string,
    origin: JobOrigin,
    fields: string[] | null,
    force: boolean,
    quietMs: number,
  ): 'queued' | 'coalesced' {
    this.#latest = Math.max(this.#latest, now)
    // SQLite uses an id up also for a change that is then merged.
    const id = ++this.#ids
    const waiting = this.find('waiting', kind, subjectId)
    if (!waiting) {
      this.jobs.push({
        ...{ id, kind, subjectId, state: 'waiting', fields: fields && new Set(fields), origin, force },
        ...{ attempts: 0, misses: 0, burstAt: now, scheduledAt: now, dueAt: now + quietMs },
        ...{ token: null, leaseUntil: 0, finishedAt: null },
      })
      return 'queued'
    }
    if (origin === 'sweep' || origin === 'reconcile') return 'coalesced'
    if (waiting.attempts + waiting.misses > 0) waiting.burstAt = now
    waiting.fields = union(waiting.fields, fields && new Set(fields))
    waiting.force ||= force
    waiting.origin = origin
    waiting.attempts = 0
    waiting.misses = 0
    waiting.scheduledAt = now
    waiting.dueAt = Math.min(now + quietMs, waiting.burstAt + Math.max(30_000, quietMs))
    return 'coalesced'
  }

  /** The jobs that a claim must give, in order; they are marked by `claimed`. */
  claimable(now: number, limit: number): ModelJob[] {
    this.mend(now)
    return this.jobs
      .filter((job) => job.state === 'waiting' && job.dueAt <= now && !this.find('claimed', job.kind, job.subjectId))
      .sort((a, b) => a.dueAt - b.dueAt || a.id - b.id)
      .slice(0, limit)
  }

  claimed(job: ModelJob, now: number, token: string, leaseMs: number): void {
    Object.assign(job, { state: 'claimed', token, scheduledAt: now, leaseUntil: now + leaseMs })
  }

  renew(now: number, held: Held, leaseMs: number): void {
    this.mend(now)
    const job = this.#holding(held)
    if (job) Object.assign(job, { scheduledAt: now, leaseUntil: now + leaseMs })
  }

  /** False when the token is stale. */
  settle(now: number, held: Held, settlement: ModelSettlement, dueAt: number): boolean {
    this.mend(now)
    const job = this.#holding(held)
    if (!job) return false
    if (settlement === 'attempt' || settlement === 'dead') job.attempts++
    if (settlement === 'miss') job.misses++
    if (settlement === 'release') this.#wait(job, now, job.dueAt)
    else if (settlement === 'attempt' || settlement === 'miss') this.#wait(job, now, dueAt)
    else {
      this.supersedeDead(job.kind, job.subjectId)
      this.#end(job, now, settlement === 'done' ? 'synced' : 'dead')
    }
    return true
  }

  release(now: number, which: (job: ModelJob) => boolean): number {
    const claimed = this.jobs.filter((job) => job.state === 'claimed' && which(job))
    for (const job of claimed) this.#wait(job, now, job.dueAt)
    return claimed.length
  }

  /** The subject was destroyed. */
  drop(now: number, kind: JobKind, subjectId: string): boolean {
    this.mend(now)
    this.supersedeDead(kind, subjectId)
    const waiting = this.find('waiting', kind, subjectId)
    if (waiting) this.#end(waiting, now, 'scene_gone')
    return waiting !== undefined
  }

  supersedeDead(kind: JobKind, subjectId: string): void {
    const dead = this.find('dead', kind, subjectId)
    if (dead) dead.state = 'superseded'
  }

  trim(before: number): number {
    const kept = this.jobs.filter((job) => live(job.state) || job.state === 'dead' || (job.finishedAt ?? 0) >= before)
    const removed = this.jobs.length - kept.length
    this.jobs.splice(0, this.jobs.length, ...kept)
    return removed
  }

  /** After a step back of the clock, what was still to be waited is waited from now. `restart` looks at every row. */
  mend(now: number, restart = false): void {
    if (restart || now < this.#latest - 1000) {
      for (const job of this.jobs.filter(({ state, scheduledAt }) => live(state) && scheduledAt > now)) {
        const step = job.scheduledAt - now
        job.dueAt -= step
        job.leaseUntil -= step
        job.burstAt = Math.min(job.burstAt, now)
        job.scheduledAt = now
      }
      this.#latest = now
    }
    this.#latest = Math.max(this.#latest, now)
  }

  #holding({ id, token }: Held): ModelJob | undefined {
    return this.jobs.find((job) => job.id === id && job.state === 'claimed' && job.token === token)
  }

  #wait(job: ModelJob, now: number, dueAt: number): void {
    const newer = this.find('waiting', job.kind, job.subjectId)
    if (newer) {
      newer.fields = union(newer.fields, job.fields)
      newer.force ||= job.force
      this.#end(job, now, 'superseded')
    } else Object.assign(job, { state: 'waiting', token: null, scheduledAt: now, dueAt })
  }

  #end(job: ModelJob, now: number, state: 'dead' | Outcome): void {
    Object.assign(job, { state, token: null, finishedAt: now })
  }
}

function union(a: Set<string> | null, b: Set<string> | null): Set<string> | null {
  return a && b && new Set([...a, ...b])
}

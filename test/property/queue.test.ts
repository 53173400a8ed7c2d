/**
 * The queue against a model of it: random changes, workers, clocks and crashes; after each step both must be equal, and
 * at the end everything that came in must have come out. More runs: PLEXSYNC_PROPERTY_RUNS=1000, the same run again:
 * PLEXSYNC_SEED as printed in the test's name.
 */
import { copyFileSync, existsSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../main/engine/database/open.ts'
import { DeadLetters } from '../../main/engine/queue/dead-letters.ts'
import type { ClaimedJob, Settlement } from '../../main/engine/queue/job.ts'
import { JobStore } from '../../main/engine/queue/job-store.ts'
import type { JobKind, JobOrigin } from '../../shared/domain.ts'
import { ManualClock } from '../harness/clock.ts'
import { placeFreshDatabase } from '../harness/fresh-database.ts'
import { makeMemoryFolder, type TempFolder } from '../harness/temp-folder.ts'
import { type ModelJob, type ModelSettlement, QueueModel } from './queue-model.ts'

const runs = Number(process.env.PLEXSYNC_PROPERTY_RUNS ?? 60)
const seed = Number(process.env.PLEXSYNC_SEED ?? Math.floor(Math.random() * 2 ** 31))

const minute = 60_000
const day = 24 * 60 * minute

/** The queue on a real file, with what its workers hold; a crash leaves only the file. */
class RealQueue {
  readonly clock = new ManualClock()
  readonly #folder: TempFolder
  #lives = 0
  #tokens = 0
  #life: ReturnType<RealQueue['open']>
  /** Every job ever claimed: also those whose lease ended or whose process died. */
  readonly held: ClaimedJob[] = []
  /** Each change has a separate field, by which it can be found again. */
  readonly changes: { kind: JobKind; subjectId: string; field: string }[] = []

  constructor(folder: TempFolder) {
    this.#folder = folder
    this.#life = this.open()
  }

  get jobs(): JobStore {
    return this.#life.jobs
  }
  get letters(): DeadLetters {
    return this.#life.letters
  }

  open() {
    const file = this.#folder.file(`life-${this.#lives}.db`)
    placeFreshDatabase(file)
    const opened = openDatabase(file, { clock: this.clock })
    if (!opened.ok) throw new Error(opened.fault.message)
    const db = opened.value
    const jobs = new JobStore(db, this.clock, () => `token-${++this.#tokens}`)
    const letters = new DeadLetters(db, this.clock, jobs)
    const rows = db.prepare<[], Row>(`
      SELECT id, kind, CAST(subject_id AS TEXT) AS subjectId, state, fields, origin, force, attempts, misses,
        due_at AS dueAt, finished_at AS finishedAt
      FROM job ORDER BY id`)
    return { file, db, jobs, letters, rows }
  }

  /** A killed process leaves its files as they are at that moment; the next one finds nothing else. */
  crash(): void {
    const old = this.#life
    this.#lives++
    const next = this.#folder.file(`life-${this.#lives}.db`)
    for (const end of ['', '-wal']) if (existsSync(old.file + end)) copyFileSync(old.file + end, next + end)
    this.#life = this.open()
    old.db.close()
  }

  rows() {
    return this.#life.rows.all().map(({ fields, force, ...row }) => ({
      ...row,
      fields: fields === null ? null : JSON.stringify(JSON.parse(fields).sort()),
      force: force === 1,
    }))
  }

  close(): void {
    this.#life.db.close()
  }
}

interface Row {
  readonly id: number
  readonly kind: JobKind
  readonly subjectId: string
  readonly state: ModelJob['state']
  readonly fields: string | null
  readonly origin: JobOrigin
  readonly force: number
  readonly attempts: number
  readonly misses: number
  readonly dueAt: number
  readonly finishedAt: number | null
}

type Step = fc.Command<QueueModel, RealQueue>

/** A step that always may run; afterwards the table equals the model and no change is missing. */
function step(text: string, run: (model: QueueModel, real: RealQueue, now: number) => void): Step {
  return {
    check: () => true,
    run: (model, real) => {
      run(model, real, real.clock.now())
      expect(real.rows()).toEqual(model.jobs.map(rowOf))
      for (const { kind, subjectId, field } of real.changes) {
        const found = model.jobs.some((job) => isAbout(job, kind, subjectId) && (!job.fields || job.fields.has(field)))
        if (!found) throw new Error(`the change ${field} of ${kind} ${subjectId} is lost`)
      }
    },
    toString: () => text,
  }
}

function rowOf(job: ModelJob) {
  const { id, kind, subjectId, state, origin, force, attempts, misses, dueAt, finishedAt } = job
  const fields = job.fields && JSON.stringify([...job.fields].sort())
  return { id, kind, subjectId, state, origin, attempts, misses, dueAt, finishedAt, fields, force }
}
const isAbout = (job: ModelJob, kind: JobKind, subjectId: string) => job.kind === kind && job.subjectId === subjectId

const kind = fc.constantFrom<JobKind>('scene', 'scene', 'scene', 'performer')
const subject = fc.constantFrom('1', '2', '3')
const origin = fc.constantFrom<JobOrigin>('hook', 'hook', 'hook', 'manual', 'fan_out', 'sweep', 'reconcile')
/** Which of the jobs held: mostly the latest, whose lease is likely to be good. */
const pick = fc.constantFrom(0, 0, 0, 1, 1, 2, 5, 10)
const quiet = fc.constantFrom(0, 2000, 2000, 45_000)

const steps = [
  fc
    .tuple(kind, subject, origin, quiet, fc.boolean(), fc.nat(9))
    .map(([kind, subjectId, origin, quietMs, force, all]) =>
      step(`enqueue ${kind} ${subjectId} by ${origin} after ${quietMs}`, (model, real, now) => {
        const field = `change_${real.changes.length}`
        const fields = all === 0 ? null : [field]
        const expected = model.enqueue(now, kind, subjectId, origin, fields, force, quietMs)
        expect(real.jobs.enqueue({ kind, subjectId, fields, origin, force }, quietMs)).toBe(expected)
        // Sweep and reconcile bring no news to a waiting job.
        const kept = expected === 'queued' || (origin !== 'sweep' && origin !== 'reconcile')
        if (kept) real.changes.push({ kind, subjectId, field })
      }),
    ),

  fc.tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom(1000, minute)).map(([limit, leaseMs]) =>
    step(`claim ${limit} for ${leaseMs}`, (model, real, now) => {
      const expected = model.claimable(now, limit)
      const claimed = real.jobs.claim(limit, leaseMs)
      expect(claimed.map((job) => job.id)).toEqual(expected.map((job) => job.id))
      for (const [i, job] of expected.entries()) model.claimed(job, now, claimed[i]?.leaseToken ?? '', leaseMs)
      real.held.push(...claimed)
    }),
  ),

  fc
    .tuple(
      pick,
      fc.constantFrom<ModelSettlement>('done', 'done', 'attempt', 'miss', 'release', 'dead'),
      fc.nat(2 * minute),
    )
    .map(([pick, settlement, delayMs]) =>
      step(`settle ${pick} as ${settlement}`, (model, real, now) => {
        const job = real.held.at(-1 - pick)
        if (!job) return
        const fresh = model.settle(now, { id: job.id, token: job.leaseToken }, settlement, now + delayMs)
        expect(real.jobs.settle([settlementOf(job, settlement, now + delayMs)])).toEqual(fresh ? [] : [job.id])
      }),
    ),

  pick.map((pick) =>
    step(`renew ${pick}`, (model, real, now) => {
      const job = real.held.at(-1 - pick)
      if (!job) return
      model.renew(now, { id: job.id, token: job.leaseToken }, minute)
      real.jobs.renew([job], minute)
    }),
  ),

  fc.constant(
    step('release expired', (model, real, now) => {
      model.mend(now)
      expect(real.jobs.releaseExpired()).toBe(model.release(now, (job) => job.leaseUntil <= now))
    }),
  ),

  fc.tuple(kind, subject).map(([kind, subjectId]) =>
    step(`destroy ${kind} ${subjectId}`, (model, real, now) => {
      expect(real.jobs.dropWaiting(kind, subjectId)).toBe(model.drop(now, kind, subjectId))
    }),
  ),

  fc.constant(
    step('retry all dead letters', (model, real, now) => {
      const dead = model.jobs.filter((job) => job.state === 'dead')
      expect(real.letters.retry({ select: 'all' })).toBe(dead.length)
      for (const job of dead) {
        job.state = 'superseded'
        model.enqueue(now, job.kind, job.subjectId, 'retry', job.fields && [...job.fields], job.force, 0)
      }
    }),
  ),

  fc.constant(
    step('discard all dead letters and take it back', (model, real) => {
      const dead = model.jobs.filter((job) => job.state === 'dead').map((job) => job.id)
      expect(real.letters.discard(real.letters.selected({ select: 'all' }))).toEqual(dead)
      expect(real.letters.restore(dead)).toBe(restorable(model, dead))
    }),
  ),

  fc.constant(
    step('trim what is older than a minute', (model, real, now) => {
      // What was done and is forgotten needs not be found any more.
      const before = now - minute
      const gone = new Set(model.jobs.map((job) => job.id))
      expect(real.jobs.trim(before, 1000)).toBe(model.trim(before))
      for (const job of model.jobs) gone.delete(job.id)
      if (gone.size > 0) real.changes.length = 0
    }),
  ),

  fc.constantFrom(1, 999, 2000, 30_000, 5 * minute).map((ms) => step(`wait ${ms}`, (_, real) => real.clock.jump(ms))),
  fc.constantFrom(-day, -minute, -500, day).map((ms) => step(`set clock ${ms}`, (_, real) => real.clock.jump(ms))),

  fc.constant(
    step('crash', (model, real, now) => {
      real.crash()
      model.mend(now, true)
      expect(real.jobs.recover()).toBe(model.release(now, () => true))
    }),
  ),
]

/** Events, claims and settlements make up most of a queue's life. */
const often = [...steps, ...steps.slice(0, 3), ...steps.slice(0, 3), ...steps.slice(0, 3)]

/** Discarded letters come back unless a newer job of the subject has ended since. */
function restorable(model: QueueModel, ids: number[]): number {
  const back = ids.filter((id) => {
    const letter = model.jobs.find((job) => job.id === id)
    return !model.jobs.some(
      (job) => letter && isAbout(job, letter.kind, letter.subjectId) && job.id > id && job.finishedAt !== null,
    )
  })
  for (const job of model.jobs) if (ids.includes(job.id) && !back.includes(job.id)) job.state = 'discarded'
  return back.length
}

function settlementOf(job: ClaimedJob, settlement: ModelSettlement, dueAt: number): Settlement {
  const why = { code: 'server_error', message: 'It failed.' } as const
  if (settlement === 'done')
    return {
      job,
      kind: settlement,
      outcome: 'synced',
      title: '',
      remark: { code: 'nothing_to_write', values: { kept: [] } },
    }
  if (settlement === 'release') return { job, kind: settlement }
  if (settlement === 'dead') return { job, kind: settlement, ...why }
  return { job, kind: 'retry', counts: settlement, dueAt, ...why }
}

/** After everything, an honest worker must be able to bring every waiting job to its end. */
function drain(real: RealQueue): void {
  for (let rounds = 0; ; rounds++) {
    real.clock.jump(10 * minute)
    real.jobs.releaseExpired()
    const claimed = real.jobs.claim(1000, minute)
    expect(real.jobs.settle(claimed.map((job) => settlementOf(job, 'done', 0)))).toEqual([])
    if (real.jobs.nextDueAt() === null && real.jobs.counts().in_progress === 0) return
    expect(rounds, 'a job is starved').toBeLessThan(5)
  }
}

describe('queue', () => {
  it(`equals its model through changes, workers, clocks and crashes (${runs} runs, seed ${seed})`, {
    timeout: 300_000 + runs * 1000,
  }, async () => {
    const property = fc.asyncProperty(fc.commands(often, { maxCommands: 50, size: 'max' }), async (commands) => {
      await using folder = await makeMemoryFolder()
      const real = new RealQueue(folder)
      try {
        fc.modelRun(() => ({ model: new QueueModel(), real }), commands)
        drain(real)
      } finally {
        real.close()
      }
    })
    await fc.assert(property, { numRuns: runs, seed })
  })
})

import { beforeEach, describe, expect, it } from 'vitest'
import type { Remark } from '../../../shared/remarks.ts'
import { ManualClock } from '../../../test/harness/clock.ts'
import { freshDatabase } from '../../../test/harness/fresh-database.ts'
import type { Database } from '../database/open.ts'
import { Activity } from './activity.ts'
import type { ClaimedJob, JobReport, NewJob } from './job.ts'
import { JobStore } from './job-store.ts'

const minute = 60_000
const day = 24 * 60 * minute

let db: Database
let clock: ManualClock
let jobs: JobStore

beforeEach(() => {
  clock = new ManualClock()
  db = freshDatabase()
  let ids = 0
  jobs = new JobStore(db, clock, () => `token-${++ids}`)
})

const hook = (subjectId: string, more: Partial<NewJob> = {}): NewJob => ({
  kind: 'scene',
  subjectId,
  fields: ['title'],
  origin: 'hook',
  ...more,
})
const wrote: Remark = { code: 'wrote', values: { fields: ['title'], kept: ['date'] } }
const done = (job: ClaimedJob) => ({ job, kind: 'done', outcome: 'synced', title: 'A title', remark: wrote }) as const
const retry = (job: ClaimedJob, dueAt: number) =>
  ({ job, kind: 'retry', counts: 'attempt', dueAt, code: 'server_error', message: 'It failed.' }) as const
const dead = (job: ClaimedJob) => ({ job, kind: 'dead', code: 'rejected', message: 'Refused.' }) as const
const release = (job: ClaimedJob) => ({ job, kind: 'release' }) as const

function claimOne(): ClaimedJob {
  const [job] = jobs.claim(1, minute)
  if (!job) throw new Error('nothing to claim')
  return job
}
const states = () =>
  db
    .prepare<[], { id: number; state: string }>('SELECT id, state FROM job ORDER BY id')
    .all()
    .map(({ state }) => state)

describe('taking changes in', () => {
  it('waits for the quiet time, then gives the job out with what it was given', () => {
    expect(jobs.enqueue(hook('12', { fields: ['title', 'tag_ids'], force: true }), 2000)).toBe('queued')
    expect(jobs.counts()).toEqual({ ready: 0, delayed: 1, in_progress: 0 })
    expect(jobs.claim(10, minute)).toEqual([])

    const receivedAt = clock.now()
    clock.jump(2000)
    expect(jobs.nextDueAt()).toBe(clock.now())
    expect(jobs.claim(10, minute)).toEqual([
      {
        id: 1,
        kind: 'scene',
        subjectId: '12',
        fields: ['title', 'tag_ids'],
        origin: 'hook',
        force: true,
        attempts: 0,
        misses: 0,
        leaseToken: 'token-1',
        receivedAt,
      },
    ])
    expect(jobs.counts()).toEqual({ ready: 0, delayed: 0, in_progress: 1 })
  })

  it('makes 100 changes of one scene within the quiet time one job', () => {
    const outcomes = Array.from({ length: 100 }, (_, i) => {
      clock.jump(10)
      return jobs.enqueue(hook('1', { fields: [`field_${i % 3}`] }), 2000)
    })
    expect(outcomes.filter((outcome) => outcome === 'queued')).toHaveLength(1)
    clock.jump(2000)
    expect(jobs.claim(50, minute)).toMatchObject([{ fields: ['field_0', 'field_1', 'field_2'] }])
    expect(states()).toEqual(['claimed'])
  })

  it('puts off no longer than 30 s after the first change', () => {
    const first = clock.now()
    for (let i = 0; i < 40; i++) {
      jobs.enqueue(hook('1'), 2000)
      clock.jump(1000)
    }
    expect(jobs.nextDueAt()).toBe(first + 30_000)
  })

  it('honours a quiet time longer than that', () => {
    jobs.enqueue(hook('1'), minute)
    clock.jump(50_000)
    jobs.enqueue(hook('1'), minute)
    expect(jobs.nextDueAt()).toBe(clock.now() + 10_000)
  })

  it('keeps force, and lets unknown fields win', () => {
    jobs.enqueue(hook('1', { force: true }), 0)
    jobs.enqueue(hook('1', { fields: null }), 0)
    jobs.enqueue(hook('1'), 0)
    expect(claimOne()).toMatchObject({ force: true, fields: null })
  })

  it('starts the tries and the burst again when a change joins a job that waits for its retry', () => {
    jobs.enqueue(hook('1'), 0)
    jobs.settle([retry(claimOne(), clock.now() + 10 * minute)])
    clock.jump(5 * minute)
    expect(jobs.enqueue(hook('1', { fields: ['date'] }), 2000)).toBe('coalesced')
    expect(jobs.nextDueAt()).toBe(clock.now() + 2000)
    clock.jump(1000)
    jobs.enqueue(hook('1'), 2000)
    expect(jobs.nextDueAt()).toBe(clock.now() + 2000)
    clock.jump(2000)
    expect(claimOne()).toMatchObject({ attempts: 0, fields: ['date', 'title'] })
  })

  it('lets sweep and reconcile leave a waiting job as it is', () => {
    jobs.enqueue(hook('1'), 0)
    jobs.settle([retry(claimOne(), clock.now() + minute)])
    for (const origin of ['sweep', 'reconcile'] as const) {
      expect(jobs.enqueue(hook('1', { origin, fields: null, force: true }), 0)).toBe('coalesced')
    }
    expect(jobs.nextDueAt()).toBe(clock.now() + minute)
    clock.jump(minute)
    expect(claimOne()).toMatchObject({ attempts: 1, fields: ['title'], force: false, origin: 'hook' })
  })

  it('takes a quiet time that is no whole number of milliseconds', () => {
    expect(jobs.enqueue(hook('1'), 2.3 * 1000 - 1e-9)).toBe('queued')
    expect(jobs.nextDueAt()).toBe(clock.now() + 2300)
  })

  it('keeps ids beyond the exact range of numbers apart', () => {
    jobs.enqueue(hook('9999999999999999'), 0)
    jobs.enqueue(hook('9999999999999998'), 0)
    expect(jobs.claim(9, minute).map((job) => job.subjectId)).toEqual(['9999999999999999', '9999999999999998'])
  })

  it('takes many changes in as it takes one after the other', () => {
    const newJobs = [
      hook('1', { fields: ['title', 'tag_ids'] }),
      hook('2', { fields: null }),
      hook('3', { force: true }),
      hook('1'),
      hook('4'),
      hook('9007199254740993'),
      hook('9007199254740992'),
      hook('5', { fields: ['date'], explicit: true }),
      hook('4', { fields: ['date'] }),
      hook('1', { kind: 'performer', fields: ['name'] }),
      hook('4', { fields: ['date'] }),
    ]
    const rows = (from: Database) =>
      from
        .prepare(`
          SELECT kind, subject_id, state, fields, force, explicit, events, attempts, misses, received_at, burst_at, due_at
          FROM job ORDER BY kind, subject_id, state`)
        .safeIntegers()
        .all()
    const singleDb = freshDatabase()
    const single = new JobStore(singleDb, clock, () => 'token')
    for (const store of [jobs, single]) {
      store.enqueue(hook('2'), 0)
      store.enqueue(hook('3'), 0)
      store.settle(store.claim(1, minute).map((job) => retry(job, clock.now() + minute)))
      store.claim(1, minute)
    }
    clock.jump(1000)
    expect(jobs.enqueueMany(newJobs, 2000)).toEqual(newJobs.map((job) => single.enqueue(job, 2000)))
    expect(rows(db)).toEqual(rows(singleDb))
    clock.jump(60_000)
    expect(jobs.enqueueMany(newJobs, 2000)).toEqual(newJobs.map(() => 'coalesced'))
    expect(jobs.enqueueMany([], 2000)).toEqual([])
  })

  it('undoes a whole transaction when one part of it throws', () => {
    const all = () =>
      jobs.inTransaction(() => {
        jobs.enqueue(hook('1'), 0)
        throw new Error('a later change was bad')
      })
    expect(all).toThrow('a later change was bad')
    expect(jobs.counts()).toEqual({ ready: 0, delayed: 0, in_progress: 0 })
  })
})

describe('claiming', () => {
  it('gives the oldest due first, never more than asked for, delayed ones never', () => {
    for (const [i, quiet] of [300, 100, 200, 5000].entries()) jobs.enqueue(hook(String(i + 1)), quiet)
    clock.jump(1000)
    expect(jobs.claim(2, minute).map((job) => job.subjectId)).toEqual(['2', '3'])
    expect(jobs.claim(9, minute).map((job) => job.subjectId)).toEqual(['1'])
  })

  it('gives no second job of a scene while the first is in progress, and does not call it due', () => {
    jobs.enqueue(hook('1'), 0)
    const first = claimOne()
    expect(jobs.enqueue(hook('1'), 0)).toBe('queued')
    expect(jobs.claim(9, minute)).toEqual([])
    expect(jobs.nextDueAt()).toBeNull()
    jobs.settle([done(first)])
    expect(jobs.nextDueAt()).toBe(clock.now())
    expect(claimOne().id).toBe(2)
  })

  it('distinguishes a performer from a scene of the same number', () => {
    jobs.enqueue(hook('1'), 0)
    jobs.enqueue(hook('1', { kind: 'performer' }), 0)
    expect(jobs.claim(9, minute)).toHaveLength(2)
  })
})

describe('settling', () => {
  it('keeps what was done as history', () => {
    jobs.enqueue(hook('1'), 0)
    const report: JobReport = { matched: { confidence: 'high', steps: ['Exact path.'] }, items: [], written_at: 5 }
    expect(jobs.settle([{ ...done(claimOne()), report }])).toEqual([])
    const [story] = new Activity(db, clock).ofScene('1')
    expect(story?.row).toMatchObject({ state: 'synced', title: 'A title', detail: 'Wrote title; kept date', ...wrote })
    expect(story?.report).toEqual({ ...report, remark: wrote })
    expect(jobs.isQueued('scene', '1')).toBe(false)
  })

  it('counts attempts and misses apart, and gives them with the next claim', () => {
    jobs.enqueue(hook('1'), 0)
    jobs.settle([retry(claimOne(), clock.now())])
    jobs.settle([{ ...retry(claimOne(), clock.now()), counts: 'miss', code: 'not_in_plex' }])
    expect(claimOne()).toMatchObject({ attempts: 1, misses: 1 })
  })

  it('releases without counting, due as before', () => {
    jobs.enqueue(hook('1'), 0)
    const dueAt = jobs.nextDueAt()
    clock.jump(minute)
    jobs.settle([release(claimOne())])
    expect(jobs.nextDueAt()).toBe(dueAt)
    expect(claimOne()).toMatchObject({ attempts: 0, misses: 0 })
  })

  it('merges what is released or retried into the newer job of the scene', () => {
    for (const handBack of [release, (job: ClaimedJob) => retry(job, clock.now() + day)]) {
      jobs.enqueue(hook('1', { fields: ['title'], force: true }), 0)
      const older = claimOne()
      jobs.enqueue(hook('1', { fields: ['date'] }), 0)
      expect(jobs.settle([handBack(older)])).toEqual([])
      const newer = claimOne()
      expect(newer).toMatchObject({ fields: ['date', 'title'], force: true, attempts: 0 })
      expect(newer.id).not.toBe(older.id)
      jobs.settle([done(newer)])
    }
    expect(states()).toEqual(['superseded', 'synced', 'superseded', 'synced'])
  })

  it('keeps one dead letter per scene, and none once it was done', () => {
    for (let round = 0; round < 2; round++) {
      jobs.enqueue(hook('1'), 0)
      jobs.settle([dead(claimOne())])
    }
    expect(states()).toEqual(['superseded', 'dead'])
    jobs.enqueue(hook('1'), 0)
    jobs.settle([done(claimOne())])
    expect(states()).toEqual(['superseded', 'superseded', 'synced'])
  })

  it('leaves jobs alone whose token is stale, and settles the others', () => {
    jobs.enqueue(hook('1'), 0)
    jobs.enqueue(hook('2'), 0)
    const [first, second] = jobs.claim(2, minute)
    if (!first || !second) throw new Error('nothing to claim')
    clock.jump(minute - 1)
    jobs.renew([second], minute)
    clock.jump(1)
    expect(jobs.releaseExpired()).toBe(1)
    expect(jobs.counts()).toEqual({ ready: 1, delayed: 0, in_progress: 1 })

    const again = claimOne()
    jobs.renew([first], day)
    for (const stale of [done(first), retry(first, 0), release(first), dead(first)]) {
      expect(jobs.settle([stale])).toEqual([first.id])
    }
    expect(jobs.settle([done(first), done(second), done(again)])).toEqual([first.id])
    expect(states()).toEqual(['synced', 'synced'])
    expect(jobs.settle([dead(again)])).toEqual([again.id])
  })

  it('is part of the transaction around it', () => {
    jobs.enqueue(hook('1'), 0)
    const job = claimOne()
    const all = () =>
      jobs.inTransaction(() => {
        jobs.settle([done(job)])
        throw new Error('the state of the scene was not stored')
      })
    expect(all).toThrow()
    expect(jobs.counts().in_progress).toBe(1)
    expect(jobs.settle([done(job)])).toEqual([])
  })

  it('changes nothing when the disk is full', () => {
    jobs.enqueue(hook('1'), 0)
    const job = claimOne()
    db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true })}`)
    const title = 'x'.repeat(100_000)
    expect(() => jobs.settle([{ ...done(job), title }])).toThrow('full')
    expect(jobs.counts().in_progress).toBe(1)
    expect(jobs.settle([done(job)])).toEqual([])
  })
})

describe('crashes, clocks and cleaning up', () => {
  it('puts what was in progress back at start, merging where a change came in between', () => {
    jobs.enqueue(hook('1'), 0)
    jobs.enqueue(hook('2'), 0)
    const held = jobs.claim(2, minute)
    jobs.enqueue(hook('2', { fields: ['date'] }), 0)
    expect(jobs.recover()).toBe(2)
    expect(jobs.settle(held.map(done))).toEqual(held.map((job) => job.id))
    expect(jobs.claim(9, minute).map((job) => [job.subjectId, job.fields])).toEqual([
      ['1', ['title']],
      ['2', ['date', 'title']],
    ])
  })

  it('starves nothing when the clock is set back by a day, and gives nothing early', () => {
    jobs.enqueue(hook('1'), 2000)
    jobs.enqueue(hook('2'), 10 * minute)
    clock.jump(1000)
    jobs.claim(9, minute)
    clock.jump(-day)
    expect(jobs.claim(9, minute)).toEqual([])
    clock.jump(2000)
    expect(jobs.claim(9, minute).map((job) => job.subjectId)).toEqual(['1'])
    clock.jump(10 * minute - 2001)
    expect(jobs.claim(9, minute)).toEqual([])
    clock.jump(1)
    expect(jobs.claim(9, minute).map((job) => job.subjectId)).toEqual(['2'])
  })

  it('does the same when the clock was set back while the app was off', () => {
    jobs.enqueue(hook('1'), 2000)
    clock.jump(-day)
    const restarted = new JobStore(db, clock, () => 'token')
    restarted.recover()
    expect(restarted.nextDueAt()).toBe(clock.now() + 2000)
  })

  it('lets a lease end in time although the clock was set back', () => {
    jobs.enqueue(hook('1'), 0)
    claimOne()
    clock.jump(-day)
    expect(jobs.releaseExpired()).toBe(0)
    clock.jump(minute)
    expect(jobs.releaseExpired()).toBe(1)
  })

  it('ends the waiting job and the dead letter of a destroyed scene, visibly', () => {
    jobs.enqueue(hook('1'), 0)
    jobs.settle([dead(claimOne())])
    jobs.enqueue(hook('1'), 0)
    expect(jobs.isQueued('scene', '1')).toBe(true)
    expect(jobs.dropWaiting('scene', '1')).toBe(true)
    expect(jobs.dropWaiting('scene', '1')).toBe(false)
    expect(states()).toEqual(['superseded', 'scene_gone'])
  })

  it('trims the history with its failed tries, but nothing that lives or is dead', () => {
    for (const id of ['1', '2', '3', '4', '5']) jobs.enqueue(hook(id), 0)
    const [a, b, c, d] = jobs.claim(4, day)
    if (!a || !b || !c || !d) throw new Error('nothing to claim')
    jobs.settle([done(a), done(b), dead(c), retry(d, clock.now())])
    clock.jump(1)
    jobs.settle(jobs.claim(1, day).map(done))
    clock.jump(day)
    expect(jobs.trim(clock.now() - day, 10)).toBe(2)
    expect(jobs.trim(clock.now(), 10)).toBe(1)
    expect(jobs.trim(clock.now(), 10)).toBe(0)
    expect(states().sort()).toEqual(['dead', 'waiting'])
    const orphans = 'SELECT count(*) FROM job_attempt WHERE job_id NOT IN (SELECT id FROM job)'
    expect(db.prepare(orphans).pluck().get()).toBe(0)
  })

  it('trims up to a limit at a time, and never gives an id twice', () => {
    for (const id of ['1', '2', '3']) jobs.enqueue(hook(id), 0)
    jobs.settle(jobs.claim(3, minute).map(done))
    expect(jobs.trim(clock.now() + 1, 2)).toBe(2)
    expect(jobs.trim(clock.now() + 1, 2)).toBe(1)
    jobs.enqueue(hook('1'), 0)
    expect(claimOne().id).toBe(4)
  })
})

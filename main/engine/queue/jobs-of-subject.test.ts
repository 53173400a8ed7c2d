import { expect, it } from 'vitest'
import type { Remark } from '../../../shared/remarks.ts'
import { ManualClock } from '../../../test/harness/clock.ts'
import { freshDatabase } from '../../../test/harness/fresh-database.ts'
import type { NewJob } from './job.ts'
import { JobStore } from './job-store.ts'
import { jobsOfSubject } from './jobs-of-subject.ts'

const minute = 60_000
const wrote: Remark = { code: 'wrote', values: { fields: ['title'], kept: ['date'] } }

function setUp() {
  const clock = new ManualClock()
  const db = freshDatabase()
  const jobs = new JobStore(db, clock, () => 'token')
  const hook = (subjectId: string, kind: NewJob['kind'] = 'scene'): void =>
    void jobs.enqueue({ kind, subjectId, fields: null, origin: 'hook' }, 0)
  const settle = (kind: 'done' | 'dead'): void => {
    jobs.settle(
      jobs
        .claim(10, minute)
        .map((job) =>
          kind === 'done'
            ? { job, kind, outcome: 'synced', title: '', remark: wrote }
            : { job, kind, code: 'rejected', message: '' },
        ),
    )
  }
  const sql = jobsOfSubject('@kind', '@subjectId')
  return { db, jobs, hook, settle, sql }
}

it('finds what is finished, dead, in progress and waiting, and nothing of another subject', () => {
  const { db, jobs, hook, settle, sql } = setUp()
  for (const kind of ['done', 'done', 'dead', 'done'] as const) {
    hook('7')
    hook('8')
    hook('7', 'performer')
    settle(kind)
  }
  // Far into the third run of the index.
  db.exec(`UPDATE sqlite_sequence SET seq = 10000 WHERE name = 'job'`)
  hook('7')
  settle('dead')
  hook('7')
  jobs.claim(1, minute)
  hook('7')
  hook('8')
  const found = db.prepare(sql).pluck().all({ kind: 'scene', subjectId: 7 })
  const expected = db.prepare(`SELECT id FROM job WHERE kind = 'scene' AND subject_id = 7 ORDER BY id`).pluck().all()
  expect(expected).toHaveLength(7)
  expect(found.toSorted()).toEqual(expected.toSorted())
})

it('reads no table from end to end, and costs a new job no entry in the index of the history', () => {
  const { db, sql } = setUp()
  const steps = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all({ kind: 'scene', subjectId: 7 })
  expect(JSON.stringify(steps)).not.toMatch(/SCAN (job|found|live)/)
  expect(db.prepare(`SELECT partial FROM pragma_index_list('job') WHERE name = 'job_of_subject'`).pluck().get()).toBe(1)
})

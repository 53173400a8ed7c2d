import { beforeEach, describe, expect, it } from 'vitest'
import { activityRowSchema } from '../../../shared/contract.ts'
import type { JobState, Outcome } from '../../../shared/domain.ts'
import { remarkOf } from '../../../shared/remarks.ts'
import { ManualClock } from '../../../test/harness/clock.ts'
import { freshDatabase } from '../../../test/harness/fresh-database.ts'
import type { Database } from '../database/open.ts'
import { Activity } from './activity.ts'
import type { ClaimedJob } from './job.ts'
import { JobStore } from './job-store.ts'

const minute = 60_000

let db: Database
let clock: ManualClock
let jobs: JobStore
let activity: Activity

beforeEach(() => {
  clock = new ManualClock('2025-01-15T12:00:00Z')
  db = freshDatabase()
  let ids = 0
  jobs = new JobStore(db, clock, () => `token-${++ids}`)
  activity = new Activity(db, clock)
})

function enqueue(subjectId: string, quietMs = 0): void {
  jobs.enqueue({ kind: 'scene', subjectId, fields: ['title'], origin: 'hook' }, quietMs)
  clock.jump(1000)
}
function claimOne(): ClaimedJob {
  const [job] = jobs.claim(1, minute)
  if (!job) throw new Error('nothing to claim')
  return job
}
function finish(subjectId: string, outcome: Outcome, title = ''): void {
  enqueue(subjectId)
  jobs.settle([
    {
      job: claimOne(),
      kind: 'done',
      outcome,
      title,
      remark: { code: 'nothing_to_write', values: { kept: [] } },
    },
  ])
}
const page = { offset: 0, limit: 100 }
const scenes = (filter: Partial<Parameters<Activity['list']>[0]> = {}) =>
  activity.list({ ...page, ...filter }).rows.map((row) => row.scene_id)

describe('activity', () => {
  beforeEach(() => {
    finish('1', 'synced', 'Blue 100% Sky')
    finish('2', 'unchanged', 'Red sky')
    enqueue('3')
    jobs.settle([{ job: claimOne(), kind: 'dead', code: 'rejected', message: 'Refused.' }])
    enqueue('4')
    claimOne()
    enqueue('5')
    enqueue('6', minute)
  })

  it('shows every job in its state, in the shape of the contract, the latest first', () => {
    const { total, rows } = activity.list(page)
    expect(total).toBe(6)
    expect(rows.map((row) => [row.scene_id, row.state])).toEqual([
      ['6', 'delayed'],
      ['5', 'ready'],
      ['4', 'in_progress'],
      ['3', 'dead'],
      ['2', 'unchanged'],
      ['1', 'synced'],
    ])
    for (const row of rows) {
      expect(activityRowSchema.parse(row)).toEqual(row)
      expect(row.detail).not.toBe('')
      expect(activity.job(row.job_id)).toEqual(row)
    }
    expect(rows.map(remarkOf)).toMatchObject([
      { code: 'settling' },
      { code: 'queued' },
      { code: 'in_progress' },
      { code: 'failed' },
      { code: 'nothing_to_write' },
      { code: 'nothing_to_write' },
    ])
    expect(rows[0]?.due_at).toBe('2025-01-15T12:01:05.000Z')
    expect(rows[1]?.due_at).toBeNull()
    expect(activity.job(999)).toBeNull()
  })

  it('puts what has just ended above what still waits', () => {
    jobs.settle([
      {
        job: claimOne(),
        kind: 'done',
        outcome: 'synced',
        title: '',
        remark: { code: 'nothing_to_write', values: { kept: [] } },
      },
    ])
    expect(scenes()).toEqual(['5', '6', '4', '3', '2', '1'])
  })

  it.each<[JobState[], string[]]>([
    [['ready'], ['5']],
    [
      ['delayed', 'ready'],
      ['6', '5'],
    ],
    [
      ['in_progress', 'dead'],
      ['4', '3'],
    ],
    [
      ['unchanged', 'synced', 'synced'],
      ['2', '1'],
    ],
    [['filtered'], []],
    [[], []],
  ])('filters by states %j', (state, expected) => {
    expect(scenes({ state })).toEqual(expected)
    expect(activity.list({ ...page, state }).total).toBe(expected.length)
  })

  it('filters by scene, and by text in title, detail or id, without wildcards', () => {
    expect(scenes({ scene_id: '2' })).toEqual(['2'])
    expect(scenes({ scene_id: '2', state: ['synced'] })).toEqual([])
    expect(scenes({ text: 'SKY' })).toEqual(['2', '1'])
    expect(scenes({ text: '100%' })).toEqual(['1'])
    expect(scenes({ text: '%' })).toEqual(['1'])
    expect(scenes({ text: '_' })).toEqual([])
    expect(scenes({ text: 'refused' })).toEqual(['3'])
    expect(scenes({ text: '6' })).toEqual(['6'])
    expect(scenes({ text: "' OR 1=1 --" })).toEqual([])
    expect(activity.list({ ...page, text: 'sky' }).total).toBe(2)
  })

  it('pages without gaps or doubles', () => {
    const all = scenes()
    const paged = [0, 2, 4, 6].flatMap((offset) => scenes({ offset, limit: 2 }))
    expect(paged).toEqual(all)
    expect(activity.list({ offset: 4, limit: 2, state: ['synced', 'unchanged', 'dead'] }).total).toBe(3)
  })

  it('says why a job waits for its next try', () => {
    const dueAt = clock.now() + minute
    jobs.settle([{ job: claimOne(), kind: 'retry', counts: 'attempt', dueAt, code: 'timeout', message: 'Too slow.' }])
    expect(activity.list({ ...page, scene_id: '5' }).rows).toMatchObject([
      {
        state: 'delayed',
        attempts: 1,
        detail: 'Too slow.',
        due_at: new Date(dueAt).toISOString(),
        code: 'failed',
        values: { error: 'timeout' },
      },
    ])
  })

  it('gives what an earlier release stored as words a code where they leave no doubt', () => {
    db.prepare("UPDATE job SET report = NULL, detail = 'Wrote title, tags; kept date' WHERE state = 'synced'").run()
    const [row] = activity.list({ ...page, state: ['synced'] }).rows
    expect(row).toMatchObject({ code: 'wrote', values: { fields: ['title', 'tags'], kept: ['date'] } })
    db.prepare("UPDATE job SET detail = 'Wrote something else' WHERE state = 'synced'").run()
    const [other] = activity.list({ ...page, state: ['synced'] }).rows
    expect(other?.detail).toBe('Wrote something else')
    expect(other?.code).toBeUndefined()
  })

  it('shows the story of one scene with reports and failed tries', () => {
    const dueAt = clock.now()
    jobs.settle([{ job: claimOne(), kind: 'retry', counts: 'attempt', dueAt, code: 'timeout', message: 'Too slow.' }])
    const report = { items: [{ rating_key: '7', section: '1', changes: [], kept: [] }], verified_at: 3 }
    jobs.settle([
      {
        job: claimOne(),
        kind: 'done',
        outcome: 'synced',
        title: 'T',
        remark: { code: 'nothing_to_write', values: { kept: [] } },
        report,
      },
    ])
    enqueue('5')
    expect(activity.ofScene('5')).toMatchObject([
      { row: { state: 'ready' }, report: null, attempts: [] },
      {
        row: { state: 'synced' },
        report,
        attempts: [{ at: dueAt, remark: { code: 'failed', values: { error: 'timeout', message: 'Too slow.' } } }],
      },
    ])
    expect(activity.ofScene('5', 1)).toHaveLength(1)
  })

  it('shows how fast the work went while there was some', () => {
    // Three within the first five seconds, which are all the time in which there was work.
    expect(activity.perMinuteSince(0)).toBe(36)
    expect(activity.perMinuteSince(Date.parse('2025-01-15T12:00:02Z'))).toBe(24)
    expect(activity.perMinuteSince(Date.parse('2026-01-15T12:00:02Z'))).toBe(0)
  })
})

describe('a long history', () => {
  it('is the same page by page, whichever row a page is read from', () => {
    // Many jobs end in the same second: then their ids decide.
    const job = db.prepare<{ id: number; state: string; at: number; end: number | null }>(`
      INSERT INTO job (id, kind, subject_id, state, origin, received_at, burst_at, scheduled_at, due_at, finished_at)
      VALUES (@id, 'scene', @id, @state, 'hook', @at, @at, @at, @at, @end)`)
    db.transaction(() => {
      for (let id = 1; id <= 950; id++) {
        const at = clock.now() + (id % 40) * 1000
        const state = (['synced', 'unchanged', 'dead', 'waiting'] as const)[id % 4] ?? 'synced'
        job.run({ id, state, at, end: state === 'waiting' ? null : at })
      }
    })()
    const whole = activity.list({ offset: 0, limit: 1000 }).rows.map((row) => row.job_id)
    const walked: number[] = []
    for (let near: { index: number; key: number | string; id: number } | undefined; ; ) {
      const { rows, ends } = activity.list({ offset: walked.length, limit: 100, near })
      walked.push(...rows.map((row) => row.job_id))
      if (ends === null || rows.length < 100) break
      near = { index: walked.length - 1, ...ends.last }
    }
    expect(walked).toEqual(whole)
    // Backwards, from the first row of the page after it; and from the end, which is nearer than the beginning.
    const at = activity.list({ offset: 600, limit: 1 }).ends?.first
    const near = at && { index: 600, ...at }
    expect(activity.list({ offset: 500, limit: 100, near }).rows.map((row) => row.job_id)).toEqual(
      whole.slice(500, 600),
    )
    expect(activity.list({ offset: 900, limit: 100 }).rows.map((row) => row.job_id)).toEqual(whole.slice(900))
  })
})

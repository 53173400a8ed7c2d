import { beforeEach, describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../../shared/errors.ts'
import { ManualClock } from '../../../test/harness/clock.ts'
import { freshDatabase } from '../../../test/harness/fresh-database.ts'
import { DeadLetterPages } from './dead-letter-pages.ts'
import { DeadLetters } from './dead-letters.ts'
import type { ClaimedJob, Settlement } from './job.ts'
import { JobStore } from './job-store.ts'

const minute = 60_000
const all = { sort: 'failed', descending: true, offset: 0 } as const
const day = 24 * 60 * minute

let db: ReturnType<typeof freshDatabase>
let clock: ManualClock
let jobs: JobStore
let letters: DeadLetters
let pages: DeadLetterPages

beforeEach(() => {
  clock = new ManualClock('2025-01-15T12:00:00Z')
  db = freshDatabase()
  let ids = 0
  jobs = new JobStore(db, clock, () => `token-${++ids}`)
  letters = new DeadLetters(db, clock, jobs)
  pages = new DeadLetterPages(db)
})

function claimOne(): ClaimedJob {
  const [job] = jobs.claim(1, minute)
  if (!job) throw new Error('nothing to claim')
  return job
}

/** Runs a job of the scene into the dead letters and returns its id. */
function bury(subjectId: string, code: ErrorCode, more: Partial<Extract<Settlement, { kind: 'dead' }>> = {}): number {
  jobs.enqueue({ kind: 'scene', subjectId, fields: ['title'], origin: 'hook', force: true }, 0)
  const job = claimOne()
  jobs.settle([{ job, kind: 'dead', code, message: `Because of ${code}.`, ...more }])
  clock.jump(1000)
  return job.id
}

const listed = () => pages.page({ ...all, limit: 100 }).rows

describe('dead letters', () => {
  it('shows what failed, when, why and what to do, newest first', () => {
    const candidates = [{ rating_key: '7', section: '1', file: '/a.mp4', title: 'A', evidence: ['Same name.'] }]
    bury('1', 'rejected')
    const id = bury('2', 'low_confidence', { title: 'A title', path: '/media/a.mp4', candidates })
    const [newest, oldest] = listed()
    expect(newest).toEqual({
      id,
      scene_id: '2',
      title: 'A title',
      class: 'needs_you',
      code: 'low_confidence',
      reason: 'Because of low_confidence.',
      values: {},
      attempts: 1,
      failed_at: '2025-01-15T12:00:01.000Z',
      action: expect.stringContaining('Pick the right item'),
      needs_you: true,
      path: '/media/a.mp4',
      candidates,
      attempts_log: [
        {
          at: '2025-01-15T12:00:01.000Z',
          message: 'Because of low_confidence.',
          code: 'failed',
          values: { error: 'low_confidence', message: 'Because of low_confidence.' },
        },
      ],
    })
    expect(oldest).toMatchObject({ scene_id: '1', needs_you: false, path: null, candidates: [] })
  })

  it('keeps the log of all tries, also of those that were misses', () => {
    jobs.enqueue({ kind: 'scene', subjectId: '1', fields: null, origin: 'hook' }, 0)
    for (const [counts, code] of [
      ['attempt', 'timeout'],
      ['miss', 'not_in_plex'],
    ] as const) {
      jobs.settle([
        { job: claimOne(), kind: 'retry', counts, code, dueAt: clock.now() + 1000, message: `First ${code}` },
      ])
      clock.jump(1000)
    }
    jobs.settle([{ job: claimOne(), kind: 'dead', code: 'not_in_plex', message: 'Last' }])
    const [letter] = listed()
    expect(letter?.attempts).toBe(3)
    expect(letter?.attempts_log.map(({ message }) => message)).toEqual(['First timeout', 'First not_in_plex', 'Last'])
  })

  it('keeps the last step of a match, also of one whose sentence an earlier release stored', () => {
    const step = { code: 'not_found', values: { name: 'a.mp4' } } as const
    const because = { code: 'item_gone', values: { path: '/data/a.mp4' } } as const
    const remark = { code: 'failed', values: { error: 'not_in_plex', message: 'Nothing', step, because } } as const
    jobs.enqueue({ kind: 'scene', subjectId: '1', fields: null, origin: 'hook' }, 0)
    jobs.settle([{ job: claimOne(), kind: 'dead', code: 'not_in_plex', message: 'Nothing', remark }])
    expect(listed()).toMatchObject([{ reason: 'Nothing', step, because, attempts_log: [remark] }])
    db.exec(`UPDATE job SET report = NULL, detail = 'No Plex item found for ''a.mp4''.'`)
    db.exec(`UPDATE job_attempt SET message = 'No Plex item found for ''a.mp4''.'`)
    const [letter] = listed()
    expect(letter).toMatchObject({ step, attempts_log: [{ message: letter?.reason, values: { step } }] })
    expect(letter?.because).toBeUndefined()
  })

  it('counts them by cause', () => {
    bury('1', 'rejected')
    bury('2', 'low_confidence')
    bury('3', 'low_confidence')
    expect(letters.counts()).toEqual({ dead_letters: 3, needs_you: 2 })
    expect(letters.groups()).toEqual([
      { code: 'low_confidence', count: 2, scene_ids: ['3', '2'] },
      { code: 'rejected', count: 1, scene_ids: ['1'] },
    ])
    expect([letters.has('scene', '1'), letters.has('scene', '4'), letters.has('tag', '1')]).toEqual([
      true,
      false,
      false,
    ])
  })

  it('tries them again as new jobs: chosen ones, all of a cause, or all', () => {
    const first = bury('1', 'rejected')
    for (const id of ['2', '3']) bury(id, 'low_confidence')
    bury('4', 'no_file_path')
    expect(letters.retry({ select: 'ids', ids: [first, 999] })).toBe(1)
    expect(claimOne()).toMatchObject({ subjectId: '1', origin: 'retry', attempts: 0, fields: ['title'], force: true })
    expect(letters.retry({ select: 'like', code: 'low_confidence' })).toBe(2)
    expect(letters.retry({ select: 'all' })).toBe(1)
    expect(listed()).toEqual([])
    expect(jobs.counts()).toMatchObject({ ready: 3, in_progress: 1 })
  })

  it('selects those of a cause that contain a text, except some', () => {
    const [first, second] = [bury('1', 'rejected'), bury('21', 'rejected')]
    bury('2', 'low_confidence')
    bury('3', 'rejected')
    const like = { select: 'like', code: 'rejected' } as const
    expect(letters.selected({ ...like, text: '1' })).toEqual([first, second])
    expect(letters.selected({ ...like, text: '1', except: [first] })).toEqual([second])
    expect(letters.selected({ ...like, text: '1%' })).toEqual([])
  })

  it('lets a change that waits already take the retry over', () => {
    const id = bury('1', 'rejected')
    jobs.enqueue({ kind: 'scene', subjectId: '1', fields: ['date'], origin: 'hook' }, 10 * minute)
    letters.retry({ select: 'ids', ids: [id] })
    expect(jobs.claim(9, minute)).toMatchObject([{ fields: ['date', 'title'], force: true }])
  })

  it('discards, and undoes it', () => {
    const ids = [bury('1', 'rejected'), bury('2', 'rejected')]
    const failedAt = listed().map((letter) => letter.failed_at)
    expect(letters.discard(letters.selected({ select: 'all' }))).toEqual(ids)
    expect(letters.discard(ids)).toEqual([])
    expect(letters.counts().dead_letters).toBe(0)
    expect(letters.restore([...ids, 999])).toBe(2)
    expect(listed().map((letter) => letter.failed_at)).toEqual(failedAt)
  })

  it('does not bring back what has been settled by a newer job', () => {
    const ids = [bury('1', 'rejected'), bury('2', 'rejected')]
    letters.discard(letters.selected({ select: 'all' }))
    bury('1', 'no_file_path')
    jobs.enqueue({ kind: 'scene', subjectId: '2', fields: null, origin: 'hook' }, 0)
    jobs.settle([
      {
        job: claimOne(),
        kind: 'done',
        outcome: 'synced',
        title: '',
        remark: { code: 'nothing_to_write', values: { kept: [] } },
      },
    ])
    expect(letters.restore(ids)).toBe(0)
    expect(listed()).toMatchObject([{ scene_id: '1', code: 'no_file_path' }])
  })

  it('purges by age', () => {
    bury('1', 'rejected')
    clock.jump(2 * day)
    bury('2', 'rejected')
    expect(letters.purge(3)).toBe(0)
    expect(letters.purge(1)).toBe(1)
    expect(listed()).toMatchObject([{ scene_id: '2' }])
    clock.jump(1)
    expect(letters.purge(0)).toBe(1)
  })
})

import { expect, it } from 'vitest'
import { ManualClock } from '../../../test/harness/clock.ts'
import { freshDatabase } from '../../../test/harness/fresh-database.ts'
import { History } from './history.ts'
import type { ClaimedJob, Settlement } from './job.ts'

const hour = 3_600_000
const job: ClaimedJob = {
  id: 1,
  kind: 'scene',
  subjectId: '1',
  fields: null,
  origin: 'hook',
  force: false,
  attempts: 0,
  misses: 0,
  leaseToken: 't',
  receivedAt: 0,
}
const done = (outcome: 'synced' | 'unchanged' | 'filtered'): Settlement => ({
  job,
  kind: 'done',
  outcome,
  title: '',
  remark: { code: 'nothing_to_write', values: { kept: [] } },
})
const dead: Settlement = { job, kind: 'dead', code: 'not_in_plex', message: '' }

it('counts per hour how jobs ended, and forgets what is older than 31 days', () => {
  const clock = new ManualClock('2026-01-01T10:20:00Z')
  const db = freshDatabase()
  const history = new History(db, clock)
  history.note([done('synced'), done('synced'), done('filtered'), dead])
  history.note([done('unchanged')])
  clock.jump(hour)
  history.note([done('filtered')])
  history.note([done('synced')])
  expect(history.list()).toEqual([
    { at: '2026-01-01T10:00:00.000Z', written: 2, unchanged: 1, failed: 1 },
    { at: '2026-01-01T11:00:00.000Z', written: 1, unchanged: 0, failed: 0 },
  ])
  clock.jump(31 * 24 * hour)
  history.note([done('synced')])
  expect(history.list().map(({ at }) => at)).toEqual(['2026-01-01T11:00:00.000Z', '2026-02-01T11:00:00.000Z'])
})

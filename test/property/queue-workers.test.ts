/** Two workers on one database, each a separate process to SQLite, that stall past their leases. */
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../main/engine/database/open.ts'
import type { ClaimedJob } from '../../main/engine/queue/job.ts'
import { JobStore } from '../../main/engine/queue/job-store.ts'
import { ManualClock } from '../harness/clock.ts'
import { SeededRandom } from '../harness/seeded-random.ts'
import { makeMemoryFolder } from '../harness/temp-folder.ts'

const seed = Number(process.env.PLEXSYNC_SEED ?? Math.floor(Math.random() * 2 ** 31))
const total = 10_000
const batch = 50
const leaseMs = 60_000

describe('two workers', () => {
  it(`finish ${total} jobs exactly once each, whichever worker stalls (seed ${seed})`, async () => {
    await using folder = await makeMemoryFolder()
    const random = new SeededRandom(seed)
    const clock = new ManualClock()
    const databases = [1, 2].map(() => {
      const opened = openDatabase(folder.file('plexsync.db'), { clock })
      if (!opened.ok) throw new Error(opened.fault.message)
      return opened.value
    })
    let tokens = 0
    const workers = databases.map((db) => ({
      jobs: new JobStore(db, clock, () => `token-${++tokens}`),
      stalled: [] as { batch: ClaimedJob[]; until: number }[],
    }))
    const queue = workers[0]?.jobs
    if (!queue) throw new Error('no worker')

    queue.inTransaction(() => {
      for (let n = 1; n <= total; n++) {
        queue.enqueue({ kind: 'scene', subjectId: String(n), fields: null, origin: 'hook' }, 0)
      }
    })

    const accepted = new Map<number, number>()
    let refused = 0
    const settle = (jobs: JobStore, held: ClaimedJob[]) => {
      const stale = new Set(
        jobs.settle(
          held.map((job) => ({
            job,
            kind: 'done',
            outcome: 'synced',
            title: job.leaseToken,
            remark: { code: 'nothing_to_write', values: { kept: [] } },
          })),
        ),
      )
      refused += stale.size
      for (const { id } of held) if (!stale.has(id)) accepted.set(id, (accepted.get(id) ?? 0) + 1)
    }

    while (accepted.size < total || workers.some(({ stalled }) => stalled.length > 0)) {
      const worker = random.pick(workers)
      clock.jump(random.integer(1, 3_000))
      worker.jobs.releaseExpired()
      // A worker that wakes up after its lease believes that it still holds its jobs.
      const awake = worker.stalled.filter(({ until }) => until <= clock.now())
      worker.stalled = worker.stalled.filter(({ until }) => until > clock.now())
      for (const { batch: held } of awake) settle(worker.jobs, held)

      const claimed = worker.jobs.claim(batch, leaseMs)
      const mood = random.next()
      if (mood < 0.2) worker.stalled.push({ batch: claimed, until: clock.now() + random.integer(1, 2 * leaseMs) })
      // It dies in the middle: the rest of its batch is never settled by it.
      else if (mood < 0.4) settle(worker.jobs, claimed.slice(0, random.integer(0, claimed.length)))
      else settle(worker.jobs, claimed)
    }

    expect(refused, 'no lease ended: the run proves nothing').toBeGreaterThan(0)
    expect(accepted.size).toBe(total)
    expect([...accepted.values()].every((times) => times === 1)).toBe(true)
    expect(queue.counts()).toEqual({ ready: 0, delayed: 0, in_progress: 0 })
    for (const db of databases) db.close()
  })
})

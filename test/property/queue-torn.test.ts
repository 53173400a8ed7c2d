/**
 * A power cut in the middle of a write leaves the log cut off, or with rubbish where the disk had not written yet. What
 * was committed before must all be there, and nothing of what came after. More cuts: PLEXSYNC_TORN_CUTS=2000.
 */
import { copyFileSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../main/engine/database/open.ts'
import { JobStore } from '../../main/engine/queue/job-store.ts'
import { ManualClock } from '../harness/clock.ts'
import { SeededRandom } from '../harness/seeded-random.ts'
import { makeMemoryFolder } from '../harness/temp-folder.ts'

const cuts = Number(process.env.PLEXSYNC_TORN_CUTS ?? 150)
const seed = Number(process.env.PLEXSYNC_SEED ?? Math.floor(Math.random() * 2 ** 31))

const contentOf = (db: Database) => JSON.stringify(db.prepare('SELECT * FROM job ORDER BY id').all())

describe('a torn log', () => {
  it(`gives the exact prefix of what was committed, ${cuts} times (seed ${seed})`, {
    timeout: 300_000 + cuts * 100,
  }, async () => {
    await using folder = await makeMemoryFolder()
    const random = new SeededRandom(seed)
    const clock = new ManualClock()
    const open = (name: string) => {
      const opened = openDatabase(folder.file(name), { clock })
      if (!opened.ok) throw new Error(`${name}: ${opened.fault.message}`)
      return opened.value
    }

    const db = open('whole.db')
    db.pragma('wal_checkpoint(TRUNCATE)')
    db.pragma('wal_autocheckpoint = 0')
    const commits = [{ end: 0, content: contentOf(db) }]
    const jobs = new JobStore(db, clock, () => 'token')
    const commit = (work: () => unknown) => {
      work()
      commits.push({ end: statSync(folder.file('whole.db-wal')).size, content: contentOf(db) })
    }
    for (let n = 1; n <= 60; n++) {
      commit(() => jobs.enqueue({ kind: 'scene', subjectId: String(n % 7), fields: [`f${n}`], origin: 'hook' }, 0))
      if (n % 5 !== 0) continue
      const held = jobs.claim(3, 1000)
      commits.push({ end: statSync(folder.file('whole.db-wal')).size, content: contentOf(db) })
      commit(() =>
        jobs.settle(
          held.map((job) => ({
            job,
            kind: 'done',
            outcome: 'synced',
            title: '',
            remark: { code: 'nothing_to_write', values: { kept: [] } },
          })),
        ),
      )
    }
    const log = readFileSync(folder.file('whole.db-wal'))

    for (let n = 0; n < cuts; n++) {
      const cut = random.integer(0, log.length)
      const rubbish = Buffer.from(Array.from({ length: random.integer(0, 9000) }, () => random.integer(0, 255)))
      for (const end of ['', '-wal', '-shm']) rmSync(folder.file(`torn.db${end}`), { force: true })
      copyFileSync(folder.file('whole.db'), folder.file('torn.db'))
      writeFileSync(folder.file('torn.db-wal'), Buffer.concat([log.subarray(0, cut), rubbish]))
      const torn = open('torn.db')
      const expected = commits.findLast(({ end }) => end <= cut)
      expect(contentOf(torn), `cut at ${cut} of ${log.length}`).toBe(expected?.content)
      torn.close()
    }
    db.close()
  })
})

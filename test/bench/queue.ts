/**
 * The queue against bare better-sqlite3: single jobs, batches, and a long history. All sides take turns in short rounds
 * on the same disk, and the quicker rounds are compared, because a shared disk changes its pace from second to second.
 */
import { randomBytes } from 'node:crypto'
import BetterSqlite3 from 'better-sqlite3'
import { openDatabase } from '../../main/engine/database/open.ts'
import { systemClock } from '../../main/engine/ports.ts'
import type { ClaimedJob, Settlement } from '../../main/engine/queue/job.ts'
import { JobStore } from '../../main/engine/queue/job-store.ts'
import type { Remark } from '../../shared/remarks.ts'
import { SeededRandom } from '../harness/seeded-random.ts'
import { makeTempFolder } from '../harness/temp-folder.ts'
import type { BenchRow } from './bench-row.ts'

const scenes = 40_000
const history = 1_000_000
const batch = 50
const rounds = 40

/** One whole cycle of `size` jobs: taken in, claimed, settled. Three commits. */
type Cycle = (size: number) => void

const title = 'A scene with a title of the usual length'
const detail = 'Wrote title, summary, performers and tags.'
const wrote: Remark = { code: 'wrote', values: { fields: ['title', 'summary', 'performers', 'tags'], kept: [] } }

export async function run(): Promise<BenchRow[]> {
  await using folder = await makeTempFolder('plexsync-bench-')
  const raw = rawCycle(folder.file('raw.db'))
  const empty = queueCycle(folder.file('empty', 'plexsync.db'), 0)
  const full = queueCycle(folder.file('full', 'plexsync.db'), history)
  try {
    const single = compare([raw.cycle, empty.cycle, full.cycle], 1, 100)
    const batches = compare([raw.cycle, empty.cycle, full.cycle], batch, 15)
    return [
      {
        id: 6,
        name: 'queue cycle, single FULL transactions',
        ...{ value: single[1], unit: 'jobs/s', floor: single[0] },
        goal: '≥ 0.8 × raw better-sqlite3',
        ok: single[1] >= 0.8 * single[0],
      },
      {
        id: 7,
        name: `queue cycle, batches of ${batch}`,
        ...{ value: batches[1], unit: 'jobs/s', floor: batches[0] },
        goal: '≥ 10,000 jobs/s',
        ok: batches[1] >= 10_000,
      },
      {
        id: 8,
        name: 'queue with 1,000,000 finished rows, single jobs',
        ...{ value: single[2], unit: 'jobs/s', floor: single[1] },
        goal: '≥ 0.75 × empty',
        ok: single[2] >= 0.75 * single[1],
      },
      {
        id: 8,
        name: `queue with 1,000,000 finished rows, batches of ${batch}`,
        ...{ value: batches[2], unit: 'jobs/s', floor: batches[1] },
        goal: '≥ 0.75 × empty',
        ok: batches[2] >= 0.75 * batches[1],
      },
    ]
  } finally {
    for (const side of [raw, empty, full]) side.close()
  }
}

/** Jobs per second of each side: what three rounds in four do not reach, of rounds of `count` cycles. */
function compare(cycles: [Cycle, Cycle, Cycle], size: number, count: number): [number, number, number] {
  const rates: [number[], number[], number[]] = [[], [], []]
  for (const cycle of cycles) cycle(size)
  for (let round = 0; round < rounds; round++) {
    for (const [side, cycle] of cycles.entries()) {
      const start = performance.now()
      for (let n = 0; n < count; n++) cycle(size)
      rates[side]?.push((count * size * 1000) / (performance.now() - start))
    }
  }
  return [upperQuartile(rates[0]), upperQuartile(rates[1]), upperQuartile(rates[2])]
}

function upperQuartile(values: number[]): number {
  return Math.round(values.sort((a, b) => a - b)[Math.floor(values.length * 0.75)] ?? 0)
}

function queueCycle(file: string, finished: number): { cycle: Cycle; close: () => void } {
  const opened = openDatabase(file, { clock: systemClock })
  if (!opened.ok) throw new Error(opened.fault.message)
  const db = opened.value
  // As years of work leave it: scenes in no order, spread over the days.
  db.pragma('synchronous = OFF')
  db.prepare(`
    WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < @finished)
    INSERT INTO job (kind, subject_id, state, fields, origin, received_at, burst_at, scheduled_at, due_at, finished_at, title, detail)
    SELECT 'scene', 1 + (n * 7919) % ${scenes}, iif(n % 3, 'synced', 'unchanged'), '["title"]', 'hook', n, n, n, n, n, @title, @detail
    FROM number WHERE @finished > 0`).run({ finished, title, detail })
  db.pragma('wal_checkpoint(TRUNCATE)')
  db.pragma('synchronous = FULL')

  const jobs = new JobStore(db, systemClock, () => randomBytes(16).toString('hex'))
  const random = new SeededRandom(1)
  const settle = (job: ClaimedJob): Settlement => ({
    job,
    kind: 'done',
    outcome: 'synced',
    title,
    remark: wrote,
  })
  const enqueue = () => {
    const subjectId = String(random.integer(1, scenes))
    jobs.enqueue({ kind: 'scene', subjectId, fields: ['title', 'tag_ids'], origin: 'hook' }, 0)
  }
  const cycle: Cycle = (size) => {
    if (size === 1) enqueue()
    else
      jobs.inTransaction(() => {
        for (let n = 0; n < size; n++) enqueue()
      })
    jobs.settle(jobs.claim(size, 60_000).map(settle))
  }
  return { cycle, close: () => db.close() }
}

/** The least that is a queue of scenes: one waiting job each, oldest first; no merging, leases or history to search. */
function rawCycle(file: string): { cycle: Cycle; close: () => void } {
  const db = new BetterSqlite3(file)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.exec(`
    CREATE TABLE job (id INTEGER PRIMARY KEY, scene INTEGER, state TEXT, fields TEXT, due INTEGER, title TEXT, detail TEXT) STRICT;
    CREATE UNIQUE INDEX job_waiting ON job (scene) WHERE state = 'waiting';
    CREATE INDEX job_due ON job (due) WHERE state = 'waiting';`)
  const insert = db.prepare<[number, string, number]>(
    "INSERT INTO job (scene, state, fields, due) VALUES (?, 'waiting', ?, ?) ON CONFLICT DO NOTHING",
  )
  const claim = db.prepare<[now: number, limit: number], { id: number }>(`
    UPDATE job SET state = 'claimed'
    WHERE id IN (SELECT id FROM job WHERE state = 'waiting' AND due <= ? ORDER BY due LIMIT ? + 0) RETURNING id, scene, fields`)
  const done = db.prepare<[string, string, number]>("UPDATE job SET state = 'done', title = ?, detail = ? WHERE id = ?")
  const random = new SeededRandom(1)
  const enqueue = () => insert.run(random.integer(1, scenes), '["title","tag_ids"]', Date.now())
  const many = db.transaction((work: () => void) => work())
  const cycle: Cycle = (size) => {
    if (size === 1) enqueue()
    else
      many(() => {
        for (let n = 0; n < size; n++) enqueue()
      })
    const claimed = claim.all(Date.now(), size)
    const settle = () => {
      for (const { id } of claimed) done.run(title, detail, id)
    }
    if (size === 1) settle()
    else many(settle)
  }
  return { cycle, close: () => db.close() }
}

/** Kills in the midst of a commit, a checkpoint and a migration: what was told to be stored is stored, and nothing half. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import BetterSqlite3 from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { openDatabase } from '../../main/engine/database/open.ts'
import { systemClock } from '../../main/engine/ports.ts'
import { aRandomMoment } from '../harness/moment.ts'
import { SeededRandom } from '../harness/seeded-random.ts'
import { makeTempFolder } from '../harness/temp-folder.ts'
import { rowsPerStep, slowMigrations } from './slow-migrations.ts'

const kills = Math.ceil(Number(process.env.PLEXSYNC_CRASHES ?? 20) / 2)
const seed = Number(process.env.PLEXSYNC_SEED ?? Math.floor(Math.random() * 2 ** 31))

/** About as long as all slow migrations take. */
const migratingMs = 200

const writer = new URL('./queue-writer.ts', import.meta.url)
const migrating = new URL('./migrating.ts', import.meta.url)

function spawnScript(script: URL, ...args: string[]) {
  return spawn(process.execPath, [fileURLToPath(script), ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
}

describe.concurrent('kill -9 of a process that writes', () => {
  it(`${kills} times amid commits and checkpoints (seed ${seed}): every id that was printed is there, in order`, {
    timeout: 300_000 + kills * 2_000,
  }, async () => {
    await using folder = await makeTempFolder('plexsync-checkpoint-')
    const random = new SeededRandom(seed)
    let next = 1
    for (let n = 0; n < kills; n++) {
      const child = spawnScript(writer, folder.file('q.db'), String(next))
      const stopAt = next + random.integer(20, 400)
      let printed = ''
      child.stdout.on('data', (chunk: Buffer) => {
        printed += chunk.toString()
        if (lastId(printed) >= stopAt) child.kill('SIGKILL')
      })
      await once(child, 'close')
      const acknowledged = lastId(printed)
      const db = new BetterSqlite3(folder.file('q.db'))
      const ids = db.prepare('SELECT subject_id FROM job ORDER BY id').pluck().all()
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
      db.close()
      // One more may have been committed than could be printed.
      expect([acknowledged, acknowledged + 1]).toContain(ids.length)
      expect(ids).toEqual(Array.from({ length: ids.length }, (_, at) => at + 1))
      next = ids.length + 1
    }
    expect(next).toBeGreaterThan(kills * 20)
  })

  it(`${kills} times amid migrations (seed ${seed}): each step is done whole or not at all`, {
    timeout: 300_000 + kills * 3_000,
  }, async () => {
    const random = new SeededRandom(seed)
    for (let n = 0; n < kills; n++) {
      await using folder = await makeTempFolder('plexsync-migration-')
      const child = spawnScript(migrating, folder.file('m.db'))
      const closed = once(child, 'close')
      // Loading its modules takes longer than all migrations.
      await Promise.race([closed, once(child.stdout, 'data')])
      await Promise.race([closed, aRandomMoment(random, 0, migratingMs)])
      child.kill('SIGKILL')
      await closed
      const before = stateOf(folder.file('m.db'))
      expect(before.rows).toBe(before.version * rowsPerStep)
      const again = openDatabase(folder.file('m.db'), { clock: systemClock, migrations: slowMigrations })
      if (!again.ok) throw new Error(again.fault.message)
      again.value.close()
      expect(stateOf(folder.file('m.db'))).toEqual({ version: 10, rows: 10 * rowsPerStep })
    }
  })
})

function lastId(printed: string): number {
  return Number(printed.split('\n').at(-2) ?? 0)
}

function stateOf(file: string): { version: number; rows: number } {
  const db = new BetterSqlite3(file)
  try {
    const version = z.number().parse(db.pragma('user_version', { simple: true }))
    const rows = version === 0 ? 0 : z.number().parse(db.prepare('SELECT count(*) FROM written').pluck().get())
    return { version, rows }
  } finally {
    db.close()
  }
}

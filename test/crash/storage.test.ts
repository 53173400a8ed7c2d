/** Disks that are full, folders that cannot be written, files that are damaged: no 202 without a commit, and a clear word. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { startTestEngine } from '../e2e/test-engine.ts'
import { permissionsCanBind } from '../harness/file-rights.ts'
import { aRandomMoment } from '../harness/moment.ts'
import { SeededRandom } from '../harness/seeded-random.ts'
import { makeTempFolder } from '../harness/temp-folder.ts'
import { postHook, type ServeChild, sceneHook, spawnServe } from './serve-child.ts'

const seed = Number(process.env.PLEXSYNC_SEED ?? Math.floor(Math.random() * 2 ** 31))
const hasShell = process.platform !== 'win32'

async function stop({ child, ended }: ServeChild, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  child.kill(signal)
  await ended
}

describe.runIf(hasShell)('a full disk', () => {
  it('no 202 without a commit, the process lives on, and every 202 is still there afterwards', async () => {
    await using folder = await makeTempFolder('plexsync-full-')
    const first = spawnServe({ dataFolder: folder.path })
    expect(await first.ready).not.toBe(null)
    await stop(first)

    const starved = spawnServe({ dataFolder: folder.path, largestFileKiB: 400 })
    const ready = await starved.ready
    if (ready === null) throw new Error(starved.stderr())
    const stored: number[] = []
    let refused = 0
    for (let id = 1; id <= 3_000 && refused < 20; id++) {
      const { status, retryAfter } = await postHook(ready.webhookUrl, sceneHook(id))
      expect([202, 503]).toContain(status)
      if (status === 202) stored.push(id)
      else {
        refused += 1
        expect(Number(retryAfter)).toBeGreaterThan(0)
      }
    }
    expect(refused).toBe(20)
    expect(stored.length).toBeGreaterThan(0)
    expect(starved.child.exitCode).toBe(null)
    expect(starved.stderr()).toMatch(/cannot grow|disk is full|cannot be read or written/)
    await stop(starved, 'SIGKILL')

    const db = new BetterSqlite3(join(folder.path, 'plexsync.db'))
    const kept = db.prepare("SELECT subject_id FROM job WHERE state = 'waiting'").pluck().all()
    db.close()
    expect(kept).toEqual(expect.arrayContaining(stored))
    const again = spawnServe({ dataFolder: folder.path })
    const up = await again.ready
    expect(await postHook(up?.webhookUrl ?? '', sceneHook(9_999))).toMatchObject({ status: 202 })
    await stop(again)
  })
})

describe('a database that cannot be written while the engine runs', () => {
  it('locked by another program: 503, nothing is claimed and nothing crashes; afterwards all continues', async () => {
    await using app = await startTestEngine()
    const other = new BetterSqlite3(join(app.folder, 'plexsync.db'))
    other.exec('BEGIN IMMEDIATE')
    expect(await app.hook(1)).toBe(503)
    other.exec('COMMIT')
    other.close()
    expect(await app.hook(1)).toBe(202)
    await app.settled()
    expect(await app.lastJob(1)).toMatchObject({ state: 'synced' })
  })

  it('a worker that cannot claim or record: it complains, tries again, and loses nothing', async () => {
    await using app = await startTestEngine({ scenes: 5, settings: { quiet_time: 5 } })
    expect(await app.hookAll(5)).toBe(202)
    const full = new BetterSqlite3(join(app.folder, 'plexsync.db'))
    // Every change of a job's state fails, as when the disk is full: hooks come in, no job can be worked on.
    full.exec("CREATE TRIGGER no_room BEFORE UPDATE ON job BEGIN SELECT raise(ABORT, 'database or disk is full'); END")
    await app.pass(5 * 60_000)
    expect(app.writes()).toBe(0)
    expect(app.logs.filter(({ line }) => line.includes('The queue cannot be processed')).length).toBeLessThanOrEqual(6)
    expect(app.logs.some(({ line }) => line.includes('The queue cannot be processed'))).toBe(true)
    full.exec('DROP TRIGGER no_room')
    full.close()
    await app.pass(10_000)
    await app.settled()
    expect(app.writes()).toBe(5)
  })

  it('the state of a server cannot be stored: probes continue, and the queue drains', async () => {
    await using app = await startTestEngine()
    const full = new BetterSqlite3(join(app.folder, 'plexsync.db'))
    for (const table of ['server_state', 'outage'])
      full.exec(
        `CREATE TRIGGER no_${table} BEFORE INSERT ON ${table} BEGIN SELECT raise(ABORT, 'database or disk is full'); END`,
      )
    await app.plex.down()
    await app.hook(1)
    await app.pass(5 * 60_000)
    expect((await app.call('getStatus')).circuit.plex).not.toBe('closed')
    await app.plex.up()
    await app.until(async () => (await app.lastJob(1))?.state === 'synced', 5 * 60_000)
    full.close()
  })
})

describe('a folder or file that cannot be used', () => {
  it.runIf(permissionsCanBind())('a read-only folder: refused with its name', async () => {
    await using folder = await makeTempFolder('plexsync-readonly-')
    const place = folder.file('data')
    mkdirSync(place)
    for (const path of [folder.path, place]) chmodSync(path, 0o555)
    const child = spawnServe({ dataFolder: place, underPermissions: true })
    expect(await child.ready).toBe(null)
    expect((await child.ended).code).toBe(1)
    expect(child.stderr()).toContain(place)
    for (const path of [folder.path, place]) chmodSync(path, 0o755)
  })

  it('a damaged database is kept aside and named; nothing is deleted, and the next start begins empty', async () => {
    await using folder = await makeTempFolder('plexsync-damaged-')
    const rubbish = Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(20_000, 0x5a)])
    writeFileSync(folder.file('plexsync.db'), rubbish)
    const child = spawnServe({ dataFolder: folder.path })
    expect(await child.ready).toBe(null)
    expect((await child.ended).code).toBe(1)
    expect(child.stderr()).toMatch(/damaged/)
    const aside = readdirSync(folder.path).filter((name) => name.startsWith('plexsync.db') && name !== 'plexsync.db')
    expect(aside.some((name) => readFileSync(folder.file(name)).equals(rubbish))).toBe(true)
    const again = spawnServe({ dataFolder: folder.path })
    expect(await again.ready).not.toBe(null)
    await stop(again)
  })
})

describe('killed on the way up', () => {
  it(`at random moments of start and migration (seed ${seed}): the next start comes up`, async () => {
    await using folder = await makeTempFolder('plexsync-start-')
    const random = new SeededRandom(seed)
    for (let n = 0; n < 10; n++) {
      const child = spawnServe({ dataFolder: folder.path })
      await Promise.race([child.ready, aRandomMoment(random, 50, 600)])
      await stop(child, 'SIGKILL')
    }
    const last = spawnServe({ dataFolder: folder.path })
    const ready = await last.ready
    expect(await postHook(ready?.webhookUrl ?? '', sceneHook(1))).toMatchObject({ status: 202 })
    await stop(last)
  })
})

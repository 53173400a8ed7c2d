import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../../../test/harness/clock.ts'
import { boundByPermissions, permissionsCanBind } from '../../../test/harness/file-rights.ts'
import { makeMemoryFolder, type TempFolder } from '../../../test/harness/temp-folder.ts'
import { keepAside } from './keep-aside.ts'
import { type Database, openDatabase } from './open.ts'
import { storageFault } from './storage-fault.ts'

const clock = new ManualClock('2025-01-15T12:00:00Z')
let folder: TempFolder
let file: string

beforeEach(async () => {
  folder = await makeMemoryFolder()
  file = folder.file('data', 'plexsync.db')
})
afterEach(() => folder.close())

function mustOpen(path = file): Database {
  const opened = openDatabase(path, { clock })
  if (!opened.ok) throw new Error(opened.fault.message)
  return opened.value
}
function faultOf(options: Partial<Parameters<typeof openDatabase>[1]> = {}) {
  const opened = openDatabase(file, { clock, ...options })
  if (!opened.ok) return opened.fault
  opened.value.close()
  return null
}
const insertJob = `INSERT INTO job (kind, subject_id, origin, received_at, burst_at, scheduled_at, due_at)
  VALUES ('scene', ?, 'hook', 0, 0, 0, 0)`

/** A closed database with `rows` jobs. */
function makeDatabase(rows: number): void {
  const db = mustOpen()
  const insert = db.prepare(insertJob)
  db.transaction(() => {
    for (let id = 1; id <= rows; id++) insert.run(id)
  })()
  db.close()
}

describe('opening a database', () => {
  it('makes folder and file for their owner alone', () => {
    const umask = process.umask(0)
    try {
      mustOpen().close()
    } finally {
      process.umask(umask)
    }
    if (process.platform === 'win32') return
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('survives power cuts: WAL with synchronous=FULL, which WAL would switch off', () => {
    const db = mustOpen()
    const pragma = (name: string) => db.pragma(name, { simple: true })
    expect(pragma('journal_mode')).toBe('wal')
    expect(pragma('synchronous')).toBe(2)
    expect(pragma('foreign_keys')).toBe(1)
    expect(pragma('busy_timeout')).toBe(5000)
    db.close()
  })

  it('opens again with everything in it, and takes :memory: for tests', () => {
    makeDatabase(3)
    const db = mustOpen()
    expect(db.prepare('SELECT count(*) FROM job').pluck().get()).toBe(3)
    db.close()
    mustOpen(':memory:').close()
  })

  it('shares the database with a second process that only waits its turn', () => {
    const first = mustOpen()
    const second = mustOpen()
    first.prepare(insertJob).run(1)
    expect(second.prepare('SELECT count(*) FROM job').pluck().get()).toBe(1)
    first.close()
    second.close()
  })
})

describe('a database that cannot be used', () => {
  it.each([
    ['garbage', () => writeFileSync(file, 'not a database, but long enough to look like one'.repeat(100))],
    ['cut off', () => truncateSync(file, statSync(file).size - 4096)],
    ['overwritten in the middle', () => overwrite(8192, 4096)],
    ['without its schema', () => overwrite(100, 3000)],
  ])('reports damage (%s) at each start and leaves the file as it is', (_, damage) => {
    makeDatabase(2000)
    damage()
    const bytes = readFileSync(file)
    for (let start = 0; start < 2; start++) {
      expect(faultOf()).toMatchObject({ code: 'database_damaged', message: expect.stringContaining(file) })
    }
    expect(readFileSync(file).equals(bytes)).toBe(true)
  })

  it('keeps a damaged file aside on request, with its log, and starts over only then', () => {
    makeDatabase(10)
    overwrite(0, 16)
    writeFileSync(`${file}-wal`, 'log')
    const kept = `${file}.kept-2025-01-15T12-00-00-000Z`
    expect(faultOf({ onDamage: 'keep_aside' })).toMatchObject({
      code: 'database_damaged',
      message: expect.stringContaining(kept),
    })
    expect([existsSync(kept), existsSync(file), existsSync(`${file}-wal`)]).toEqual([true, false, false])
    expect(faultOf()).toBeNull()
  })

  it('never overwrites what was kept aside before', () => {
    const names = [1, 2, 3].map((n) => {
      makeDatabase(n)
      return keepAside(file, clock)
    })
    expect(names.every((name) => name.ok)).toBe(true)
    expect(readdirSync(dirname(file))).toHaveLength(3)
    expect(keepAside(file, clock)).toMatchObject({ ok: false, fault: { code: 'unknown_name' } })
  })

  it('refuses the database of another program', () => {
    mustOpen().close()
    const other = new BetterSqlite3(file)
    other.pragma('application_id = 1')
    other.close()
    expect(faultOf()).toMatchObject({ code: 'invalid_input', message: expect.stringContaining('another program') })
  })

  it('cannot store where the folder is a file, or the file a folder', () => {
    writeFileSync(folder.file('data'), '')
    expect(faultOf()).toMatchObject({ code: 'cannot_store' })
    file = folder.path
    expect(faultOf()).toMatchObject({ code: 'cannot_store' })
  })

  it.runIf(permissionsCanBind())('cannot store in a read-only folder or file', () => {
    makeDatabase(1)
    const data = dirname(file)
    chmodSync(folder.path, 0o755)
    chmodSync(file, 0o444)
    chmodSync(data, 0o777)
    expect(codesUnderPermissions(file)).toEqual(['cannot_store'])
    chmodSync(data, 0o555)
    const others = [folder.file('data', 'other.db'), folder.file('data', 'deeper', 'other.db')]
    expect(codesUnderPermissions(file, ...others)).toEqual(['cannot_store', 'cannot_store', 'cannot_store'])
    chmodSync(data, 0o755)
  })

  it('cannot store while another process holds the lock that it needs', () => {
    mustOpen().close()
    const other = new BetterSqlite3(file)
    other.exec('BEGIN EXCLUSIVE')
    const mine = openDatabase(file, { clock, busyMs: 1 })
    if (!mine.ok) throw new Error('reading needs no lock')
    expect(faultIn(() => mine.value.prepare(insertJob).run(1))).toMatchObject({
      code: 'cannot_store',
      message: expect.stringContaining('locked'),
    })
    mine.value.close()
    other.close()
  })

  it('distinguishes a full disk from a bug', () => {
    const db = mustOpen()
    db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true })}`)
    const grow = () => db.prepare('CREATE TABLE more AS SELECT zeroblob(100000)').run()
    expect(faultIn(grow)).toMatchObject({ code: 'cannot_store', message: expect.stringContaining('full') })
    expect(faultIn(() => db.prepare('SELECT nonsense').get())).toBeNull()
    expect(storageFault(new Error('some bug'))).toBeNull()
    db.close()
  })
})

function faultIn(work: () => unknown) {
  try {
    work()
  } catch (thrown) {
    return storageFault(thrown)
  }
  throw new Error('it was expected to fail')
}

function overwrite(offset: number, length: number): void {
  const bytes = readFileSync(file)
  bytes.fill(0xa5, offset, offset + length)
  writeFileSync(file, bytes)
}

/** Opens each file in a separate process that permissions bind, as they do not bind root, and returns the codes. */
function codesUnderPermissions(...files: string[]): string[] {
  const script = `
    import { openDatabase } from ${JSON.stringify(new URL('./open.ts', import.meta.url).href)}
    const codes = process.argv.slice(1).map((file) => {
      const opened = openDatabase(file, { clock: { now: Date.now, setTimer: () => () => {} } })
      return opened.ok ? 'ok' : opened.fault.code
    })
    process.stdout.write(codes.join(' '))`
  const [program, args] = boundByPermissions(process.execPath, ['--input-type=module', '-e', script, ...files])
  const ran = spawnSync(program, args, { encoding: 'utf8' })
  if (ran.status !== 0) throw new Error(ran.stderr)
  return ran.stdout.split(' ')
}

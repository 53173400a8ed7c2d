import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import BetterSqlite3 from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../../../test/harness/clock.ts'
import { makeMemoryFolder, type TempFolder } from '../../../test/harness/temp-folder.ts'
import { backupDatabase, inspectBackup } from './backup.ts'
import { type Database, openDatabase, restoredName } from './open.ts'
import { prepareRestore, putInPlace } from './restore.ts'

const clock = new ManualClock('2025-01-15T12:00:00Z')
const never = new AbortController().signal
let folder: TempFolder
let file: string
let backup: string
let db: Database

beforeEach(async () => {
  folder = await makeMemoryFolder()
  file = folder.file('plexsync.db')
  backup = folder.file('backup.db')
  db = open()
})
afterEach(async () => {
  db.close()
  await folder.close()
})

async function restore() {
  const prepared = await prepareRestore(backup, file, { signal: never, progress: () => {} })
  return prepared.ok ? putInPlace(file, clock) : prepared
}
function open(): Database {
  const opened = openDatabase(file, { clock })
  if (!opened.ok) throw new Error(opened.fault.message)
  return opened.value
}
function addJobs(count: number): void {
  const insert = db.prepare(`INSERT INTO job (kind, subject_id, origin, received_at, burst_at, scheduled_at, due_at)
    VALUES ('scene', (SELECT coalesce(max(id), 0) + 1 FROM job), 'hook', 0, 0, 0, 0)`)
  db.transaction(() => {
    for (let n = 0; n < count; n++) insert.run()
  })()
}
const jobs = (database: Database) => database.prepare('SELECT count(*) FROM job').pluck().get()

describe('backup', () => {
  it('copies one moment of the database while work continues', async () => {
    addJobs(30_000)
    const copying = backupDatabase(db, backup, never)
    addJobs(1)
    const made = await copying
    expect(made).toMatchObject({ ok: true, value: { file: backup } })
    expect(inspectBackup(backup)).toMatchObject({ ok: true, value: { bytes: made.ok && made.value.bytes } })
    const copy = new BetterSqlite3(backup, { readonly: true })
    expect([30_000, 30_001]).toContain(jobs(copy))
    copy.close()
  })

  it('replaces an older backup, but no other file and never the database itself', async () => {
    expect(await backupDatabase(db, backup, never)).toMatchObject({ ok: true })
    expect(await backupDatabase(db, backup, never)).toMatchObject({ ok: true })
    const photo = folder.file('photo.jpg')
    writeFileSync(photo, 'a photo')
    for (const taken of [photo, file]) {
      expect(await backupDatabase(db, taken, never)).toMatchObject({ ok: false, fault: { code: 'invalid_input' } })
    }
    expect(readFileSync(photo, 'utf8')).toBe('a photo')
  })

  it('says when it cannot write, and leaves nothing half behind', async () => {
    const nowhere = folder.file('missing', 'backup.db')
    expect(await backupDatabase(db, nowhere, never)).toMatchObject({ ok: false, fault: { code: 'cannot_store' } })
    addJobs(20_000)
    const stop = new AbortController()
    const copying = backupDatabase(db, backup, stop.signal)
    stop.abort()
    expect(await copying).toMatchObject({ ok: false, fault: { code: 'cancelled' } })
    expect(readdirSync(folder.path).filter((name) => name.startsWith('backup'))).toEqual([])
  })
})

describe('restore', () => {
  it('swaps a backup in and keeps the present database aside', async () => {
    addJobs(5)
    await backupDatabase(db, backup, never)
    addJobs(5)
    db.close()
    const keptAside = `${file}.kept-2025-01-15T12-00-00-000Z`
    expect(await restore()).toEqual({ ok: true, value: { keptAside } })
    db = open()
    expect(jobs(db)).toBe(5)
    const kept = new BetterSqlite3(keptAside, { readonly: true })
    expect(jobs(kept)).toBe(10)
    kept.close()
    expect(existsSync(backup)).toBe(true)
  })

  it('works where there is no database yet', async () => {
    await backupDatabase(db, backup, never)
    db.close()
    file = folder.file('new.db')
    expect(await restore()).toEqual({ ok: true, value: { keptAside: null } })
    db = open()
  })

  it('refuses what is missing, foreign, damaged or from a newer version, and leaves the present one', async () => {
    addJobs(3000)
    await backupDatabase(db, backup, never)
    db.close()
    const before = readFileSync(file)
    const tries: [code: string, spoil: () => void][] = [
      ['unknown_name', () => renameSync(backup, folder.file('elsewhere.db'))],
      [
        'database_damaged',
        () => writeFileSync(backup, readFileSync(folder.file('elsewhere.db')).fill(1, 20_000, 40_000)),
      ],
      ['database_damaged', () => writeFileSync(backup, 'no database at all'.repeat(1000))],
      ['invalid_input', () => pragma('application_id = 1')],
      ['invalid_input', () => pragma('user_version = 999')],
    ]
    for (const [code, spoil] of tries) {
      spoil()
      expect(await restore()).toMatchObject({ ok: false, fault: { code } })
    }
    expect(readFileSync(file).equals(before)).toBe(true)
    expect(readdirSync(folder.path).filter((name) => /restor|kept/.test(name))).toEqual([])

    function pragma(text: string): void {
      writeFileSync(backup, readFileSync(folder.file('elsewhere.db')))
      const copy = new BetterSqlite3(backup)
      copy.pragma(text)
      copy.close()
    }
  })

  it('is stopped before anything is replaced, and leaves no copy behind', async () => {
    addJobs(3000)
    await backupDatabase(db, backup, never)
    const stop = new AbortController()
    const seen: number[] = []
    const stopped = await prepareRestore(backup, file, {
      signal: stop.signal,
      progress: (done) => {
        seen.push(done)
        stop.abort()
      },
    })
    expect(stopped).toMatchObject({ ok: false, fault: { code: 'cancelled' } })
    expect(seen).toHaveLength(1)
    expect(readdirSync(folder.path).filter((name) => /restor|kept/.test(name))).toEqual([])
  })

  it('is finished at the next start when it was cut off in the middle', async () => {
    addJobs(5)
    await backupDatabase(db, backup, never)
    db.close()
    // The moment between taking the old one away and putting the new one in.
    renameSync(backup, restoredName(file))
    renameSync(file, `${file}.kept`)
    db = open()
    expect(jobs(db)).toBe(5)
  })
})

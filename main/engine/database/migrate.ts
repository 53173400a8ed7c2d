import { chmodSync, closeSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import BetterSqlite3 from 'better-sqlite3'
import * as z from 'zod'
import { decline } from '../../../shared/decline.ts'
import { ok, type Result } from '../../../shared/result.ts'

type Database = BetterSqlite3.Database

/** One step of the database's form: `0001_queue.sql` is version 1. */
export interface Migration {
  readonly version: number
  readonly name: string
  readonly sql: string
}

/** Marks a file as ours ("PLXS"), so that no other program's database is ever written or restored. */
const applicationId = 0x504c5853

const fileName = /^(\d{4})_[a-z0-9_]+\.sql$/
const number = z.number().int()

/** The numbered steps, in order. A bundle keeps working when the folder is copied beside it. */
export function readMigrations(folder: URL = new URL('./migrations/', import.meta.url)): Migration[] {
  const migrations = readdirSync(folder)
    .filter((name) => fileName.test(name))
    .map((name) => ({
      version: Number(name.slice(0, 4)),
      name,
      // Read when it is applied: nearly every start finds the latest version.
      get sql() {
        return readFileSync(new URL(name, folder), 'utf8')
      },
    }))
    .sort((a, b) => a.version - b.version)
  for (const [i, { version, name }] of migrations.entries()) {
    if (migrations[i - 1]?.version === version) throw new Error(`Two migrations have the number of ${name}`)
  }
  return migrations
}

/** Version of a database: the number of the last migration it has seen; 0 for an empty file. */
export function versionOf(db: Database): number {
  return number.parse(db.pragma('user_version', { simple: true }))
}

/** The version this program works with. */
export function latestVersion(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.version ?? 0
}

/** Whether the file is a PlexSync database, an empty one, or something else. Throws when it cannot be read. */
export function ownerOf(db: Database): 'ours' | 'empty' | 'foreign' {
  if (number.parse(db.pragma('application_id', { simple: true })) === applicationId) return 'ours'
  const objects = number.parse(db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get())
  return objects === 0 && versionOf(db) === 0 ? 'empty' : 'foreign'
}

/** The refusal of a database that a newer PlexSync has written; null if this one can work with it. */
export function newerFault(file: string, version: number, latest: number): ReturnType<typeof decline> | null {
  if (version <= latest) return null
  return decline('invalid_input', { code: 'newer_database', values: { file, format: version, known: latest } })
}

/**
 * Brings a database to the latest version and returns that. Each step is one transaction together with its number, and an
 * empty database takes all steps in one: a crash after any statement leaves the database as it was before, and the next
 * start does it again. A
 * database with content is copied to `<file>.before-vN` first (N: the version it is brought to).
 *
 * Faults: `invalid_input` for a newer database. Throws SQLite's and node:fs's errors.
 */
export function migrate(db: Database, file: string, migrations: readonly Migration[]): Result<number> {
  const latest = latestVersion(migrations)
  const present = versionOf(db)
  const newer = newerFault(file, present, latest)
  if (newer) return newer
  if (present === latest) return ok(latest)
  if (present > 0 && !db.memory) copyBefore(db, file, present, latest)

  // Rebuilding a table would otherwise cascade into those that refer to it; each step is checked as a whole instead.
  db.pragma('foreign_keys = OFF')
  const applyAll = db.transaction(() => {
    for (const migration of migrations) applyOnce(db, migration)
  })
  try {
    // Where nothing is there yet nothing can be lost: one commit, where each step would wait for the disk.
    if (present === 0) applyAll.immediate()
    else for (const migration of migrations) applyOnce(db, migration)
  } finally {
    db.pragma('foreign_keys = ON')
  }
  return ok(latest)
}

function applyOnce(db: Database, { version, name, sql }: Migration): void {
  const step = db.transaction(() => {
    // Asked again under the write lock: another process may have been quicker.
    if (versionOf(db) >= version) return
    db.exec(sql)
    if (!db.inTransaction) throw new Error(`${name} must not end the transaction it runs in`)
    const broken = db.pragma('foreign_key_check')
    if (Array.isArray(broken) && broken.length > 0) throw new Error(`${name} leaves broken references`)
    db.pragma(`application_id = ${applicationId}`)
    db.pragma(`user_version = ${version}`)
  })
  step.immediate()
}

function copyBefore(db: Database, file: string, present: number, latest: number): void {
  const copy = `${file}.before-v${latest}`
  const partial = `${copy}.partial-${process.pid}`
  rmSync(partial, { force: true })
  try {
    db.prepare('VACUUM INTO ?').run(partial)
    // If another process migrated in between, the copy shows the new form and its copy is the one worth keeping.
    if (versionInFile(partial) !== present) return
    chmodSync(partial, 0o600)
    syncFile(partial)
    renameSync(partial, copy)
  } finally {
    rmSync(partial, { force: true })
  }
}

function versionInFile(file: string): number {
  const copy = new BetterSqlite3(file, { readonly: true })
  try {
    return versionOf(copy)
  } finally {
    copy.close()
  }
}

/** Makes a written file survive a power cut. */
export function syncFile(file: string): void {
  const handle = openSync(file, 'r+')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import * as z from 'zod'
import { decline } from '../../../shared/decline.ts'
import { type Fault, ok, type Result } from '../../../shared/result.ts'
import type { Clock } from '../ports.ts'
import { keepAside } from './keep-aside.ts'
import { compileWhenUsed } from './late-statements.ts'
import { type Migration, migrate, ownerOf, readMigrations } from './migrate.ts'
import { attempt } from './storage-fault.ts'

export type Database = BetterSqlite3.Database

export interface OpenOptions {
  readonly clock: Clock
  /**
   * What to do with a damaged file. `leave` (default): it stays where it is and is reported at each start. `keep_aside`:
   * it is renamed, the fault names it, and the next opening starts with an empty database.
   */
  readonly onDamage?: 'leave' | 'keep_aside'
  /** How long a statement waits for another process's lock; default 5,000 ms. */
  readonly busyMs?: number
  /** Default: those of the migrations folder. */
  readonly migrations?: readonly Migration[]
}

/** Up to this size every page is checked at start, which costs some ten milliseconds; beyond it the schema only. */
const fullCheckBytes = 16 * 1024 * 1024

/** A verified copy under this name waits to take the database's place; see restoreDatabase. */
export function restoredName(file: string): string {
  return `${file}.restored`
}

/**
 * Opens the database of a data folder, makes it if there is none, and brings it to the present form. `:memory:` is
 * allowed for tests.
 *
 * Faults: `cannot_store` (full, read-only, locked, no such place), `database_damaged`, `invalid_input` (written by a
 * newer PlexSync, or by another program). Damage never ends in an empty database automatically: a queue that looks healthy
 * would hide that changes were lost. The user restores a backup (`restoreDatabase`) or starts over (`keepAside`).
 */
export function openDatabase(file: string, options: OpenOptions): Result<Database> {
  const opened = attempt(file, () => {
    if (file !== ':memory:') preparePlace(file)
    const db = new BetterSqlite3(file, { timeout: options.busyMs ?? 5000 })
    compileWhenUsed(db)
    let usable = false
    try {
      const checked = configure(db, file)
      if (!checked.ok) return checked
      const migrated = migrate(db, file, options.migrations ?? readMigrations())
      if (!migrated.ok) return migrated
      usable = true
      return ok(db)
    } finally {
      if (!usable) db.close()
    }
  })
  if (opened.ok || opened.fault.code !== 'database_damaged') return opened
  const found = foundIn(opened.fault)
  if (options.onDamage !== 'keep_aside')
    return decline('database_damaged', { code: 'damaged_left', values: { file, found } })
  const kept = keepAside(file, options.clock)
  return kept.ok
    ? decline('database_damaged', { code: 'damaged_kept', values: { file, found, kept: kept.value } })
    : kept
}

/** What SQLite said of the damage. */
function foundIn({ message, because }: Fault): string {
  return because !== undefined && 'found' in because.values ? because.values.found : message
}

/** Folder for its owner alone, file too: SQLite gives the log the rights of the file. */
function preparePlace(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  if (!existsSync(file)) {
    // A restore was interrupted after the old database was moved away and before the new one was in place.
    if (existsSync(restoredName(file))) renameSync(restoredName(file), file)
    else closeSync(openSync(file, 'a', 0o600))
  }
  // SQLite would open a file it may only read, and fail at the first hook instead of now. Asked, not tried: closing any
  // handle of a database drops the locks that this process holds on it.
  accessSync(file, constants.R_OK | constants.W_OK)
}

function configure(db: Database, file: string): Result<null> {
  // First of all, and read-only: nothing is changed in a file that is damaged or not ours.
  const owner = ownerOf(db)
  if (owner === 'foreign') return decline('invalid_input', { code: 'foreign_database', values: { file } })
  const damage = findDamage(db)
  if (damage !== null) return decline('database_damaged', { code: 'file_damaged', values: { file, found: damage } })

  const mode = db.pragma('journal_mode = WAL', { simple: true })
  if (mode !== 'wal' && !db.memory) {
    return decline('cannot_store', { code: 'no_shared_memory', values: { file } })
  }
  // After WAL, never before: this build of SQLite turns to NORMAL as soon as WAL is on, and then a power cut takes
  // hooks that were already acknowledged.
  db.pragma('synchronous = FULL')
  if (db.pragma('synchronous', { simple: true }) !== 2) throw new Error('SQLite did not accept synchronous=FULL')
  db.pragma('foreign_keys = ON')
  // 16 MB, which stays taken: enough for the queue beside a million finished rows.
  db.pragma('cache_size = -16000')
  db.pragma('temp_store = MEMORY')
  // Every 10 MiB: a page that many commits change is written once, and each checkpoint is still short (with 4 MiB a first
  // index of 40,000 items took an eighth longer). The log shrinks again after an unusually large transaction.
  db.pragma('wal_autocheckpoint = 2500')
  db.pragma('journal_size_limit = 67108864')
  return ok(null)
}

/** What SQLite finds wrong, or null. Reading the schema already proves header, length and first pages. */
function findDamage(db: Database): string | null {
  const size = z.number().parse(db.pragma('page_count', { simple: true })) * 4096
  if (size > fullCheckBytes) return null
  const verdict = z.string().parse(db.pragma('quick_check(1)', { simple: true }))
  return verdict === 'ok' ? null : verdict.replaceAll(/\s+/g, ' ')
}

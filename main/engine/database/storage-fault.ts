import { type Stats, statSync } from 'node:fs'
import { dirname } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import * as z from 'zod'
import { decline } from '../../../shared/decline.ts'
import type { Fault, Result } from '../../../shared/result.ts'
import { textOf } from '../../../shared/result.ts'
import type { StorageOwner, StorageState } from '../../../shared/storage-problems.ts'

/** The shape of the errors of node:fs: EACCES, ENOSPC, EROFS… */
const systemErrorSchema = z.object({ code: z.string().regex(/^E[A-Z0-9]+$/), syscall: z.string() })

/** What SQLite's primary result codes mean for a user; the extended ones (`SQLITE_IOERR_WRITE`) begin with them. */
const sqliteFaults: readonly (readonly [prefix: string, state: StorageState])[] = [
  ['SQLITE_CORRUPT', 'damaged'],
  ['SQLITE_NOTADB', 'damaged'],
  ['SQLITE_FULL', 'disk_full'],
  ['SQLITE_READONLY', 'read_only'],
  ['SQLITE_CANTOPEN', 'not_writable'],
  ['SQLITE_BUSY', 'locked'],
  ['SQLITE_LOCKED', 'locked'],
  ['SQLITE_PROTOCOL', 'locked'],
  ['SQLITE_PERM', 'forbidden'],
  ['SQLITE_IOERR', 'not_accessible'],
]

/**
 * The fault behind an error thrown by SQLite or by node:fs, or null when it is a bug of ours (wrong SQL, a broken
 * constraint), which must be thrown on.
 *
 * `cannot_store`: full, read-only, locked, not reachable. `database_damaged`: the file is not what it was.
 */
export function storageFault(thrown: unknown, file: string | null = null, place = file ?? ''): Fault | null {
  if (thrown instanceof BetterSqlite3.SqliteError) {
    const known = sqliteFaults.find(([prefix]) => thrown.code.startsWith(prefix))
    if (known === undefined) return null
    const owner = accessFaults.some((prefix) => thrown.code.startsWith(prefix)) ? ownerOf(place) : null
    return faultOf(file, known[1], thrown.message, owner)
  }
  if (systemErrorSchema.safeParse(thrown).success) {
    return faultOf(file, 'not_stored', textOf(thrown), ownerOf(place))
  }
  return null
}

function faultOf(file: string | null, state: StorageState, found: string, owner: StorageOwner | null): Fault {
  const code = state === 'damaged' ? 'database_damaged' : 'cannot_store'
  return decline(code, { code: 'storage_failed', values: { file, state, found, owner } }).fault
}

/** What SQLite says where the system refuses it the file or its folder. */
const accessFaults = ['SQLITE_CANTOPEN', 'SQLITE_READONLY', 'SQLITE_PERM', 'SQLITE_IOERR']

/** Whose file or folder it is, where that is another user's than ours: a container that runs as another one is the usual cause. */
function ownerOf(file: string): StorageOwner | null {
  const own = process.getuid?.()
  if (own === undefined) return null
  for (let place = file; place !== dirname(place); place = dirname(place)) {
    const found = statOf(place)
    if (found === null) continue
    if (found.uid !== own) return { place, user: found.uid, own }
    if (found.isDirectory()) return null
  }
  return null
}

/** Null if there is nothing, or where it may not even be looked at. */
function statOf(place: string): Stats | null {
  try {
    return statSync(place, { throwIfNoEntry: false }) ?? null
  } catch {
    return null
  }
}

/** Runs work on the disk; its expected failures come back as faults, bugs are thrown on. */
export function attempt<T>(file: string | null, work: () => Result<T>, place = file ?? ''): Result<T> {
  try {
    return work()
  } catch (thrown) {
    const fault = storageFault(thrown, file, place)
    if (fault === null) throw thrown
    return { ok: false, fault }
  }
}

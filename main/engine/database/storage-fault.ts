import { type Stats, statSync } from 'node:fs'
import { dirname } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import * as z from 'zod'
import { type Fault, fail, type Result, textOf } from '../../../shared/result.ts'

/** The shape of the errors of node:fs: EACCES, ENOSPC, EROFS… */
const systemErrorSchema = z.object({ code: z.string().regex(/^E[A-Z0-9]+$/), syscall: z.string() })

/** What SQLite's primary result codes mean for a user; the extended ones (`SQLITE_IOERR_WRITE`) begin with them. */
const sqliteFaults: readonly (readonly [prefix: string, code: Fault['code'], what: string])[] = [
  ['SQLITE_CORRUPT', 'database_damaged', 'is damaged'],
  ['SQLITE_NOTADB', 'database_damaged', 'is damaged'],
  ['SQLITE_FULL', 'cannot_store', 'cannot grow: the disk is full'],
  ['SQLITE_READONLY', 'cannot_store', 'is read-only'],
  ['SQLITE_CANTOPEN', 'cannot_store', 'cannot be opened for writing'],
  ['SQLITE_BUSY', 'cannot_store', 'is locked by another program'],
  ['SQLITE_LOCKED', 'cannot_store', 'is locked by another program'],
  ['SQLITE_PROTOCOL', 'cannot_store', 'is locked by another program'],
  ['SQLITE_PERM', 'cannot_store', 'must not be opened'],
  ['SQLITE_IOERR', 'cannot_store', 'cannot be read or written'],
]

/**
 * The fault behind an error thrown by SQLite or by node:fs, or null when it is a bug of ours (wrong SQL, a broken
 * constraint), which must be thrown on.
 *
 * `cannot_store`: full, read-only, locked, not reachable. `database_damaged`: the file is not what it was.
 */
export function storageFault(thrown: unknown, file = 'The database', place = file): Fault | null {
  if (thrown instanceof BetterSqlite3.SqliteError) {
    const known = sqliteFaults.find(([prefix]) => thrown.code.startsWith(prefix))
    if (known === undefined) return null
    const owners = accessFaults.some((prefix) => thrown.code.startsWith(prefix)) ? ownersOf(place) : ''
    return { code: known[1], message: `${file} ${known[2]} (${thrown.message}).${owners}` }
  }
  if (systemErrorSchema.safeParse(thrown).success) {
    return { code: 'cannot_store', message: `${file} cannot be stored (${textOf(thrown)}).${ownersOf(place)}` }
  }
  return null
}

/** What SQLite says where the system refuses it the file or its folder. */
const accessFaults = ['SQLITE_CANTOPEN', 'SQLITE_READONLY', 'SQLITE_PERM', 'SQLITE_IOERR']

/** Whose file or folder it is, where that is another user's than ours: a container that runs as another one is the usual cause. */
function ownersOf(file: string): string {
  const own = process.getuid?.()
  if (own === undefined) return ''
  for (let place = file; place !== dirname(place); place = dirname(place)) {
    const found = statOf(place)
    if (found === null) continue
    if (found.uid !== own) return ` ${place} belongs to user ${found.uid}; PlexSync runs as user ${own}.`
    if (found.isDirectory()) return ''
  }
  return ''
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
export function attempt<T>(file: string, work: () => Result<T>, place = file): Result<T> {
  try {
    return work()
  } catch (thrown) {
    const fault = storageFault(thrown, file, place)
    if (fault === null) throw thrown
    return fail(fault.code, fault.message)
  }
}

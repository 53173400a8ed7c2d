import { chmodSync, existsSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { decline } from '../../../shared/decline.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import { latestVersion, newerFault, ownerOf, readMigrations, syncFile, versionOf } from './migrate.ts'
import type { Database } from './open.ts'
import { attempt, storageFault } from './storage-fault.ts'

export interface Backup {
  readonly file: string
  readonly bytes: number
}

/** Pages per step: a few milliseconds, so that hooks are answered in between. */
const pagesPerStep = 500

/**
 * Copies the database into a file while work continues; the copy is one consistent moment. It appears under its name only
 * when it is whole and on disk. An older backup of that name is replaced, any other file is refused.
 *
 * Faults: `cannot_store`, `invalid_input` (the name is taken by something else), `cancelled`.
 */
export async function backupDatabase(db: Database, file: string, signal: AbortSignal): Promise<Result<Backup>> {
  const partial = `${file}.partial-${process.pid}`
  const taken = attempt(file, () => refuseForeign(db, file))
  if (!taken.ok) return taken
  try {
    rmSync(partial, { force: true })
    await db.backup(partial, {
      progress: () => {
        signal.throwIfAborted()
        return pagesPerStep
      },
    })
    chmodSync(partial, 0o600)
    syncFile(partial)
    renameSync(partial, file)
    return ok({ file, bytes: statSync(file).size })
  } catch (thrown) {
    if (signal.aborted) return fail('cancelled', 'The backup was stopped before it was done.')
    const fault = storageFault(thrown, file)
    // better-sqlite3 reports a missing folder as its own TypeError.
    if (fault === null && !(thrown instanceof TypeError)) throw thrown
    return fault === null
      ? decline('cannot_store', { code: 'no_backup_folder', values: { file } })
      : { ok: false, fault: { ...fault, code: 'cannot_store' } }
  } finally {
    rmSync(partial, { force: true })
  }
}

function refuseForeign(db: Database, file: string): Result<null> {
  if (!existsSync(file)) return ok(null)
  if (!db.memory && realpathSync(file) === realpathSync(resolve(db.name))) {
    return decline('invalid_input', { code: 'backup_is_database', values: { file } })
  }
  const present = inspectBackup(file)
  return present.ok ? ok(null) : decline('invalid_input', { code: 'backup_exists', values: { file } })
}

/**
 * Whether a file is a backup that this program can use, by its head: ours, and not from a newer version.
 *
 * Faults: `unknown_name`, `invalid_input` (not ours, or newer), `database_damaged`, `cannot_store` (cannot be read).
 */
export function inspectBackup(file: string): Result<{ version: number; bytes: number }> {
  return attempt(file, () => {
    if (!existsSync(file)) return decline('unknown_name', { code: 'no_file', values: { file } })
    const db = new BetterSqlite3(file, { readonly: true, fileMustExist: true })
    try {
      if (ownerOf(db) !== 'ours') return decline('invalid_input', { code: 'not_backup', values: { file } })
      const version = versionOf(db)
      const newer = newerFault(file, version, latestVersion(readMigrations()))
      return newer ?? ok({ version, bytes: statSync(file).size })
    } finally {
      db.close()
    }
  })
}

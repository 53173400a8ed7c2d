/**
 * Puts a backup in the place of the database, in two steps: a copy is made and checked while everything works, then it takes
 * the place of the closed database within a moment. Cut off at any point, either the old or the new database is there at the
 * next start.
 */
import { chmodSync, existsSync, renameSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import BetterSqlite3 from 'better-sqlite3'
import * as z from 'zod'
import { decline } from '../../../shared/decline.ts'
import { requestProblemSchema } from '../../../shared/request-problems.ts'
import { type Fault, fail, ok, type Result } from '../../../shared/result.ts'
import type { Clock } from '../ports.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'
import { inspectBackup } from './backup.ts'
import { keepAside } from './keep-aside.ts'
import { syncFile } from './migrate.ts'
import { restoredName } from './open.ts'
import { attempt, storageFault } from './storage-fault.ts'

/** How the caller watches and stops the first step. */
export interface RestoreWatch {
  readonly signal: AbortSignal
  progress(done: number, total: number | null): void
}

const bytesAtOnce = 4 * 1024 * 1024
const megabyte = 1e6

function copyName(file: string): string {
  return `${file}.restoring`
}

/**
 * Copies `backup` beside the database `file`, checks every page of the copy, and leaves it there for `putInPlace`. The copy is
 * what is checked: the source could change, and may be where SQLite cannot make its lock files. Progress is in megabytes.
 *
 * Faults: those of `inspectBackup`, `cancelled`.
 */
export async function prepareRestore(backup: string, file: string, watch: RestoreWatch): Promise<Result<null>> {
  const copy = copyName(file)
  let isReady = false
  try {
    if (!existsSync(backup)) return decline('unknown_name', { code: 'no_file', values: { file: backup } })
    await copyInPortions(backup, copy, watch)
    const inspected = inspectBackup(copy)
    const checked = inspected.ok ? await checkTables(copy, watch.signal) : inspected
    if (!checked.ok) return { ok: false, fault: namedAs(backup, copy, checked.fault) }
    chmodSync(copy, 0o600)
    syncFile(copy)
    isReady = true
    return ok(null)
  } catch (thrown) {
    if (watch.signal.aborted) return fail('cancelled', 'The restore was stopped before anything was replaced.')
    const fault = storageFault(thrown, backup)
    if (fault === null) throw thrown
    return { ok: false, fault }
  } finally {
    if (!isReady) removeCopy(copy)
  }
}

/**
 * The second step: the prepared copy takes the place of the database `file`, which must be closed and is kept aside; older
 * forms are migrated when it is opened. Returns where the present one went; null if there was none.
 */
export function putInPlace(file: string, clock: Clock): Result<{ keptAside: string | null }> {
  const restored = restoredName(file)
  return attempt(file, () => {
    renameSync(copyName(file), restored)
    removeCopy(copyName(file))
    const kept = existsSync(file) ? keepAside(file, clock) : ok(null)
    if (!kept.ok) return kept
    renameSync(restored, file)
    return ok({ keptAside: kept.value })
  })
}

async function copyInPortions(from: string, to: string, { signal, progress }: RestoreWatch): Promise<void> {
  await using source = await open(from, 'r')
  await using target = await open(to, 'w', 0o600)
  const { size } = await source.stat()
  const total = Math.ceil(size / megabyte)
  const buffer = Buffer.allocUnsafe(bytesAtOnce)
  for (let at = 0; ; ) {
    signal.throwIfAborted()
    const { bytesRead } = await source.read(buffer, 0, bytesAtOnce, at)
    if (bytesRead === 0) return
    await target.write(buffer, 0, bytesRead, at)
    at += bytesRead
    progress(Math.ceil(at / megabyte), total)
  }
}

const tablesSchema = z.array(z.object({ name: z.string() }))

/** Table by table, each with its indexes, so that hooks are answered in between; the list of tables with the free pages. */
async function checkTables(file: string, signal: AbortSignal): Promise<Result<null>> {
  const db = new BetterSqlite3(file, { readonly: true, fileMustExist: true })
  try {
    const rows = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`).all()
    for (const { name } of [{ name: 'sqlite_schema' }, ...tablesSchema.parse(rows)]) {
      signal.throwIfAborted()
      const verdict = db.pragma(`integrity_check("${name}")`, { simple: true })
      if (verdict !== 'ok')
        return decline('database_damaged', { code: 'file_damaged', values: { file, found: String(verdict) } })
      await yieldToEventLoop()
    }
    return ok(null)
  } finally {
    db.close()
  }
}

function removeCopy(copy: string): void {
  for (const end of ['', '-wal', '-shm']) rmSync(copy + end, { force: true })
}

/** A fault of the copy that was checked, as one of the file that you named. */
function namedAs(backup: string, copy: string, { code, message, because }: Fault): Fault {
  if (because !== undefined && 'file' in because.values)
    return decline(code, requestProblemSchema.parse({ ...because, values: { ...because.values, file: backup } })).fault
  return { code, message: message.replaceAll(copy, backup) }
}

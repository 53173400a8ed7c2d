/**
 * One PlexSync per data folder. The lock is an exclusive transaction on a separate file: the system drops it when the
 * process ends, however it ends, so there is no stale lock and no guessing by process ids (which containers reuse).
 * Beside it is how to reach the holder, readable by the owner only.
 */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import BetterSqlite from 'better-sqlite3'
import * as z from 'zod'

const holderSchema = z.object({
  pid: z.number(),
  /** Base address of the window's API, and the key that this machine's command line shows there; null while starting. */
  apiUrl: z.string().nullable(),
  apiKey: z.string(),
})
export type Holder = z.infer<typeof holderSchema>

export interface Instance {
  /** Announces to the command line how to reach this process. */
  announce(holder: Holder): void
  close(): void
}

function lockFile(dataFolder: string): string {
  return join(dataFolder, 'instance.lock')
}
function holderFile(dataFolder: string): string {
  return join(dataFolder, 'instance.json')
}

/** Takes the folder for this process; null if another one holds it. */
export function takeInstance(dataFolder: string): Instance | null {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
  const lock = tryLock(dataFolder)
  if (lock === null) return null
  const file = holderFile(dataFolder)
  const announce = (holder: Holder): void => {
    writeFileSync(file, JSON.stringify(holder), { mode: 0o600 })
    chmodSync(file, 0o600)
  }
  announce({ pid: process.pid, apiUrl: null, apiKey: '' })
  return {
    announce,
    close() {
      rmSync(file, { force: true })
      lock.close()
    },
  }
}

/** The process that holds the folder; null if none does. */
export function findHolder(dataFolder: string): Holder | null {
  let text: string
  try {
    text = readFileSync(holderFile(dataFolder), 'utf8')
  } catch {
    return null // never started here, or ended in order
  }
  const lock = tryLock(dataFolder)
  if (lock !== null) {
    // It is not held: the last process was killed and could not tidy up.
    lock.close()
    return null
  }
  const parsed = holderSchema.safeParse(parseJson(text))
  return parsed.success ? parsed.data : { pid: 0, apiUrl: null, apiKey: '' }
}

function tryLock(dataFolder: string): BetterSqlite.Database | null {
  const file = lockFile(dataFolder)
  // In a folder that others can enter, a file that they can read they can also lock. Only where there is none: closing a
  // handle drops the locks that this process holds on the file.
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600))
  const lock = new BetterSqlite(file, { timeout: 0 })
  try {
    lock.pragma('journal_mode = DELETE')
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close()
    if (error instanceof BetterSqlite.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null
    throw error
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // written half by a process that was killed
  }
}

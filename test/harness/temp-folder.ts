import { constants } from 'node:fs'
import { access, mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A separate data folder for one test. Ends by `close()` or by `await using`. */
export interface TempFolder extends AsyncDisposable {
  readonly path: string
  /** A path inside the folder. */
  file(...names: string[]): string
  close(): Promise<void>
}

const memory = '/dev/shm'
/** What the tests that run side by side need at most, several times over. */
const leastFreeBytes = 512 * 1024 * 1024

/** Makes an empty folder below the system's temporary one; `close` removes it with everything in it. */
export function makeTempFolder(prefix = 'plexsync-test-'): Promise<TempFolder> {
  return makeFolder(tmpdir(), prefix)
}

/**
 * The same in memory where the system has a file system there, so that commits do not wait for the disk: for tests that
 * do not prove what is on it. Programs cannot be started from it everywhere.
 */
export async function makeMemoryFolder(prefix = 'plexsync-test-'): Promise<TempFolder> {
  return makeFolder((await hasMemory()) ? memory : tmpdir(), prefix)
}

async function makeFolder(parent: string, prefix: string): Promise<TempFolder> {
  const path = await mkdtemp(join(parent, prefix))
  // Retries: on Windows a database that was just closed may hold its file for a moment.
  const close = () => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  return { path, file: (...names) => join(path, ...names), close, [Symbol.asyncDispose]: close }
}

async function hasMemory(): Promise<boolean> {
  if (process.platform !== 'linux') return false
  try {
    await access(memory, constants.W_OK)
    const { bavail, bsize } = await statfs(memory)
    return bavail * bsize >= leastFreeBytes
  } catch {
    return false
  }
}

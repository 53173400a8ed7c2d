import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A data folder of its own for one test. Ends by `close()` or by `await using`. */
export interface TempFolder extends AsyncDisposable {
  readonly path: string
  /** A path inside the folder. */
  file(...names: string[]): string
  close(): Promise<void>
}

/** Makes an empty folder below the system's temporary one; `close` removes it with everything in it. */
export async function makeTempFolder(prefix = 'plexsync-test-'): Promise<TempFolder> {
  const path = await mkdtemp(join(tmpdir(), prefix))
  // Retries: on Windows a database that was just closed may hold its file for a moment.
  const close = () => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  return { path, file: (...names) => join(path, ...names), close, [Symbol.asyncDispose]: close }
}

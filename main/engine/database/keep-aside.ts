import { existsSync, renameSync } from 'node:fs'
import { decline } from '../../../shared/decline.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { Clock } from '../ports.ts'
import { attempt } from './storage-fault.ts'

/** SQLite keeps what is not yet in the main file beside it: the three belong together, always. */
const companions = ['-wal', '-shm'] as const

/**
 * Renames a database, with its write-ahead log, to `<file>.kept-<time>`, so that another one can take its place.
 * Nothing is deleted. The database must be closed. Returns the new name; `unknown_name` when there is no such file.
 *
 * For a damaged database this is the way to start over, and the only one: it is never done without being asked for.
 */
export function keepAside(file: string, clock: Clock): Result<string> {
  return attempt(file, () => {
    if (!existsSync(file)) return decline('unknown_name', { code: 'no_file', values: { file } })
    const kept = freeName(`${file}.kept-${new Date(clock.now()).toISOString().replaceAll(/[:.]/g, '-')}`)
    // The main file goes first: a log left alone is dropped by SQLite, but a main file without its log would look whole
    // and lack the latest changes.
    renameSync(file, kept)
    for (const end of companions) if (existsSync(file + end)) renameSync(file + end, kept + end)
    return ok(kept)
  })
}

function freeName(name: string): string {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : `${name}-${n}`
    if (!existsSync(candidate)) return candidate
  }
}

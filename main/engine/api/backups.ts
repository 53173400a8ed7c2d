/** Copies of the database, and what is cached beside it. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Handlers } from '../../../shared/contract.ts'
import { ok } from '../../../shared/result.ts'
import { backupDatabase } from '../database/backup.ts'
import type { Database } from '../database/open.ts'
import { attempt } from '../database/storage-fault.ts'
import type { Pictures } from '../pictures/pictures.ts'
import type { Clock } from '../ports.ts'

export interface BackupHandlerDeps {
  readonly db: Database
  readonly dataFolder: string
  readonly clock: Clock
  readonly pictures: Pick<Pictures, 'clear'>
}

export function backupHandlers({
  db,
  dataFolder,
  clock,
  pictures,
}: BackupHandlerDeps): Pick<Handlers, 'createBackup' | 'clearPictures'> {
  return {
    createBackup: async ({ file }, signal) => {
      if (file !== undefined) return backupDatabase(db, file, signal)
      const folder = join(dataFolder, 'backups')
      const made = attempt(folder, () => ok(mkdirSync(folder, { recursive: true, mode: 0o700 })))
      if (!made.ok) return made
      const stamp = new Date(clock.now()).toISOString().replace(/[:.]/g, '-')
      return backupDatabase(db, join(folder, `plexsync-${stamp}.db`), signal)
    },
    clearPictures: async () => ok(await pictures.clear()),
  }
}

/**
 * Databases as the first start of PlexSync makes them, copied from one that was migrated once in this process: running all
 * migrations for each test would be a large part of all tests' time. How they run is the matter of migrate.test.ts.
 */
import { existsSync, writeFileSync } from 'node:fs'
import BetterSqlite3, { type Database } from 'better-sqlite3'
import { migrate, readMigrations } from '../../main/engine/database/migrate.ts'

let template: Buffer | null = null

/** In memory. */
export function freshDatabase(): Database {
  const db = new BetterSqlite3(templateBytes())
  db.pragma('foreign_keys = ON')
  return db
}

/** At this path, to be opened by `openDatabase`; one that is there already stays. */
export function placeFreshDatabase(file: string): void {
  if (!existsSync(file)) writeFileSync(file, templateBytes(), { mode: 0o600 })
}

function templateBytes(): Buffer {
  if (template === null) {
    const db = new BetterSqlite3(':memory:')
    migrate(db, ':memory:', readMigrations())
    template = db.serialize()
    db.close()
  }
  return template
}

import type { Database } from 'better-sqlite3'
import * as z from 'zod'
import type { Clock, NewId } from '../ports.ts'

/** The identifier under which Plex knows this installation; made once and kept forever. */
export function clientIdentifier(db: Database, clock: Clock, newId: NewId): string {
  db.prepare<[string, number]>('INSERT OR IGNORE INTO installation VALUES (1, ?, ?)').run(
    `plexsync-${newId()}`,
    clock.now(),
  )
  return z.string().parse(db.prepare<[]>('SELECT client_identifier FROM installation').pluck().get())
}

/** When this installation was first opened, epoch ms. */
export function installedAt(db: Database): number {
  return z.number().parse(db.prepare<[]>('SELECT created_at FROM installation').pluck().get())
}

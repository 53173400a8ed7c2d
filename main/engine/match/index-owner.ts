/** Index and picks belong to one Plex server. Owns the table plex_index_owner. */
import type { Database } from 'better-sqlite3'
import type { PartIndex } from './part-index.ts'
import type { Picks } from './picks.ts'

/**
 * Returns the `machineIdentifier` of the server that index and picks belong to, as it is at each call; null before the first
 * one answered.
 */
export function indexOwnerOf(db: Database): () => string | null {
  const owner = db.prepare<[], string>('SELECT machine_identifier FROM plex_index_owner').pluck()
  return () => owner.get() ?? null
}

/**
 * To be called with the `machineIdentifier` of each server that responses, before the index is used. Rating keys of another
 * server would lead writes to other items, so index and picks are emptied in the same transaction that notes the new
 * owner. True if they were.
 */
export function bindToServer(db: Database, machineIdentifier: string, index: PartIndex, picks: Picks): boolean {
  const owner = indexOwnerOf(db)()
  if (owner === machineIdentifier) return false
  db.transaction(() => {
    // Without an owner nothing was indexed yet, but picks may have been imported together with the settings.
    if (owner !== null) {
      index.forget()
      picks.forgetAll()
    }
    db.prepare('INSERT OR REPLACE INTO plex_index_owner (only_row, machine_identifier) VALUES (1, ?)').run(
      machineIdentifier,
    )
  })()
  return owner !== null
}

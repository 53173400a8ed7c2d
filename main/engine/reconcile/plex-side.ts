/**
 * Plex's side of a comparison, on disk so that a library of any size fits: the items as listed, and which files of the
 * index a scene of Stash has. Owns the tables reconcile_item and reconcile_seen; reads plex_part of the index.
 */

import type { Database } from 'better-sqlite3'
import * as z from 'zod'
import type { PlexItem, RatingKey } from '../../../shared/domain.ts'
import { type InTransaction, unhurriedTransactionsOf } from '../database/transaction.ts'
import type { ListedItem } from '../plex/listing.ts'
import type { ItemsInSync } from '../sync/items-in-sync.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'

/** What a listing said of an item. */
export interface Listed {
  readonly updatedAt: number
  /** Null if it has not changed since it was in sync. */
  readonly item: PlexItem | null
}

export interface UnknownFile {
  readonly id: number
  readonly ratingKey: RatingKey
  readonly title: string
  readonly file: string
  /** Bytes. */
  readonly size: number | null
}

const text = z.string()
const itemSchema: z.ZodType<PlexItem> = z.object({
  ratingKey: text,
  sectionId: text,
  title: text,
  titleSort: text,
  studio: text,
  summary: text,
  contentRating: text,
  tagline: text,
  originalTitle: text,
  date: text,
  rating: z.number().nullable(),
  actors: z.array(z.object({ name: text, role: text, photo: text })),
  genres: z.array(text),
  collections: z.array(text),
  directors: z.array(text),
  labels: z.array(text),
  thumb: text,
  art: text,
  locks: z.array(text),
  parts: z.array(z.object({ file: text, size: z.number().nullable(), duration: z.number().nullable() })),
  updatedAt: z.number(),
})
const maybeListedRow = z.object({ updated_at: z.number(), item: text.nullable() }).optional()
const unknownRows = z.array(
  z.object({ id: z.number(), ratingKey: text, title: text, file: text, size: z.number().nullable() }),
)

/** Rows per transaction, so that the event loop is never held for long. */
const batchSize = 50

export class PlexSide {
  /** Until the reading is noted as whole, what a power cut takes is listed again. */
  readonly #inUnhurried: InTransaction
  readonly #inSync: ItemsInSync
  readonly #sql

  constructor(db: Database, inSync: ItemsInSync) {
    this.#inUnhurried = unhurriedTransactionsOf(db)
    this.#inSync = inSync
    this.#sql = statements(db)
  }

  /** Takes in a page of a listing. */
  async keep(items: readonly ListedItem[]): Promise<void> {
    for (let from = 0; from < items.length; from += batchSize) {
      this.#inUnhurried(() => {
        for (const { item } of items.slice(from, from + batchSize)) {
          const known = this.#inSync.plexUpdatedAt(item.ratingKey)
          const row = known === item.updatedAt ? null : JSON.stringify(item)
          this.#sql.keep.run(Number(item.ratingKey), item.updatedAt, row)
        }
      })
      await yieldToEventLoop()
    }
  }

  listed(ratingKey: RatingKey): Listed | null {
    const row = maybeListedRow.parse(this.#sql.listed.get(Number(ratingKey)))
    if (row === undefined) return null
    return { updatedAt: row.updated_at, item: row.item === null ? null : itemSchema.parse(JSON.parse(row.item)) }
  }

  /** A scene has the file with this key of its path. */
  seen(pathKey: string): void {
    this.#sql.seen.run(pathKey)
  }

  /** Files of the index that no scene has, after a row of the index. */
  unknown(after: number, limit: number): UnknownFile[] {
    return unknownRows.parse(this.#sql.unknown.all(after, limit))
  }

  clear(): void {
    this.#sql.clearItems.run()
    this.#sql.clearSeen.run()
  }
}

function statements(db: Database) {
  return {
    keep: db.prepare<[number, number, string | null]>(
      'INSERT OR REPLACE INTO reconcile_item (rating_key, updated_at, item) VALUES (?, ?, ?)',
    ),
    listed: db.prepare<[number]>('SELECT updated_at, item FROM reconcile_item WHERE rating_key = ?'),
    seen: db.prepare<[string]>(
      'INSERT OR IGNORE INTO reconcile_seen (part_id) SELECT id FROM plex_part WHERE path_key = ?',
    ),
    unknown: db.prepare<[number, number]>(
      `SELECT id, CAST(rating_key AS TEXT) AS ratingKey, title, file, size FROM plex_part
       WHERE id > ? AND id NOT IN (SELECT part_id FROM reconcile_seen) ORDER BY id LIMIT ?`,
    ),
    clearItems: db.prepare<[]>('DELETE FROM reconcile_item'),
    clearSeen: db.prepare<[]>('DELETE FROM reconcile_seen'),
  }
}

/**
 * How many fields are locked in Plex and not by this installation, as noted whenever an item is read whole: no request is
 * made for it. Owns the table unknown_lock.
 */
import type { Database } from 'better-sqlite3'
import * as z from 'zod'
import type { RatingKey } from '../../../shared/domain.ts'
import { type LockedItem, unknownLocks } from '../merge/unknown-locks.ts'
import type { Aim } from './aims.ts'

const countsSchema = z.object({ items: z.number(), fields: z.number(), differing: z.number() })
/** Items with fields of equal value, those fields, and the fields of any item that have another value. */
export type UnknownLockCounts = z.infer<typeof countsSchema>

export class UnknownLocks {
  readonly #note
  readonly #drop
  readonly #counts
  readonly #has
  readonly #dropAll

  constructor(db: Database) {
    this.#note = db.prepare<[number, number, number]>(
      'INSERT OR REPLACE INTO unknown_lock (rating_key, equal, differing) VALUES (?, ?, ?)',
    )
    this.#drop = db.prepare<[number]>('DELETE FROM unknown_lock WHERE rating_key = ?')
    // Items that are gone from Plex are gone from the index.
    this.#counts = db.prepare<[]>(
      `SELECT count(*) FILTER (WHERE equal > 0) AS items, coalesce(sum(equal), 0) AS fields,
         coalesce(sum(differing), 0) AS differing
       FROM unknown_lock WHERE rating_key IN (SELECT rating_key FROM plex_part)`,
    )
    this.#has = db.prepare<[number]>('SELECT 1 FROM unknown_lock WHERE rating_key = ?')
    this.#dropAll = db.prepare<[]>('DELETE FROM unknown_lock')
  }

  /** The item was read; `base` and `pending` are what is known of it by now. */
  note({ settings, wanted }: Pick<Aim, 'settings' | 'wanted'>, read: Omit<LockedItem, 'wanted'>): void {
    const key = Number(read.item.ratingKey)
    const found = settings.preserve_plex_edits ? unknownLocks({ ...read, wanted }) : []
    if (found.length > 0) {
      const equal = found.filter(({ isEqual }) => isEqual).length
      this.#note.run(key, equal, found.length - equal)
    } else if (this.#has.get(key) !== undefined) this.#drop.run(key)
  }

  counts(): UnknownLockCounts {
    return countsSchema.parse(this.#counts.get())
  }

  drop(ratingKey: RatingKey): void {
    this.#drop.run(Number(ratingKey))
  }

  /** Rating keys mean nothing on another server. */
  forgetServer(): void {
    this.#dropAll.run()
  }
}

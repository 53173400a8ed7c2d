/** What people picked where matching was unsure, remembered per file. Owns the table picked_match. */
import type { Database } from 'better-sqlite3'
import type { RatingKey } from '../../../shared/domain.ts'
import type { Clock } from '../ports.ts'
import type { PickLookup } from './part-lookup.ts'
import { pathKey } from './path-key.ts'

export interface Pick {
  /** As Stash sees the file. */
  readonly path: string
  readonly ratingKey: RatingKey
  /** Epoch milliseconds. */
  readonly pickedAt: number
}

export class Picks implements PickLookup {
  readonly #clock: Clock
  readonly #statements

  constructor(db: Database, clock: Clock) {
    this.#clock = clock
    this.#statements = {
      find: db.prepare<[string], { rating_key: number }>('SELECT rating_key FROM picked_match WHERE path_key = ?'),
      list: db.prepare<[], { path: string; rating_key: number; picked_at: number }>(
        'SELECT path, rating_key, picked_at FROM picked_match ORDER BY path_key',
      ),
      remember: db.prepare<[string, string, number, number]>(
        `INSERT INTO picked_match (path_key, path, rating_key, picked_at) VALUES (?, ?, ?, ?)
         ON CONFLICT (path_key) DO UPDATE SET path = excluded.path, rating_key = excluded.rating_key, picked_at = excluded.picked_at`,
      ),
      forget: db.prepare<[string]>('DELETE FROM picked_match WHERE path_key = ?'),
      forgetAll: db.prepare('DELETE FROM picked_match'),
    }
  }

  find(stashPath: string): RatingKey | null {
    const row = this.#statements.find.get(pathKey(stashPath))
    return row === undefined ? null : String(row.rating_key)
  }

  /** A later pick for the same file replaces the earlier one. */
  remember(stashPath: string, ratingKey: RatingKey): void {
    this.#statements.remember.run(pathKey(stashPath), stashPath, Number(ratingKey), this.#clock.now())
  }

  /** True where there was a pick. */
  forget(stashPath: string): boolean {
    return this.#statements.forget.run(pathKey(stashPath)).changes > 0
  }

  /** Rating keys mean nothing on another server. */
  forgetAll(): void {
    this.#statements.forgetAll.run()
  }

  list(): Pick[] {
    return this.#statements.list
      .all()
      .map((row) => ({ path: row.path, ratingKey: String(row.rating_key), pickedAt: row.picked_at }))
  }
}

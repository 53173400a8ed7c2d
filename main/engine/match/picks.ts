/** Stores what was picked where matching was unsure, per file. Owns the table picked_match. */
import type { Database } from 'better-sqlite3'
import * as z from 'zod'
import type { SceneFile, SceneId } from '../../../shared/domain.ts'
import type { Clock } from '../ports.ts'
import { pathKey } from './path-key.ts'
import type { Pick, PickLookup } from './pick.ts'

const pickRow = z
  .object({
    path: z.string(),
    scene_id: z.number().nullable(),
    rating_key: z.number(),
    plex_file: z.string().nullable(),
    size: z.number().nullable(),
    duration: z.number().nullable(),
    picked_at: z.number(),
  })
  .transform(
    (row): Pick => ({
      path: row.path,
      sceneId: row.scene_id === null ? null : String(row.scene_id),
      ratingKey: String(row.rating_key),
      file: row.plex_file,
      size: row.size,
      duration: row.duration,
      pickedAt: row.picked_at,
    }),
  )

export class Picks implements PickLookup {
  readonly #clock: Clock
  readonly #sql

  constructor(db: Database, clock: Clock) {
    this.#clock = clock
    this.#sql = statements(db)
  }

  /** The pick for this file: by its path, else by its scene where the size is that of the picked file (renamed since). */
  find(file: SceneFile, sceneId: SceneId | null): Pick | null {
    // Most installations have no picks: that is one look in place of two and a key.
    if (this.#sql.any.get() === undefined) return null
    const atPath = this.#sql.find.get(pathKey(file.path))
    if (atPath !== undefined) return pickRow.parse(atPath)
    if (sceneId === null || file.size === null) return null
    const ofScene = this.#sql.ofScene.get(Number(sceneId), file.size)
    return ofScene === undefined ? null : pickRow.parse(ofScene)
  }

  /** Remembers a pick; a later one for the same file replaces the earlier one. */
  remember(pick: Omit<Pick, 'pickedAt'>): void {
    this.#sql.remember.run({
      pathKey: pathKey(pick.path),
      path: pick.path,
      sceneId: pick.sceneId === null ? null : Number(pick.sceneId),
      ratingKey: Number(pick.ratingKey),
      file: pick.file,
      size: pick.size,
      duration: pick.duration,
      now: this.#clock.now(),
    })
  }

  /** Forgets the pick for a file of Stash; true if there was one. */
  forget(stashPath: string): boolean {
    return this.#sql.forget.run(pathKey(stashPath)).changes > 0
  }

  /** Forgets all picks: rating keys mean nothing on another server. */
  forgetAll(): void {
    this.#sql.forgetAll.run()
  }

  list(): Pick[] {
    return z.array(pickRow).parse(this.#sql.list.all())
  }
}

function statements(db: Database) {
  return {
    any: db.prepare<[]>('SELECT 1 FROM picked_match LIMIT 1'),
    find: db.prepare<[string]>('SELECT * FROM picked_match WHERE path_key = ?'),
    ofScene: db.prepare<[number, number]>(
      'SELECT * FROM picked_match WHERE scene_id = ? AND size = ? ORDER BY picked_at DESC LIMIT 1',
    ),
    list: db.prepare<[]>('SELECT * FROM picked_match ORDER BY path_key'),
    remember: db.prepare(
      `INSERT INTO picked_match (path_key, path, scene_id, rating_key, plex_file, size, duration, picked_at)
       VALUES (@pathKey, @path, @sceneId, @ratingKey, @file, @size, @duration, @now)
       ON CONFLICT (path_key) DO UPDATE SET path = excluded.path, scene_id = excluded.scene_id,
         rating_key = excluded.rating_key, plex_file = excluded.plex_file, size = excluded.size,
         duration = excluded.duration, picked_at = excluded.picked_at`,
    ),
    forget: db.prepare<[string]>('DELETE FROM picked_match WHERE path_key = ?'),
    forgetAll: db.prepare('DELETE FROM picked_match'),
  }
}

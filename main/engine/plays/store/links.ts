/**
 * Which scene an item of Plex plays. The response is what the sync has on record; links are remembered for 90 days after
 * their item vanished, since a play of it may arrive late. Owns the table play_link, and is the only reader of the
 * sync's records in this room.
 */
import type { Database } from 'better-sqlite3'
import * as z from 'zod'
import type { RatingKey, SceneId } from '../../../../shared/domain.ts'
import type { Clock } from '../../ports.ts'
import { yieldToEventLoop } from '../../yield-to-event-loop.ts'

export interface Link {
  readonly sceneId: SceneId
  /** The file as Plex sees it; empty if not known. */
  readonly file: string
  /** The scene has a file in the item, but another scene writes to it. */
  readonly rival: boolean
}

const keptMs = 90 * 24 * 60 * 60_000
const rowsPerStep = 1_000

const linkRows = z.array(z.object({ scene_id: z.number(), file: z.string(), rival: z.number() }))
const rememberedRows = z.array(z.object({ rowid: z.number(), rating_key: z.string() }))

const keyRows = z.array(z.object({ rating_key: z.string() }))

export class Links {
  readonly #clock: Clock
  readonly #statements

  constructor(db: Database, clock: Clock) {
    this.#clock = clock
    this.#statements = {
      recorded: db.prepare<[number]>('SELECT scene_id, file, 0 AS rival FROM sync_item WHERE rating_key = ?'),
      remembered: db.prepare<[string, string]>(
        'SELECT scene_id, file, rival FROM play_link WHERE server = ? AND rating_key = ? ORDER BY rival, seen_at DESC',
      ),
      keysOf: db.prepare<[string, number, number]>(
        `SELECT rating_key FROM play_link WHERE server = ? AND scene_id = ? AND rival = 0
         UNION SELECT CAST(rating_key AS TEXT) FROM sync_item WHERE scene_id = ?`,
      ),
      copy: db.prepare<[string, number, number, number]>(
        `INSERT INTO play_link (server, rating_key, scene_id, file, seen_at)
         SELECT ?, CAST(rating_key AS TEXT), scene_id, file, ? FROM sync_item
           WHERE rating_key > ? ORDER BY rating_key LIMIT ?
         ON CONFLICT (server, rating_key, scene_id) DO UPDATE SET rival = 0, file = excluded.file
           WHERE rival <> 0 OR file <> excluded.file`,
      ),
      lastCopied: db
        .prepare<[number, number]>(
          'SELECT max(rating_key) FROM (SELECT rating_key FROM sync_item WHERE rating_key > ? ORDER BY rating_key LIMIT ?)',
        )
        .pluck(),
      addRival: db.prepare<[string, string, number, number]>(
        `INSERT OR IGNORE INTO play_link (server, rating_key, scene_id, rival, seen_at) VALUES (?, ?, ?, 1, ?)`,
      ),
      drop: db.prepare<[string, string, number]>(
        'DELETE FROM play_link WHERE server = ? AND rating_key = ? AND scene_id = ? AND rival = 1',
      ),
      page: db.prepare<[string, number, number]>(
        'SELECT rowid, rating_key FROM play_link WHERE server = ? AND rowid > ? ORDER BY rowid LIMIT ?',
      ),
      touch: db.prepare<[number, string]>(
        'UPDATE play_link SET seen_at = ? WHERE rowid IN (SELECT value FROM json_each(?))',
      ),
      prune: db.prepare<[number, number]>(
        'DELETE FROM play_link WHERE rowid IN (SELECT rowid FROM play_link WHERE seen_at < ? LIMIT ?)',
      ),
    }
  }

  /** The scene on record first; then rivals for the same item. Empty if the item was never matched. */
  of(server: string, ratingKey: RatingKey): Link[] {
    const remembered = parse(this.#statements.remembered.all(server, ratingKey))
    const recorded = parse(this.#statements.recorded.all(Number(ratingKey)))
    const main = recorded[0] ?? remembered.find(({ rival }) => !rival)
    const rivals = remembered.filter(({ rival, sceneId }) => rival && sceneId !== main?.sceneId)
    return main === undefined ? rivals : [main, ...rivals]
  }

  /** All items that play a scene, also those that are gone. */
  itemsOf(server: string, sceneId: SceneId): RatingKey[] {
    const id = Number(sceneId)
    return keyRows.parse(this.#statements.keysOf.all(server, id, id)).map(({ rating_key }) => rating_key)
  }

  /** Another scene has a file in the item too. */
  addRival(server: string, ratingKey: RatingKey, sceneId: SceneId): void {
    this.#statements.addRival.run(server, ratingKey, Number(sceneId), this.#clock.now())
  }

  dropRival(server: string, ratingKey: RatingKey, sceneId: SceneId): void {
    this.#statements.drop.run(server, ratingKey, Number(sceneId))
  }

  /**
   * Remembers all links on record, renews those whose item exists, and forgets those whose item has been gone for too
   * long. In steps that let others run; once a day is enough.
   */
  async upkeep(server: string, exists: (ratingKey: RatingKey) => boolean, signal: AbortSignal): Promise<void> {
    const now = this.#clock.now()
    for (let after = 0; !signal.aborted; ) {
      const last = z.number().nullable().parse(this.#statements.lastCopied.get(after, rowsPerStep))
      if (last === null) break
      this.#statements.copy.run(server, now, after, rowsPerStep)
      after = last
      await yieldToEventLoop()
    }
    for (let after = 0; !signal.aborted; ) {
      const page = rememberedRows.parse(this.#statements.page.all(server, after, rowsPerStep))
      const alive = page.filter(({ rating_key }) => exists(rating_key)).map(({ rowid }) => rowid)
      this.#statements.touch.run(now, JSON.stringify(alive))
      const last = page.at(-1)
      if (last === undefined) break
      after = last.rowid
      await yieldToEventLoop()
    }
    while (!signal.aborted && this.#statements.prune.run(now - keptMs, rowsPerStep).changes === rowsPerStep)
      await yieldToEventLoop()
  }
}

function parse(found: unknown): Link[] {
  return linkRows
    .parse(found)
    .map(({ scene_id, file, rival }) => ({ sceneId: String(scene_id), file, rival: rival !== 0 }))
}

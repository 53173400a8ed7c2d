/** The SQL of the index: tables plex_section and plex_part, which part-index.ts owns. */
import type { Database } from 'better-sqlite3'
import { lookupLimit } from './part-lookup.ts'

/** Rows that are written in one transaction: few enough to hold up the event loop for some milliseconds only. */
export const batchSize = 100

export interface PartRow {
  section_id: number
  rating_key: number
  title: string
  file: string
  size: number | null
  duration: number | null
}

export function statements(db: Database) {
  const select = 'SELECT section_id, rating_key, title, file, size, duration FROM plex_part'
  return {
    // Without an order: SQLite would compile the statement again for each path, in ten times the time of the look-up.
    byPath: db.prepare<[string], PartRow>(`${select} WHERE path_key = ?`),
    byBase: db.prepare<[string], PartRow>(`${select} WHERE base_key = ? LIMIT ${lookupLimit}`),
    byBaseAndSize: db.prepare<[string, number | null], PartRow>(
      `${select} WHERE base_key = ? AND size IS ? LIMIT ${lookupLimit}`,
    ),
    byTitle: db.prepare<[string], PartRow>(`${select} WHERE title_key = ? LIMIT ${lookupLimit}`),
    byItem: db.prepare<[number], PartRow>(`${select} WHERE rating_key = ? ORDER BY id`),
    count: db.prepare<[], { items: number | null }>('SELECT sum(items) AS items FROM plex_section'),
    sections: db.prepare<[], { id: number; revision: string | null; refreshed_at: number | null; items: number }>(
      'SELECT id, revision, refreshed_at, items FROM plex_section ORDER BY id',
    ),
    generation: db.prepare<[number], { generation: number }>('SELECT generation FROM plex_section WHERE id = ?'),
    beginRefresh: db.prepare<[number], { generation: number }>(
      `INSERT INTO plex_section (id, generation) VALUES (?, 1)
       ON CONFLICT (id) DO UPDATE SET generation = generation + 1 RETURNING generation`,
    ),
    finishRefresh: db.prepare<[string, number, number, number]>(
      'UPDATE plex_section SET revision = ?, refreshed_at = ? WHERE id = ? AND generation = ?',
    ),
    addItems: db.prepare<[{ id: number; items: number }]>(
      `INSERT INTO plex_section (id, items) VALUES (@id, @items)
       ON CONFLICT (id) DO UPDATE SET items = items + excluded.items`,
    ),
    hasPart: db.prepare<[string, number], { id: number }>(
      'SELECT id FROM plex_part WHERE path_key = ? AND rating_key = ?',
    ),
    has: db.prepare<[number], { id: number }>('SELECT id FROM plex_part WHERE rating_key = ? LIMIT 1'),
    noteRevision: db.prepare<[string, number, number]>(
      'UPDATE plex_section SET revision = ?, refreshed_at = ? WHERE id = ?',
    ),
    // Values by place: binding ten names takes longer than the write, forty thousand times.
    touch: db.prepare(
      `UPDATE plex_part SET generation = ?
       WHERE path_key = ? AND rating_key = ? AND section_id = ? AND title = ? AND file = ? AND size IS ? AND duration IS ?`,
    ),
    upsert: db.prepare(
      `INSERT INTO plex_part (section_id, rating_key, title, file, path_key, title_key, base_key, size, duration, generation)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (path_key, rating_key) DO UPDATE SET
         section_id = excluded.section_id, title = excluded.title, title_key = excluded.title_key, file = excluded.file,
         base_key = excluded.base_key, size = excluded.size, duration = excluded.duration, generation = excluded.generation`,
    ),
    removeOtherParts: db.prepare<[number, string]>(
      'DELETE FROM plex_part WHERE rating_key = ? AND path_key NOT IN (SELECT value FROM json_each(?))',
    ),
    removeItem: db.prepare<[number], { section_id: number }>(
      'DELETE FROM plex_part WHERE rating_key = ? RETURNING section_id',
    ),
    sweep: db.prepare<[number, number], { rating_key: number }>(
      `DELETE FROM plex_part WHERE id IN
         (SELECT id FROM plex_part WHERE section_id = ? AND generation < ? LIMIT ${batchSize}) RETURNING rating_key`,
    ),
    removeSection: db.prepare<[number]>('DELETE FROM plex_section WHERE id = ?'),
    forgetParts: db.prepare('DELETE FROM plex_part'),
    forgetSections: db.prepare('DELETE FROM plex_section'),
  }
}

/** A data folder as after years: a long history, an index of a whole library, and the state of each of its scenes. */
import { openDatabase } from '../../main/engine/database/open.ts'
import { emptyBase } from '../../main/engine/merge/base.ts'
import { systemClock } from '../../main/engine/ports.ts'
import { SyncItems } from '../../main/engine/sync/sync-items.ts'

export interface Rows {
  readonly finishedJobs: number
  readonly items: number
}

const insertions = `
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @finishedJobs)
  INSERT INTO job (kind, subject_id, state, fields, origin, received_at, burst_at, scheduled_at, due_at, finished_at, title, detail)
  SELECT 'scene', 1 + i % @items, 'synced', '["title","tag_ids"]', 'hook', @now - i * 1000, @now - i * 1000, @now - i * 1000,
    @now - i * 1000, @now - i * 1000, 'A scene with a title of the usual length', 'Wrote title, summary, performers and tags.'
  FROM n;

  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @items)
  INSERT INTO plex_part (section_id, rating_key, title, title_key, file, path_key, base_key, size, duration, generation)
  SELECT 1, i, 'Scene ' || i, 'scene ' || i, '/media/library/studio ' || (i % 200) || '/scene ' || i || '.mp4',
    '/media/library/studio ' || (i % 200) || '/scene ' || i || '.mp4', 'scene ' || i || '.mp4', 1000000 + i, 1800, 1
  FROM n;

  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @items)
  INSERT INTO scene_state (scene_id, title, handled_version, handled_at, outcome, carries)
  SELECT i, 'Scene ' || i, '2026-01-01T00:00:00Z', @now, 'synced', '{"performer":["1","2"],"studio":["3"],"tag":["4","5","6"]}'
  FROM n;`

/** Makes the database in a new data folder. */
export function fillDatabase(file: string, rows: Rows): void {
  const opened = openDatabase(file, { clock: systemClock })
  if (!opened.ok) throw new Error(opened.fault.message)
  const db = opened.value
  const now = Date.now()
  for (const statement of insertions.split(';').filter((text) => text.trim() !== ''))
    db.prepare(statement).run(named(statement, { ...rows, now }))
  const items = new SyncItems(db)
  db.transaction(() => {
    for (let key = 1; key <= rows.items; key++) {
      const ratingKey = String(key)
      const scalars = { title: `Scene ${key}`, summary: 'What the scene is about. '.repeat(8) }
      const base = { ...emptyBase, scalars }
      const item = {
        ratingKey,
        sceneId: ratingKey,
        sectionId: '1',
        file: `/media/library/scene ${key}.mp4`,
        size: 1000,
        duration: 60,
        base,
        kept: [],
        refused: {},
        posterShown: null,
      }
      items.record(item, null, now)
    }
  })()
  db.prepare('INSERT INTO plex_section (id, generation, items, revision, refreshed_at) VALUES (1, 1, ?, ?, ?)').run(
    rows.items,
    '1',
    now,
  )
  db.close()
}

/** Only the values that the statement names: others are refused. */
function named(statement: string, values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => statement.includes(`@${name}`)))
}

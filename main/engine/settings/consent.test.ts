import BetterSqlite3 from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { readMigrations } from '../database/migrate.ts'

/** A database as version 7 left it, brought to the present one. */
function upgraded(content: string): unknown {
  const db = new BetterSqlite3(':memory:')
  const migrations = readMigrations()
  for (const { version, sql } of migrations) {
    if (version === 8) db.exec(content)
    db.exec(sql)
  }
  return db.prepare('SELECT given_by, only_new FROM consent').get()
}

const job = (state: string, finishedAt: string): string =>
  `INSERT INTO job (kind, subject_id, state, origin, received_at, burst_at, scheduled_at, due_at, finished_at)
   VALUES ('scene', 1, '${state}', 'hook', 1, 1, 1, 1, ${finishedAt})`

describe('the upgrade of a folder', () => {
  it.each([
    [
      'has written an item',
      "INSERT INTO sync_item (rating_key, scene_id, section_id, file, written_at) VALUES (1, 1, '1', 'a', 5)",
    ],
    ['has finished a job', job('unchanged', '5')],
  ])('is consent where it %s', (_what, content) => {
    expect(upgraded(content)).toEqual({ given_by: 'upgrade', only_new: 0 })
  })

  it.each([
    ['is new', ''],
    ['only keeps changes', job('waiting', 'NULL')],
    ['has planned an item', "INSERT INTO sync_item (rating_key, scene_id, section_id, file) VALUES (1, 1, '1', 'a')"],
  ])('is none if it %s', (_what, content) => {
    expect(upgraded(content)).toBeUndefined()
  })
})

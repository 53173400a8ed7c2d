/** The statements on the tables plays and play_run. */
import type { Database } from 'better-sqlite3'

/** Indexes are named where SQLite, which knows nothing of the rows, would choose one that reads the whole table. */
export function playStatements(db: Database) {
  // The second condition is that of the partial index.
  const openStates = "state IN ('seen', 'parked', 'failed') AND state IN ('seen', 'parked', 'intent', 'failed')"
  const selection = 'FROM plays WHERE (? IS NULL OR state = ?)'
  return {
    add: db.prepare(
      `INSERT OR IGNORE INTO plays (server, account_id, viewed_at, item, rating_key, history_key, title, source, state,
         reason, seen_at, changed_at)
       VALUES (@server, @accountId, @viewedAt, @item, @ratingKey, @historyKey, @title, @source, @state, @reason, @now, @now)`,
    ),
    byHistoryKey: db.prepare<[string, string, number, number]>(
      'SELECT * FROM plays WHERE server = ? AND history_key = ? AND account_id = ? AND viewed_at = ?',
    ),
    setItem: db.prepare<[string, string, number]>('UPDATE OR IGNORE plays SET rating_key = ?, item = ? WHERE id = ?'),
    get: db.prepare<[number]>('SELECT * FROM plays WHERE id = ?'),
    knows: db.prepare<[string, number, number, string]>(
      'SELECT 1 FROM plays WHERE server = ? AND account_id = ? AND viewed_at = ? AND item = ?',
    ),
    openItems: db.prepare<[string, number, number]>(
      `SELECT DISTINCT rating_key FROM plays INDEXED BY plays_open WHERE server = ? AND ${openStates} AND rating_key IS NOT NULL
         AND (? OR state = 'seen' OR reason = 'no_scene' OR (state = 'failed' AND attempts < ?))`,
    ),
    openOf: db.prepare<[string, string]>(
      `SELECT * FROM plays INDEXED BY plays_of_item
       WHERE server = ? AND ${openStates} AND rating_key IN (SELECT value FROM json_each(?))
       ORDER BY viewed_at, id`,
    ),
    parkKeyless: db.prepare<[number, string]>(
      `UPDATE plays SET state = 'parked', reason = 'no_scene', changed_at = ?
       WHERE server = ? AND state = 'seen' AND rating_key IS NULL`,
    ),
    intents: db.prepare<[string]>("SELECT * FROM plays WHERE server = ? AND state = 'intent' ORDER BY viewed_at, id"),
    appliedIn: db.prepare<[number]>("SELECT * FROM plays WHERE scene_id = ? AND state = 'applied'"),
    undoBegun: db.prepare<[]>("SELECT * FROM plays WHERE state = 'applied' AND undo_from IS NOT NULL"),
    dealtWith: db.prepare<[string, number, string, string]>(
      `SELECT * FROM plays NOT INDEXED
       WHERE server = ? AND state IN ('intent', 'applied', 'skipped', 'undone') AND id IN (
         SELECT id FROM plays WHERE scene_id = ?
         UNION SELECT id FROM plays WHERE server = ? AND rating_key IN (SELECT value FROM json_each(?)))`,
    ),
    countOf: db
      .prepare<[string, string, number]>(
        "SELECT count(*) FROM plays WHERE server = ? AND rating_key = ? AND account_id = ? AND source = 'history'",
      )
      .pluck(),
    settle: db.prepare<[string, string, number | null, number, number]>(
      'UPDATE plays SET state = ?, reason = ?, scene_id = ?, stash_at = NULL, run_id = NULL, changed_at = ? WHERE id = ?',
    ),
    intend: db.prepare<[number, number, number, number, number]>(
      `UPDATE plays SET state = 'intent', reason = NULL, scene_id = ?, stash_at = ?, run_id = ?, changed_at = ?,
         attempts = attempts + 1 WHERE id = ?`,
    ),
    applied: db.prepare<[number, number]>(
      "UPDATE plays SET state = 'applied', reason = NULL, changed_at = ? WHERE id = ?",
    ),
    notApplied: db.prepare<[string, string | null, number, number]>(
      'UPDATE plays SET state = ?, reason = ?, stash_at = NULL, run_id = NULL, changed_at = ? WHERE id = ?',
    ),
    beginUndo: db.prepare<[number, number, number]>('UPDATE plays SET undo_from = ?, changed_at = ? WHERE id = ?'),
    undone: db.prepare<[number, number]>(
      "UPDATE plays SET state = 'undone', undo_from = NULL, changed_at = ? WHERE id = ?",
    ),
    beginRun: db.prepare<[number]>('INSERT INTO play_run (started_at) VALUES (?)'),
    hasRun: db.prepare<[number]>('SELECT 1 FROM play_run WHERE id = ?'),
    oldOnes: db.prepare<[number, string, number, number]>(
      `SELECT * FROM plays INDEXED BY plays_by_state
       WHERE state IN ('skipped', 'undone', 'parked', 'failed') AND changed_at < ?
         AND server = ? AND viewed_at >= ? LIMIT ?`,
    ),
    remove: db.prepare<[string]>('DELETE FROM plays WHERE id IN (SELECT value FROM json_each(?))'),
    dropEmptyRuns: db.prepare<[number]>(
      `DELETE FROM play_run WHERE started_at < ? AND NOT EXISTS (SELECT 1 FROM plays WHERE run_id = play_run.id)
         AND NOT EXISTS (SELECT 1 FROM viewing_write WHERE run_id = play_run.id)`,
    ),
    appliedOf: db.prepare<[number]>("SELECT * FROM plays WHERE run_id = ? AND state = 'applied' ORDER BY id DESC"),
    allApplied: db.prepare<[]>("SELECT * FROM plays WHERE state = 'applied' ORDER BY id DESC"),
    total: db.prepare<[string | null, string | null]>(`SELECT count(*) ${selection}`).pluck(),
    list: db.prepare<[string | null, string | null, number, number]>(
      `SELECT * ${selection} ORDER BY viewed_at DESC, id DESC LIMIT ? OFFSET ?`,
    ),
    counts: db.prepare<[]>('SELECT state, reason, count(*) AS count FROM plays GROUP BY state, reason'),
    runs: db.prepare<[number]>(
      `SELECT play_run.id, play_run.started_at, count(plays.id) AS plays, count(DISTINCT scene_id) AS scenes,
         coalesce(sum(plays.state = 'undone'), 0) AS plays_undone
       FROM play_run LEFT JOIN plays ON plays.run_id = play_run.id AND plays.state IN ('applied', 'undone')
       GROUP BY play_run.id ORDER BY play_run.id DESC LIMIT ?`,
    ),
  }
}

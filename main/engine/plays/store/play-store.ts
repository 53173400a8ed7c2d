/** Owns the tables plays and play_run: every play that was seen, and its outcome. */
import type { Database } from 'better-sqlite3'
import * as z from 'zod'
import type { RatingKey, SceneId } from '../../../../shared/domain.ts'
import { type PlayReason, type PlayState, playReasonSchema, playStateSchema } from '../../../../shared/plays.ts'
import type { Clock } from '../../ports.ts'
import type { NewPlay, Play, PlayIdentity } from './play.ts'
import { playRow, playRows, runRow } from './play-row.ts'

/** A play that Stash refused this many times is tried again only on request. */
const triesWithoutRequest = 5

export interface PlaySelection {
  readonly state: PlayState | null
  readonly limit: number
  readonly offset: number
}

export class PlayStore {
  readonly #clock: Clock
  readonly #db: Database
  readonly #statements

  constructor(db: Database, clock: Clock) {
    this.#db = db
    this.#clock = clock
    this.#statements = statements(db)
  }

  /** All of it or nothing. */
  inTransaction<T>(work: () => T): T {
    return this.#db.transaction(work)()
  }

  /** True if the play was not known yet. A row that arrives again, also without its key by now, is the same play. */
  add(play: NewPlay): boolean {
    const { server, accountId, viewedAt, ratingKey, historyKey, title, source, state, reason } = play
    const known = historyKey === '' ? null : this.#byHistoryKey(play)
    if (known !== null) {
      // It came without a key at first: now it can be resolved.
      if (known.ratingKey === null && ratingKey !== null) this.#statements.setItem.run(ratingKey, ratingKey, known.id)
      return false
    }
    const now = this.#clock.now()
    const added = this.#statements.add.run({
      server,
      accountId,
      viewedAt,
      item: ratingKey ?? historyKey,
      ratingKey,
      historyKey,
      title,
      source,
      state,
      reason,
      now,
    })
    return added.changes > 0
  }

  get(id: number): Play | null {
    return playRow.optional().parse(this.#statements.get.get(id)) ?? null
  }

  /** True if a row of the history is stored already. */
  knows(play: PlayIdentity): boolean {
    if (play.historyKey !== '' && this.#byHistoryKey(play) !== null) return true
    const { server, accountId, viewedAt, ratingKey, historyKey } = play
    return this.#statements.knows.get(server, accountId, viewedAt, ratingKey ?? historyKey) !== undefined
  }

  /**
   * Items with plays that wait for a decision. Unless `thorough`, without those that waited in vain before: plays whose
   * match was unsure, and those that Stash refused several times.
   */
  openItems(server: string, thorough: boolean): RatingKey[] {
    return z
      .array(z.object({ rating_key: z.string() }))
      .parse(this.#statements.openItems.all(server, thorough ? 1 : 0, triesWithoutRequest))
      .map(({ rating_key }) => rating_key)
  }

  /** Plays of these items that wait for a decision, oldest first. */
  openOf(server: string, ratingKeys: readonly RatingKey[]): Play[] {
    return playRows.parse(this.#statements.openOf.all(server, JSON.stringify(ratingKeys)))
  }

  /** Plays that were seen without their item's key and can be resolved by nothing. Returns how many are parked now. */
  parkKeyless(server: string): number {
    return this.#statements.parkKeyless.run(this.#clock.now(), server).changes
  }

  intents(server: string): Play[] {
    return playRows.parse(this.#statements.intents.all(server))
  }

  /** Plays of a scene that are in Stash, of any Plex server. */
  appliedIn(sceneId: SceneId): Play[] {
    return playRows.parse(this.#statements.appliedIn.all(Number(sceneId)))
  }

  /** Plays whose undo was interrupted. */
  undoBegun(): Play[] {
    return playRows.parse(this.#statements.undoBegun.all())
  }

  /** What was dealt with before of a scene and the items that play it. */
  dealtWith(server: string, sceneId: SceneId, ratingKeys: readonly RatingKey[]): Play[] {
    return playRows.parse(this.#statements.dealtWith.all(server, Number(sceneId), server, JSON.stringify(ratingKeys)))
  }

  /** How many history rows an account has of an item. */
  countOf(server: string, ratingKey: RatingKey, accountId: number): number {
    return z.number().parse(this.#statements.countOf.get(server, ratingKey, accountId))
  }

  park(id: number, reason: PlayReason): void {
    this.#settle(id, 'parked', reason, null)
  }

  skip(id: number, reason: PlayReason, sceneId: SceneId | null): void {
    this.#settle(id, 'skipped', reason, sceneId)
  }

  /** Before the request: what is about to be in Stash. */
  intend(id: number, runId: number, sceneId: SceneId, stashAt: number): void {
    this.#statements.intend.run(Number(sceneId), stashAt, runId, this.#clock.now(), id)
  }

  applied(id: number): void {
    this.#statements.applied.run(this.#clock.now(), id)
  }

  /** The request did not reach Stash, or Stash refused it: nothing was written. */
  notApplied(id: number, state: 'seen' | 'failed', reason: PlayReason | null): void {
    this.#statements.notApplied.run(state, reason, this.#clock.now(), id)
  }

  beginUndo(id: number, occurrences: number): void {
    this.#statements.beginUndo.run(occurrences, this.#clock.now(), id)
  }

  undone(id: number): void {
    this.#statements.undone.run(this.#clock.now(), id)
  }

  beginRun(): number {
    return z.number().parse(this.#statements.beginRun.run(this.#clock.now()).lastInsertRowid)
  }

  hasRun(id: number): boolean {
    return this.#statements.hasRun.get(id) !== undefined
  }

  /** Plays that came to nothing and have not changed since `before` (epoch ms); `viewedFrom` in epoch seconds. */
  oldOnes(
    server: string,
    { before, viewedFrom, limit }: { readonly before: number; readonly viewedFrom: number; readonly limit: number },
  ): Play[] {
    return playRows.parse(this.#statements.oldOnes.all(before, server, viewedFrom, limit))
  }

  remove(ids: readonly number[]): void {
    this.#statements.remove.run(JSON.stringify(ids))
  }

  /** Runs from before that moment (epoch ms) of which nothing is left. */
  dropEmptyRuns(before: number): void {
    this.#statements.dropEmptyRuns.run(before)
  }

  /** Applied plays of a run, or of all; newest first. */
  appliedOf(runId: number | null): Play[] {
    return playRows.parse(runId === null ? this.#statements.allApplied.all() : this.#statements.appliedOf.all(runId))
  }

  list({ state, limit, offset }: PlaySelection): { readonly total: number; readonly plays: Play[] } {
    return {
      total: z.number().parse(this.#statements.total.get(state, state)),
      plays: playRows.parse(this.#statements.list.all(state, state, limit, offset)),
    }
  }

  /** How many plays are in each state for each reason. */
  counts(): { readonly state: PlayState; readonly reason: PlayReason | null; readonly count: number }[] {
    return z
      .array(z.object({ state: playStateSchema, reason: playReasonSchema.nullable(), count: z.number() }))
      .parse(this.#statements.counts.all())
  }

  /** Runs, newest first. */
  runs(limit: number): z.infer<typeof runRow>[] {
    return z.array(runRow).parse(this.#statements.runs.all(limit))
  }

  #byHistoryKey({ server, historyKey, accountId, viewedAt }: PlayIdentity): Play | null {
    return playRow.optional().parse(this.#statements.byHistoryKey.get(server, historyKey, accountId, viewedAt)) ?? null
  }

  #settle(id: number, state: PlayState, reason: PlayReason, sceneId: SceneId | null): void {
    this.#statements.settle.run(state, reason, sceneId === null ? null : Number(sceneId), this.#clock.now(), id)
  }
}

/** Indexes are named where SQLite, which knows nothing of the rows, would choose one that reads the whole table. */
function statements(db: Database) {
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

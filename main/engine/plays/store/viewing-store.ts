/** Owns the tables item_viewing, viewing_progress and viewing_write: the owner's state of items, and what we wrote of it. */
import type { Database } from 'better-sqlite3'
import * as z from 'zod'
import type { RatingKey, SceneId } from '../../../../shared/domain.ts'
import type { Clock } from '../../ports.ts'

export type ViewingKind = 'resume' | 'rating' | 'hand_mark'
export type WriteKind = 'resume' | 'rating'

const seenRow = z.object({
  view_count: z.number().nullable(),
  rows_seen: z.number().nullable(),
  view_offset: z.number().nullable(),
  viewed_at: z.number().nullable(),
  rating: z.number().nullable(),
})

export interface SeenViewing {
  readonly viewCount: number | null
  readonly rowsSeen: number | null
  readonly viewOffset: number | null
  readonly viewedAt: number | null
  readonly rating: number | null
}

const writeRow = z
  .object({
    id: z.number(),
    run_id: z.number(),
    kind: z.enum(['resume', 'rating']),
    server: z.string(),
    rating_key: z.string(),
    scene_id: z.number(),
    before: z.number().nullable(),
    after: z.number().nullable(),
    state: z.enum(['intent', 'applied', 'undone', 'lost']),
  })
  .transform(
    (row): ViewingWrite => ({
      id: row.id,
      runId: row.run_id,
      kind: row.kind,
      server: row.server,
      ratingKey: row.rating_key,
      sceneId: String(row.scene_id),
      before: row.before,
      after: row.after,
      state: row.state,
    }),
  )

export interface ViewingWrite {
  readonly id: number
  readonly runId: number
  readonly kind: WriteKind
  readonly server: string
  readonly ratingKey: RatingKey
  readonly sceneId: SceneId
  /** Seconds, or 1 to 100; null: not rated. */
  readonly before: number | null
  readonly after: number | null
  readonly state: 'intent' | 'applied' | 'undone' | 'lost'
}

/** Epoch seconds by the clock of the Plex server. */
export interface ViewingProgress {
  readonly baselineAt: number
  readonly readAt: number
}

const progressRow = z.object({ baseline_at: z.number(), read_at: z.number() })
const nothingSeen: SeenViewing = { viewCount: null, rowsSeen: null, viewOffset: null, viewedAt: null, rating: null }

const maybeSeenRow = seenRow.optional()
const maybeProgressRow = progressRow.optional()
const maybeWriteRow = writeRow.optional()
const writeRows = z.array(writeRow)
const countsRow = z.object({ resume: z.number(), ratings: z.number(), undone: z.number() })
const keyRows = z.array(z.object({ rating_key: z.string() }))

export class ViewingStore {
  readonly #clock: Clock
  readonly #db: Database
  readonly #statements

  constructor(db: Database, clock: Clock) {
    this.#db = db
    this.#clock = clock
    this.#statements = statements(db)
  }

  inTransaction<T>(work: () => T): T {
    return this.#db.transaction(work)()
  }

  seen(server: string, ratingKey: RatingKey): SeenViewing {
    const found = maybeSeenRow.parse(this.#statements.seen.get(server, ratingKey))
    if (found === undefined) return nothingSeen
    return {
      viewCount: found.view_count,
      rowsSeen: found.rows_seen,
      viewOffset: found.view_offset,
      viewedAt: found.viewed_at,
      rating: found.rating,
    }
  }

  note(server: string, ratingKey: RatingKey, change: Partial<SeenViewing>): void {
    this.#statements.note.run({ server, ratingKey, ...this.seen(server, ratingKey), ...change })
  }

  /** Items that had a rating when they were read last. */
  rated(server: string): RatingKey[] {
    return keyRows.parse(this.#statements.rated.all(server)).map(({ rating_key }) => rating_key)
  }

  /** Items that had been watched when they were read last. */
  watched(server: string): RatingKey[] {
    return keyRows.parse(this.#statements.watched.all(server)).map(({ rating_key }) => rating_key)
  }

  /** Null before the baseline of this kind. */
  progress(server: string, kind: ViewingKind): ViewingProgress | null {
    const found = maybeProgressRow.parse(this.#statements.progress.get(server, kind))
    return found === undefined ? null : { baselineAt: found.baseline_at, readAt: found.read_at }
  }

  noteRead(server: string, kind: ViewingKind, readAt: number): void {
    this.#statements.noteRead.run({ server, kind, readAt })
  }

  /** Switched off: what happens until it is on again is part of the next baseline. */
  forgetBaseline(kind: ViewingKind): void {
    this.inTransaction(() => {
      this.#statements.forgetBaseline.run(kind)
      if (kind === 'hand_mark') this.#statements.forgetCounts.run()
      if (kind === 'rating') this.#statements.forgetRatings.run()
    })
  }

  /** How many history rows of the item are no longer stored. */
  forgetRows(server: string, ratingKey: RatingKey, count: number): void {
    this.#statements.forgetRows.run(count, server, ratingKey)
  }

  /**
   * Drops writes from before that moment (epoch ms): those that are taken back, and those that a later one of ours replaced,
   * which then has the former value to put back.
   */
  forgetOld(before: number): void {
    this.inTransaction(() => {
      // One at a time: each hands its former value to the next.
      for (;;) {
        const write = maybeWriteRow.parse(this.#statements.replaced.get(before))
        if (write === undefined) break
        this.superseded(write)
      }
      this.#statements.dropOld.run(before)
    })
  }

  /** Before the request. */
  intend(write: Omit<ViewingWrite, 'id' | 'state'>): number {
    const { runId, kind, server, ratingKey, sceneId, before, after } = write
    const added = this.#statements.intend.run({
      runId,
      kind,
      server,
      ratingKey,
      sceneId: Number(sceneId),
      before,
      after,
      now: this.#clock.now(),
    })
    return z.number().parse(added.lastInsertRowid)
  }

  settle(id: number, state: 'applied' | 'undone' | 'lost'): void {
    this.#statements.settle.run(state, id)
  }

  /** No longer the present value. A later write of ours that replaced it gets its former value to put back. */
  superseded({ id, kind, sceneId, before, after }: ViewingWrite): void {
    this.inTransaction(() => {
      this.#statements.passOn.run(before, kind, Number(sceneId), id, after, after)
      this.#statements.settle.run('lost', id)
    })
  }

  /** The last value of this kind that is ours in a scene, or is about to be; null if there is none. */
  lastOf(kind: WriteKind, sceneId: SceneId): ViewingWrite | null {
    return maybeWriteRow.parse(this.#statements.lastOf.get(kind, Number(sceneId))) ?? null
  }

  /** Scenes and items where a resume point of ours may be. */
  ours(server: string, kind: WriteKind): ViewingWrite[] {
    return writeRows.parse(this.#statements.ours.all(server, kind))
  }

  /** Writes of a run, or of all; newest first. */
  appliedOf(runId: number | null): ViewingWrite[] {
    return writeRows.parse(runId === null ? this.#statements.allApplied.all() : this.#statements.appliedOf.all(runId))
  }

  countsOf(runId: number): { readonly resume: number; readonly ratings: number; readonly undone: number } {
    return countsRow.parse(this.#statements.countsOf.get(runId))
  }
}

function statements(db: Database) {
  const live = "state IN ('intent', 'applied')"
  return {
    seen: db.prepare<[string, string]>('SELECT * FROM item_viewing WHERE server = ? AND rating_key = ?'),
    note: db.prepare(
      `INSERT OR REPLACE INTO item_viewing (server, rating_key, view_count, rows_seen, view_offset, viewed_at, rating)
       VALUES (@server, @ratingKey, @viewCount, @rowsSeen, @viewOffset, @viewedAt, @rating)`,
    ),
    rated: db.prepare<[string]>('SELECT rating_key FROM item_viewing WHERE server = ? AND rating IS NOT NULL'),
    watched: db.prepare<[string]>('SELECT rating_key FROM item_viewing WHERE server = ? AND view_count > 0'),
    progress: db.prepare<[string, string]>('SELECT * FROM viewing_progress WHERE server = ? AND kind = ?'),
    noteRead: db.prepare(
      `INSERT INTO viewing_progress (server, kind, baseline_at, read_at) VALUES (@server, @kind, @readAt, @readAt)
       ON CONFLICT (server, kind) DO UPDATE SET read_at = excluded.read_at`,
    ),
    forgetBaseline: db.prepare<[string]>('DELETE FROM viewing_progress WHERE kind = ?'),
    forgetCounts: db.prepare<[]>('UPDATE item_viewing SET view_count = NULL, rows_seen = NULL'),
    forgetRatings: db.prepare<[]>('UPDATE item_viewing SET rating = NULL'),
    forgetRows: db.prepare<[number, string, string]>(
      'UPDATE item_viewing SET rows_seen = max(0, rows_seen - ?) WHERE server = ? AND rating_key = ?',
    ),
    replaced: db.prepare<[number]>(
      `SELECT * FROM viewing_write AS old WHERE state = 'applied' AND at < ? AND EXISTS (
         SELECT 1 FROM viewing_write AS later WHERE later.kind = old.kind AND later.scene_id = old.scene_id
           AND later.id > old.id AND later.state = 'applied') ORDER BY id LIMIT 1`,
    ),
    dropOld: db.prepare<[number]>("DELETE FROM viewing_write WHERE state IN ('undone', 'lost') AND at < ?"),
    intend: db.prepare(
      `INSERT INTO viewing_write (run_id, kind, server, rating_key, scene_id, before, after, state, at)
       VALUES (@runId, @kind, @server, @ratingKey, @sceneId, @before, @after, 'intent', @now)`,
    ),
    passOn: db.prepare<[number | null, string, number, number, number | null, number | null]>(
      `UPDATE viewing_write SET before = ? WHERE id = (
         SELECT min(id) FROM viewing_write WHERE kind = ? AND scene_id = ? AND id > ? AND ${live}
           AND (before IS ? OR abs(before - ?) < 0.5))`,
    ),
    settle: db.prepare<[string, number]>('UPDATE viewing_write SET state = ? WHERE id = ?'),
    lastOf: db.prepare<[string, number]>(
      `SELECT * FROM viewing_write WHERE kind = ? AND scene_id = ? AND ${live} ORDER BY id DESC LIMIT 1`,
    ),
    ours: db.prepare<[string, string]>(
      `SELECT * FROM viewing_write WHERE id IN (
         SELECT max(id) FROM viewing_write WHERE server = ? AND kind = ? AND ${live} GROUP BY scene_id)`,
    ),
    appliedOf: db.prepare<[number]>(`SELECT * FROM viewing_write WHERE run_id = ? AND ${live} ORDER BY id DESC`),
    allApplied: db.prepare<[]>(`SELECT * FROM viewing_write WHERE ${live} ORDER BY id DESC`),
    countsOf: db.prepare<[number]>(
      `SELECT coalesce(sum(kind = 'resume'), 0) AS resume, coalesce(sum(kind = 'rating'), 0) AS ratings,
         coalesce(sum(state = 'undone'), 0) AS undone FROM viewing_write WHERE run_id = ? AND state <> 'lost'`,
    ),
  }
}

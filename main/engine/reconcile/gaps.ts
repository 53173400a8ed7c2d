/** The gaps that the latest comparison found. Owns the table reconcile_gap. */
import type { Database } from 'better-sqlite3'
import * as z from 'zod'
import { type GapKind, type GapRow, gapKindSchema, gapRowSchema } from '../../../shared/contract.ts'
import type { Change, RatingKey, SceneId } from '../../../shared/domain.ts'
import { type SizedGap, sizedRow } from './gap-row.ts'

export interface Gap {
  readonly kind: GapKind
  readonly sceneId: SceneId | null
  readonly ratingKey: RatingKey | null
  readonly title: string
  readonly path: string
  /** Bytes of the file at `path`, where they are known. */
  readonly size: number | null
  readonly changes: readonly Change[]
  readonly skipped: GapRow['skipped']
  readonly enqueued: boolean
}

const countRows = z.array(z.object({ kind: gapKindSchema, count: z.number() }))
const openRows = z.array(z.object({ sceneId: z.number(), skipped: gapRowSchema.shape.skipped.catch(null) }))

export class Gaps {
  readonly #sql

  constructor(db: Database) {
    this.#sql = statements(db)
  }

  add(runId: number, gap: Gap): void {
    this.#sql.add.run({
      runId,
      kind: gap.kind,
      sceneId: gap.sceneId === null ? null : Number(gap.sceneId),
      ratingKey: gap.ratingKey === null ? null : Number(gap.ratingKey),
      title: gap.title,
      path: gap.path,
      changes: JSON.stringify(gap.changes),
      skipped: gap.skipped,
      enqueued: gap.enqueued ? 1 : 0,
      size: gap.size,
    })
  }

  counts(runId: number): Record<GapKind, number> {
    const counts = { missing: 0, empty: 0, stale: 0, drifted: 0, unknown_to_stash: 0 }
    const rows = countRows.parse(this.#sql.counts.all(runId))
    for (const { kind, count } of rows) counts[kind] = count
    return counts
  }

  countSkipped(runId: number, reason: NonNullable<GapRow['skipped']>): number {
    return z.number().parse(this.#sql.countSkipped.get(runId, reason))
  }

  /** The first gaps of a kind. */
  ofKind(runId: number, kind: GapKind, atMost: number): SizedGap[] {
    return this.#sql.ofKind.all(runId, kind, atMost).map(sizedRow)
  }

  /** Scenes with gaps that are not in the queue yet, by id after `after`; each once. */
  notEnqueued(
    runId: number,
    kind: GapKind | null,
    after: number,
    limit: number,
  ): { sceneId: number; skipped: GapRow['skipped'] }[] {
    return openRows.parse(this.#sql.notEnqueued.all({ runId, kind, after, limit }))
  }

  markEnqueued(runId: number, sceneId: number): void {
    this.#sql.markEnqueued.run(runId, sceneId)
  }

  clear(): void {
    this.#sql.clear.run()
  }
}

function statements(db: Database) {
  return {
    add: db.prepare(
      `INSERT INTO reconcile_gap (run_id, kind, scene_id, rating_key, title, path, changes, skipped, enqueued, size)
       VALUES (@runId, @kind, @sceneId, @ratingKey, @title, @path, @changes, @skipped, @enqueued, @size)`,
    ),
    counts: db.prepare<[number]>('SELECT kind, count(*) AS count FROM reconcile_gap WHERE run_id = ? GROUP BY kind'),
    countSkipped: db
      .prepare<[number, string]>('SELECT count(*) FROM reconcile_gap WHERE run_id = ? AND skipped = ?')
      .pluck(),
    ofKind: db.prepare<[number, GapKind, number]>(
      'SELECT * FROM reconcile_gap WHERE run_id = ? AND kind = ? ORDER BY id LIMIT ?',
    ),
    notEnqueued: db.prepare<[{ runId: number; kind: GapKind | null; after: number; limit: number }]>(
      `SELECT scene_id AS sceneId, min(skipped) AS skipped FROM reconcile_gap
       WHERE run_id = @runId AND scene_id > @after AND enqueued = 0 AND (@kind IS NULL OR kind = @kind)
       GROUP BY scene_id ORDER BY scene_id LIMIT @limit`,
    ),
    markEnqueued: db.prepare<[number, number]>(
      'UPDATE reconcile_gap SET enqueued = 1, skipped = NULL WHERE run_id = ? AND scene_id = ?',
    ),
    clear: db.prepare<[]>('DELETE FROM reconcile_gap'),
  }
}

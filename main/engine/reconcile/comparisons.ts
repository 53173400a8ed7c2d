/**
 * The comparisons, the present one and those before it, and from when on scheduled ones are counted. Owns the tables
 * reconcile_run, reconcile_open and reconcile_schedule.
 */

import type { Database } from 'better-sqlite3'
import * as z from 'zod'
import {
  type GapKind,
  type ReconcileRun,
  type ReconcileScope,
  reconcileRunSchema,
  reconcileScopeSchema,
} from '../../../shared/contract.ts'
import type { SceneId } from '../../../shared/domain.ts'
import { moment } from '../../../shared/moment.ts'
import { remarkOfFault } from '../../../shared/remarks.ts'
import type { Fault } from '../../../shared/result.ts'
import { remarkStored, sentenceOf, storedRemark } from '../database/stored-remark.ts'
import type { Clock } from '../ports.ts'
import type { Gaps } from './gaps.ts'

type ComparisonState = ReconcileRun['state']
export type ComparisonOrigin = 'manual' | 'scheduled'

/** Everything that a run counts; added up in the same transaction as what it counts. */
export interface ComparisonCounts {
  scenes_checked: number
  scenes_total: number | null
  plex_items: number
  enqueued: number
  already_queued: number
  no_metadata: number
  no_file: number
  filtered: number
  pending_rewrite: number
  stash_requests: number
  plex_requests: number
}

const count = z.number()
const idsSchema = z.array(z.number())
/** A schema that each look at the clock would make again costs more than the look. */
const momentSchema = z.number().nullish()
const comparisonRow = z.object({
  id: count,
  scope: reconcileScopeSchema,
  dry_run: count.transform(Boolean),
  origin: z.enum(['manual', 'scheduled']),
  state: reconcileRunSchema.shape.state,
  started_at: count,
  finished_at: count.nullable(),
  worked_ms: count,
  problem: z.string().nullable(),
  plex_listed: count.transform(Boolean),
  after_scene: count,
  scenes_checked: count,
  scenes_total: count.nullable(),
  plex_items: count,
  enqueued: count,
  already_queued: count,
  no_metadata: count,
  no_file: count,
  filtered: count,
  pending_rewrite: count,
  stash_requests: count,
  plex_requests: count,
  /** As counted when the run ended; null while it runs, and for runs of earlier releases. */
  gaps: z.string().nullable(),
})
/** The column `gaps`. */
const gapCountsSchema = reconcileRunSchema.shape.gaps
export type ComparisonRow = z.infer<typeof comparisonRow>

/** Older ones are dropped. */
const mostKept = 30

/** How far a comparison has come. */
export interface ComparisonProgress {
  readonly afterScene: number
  readonly counts: ComparisonCounts
  readonly workedMs: number
  /** Scenes whose items are still to be read. */
  readonly open: readonly SceneId[]
}

/** What is stored of a comparison that has ended. */
export interface ComparisonEnd {
  readonly state: Exclude<ComparisonState, 'running'>
  readonly counts: ComparisonCounts
  readonly workedMs: number
  readonly problem: Fault | null
}

export class Comparisons {
  readonly #clock: Clock
  readonly #gaps: Gaps
  readonly #sql

  constructor(db: Database, clock: Clock, gaps: Gaps) {
    this.#clock = clock
    this.#gaps = gaps
    this.#sql = statements(db)
  }

  /** A new comparison in state `running`. */
  begin(scope: ReconcileScope, dryRun: boolean, origin: ComparisonOrigin): ComparisonRow {
    const row = comparisonRow.parse(this.#sql.begin.get(scope, dryRun ? 1 : 0, origin, this.#clock.now()))
    this.#sql.trim.run(row.id - mostKept)
    this.#sql.closeAll.run()
    return row
  }

  get(id: number): ComparisonRow | null {
    return comparisonRow.nullable().parse(this.#sql.get.get(id) ?? null)
  }

  /** The comparisons that are kept, the latest first. */
  list(): ComparisonRow[] {
    return z.array(comparisonRow).parse(this.#sql.list.all())
  }

  latest(): ComparisonRow | null {
    return comparisonRow.nullable().parse(this.#sql.latest.get() ?? null)
  }

  /** The run as the window and the command line show it. */
  shown(row: ComparisonRow): ReconcileRun {
    const kept = row.gaps === null ? null : gapCountsSchema.safeParse(JSON.parse(row.gaps))
    return shownComparison(row, kept?.success === true ? kept.data : this.#gaps.counts(row.id))
  }

  /** How many scenes with a gap a run did not enqueue because a setting switches that off. */
  switchedOff(id: number): number {
    return this.#gaps.countSkipped(id, 'switched_off')
  }

  /** Scheduled comparisons are counted from this moment (epoch ms) on, unless they are counted already. */
  countFrom(now: number): void {
    this.#sql.countFrom.run(now)
  }

  /** When the last scheduled comparison began, or from when on they are counted; epoch ms. */
  countedSince(): number {
    const last = momentSchema.parse(this.#sql.lastScheduled.get())
    return last ?? momentSchema.parse(this.#sql.countedFrom.get()) ?? this.#clock.now()
  }

  /** Plex's side is known; `listed` where all of it was listed. */
  plexRead(id: number, listed: boolean, items: number): void {
    this.#sql.plexRead.run(listed ? 1 : 0, items, id)
  }

  /** All scenes up to `afterScene` are done, except for the open ones; with the counts as they are by then. */
  progress(id: number, { afterScene, counts, workedMs, open }: ComparisonProgress): void {
    this.#sql.progress.run({ ...counts, id, afterScene, workedMs })
    this.#sql.closeAll.run()
    for (const sceneId of open) this.#sql.open.run(Number(sceneId))
  }

  openScenes(): SceneId[] {
    return idsSchema.parse(this.#sql.openScenes.all()).map(String)
  }

  end(id: number, { state, counts, workedMs, problem }: ComparisonEnd): void {
    this.#sql.progress.run({ ...counts, id, afterScene: null, workedMs })
    this.#sql.end.run(
      state,
      this.#clock.now(),
      problem && storedRemark(remarkOfFault(problem)),
      JSON.stringify(this.#gaps.counts(id)),
      id,
    )
  }

  /** An interrupted run continues. */
  goOn(id: number): void {
    this.#sql.goOn.run(id)
  }

  /** What a process that is gone has left as running. */
  markInterrupted(): void {
    this.#sql.markInterrupted.run(this.#clock.now())
  }
}

function shownComparison(row: ComparisonRow, gaps: Readonly<Record<GapKind, number>>): ReconcileRun {
  return {
    id: row.id,
    scope: row.scope,
    dry_run: row.dry_run,
    state: row.state,
    started_at: moment(row.started_at),
    finished_at: moment(row.finished_at),
    scenes_checked: row.scenes_checked,
    scenes_total: row.scenes_total,
    plex_items: row.plex_items,
    gaps,
    enqueued: row.enqueued,
    skipped: {
      already_queued: row.already_queued,
      no_metadata: row.no_metadata,
      no_file: row.no_file,
      filtered: row.filtered,
    },
    pending_rewrite: row.pending_rewrite,
    requests: { stash: row.stash_requests, plex: row.plex_requests },
    seconds: row.worked_ms / 1000,
    problem: row.problem && sentenceOf(row.problem),
    ...(row.problem !== null && remarkStored(row.problem)),
  }
}

export function countsOf(row: ComparisonRow): ComparisonCounts {
  const { scenes_checked, scenes_total, plex_items, enqueued } = row
  const { already_queued, no_metadata, no_file, filtered, pending_rewrite, stash_requests, plex_requests } = row
  return {
    scenes_checked,
    scenes_total,
    plex_items,
    enqueued,
    already_queued,
    no_metadata,
    no_file,
    filtered,
    pending_rewrite,
    stash_requests,
    plex_requests,
  }
}

function statements(db: Database) {
  return {
    begin: db.prepare<[ReconcileScope, number, ComparisonOrigin, number]>(
      `INSERT INTO reconcile_run (scope, dry_run, origin, state, started_at) VALUES (?, ?, ?, 'running', ?) RETURNING *`,
    ),
    trim: db.prepare<[number]>('DELETE FROM reconcile_run WHERE id <= ?'),
    get: db.prepare<[number]>('SELECT * FROM reconcile_run WHERE id = ?'),
    list: db.prepare<[]>('SELECT * FROM reconcile_run ORDER BY id DESC'),
    latest: db.prepare<[]>('SELECT * FROM reconcile_run ORDER BY id DESC LIMIT 1'),
    lastScheduled: db.prepare<[]>("SELECT max(started_at) FROM reconcile_run WHERE origin = 'scheduled'").pluck(),
    countFrom: db.prepare<[number]>('INSERT OR IGNORE INTO reconcile_schedule (only_row, counted_from) VALUES (1, ?)'),
    countedFrom: db.prepare<[]>('SELECT counted_from FROM reconcile_schedule').pluck(),
    plexRead: db.prepare<[number, number, number]>(
      'UPDATE reconcile_run SET plex_listed = ?, plex_items = ? WHERE id = ?',
    ),
    progress: db.prepare<ComparisonCounts & { id: number; afterScene: number | null; workedMs: number }>(
      `UPDATE reconcile_run SET after_scene = coalesce(@afterScene, after_scene), worked_ms = @workedMs,
         scenes_checked = @scenes_checked, scenes_total = @scenes_total, plex_items = @plex_items,
         enqueued = @enqueued, already_queued = @already_queued, no_metadata = @no_metadata, no_file = @no_file,
         filtered = @filtered, pending_rewrite = @pending_rewrite,
         stash_requests = @stash_requests, plex_requests = @plex_requests
       WHERE id = @id`,
    ),
    end: db.prepare<[ComparisonState, number, string | null, string, number]>(
      'UPDATE reconcile_run SET state = ?, finished_at = ?, problem = ?, gaps = ? WHERE id = ?',
    ),
    goOn: db.prepare<[number]>(
      "UPDATE reconcile_run SET state = 'running', finished_at = NULL, problem = NULL, gaps = NULL WHERE id = ?",
    ),
    markInterrupted: db.prepare<[number]>(
      "UPDATE reconcile_run SET state = 'interrupted', finished_at = ? WHERE state = 'running'",
    ),
    open: db.prepare<[number]>('INSERT OR IGNORE INTO reconcile_open (scene_id) VALUES (?)'),
    closeAll: db.prepare<[]>('DELETE FROM reconcile_open'),
    openScenes: db.prepare<[]>('SELECT scene_id FROM reconcile_open ORDER BY scene_id').pluck(),
  }
}

/** How far the sweep has come, and which states of scenes it has dealt with. Owns the tables sweep and sweep_noted. */
import type { Database } from 'better-sqlite3'
import * as z from 'zod'
import type { SceneId } from '../../../shared/domain.ts'

export interface SweepProgress {
  /** The latest `updated_at` seen, in Stash's own words; null before the first sweep. */
  readonly newest: string | null
  /** Epoch ms of the last pass over all ids; null while there is no baseline. */
  readonly fullAt: number | null
  /** The scene up to which a pass over all ids has come; 0 while none is under way. */
  readonly fullAfter: number
}

const progressRow = z
  .object({ newest: z.string().nullable(), full_at: z.number().nullable(), full_after: z.number() })
  .transform((row): SweepProgress => ({ newest: row.newest, fullAt: row.full_at, fullAfter: row.full_after }))

export class SweepState {
  readonly #get
  readonly #save
  readonly #noted
  readonly #note
  readonly #forget
  readonly #forgetHandled
  readonly #knownScenes
  readonly #lastKnown

  constructor(db: Database) {
    this.#get = db.prepare<[]>('SELECT newest, full_at, full_after FROM sweep')
    this.#save = db.prepare<[string | null, number | null, number]>(
      'INSERT OR REPLACE INTO sweep (only_row, newest, full_at, full_after) VALUES (1, ?, ?, ?)',
    )
    this.#noted = db.prepare<[number]>('SELECT version FROM sweep_noted WHERE scene_id = ?').pluck()
    this.#note = db.prepare<[number, string]>('INSERT OR REPLACE INTO sweep_noted (scene_id, version) VALUES (?, ?)')
    this.#forget = db.prepare<[number]>('DELETE FROM sweep_noted WHERE scene_id = ?')
    this.#forgetHandled = db.prepare<[]>(
      `DELETE FROM sweep_noted WHERE EXISTS (
         SELECT 1 FROM scene_state WHERE scene_state.scene_id = sweep_noted.scene_id AND handled_version = version)`,
    )
    this.#knownScenes = db.prepare<[]>('SELECT count(*) FROM scene_state').pluck()
    this.#lastKnown = db.prepare<[]>('SELECT coalesce(max(scene_id), 0) FROM scene_state').pluck()
  }

  get(): SweepProgress {
    return progressRow.parse(this.#get.get() ?? { newest: null, full_at: null, full_after: 0 })
  }

  save({ newest, fullAt, fullAfter }: SweepProgress): void {
    this.#save.run(newest, fullAt, fullAfter)
  }

  /** The state of the scene that a sweep has dealt with last; null where none has. */
  noted(sceneId: SceneId): string | null {
    return z
      .string()
      .nullable()
      .parse(this.#noted.get(Number(sceneId)) ?? null)
  }

  note(sceneId: SceneId, version: string): void {
    this.#note.run(Number(sceneId), version)
  }

  forget(sceneId: SceneId): void {
    this.#forget.run(Number(sceneId))
  }

  /** Notes that a job has caught up with. */
  forgetHandled(): void {
    this.#forgetHandled.run()
  }

  /** How many scenes have a state. */
  knownScenes(): number {
    return z.number().parse(this.#knownScenes.get())
  }

  /** The highest id of a scene that has a state. */
  lastKnown(): number {
    return z.number().parse(this.#lastKnown.get())
  }
}

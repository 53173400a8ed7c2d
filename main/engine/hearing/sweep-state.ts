/** How far the sweep has come, and which states of scenes it has dealt with. Owns the tables sweep and sweep_noted. */
import type { Database } from 'better-sqlite3'
import * as z from 'zod'
import type { SceneId } from '../../../shared/domain.ts'
import { type Doubt, noDoubt } from './clock-doubt.ts'

export interface SweepProgress {
  /** The latest `updated_at` seen, in Stash's own words; null before the first sweep. */
  readonly newest: string | null
  /** Epoch ms of the last pass over all ids; null while there is no baseline. */
  readonly fullAt: number | null
  /** The scene up to which a pass over all ids has come; 0 while none is under way. */
  readonly fullAfter: number
  readonly doubt: Doubt
  /** What a pass over all scenes is wanted for: a count that moved without a newer stamp. */
  readonly census: Census | null
}

const censuses = ['ids', 'files'] as const
/** `files`: the files of all scenes are to be compared as well. */
type Census = (typeof censuses)[number]

const progressRow = z
  .object({
    newest: z.string().nullable(),
    full_at: z.number().nullable(),
    full_after: z.number(),
    doubt_until: z.number().nullable(),
    doubt_since: z.number().nullable(),
    census: z.enum(censuses).nullable(),
  })
  .transform(
    (row): SweepProgress => ({
      newest: row.newest,
      fullAt: row.full_at,
      fullAfter: row.full_after,
      doubt: { until: row.doubt_until, since: row.doubt_since },
      census: row.census,
    }),
  )

const none: SweepProgress = { newest: null, fullAt: null, fullAfter: 0, doubt: noDoubt, census: null }

const numberSchema = z.number()

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
    this.#get = db.prepare<[]>('SELECT newest, full_at, full_after, doubt_until, doubt_since, census FROM sweep')
    this.#save = db.prepare<[string | null, number | null, number, number | null, number | null, string | null]>(
      `INSERT OR REPLACE INTO sweep (only_row, newest, full_at, full_after, doubt_until, doubt_since, census)
       VALUES (1, ?, ?, ?, ?, ?, ?)`,
    )
    this.#noted = db.prepare<[number]>('SELECT version FROM sweep_noted WHERE scene_id = ?').pluck()
    this.#note = db.prepare<[number, string]>('INSERT OR REPLACE INTO sweep_noted (scene_id, version) VALUES (?, ?)')
    this.#forget = db.prepare<[number]>('DELETE FROM sweep_noted WHERE scene_id = ?')
    this.#forgetHandled = db.prepare<[]>(
      `DELETE FROM sweep_noted WHERE EXISTS (
         SELECT 1 FROM scene_state WHERE scene_state.scene_id = sweep_noted.scene_id
           AND version IN (handled_version, handled_version || '#' || files_key))`,
    )
    this.#knownScenes = db.prepare<[]>('SELECT count(*) FROM scene_state').pluck()
    this.#lastKnown = db.prepare<[]>('SELECT coalesce(max(scene_id), 0) FROM scene_state').pluck()
  }

  get(): SweepProgress {
    const row = this.#get.get()
    return row === undefined ? none : progressRow.parse(row)
  }

  /** Changes what is given, and leaves the rest. */
  save(change: Partial<SweepProgress>): void {
    const { newest, fullAt, fullAfter, doubt, census } = { ...this.get(), ...change }
    this.#save.run(newest, fullAt, fullAfter, doubt.until, doubt.since, census)
  }

  /** The state of the scene that a sweep has dealt with last; null if none has. */
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
    return numberSchema.parse(this.#knownScenes.get())
  }

  /** The highest id of a scene that has a state. */
  lastKnown(): number {
    return numberSchema.parse(this.#lastKnown.get())
  }
}

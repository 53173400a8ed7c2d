/** The table of what PlexSync knows of each scene. */
import type { Database } from 'better-sqlite3'
import * as z from 'zod'
import type { JobKind, SceneId, StashScene } from '../../../shared/domain.ts'
import { type InTransaction, snapshotsOf } from '../database/transaction.ts'
import { filesKey, sceneKey } from '../stash/scene-keys.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'
import {
  type Cover,
  type Handling,
  type KnownVersion,
  noCover,
  type SceneSeen,
  type SceneState,
  stateRow,
  versionRow,
  type YoungScene,
  youngRow,
} from './scene-state.ts'

/** How many rows one step of a scan over all scenes reads, so that the event loop is never held for long. */
const scanStep = 4_000

interface NewState {
  readonly id: SceneId
  readonly title: string
  readonly updatedAt: string
  readonly now: number
  readonly handling: Handling
  /** JSON. */
  readonly carries: string
  readonly filesKey: string
  readonly youngKey: string | null
}

const maybeStateRow = stateRow.optional()
const versionRows = z.array(versionRow)
const youngRows = z.array(youngRow)
const numberSchema = z.number()

export class SceneStates {
  readonly #readTogether: InTransaction
  readonly #get
  readonly #coverOf
  readonly #put
  readonly #itemGone
  readonly #drop
  readonly #count
  readonly #carriers
  readonly #versions
  readonly #lastId
  readonly #noteFiles
  readonly #young
  readonly #grown

  constructor(db: Database) {
    this.#readTogether = snapshotsOf(db)
    this.#get = db.prepare<[number]>('SELECT * FROM scene_state WHERE scene_id = ?')
    this.#coverOf = db.prepare<[number], Cover>(
      'SELECT cover_etag AS etag, cover_sha1 AS sha1, cover_version AS version FROM scene_state WHERE scene_id = ?',
    )
    // Values by place: binding eleven names takes as long as the write.
    this.#put = db.prepare(
      `INSERT INTO scene_state (scene_id, title, handled_version, handled_at, outcome, carries, files_key, young_key,
         cover_etag, cover_sha1, cover_version)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (scene_id) DO UPDATE SET title = excluded.title, handled_version = excluded.handled_version,
         handled_at = excluded.handled_at, outcome = excluded.outcome, carries = excluded.carries,
         files_key = excluded.files_key, young_key = excluded.young_key,
         cover_etag = coalesce(?, cover_etag), cover_sha1 = coalesce(?, cover_sha1),
         cover_version = coalesce(?, cover_version)`,
    )
    this.#itemGone = db.prepare<[number]>(
      "UPDATE scene_state SET outcome = 'missing' WHERE scene_id = ? AND outcome IN ('synced', 'unchanged')",
    )
    this.#drop = db.prepare<[number]>('DELETE FROM scene_state WHERE scene_id = ?')
    this.#count = db.prepare<[]>("SELECT count(*) FROM scene_state WHERE outcome IN ('synced', 'unchanged')").pluck()
    this.#carriers = db
      .prepare<[number, number, string, string]>(
        `SELECT scene_id FROM scene_state WHERE scene_id > ? AND scene_id <= ?
           AND EXISTS (SELECT 1 FROM json_each(carries, '$.' || ?) WHERE value = ?)`,
      )
      .pluck()
    this.#versions = db.prepare<[number, number]>(
      'SELECT scene_id, handled_version, files_key, outcome FROM scene_state WHERE scene_id > ? ORDER BY scene_id LIMIT ?',
    )
    this.#lastId = db.prepare<[]>('SELECT coalesce(max(scene_id), 0) FROM scene_state').pluck()
    this.#noteFiles = db.prepare<[string, number]>('UPDATE scene_state SET files_key = ? WHERE scene_id = ?')
    // `+ 0`, or SQLite would prepare it again each time: see `dueFrom` in queue/job-statements.ts.
    this.#young = db.prepare<[number]>(
      `SELECT scene_id, handled_version, young_key, cover_etag, cover_sha1, cover_version
       FROM scene_state WHERE young_key IS NOT NULL ORDER BY scene_id LIMIT ? + 0`,
    )
    this.#grown = db.prepare<[number]>('UPDATE scene_state SET young_key = NULL WHERE scene_id = ?')
  }

  get(sceneId: SceneId): SceneState | null {
    return maybeStateRow.parse(this.#get.get(Number(sceneId))) ?? null
  }

  /** The covers of these scenes as last seen; scenes never seen are absent. */
  covers(sceneIds: readonly SceneId[]): ReadonlyMap<SceneId, Cover> {
    const covers = new Map<SceneId, Cover>()
    this.#readTogether(() => {
      for (const id of sceneIds) {
        const cover = this.#coverOf.get(Number(id))
        if (cover !== undefined) covers.set(id, cover)
      }
    })
    return covers
  }

  /** Records that this state of the scene was handled, in whichever way: a sweep does not bring it back. `cover` null keeps what is known of it. */
  handled(scene: StashScene, handling: Handling, cover: Cover | null, now: number): void {
    const carries = JSON.stringify({
      performer: scene.performers.map((performer) => performer.id),
      studio: scene.studio === null ? [] : [scene.studio.id],
      tag: [...scene.tags, ...scene.performers.flatMap(({ tags }) => tags ?? [])].map((tag) => tag.id),
      group: scene.groupIds,
    })
    const youngKey = scene.young ? sceneKey(scene) : null
    this.#save({ ...scene, filesKey: filesKey(scene.files), youngKey, handling, carries, now }, cover)
  }

  /** Only the version, for a scene of the first sweep's baseline. @param youngKey where its stamp proves nothing yet. */
  baseline({ id, updatedAt, filesKey }: SceneSeen, youngKey: string | null, now: number): void {
    const nothing = { title: '', handling: 'baseline', carries: '{}' } as const
    this.#save({ ...nothing, id, updatedAt, filesKey: filesKey ?? '', youngKey, now }, null)
  }

  #save({ id, title, updatedAt, now, handling, carries, filesKey, youngKey }: NewState, cover: Cover | null): void {
    const { etag, sha1, version } = cover ?? noCover
    const state = [Number(id), title, updatedAt, now, handling, carries, filesKey, youngKey, etag, sha1, version]
    this.#put.run(...state, cover?.etag ?? null, cover?.sha1 ?? null, cover?.version ?? null)
  }

  /** The files of a scene whose files were not known. */
  noteFiles(sceneId: SceneId, key: string): void {
    this.#noteFiles.run(key, Number(sceneId))
  }

  /** Scenes to be read again. */
  young(limit: number): YoungScene[] {
    return youngRows.parse(this.#young.all(limit))
  }

  /** A scene was read again. */
  grown(sceneId: SceneId): void {
    this.#grown.run(Number(sceneId))
  }

  /** The item of a scene is gone from Plex: the scene counts as in sync no more. */
  itemGone(sceneId: SceneId): void {
    this.#itemGone.run(Number(sceneId))
  }

  drop(sceneId: SceneId): void {
    this.#drop.run(Number(sceneId))
  }

  inSync(): number {
    return numberSchema.parse(this.#count.get())
  }

  /** Scenes that carried a performer, studio, tag or group when they were handled last; in steps that let others run. */
  async carriersOf(kind: Exclude<JobKind, 'scene'>, id: string): Promise<SceneId[]> {
    const last = numberSchema.parse(this.#lastId.get())
    const found: SceneId[] = []
    for (let from = 0; from < last; from += scanStep) {
      found.push(
        ...z
          .array(z.number())
          .parse(this.#carriers.all(from, from + scanStep, kind, id))
          .map(String),
      )
      await yieldToEventLoop()
    }
    return found
  }

  /** Pages of what is known of each scene, by id, for the sweep and the comparison. */
  versionsAfter(sceneId: number, limit: number): KnownVersion[] {
    return versionRows.parse(this.#versions.all(sceneId, limit))
  }
}

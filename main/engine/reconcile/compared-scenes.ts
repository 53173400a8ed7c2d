/**
 * Keeps each scene as the last full comparison read it. A scene of the same stamp and files, whose performers, studio, tags
 * and groups are called the same, need not be read from Stash again. Owns the tables compared_scene and
 * compared_files.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Database } from 'better-sqlite3'
import * as z from 'zod'
import { type SceneId, type StashScene, sceneIdSchema } from '../../../shared/domain.ts'
import { type InTransaction, unhurriedTransactionsOf } from '../database/transaction.ts'
import { filesKey } from '../stash/scene-keys.ts'

const text = z.string()
const named = z.object({ id: text, name: text })

const sceneSchema: z.ZodType<StashScene> = z.strictObject({
  id: sceneIdSchema,
  title: text,
  details: text,
  date: text,
  rating100: z.number().nullable(),
  organized: z.boolean(),
  updatedAt: text,
  studio: named.extend({ parentName: text.nullable(), parentId: text.exactOptional() }).strict().nullable(),
  performers: z.array(named.extend({ disambiguation: text.exactOptional(), gender: text.exactOptional() }).strict()),
  tags: z.array(named.strict()),
  groupIds: z.array(text),
  files: z.array(z.strictObject({ path: text, size: z.number().nullable(), duration: z.number().nullable() })),
  groups: z.array(named.strict()).exactOptional(),
  code: text.exactOptional(),
  director: text.exactOptional(),
  hasUrl: z.boolean().exactOptional(),
  hasStashId: z.boolean().exactOptional(),
})

const rowSchema = z
  .object({
    scene_id: z.number(),
    version: text,
    files_key: text,
    file_count: z.number(),
    fields: text,
    content: z.instanceof(Uint8Array),
  })
  .transform(({ scene_id, version, files_key, file_count, fields, content }): ComparedScene => {
    return { id: String(scene_id), version, filesKey: files_key, fileCount: file_count, fields, content }
  })

const rowsSchema = z.array(rowSchema)

export interface ComparedScene {
  readonly id: SceneId
  readonly version: string
  readonly filesKey: string
  readonly fileCount: number
  readonly fields: string
  readonly content: Uint8Array
}

export class ComparedScenes {
  readonly #db: Database
  /** Of scenes that a power cut takes, the next comparison knows nothing, and reads them from Stash. */
  readonly #inUnhurried: InTransaction
  readonly #sql

  constructor(db: Database) {
    this.#db = db
    this.#inUnhurried = unhurriedTransactionsOf(db)
    this.#sql = statements(db)
  }

  /** Those after a scene id, by id. */
  after(sceneId: number, limit: number): ComparedScene[] {
    return rowsSchema.parse(this.#sql.after.all(sceneId, limit))
  }

  /** @param fields which optional fields were read. */
  keep(scenes: readonly StashScene[], fields: string): void {
    if (scenes.length === 0) return
    this.#inUnhurried(() => {
      for (const scene of scenes) {
        const { id, updatedAt, files } = scene
        this.#sql.keep.run(Number(id), updatedAt, filesKey(files), files.length, fields, packed(scene))
      }
    })
  }

  forget(ids: readonly SceneId[]): void {
    if (ids.length === 0) return
    this.#db.transaction(() => {
      for (const id of ids) this.#sql.forget.run(Number(id))
    })()
  }

  /** Ids or stamps may mean other scenes than before. */
  forgetAll(): void {
    this.#db.transaction(() => {
      this.#sql.forgetScenes.run()
      this.#sql.forgetFiles.run()
    })()
  }

  /** Stash's time as a stamp, when the scenes were read; null if that is not known. */
  filesUntil(): string | null {
    return text.nullable().parse(this.#sql.filesUntil.get() ?? null)
  }

  saveFilesUntil(stamp: string): void {
    this.#sql.saveFilesUntil.run(stamp)
  }
}

/** The scene that was kept; null if another release kept something that this one does not know. */
export function unpacked({ content }: ComparedScene): StashScene | null {
  const parsed = sceneSchema.safeParse(
    JSON.parse(inflateRawSync(content, { chunkSize: Math.max(1024, 4 * content.length) }).toString('utf8')),
  )
  return parsed.success ? parsed.data : null
}

/**
 * A scene has a few kilobytes. With zlib's own measure each would take 256 KiB for its window and 16 KiB for its result,
 * which is freed much later: 40,000 of them let the process grow by 60 MB.
 */
function packed(scene: StashScene): Uint8Array {
  const json = Buffer.from(JSON.stringify(scene))
  return deflateRawSync(json, { level: 1, windowBits: 13, memLevel: 5, chunkSize: Math.max(1024, json.length >> 1) })
}

function statements(db: Database) {
  return {
    after: db.prepare<[number, number]>(
      `SELECT scene_id, version, files_key, file_count, fields, content FROM compared_scene
       WHERE scene_id > ? ORDER BY scene_id LIMIT ?`,
    ),
    keep: db.prepare<[number, string, string, number, string, Uint8Array]>(
      `INSERT OR REPLACE INTO compared_scene (scene_id, version, files_key, file_count, fields, content)
       VALUES (?, ?, ?, ?, ?, ?)`,
    ),
    forget: db.prepare<[number]>('DELETE FROM compared_scene WHERE scene_id = ?'),
    forgetScenes: db.prepare<[]>('DELETE FROM compared_scene'),
    forgetFiles: db.prepare<[]>('DELETE FROM compared_files'),
    filesUntil: db.prepare<[]>('SELECT until_at FROM compared_files').pluck(),
    saveFilesUntil: db.prepare<[string]>('INSERT OR REPLACE INTO compared_files (only_row, until_at) VALUES (1, ?)'),
  }
}

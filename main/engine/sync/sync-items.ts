/** The table of the items that PlexSync has written, is writing, or can take back. */
import type { Database } from 'better-sqlite3'
import * as z from 'zod'
import type { PlexFile, RatingKey, SceneId } from '../../../shared/domain.ts'
import type { Base } from '../merge/base.ts'
import { type ItemIdentity, itemOf, type LastWrite, type SyncItem } from './sync-item.ts'

const idsSchema = z.array(z.number())
const momentSchema = z.number().nullable()

export class SyncItems {
  readonly #get
  readonly #writerOf
  readonly #ofScene
  readonly #hasWritten
  readonly #writersOf
  readonly #begin
  readonly #record
  readonly #undone
  readonly #adopted
  readonly #verified
  readonly #posterShown
  readonly #unverified
  readonly #lastWritten
  readonly #drop
  readonly #dropScene
  readonly #dropAll

  constructor(db: Database) {
    this.#get = db.prepare<[number]>('SELECT * FROM sync_item WHERE rating_key = ?')
    this.#writerOf = db.prepare<[number], number>('SELECT scene_id FROM sync_item WHERE rating_key = ?').pluck()
    this.#ofScene = db.prepare<[number]>('SELECT * FROM sync_item WHERE scene_id = ? ORDER BY rating_key')
    this.#hasWritten = db.prepare<[number]>(
      'SELECT 1 FROM sync_item WHERE scene_id = ? AND written_at IS NOT NULL LIMIT 1',
    )
    this.#writersOf = db
      .prepare<[string, number | null]>('SELECT DISTINCT scene_id FROM sync_item WHERE file = ? OR size = ?')
      .pluck()
    // Values by place: binding thirteen names takes as long as the write.
    this.#begin = db.prepare(
      `INSERT INTO sync_item (rating_key, scene_id, section_id, file, size, duration, base, pending)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (rating_key) DO UPDATE SET scene_id = excluded.scene_id, section_id = excluded.section_id,
         file = excluded.file, size = excluded.size, duration = excluded.duration, base = excluded.base,
         pending = excluded.pending`,
    )
    this.#record = db.prepare(
      `INSERT INTO sync_item (rating_key, scene_id, section_id, file, size, duration, base, kept, refused, poster_shown,
         last_write, written_at, verified_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (rating_key) DO UPDATE SET scene_id = excluded.scene_id, section_id = excluded.section_id,
         file = excluded.file, size = excluded.size, duration = excluded.duration, base = excluded.base, pending = NULL,
         last_write = coalesce(excluded.last_write, last_write), kept = excluded.kept, refused = excluded.refused,
         poster_shown = excluded.poster_shown, written_at = coalesce(excluded.written_at, written_at), verified_at = excluded.verified_at`,
    )
    this.#undone = db.prepare<[string, string, string | null, number, number]>(
      'UPDATE sync_item SET base = ?, kept = ?, pending = NULL, last_write = ?, poster_shown = NULL, written_at = ?, verified_at = NULL WHERE rating_key = ?',
    )
    this.#adopted = db.prepare(
      `INSERT INTO sync_item (rating_key, scene_id, section_id, file, size, duration, base, kept, refused, written_at, verified_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (rating_key) DO UPDATE SET scene_id = excluded.scene_id, section_id = excluded.section_id,
         file = excluded.file, size = excluded.size, duration = excluded.duration, base = excluded.base, pending = NULL,
         poster_shown = NULL, written_at = coalesce(written_at, excluded.written_at), verified_at = coalesce(verified_at, excluded.verified_at)`,
    )
    this.#verified = db.prepare<[number, number, number]>(
      'UPDATE sync_item SET verified_at = ? WHERE rating_key = ? AND written_at = ?',
    )
    this.#posterShown = db.prepare<[string, number]>('UPDATE sync_item SET poster_shown = ? WHERE rating_key = ?')
    // `+ 0`, or SQLite would prepare it again each time: see `dueFrom` in queue/job-statements.ts.
    this.#unverified = db.prepare<[number, number]>(
      'SELECT * FROM sync_item WHERE verified_at IS NULL AND written_at <= ? ORDER BY written_at LIMIT ? + 0',
    )
    this.#lastWritten = db.prepare<[]>('SELECT max(written_at) FROM sync_item').pluck()
    this.#drop = db.prepare<[number]>('DELETE FROM sync_item WHERE rating_key = ?')
    this.#dropScene = db.prepare<[number]>('DELETE FROM sync_item WHERE scene_id = ?')
    this.#dropAll = db.prepare<[]>('DELETE FROM sync_item')
  }

  get(ratingKey: RatingKey): SyncItem | null {
    const row = this.#get.get(Number(ratingKey))
    return row === undefined ? null : itemOf(row)
  }

  /** The scene that wrote the item last; null if nothing was written under this key. */
  writerOf(ratingKey: RatingKey): SceneId | null {
    const sceneId = this.#writerOf.get(Number(ratingKey))
    return sceneId === undefined ? null : String(sceneId)
  }

  ofScene(sceneId: SceneId): SyncItem[] {
    return this.#ofScene.all(Number(sceneId)).map(itemOf)
  }

  /** Whether anything was written for the scene. */
  hasWritten(sceneId: SceneId): boolean {
    return this.#hasWritten.get(Number(sceneId)) !== undefined
  }

  /** Scenes that wrote a file at this path, or one of this size in bytes: the same file under another key or name. */
  writersOf({ file, size }: Pick<PlexFile, 'file' | 'size'>): SceneId[] {
    return idsSchema.parse(this.#writersOf.all(file, size)).map(String)
  }

  /** Notes before a write begins what is ours now, and what will be ours afterwards. */
  writeBegins(item: ItemIdentity, base: Base, pending: Base): void {
    this.#begin.run(...identityOf(item), JSON.stringify(base), JSON.stringify(pending))
  }

  /** After a write or after a comparison that found nothing to write (`writtenAt` null then). */
  record(
    item: ItemIdentity & Pick<SyncItem, 'base' | 'kept' | 'refused' | 'posterShown'>,
    write: { readonly lastWrite: LastWrite; readonly writtenAt: number } | null,
    verifiedAt: number | null,
  ): void {
    const { base, kept, refused, posterShown } = item
    this.#record.run(
      ...identityOf(item),
      ...[base, kept, refused].map((value) => JSON.stringify(value)),
      posterShown,
      write && JSON.stringify(write.lastWrite),
      write?.writtenAt ?? null,
      verifiedAt,
    )
  }

  /** The last write was undone, except for `left`; null if there is nothing more to undo. */
  undone(item: Pick<SyncItem, 'ratingKey' | 'base' | 'kept'>, left: LastWrite | null, at: number): void {
    const { base, kept, ratingKey } = item
    const rest = left === null ? null : JSON.stringify(left)
    this.#undone.run(JSON.stringify(base), JSON.stringify(kept), rest, at, Number(ratingKey))
  }

  /** What the item shows counts as written by PlexSync from now on, as its base says. */
  adopted(item: ItemIdentity & Pick<SyncItem, 'base' | 'kept' | 'refused'>, at: number): void {
    const { base, kept, refused } = item
    this.#adopted.run(...identityOf(item), ...[base, kept, refused].map((value) => JSON.stringify(value)), at, at)
  }

  /** A later read showed what was written. Does nothing if the item has been written again. */
  markVerified(item: SyncItem, at: number): void {
    if (item.writtenAt !== null) this.#verified.run(at, Number(item.ratingKey), item.writtenAt)
  }

  /** The poster that the item shows now was judged: ours, or one that is to stay. */
  posterJudged(ratingKey: RatingKey, address: string): void {
    this.#posterShown.run(address, Number(ratingKey))
  }

  unverified(writtenBefore: number, limit: number): SyncItem[] {
    return this.#unverified.all(writtenBefore, limit).map(itemOf)
  }

  /** Epoch ms of the latest write; null before the first. */
  lastWrittenAt(): number | null {
    return momentSchema.parse(this.#lastWritten.get())
  }

  /** Forgets what was known under this key: another film has it now, and nothing of that one is ours. */
  drop(ratingKey: RatingKey): void {
    this.#drop.run(Number(ratingKey))
  }

  dropScene(sceneId: SceneId): void {
    this.#dropScene.run(Number(sceneId))
  }

  /** Rating keys mean nothing on another server: its items are treated as new. */
  forgetServer(): void {
    this.#dropAll.run()
  }
}

/** The first six columns. */
function identityOf({ ratingKey, sceneId, sectionId, file, size, duration }: ItemIdentity): (string | number | null)[] {
  return [Number(ratingKey), Number(sceneId), sectionId, file, size, duration]
}

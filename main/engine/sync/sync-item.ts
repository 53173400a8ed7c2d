/** The base of the three-way merge, per Plex item: what PlexSync wrote, is about to write, and can take back. */
import * as z from 'zod'
import {
  type Change,
  changeSchema,
  type Kept,
  keptSchema,
  type RatingKey,
  type SceneId,
} from '../../../shared/domain.ts'
import { type Base, baseSchema } from '../merge/base.ts'
import { type Refused, refusedSchema } from '../merge/refused.ts'

/** A picture that was shown before a write: its key in Plex, null for none. */
const formerImageSchema = z.object({ key: z.string().nullable() })
const lastWriteSchema = z.object({
  changes: z.array(changeSchema),
  baseBefore: baseSchema,
  images: z
    .object({ poster: formerImageSchema.optional(), background: formerImageSchema.optional() })
    .optional()
    .catch(undefined),
})
const keptList = z.array(keptSchema)
export type LastWrite = z.infer<typeof lastWriteSchema>
export type FormerImages = NonNullable<LastWrite['images']>

const itemRow = z.object({
  rating_key: z.number(),
  scene_id: z.number(),
  section_id: z.string(),
  file: z.string(),
  size: z.number().nullable(),
  duration: z.number().nullable(),
  base: z.string(),
  pending: z.string().nullable(),
  last_write: z.string().nullable(),
  kept: z.string(),
  refused: z.string(),
  poster_shown: z.string().nullable(),
  written_at: z.number().nullable(),
  verified_at: z.number().nullable(),
})

/** Which scene writes which item, and the file in it because of which it does. */
export interface ItemIdentity {
  readonly ratingKey: RatingKey
  readonly sceneId: SceneId
  readonly sectionId: string
  /** As Plex sees it. */
  readonly file: string
  /** Bytes. */
  readonly size: number | null
  /** Seconds. */
  readonly duration: number | null
}

export interface SyncItem extends ItemIdentity {
  readonly base: Base
  readonly pending: Base | null
  readonly lastWrite: LastWrite | null
  readonly kept: readonly Kept[]
  /** What Plex refuses of what is wanted. */
  readonly refused: Refused
  /** Plex's address of the poster when it was last judged; null while that is not known. */
  readonly posterShown: string | null
  readonly writtenAt: number | null
  readonly verifiedAt: number | null
}

/** A row of the table sync_item. */
export function itemOf(raw: unknown): SyncItem {
  const row = itemRow.parse(raw)
  return {
    ratingKey: String(row.rating_key),
    sceneId: String(row.scene_id),
    sectionId: row.section_id,
    file: row.file,
    size: row.size,
    duration: row.duration,
    base: baseSchema.parse(JSON.parse(row.base)),
    pending: row.pending === null ? null : baseSchema.parse(JSON.parse(row.pending)),
    lastWrite: row.last_write === null ? null : lastWriteSchema.parse(JSON.parse(row.last_write)),
    kept: keptList.parse(JSON.parse(row.kept)),
    refused: refusedSchema.parse(JSON.parse(row.refused)),
    posterShown: row.poster_shown,
    writtenAt: row.written_at,
    verifiedAt: row.verified_at,
  }
}

export function lastWriteOf(changes: readonly Change[], baseBefore: Base, images: FormerImages = {}): LastWrite {
  return { changes: [...changes], baseBefore, ...(Object.keys(images).length > 0 && { images }) }
}

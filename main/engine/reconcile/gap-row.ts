/** A row of the table reconcile_gap. Pure. */
import * as z from 'zod'
import { type GapRow, gapKindSchema, gapRowSchema } from '../../../shared/contract.ts'
import { changeSchema } from '../../../shared/domain.ts'

/** A gap with the size of its file. */
export interface SizedGap extends GapRow {
  /** Bytes of the file at `path`, where they are known. */
  readonly size: number | null
}

const storedRow = z.object({
  kind: gapKindSchema,
  scene_id: z.number().nullable(),
  rating_key: z.number().nullable(),
  title: z.string(),
  path: z.string(),
  changes: z.string(),
  skipped: gapRowSchema.shape.skipped.catch(null),
  enqueued: z.number(),
  size: z.number().nullable(),
})
const changesSchema = z.array(changeSchema)

export function sizedRow(raw: unknown): SizedGap {
  const row = storedRow.parse(raw)
  return { ...rowOf(row), size: row.size }
}

export function shownRow(raw: unknown): GapRow {
  return rowOf(storedRow.parse(raw))
}

function rowOf(row: z.infer<typeof storedRow>): GapRow {
  return {
    kind: row.kind,
    scene_id: row.scene_id === null ? null : String(row.scene_id),
    rating_key: row.rating_key === null ? null : String(row.rating_key),
    title: row.title,
    path: row.path,
    changes: changesSchema.parse(JSON.parse(row.changes)),
    skipped: row.skipped,
    enqueued: row.enqueued === 1,
  }
}

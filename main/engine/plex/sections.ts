/** The libraries of a server. */
import * as z from 'zod'
import type { PlexSection } from '../../../shared/domain.ts'
import { flag, id, number, text } from './fields.ts'

const directory = z
  .object({
    key: id,
    uuid: text,
    title: text,
    type: text,
    contentChangedAt: number,
    updatedAt: number,
    scannedAt: number,
    refreshing: flag,
    Location: z
      .array(z.object({ path: text }))
      .nullish()
      .transform((locations) => (locations ?? []).map(({ path }) => path).filter((path) => path !== '')),
  })
  .transform(
    (row): PlexSection => ({
      id: row.key,
      uuid: row.uuid,
      title: row.title,
      type: row.type,
      locations: row.Location,
      revision: [row.contentChangedAt, row.updatedAt, row.scannedAt].map((at) => at ?? 0).join('-'),
      refreshing: row.refreshing,
    }),
  )

/** MediaContainer of `/library/sections`. */
export const sectionsSchema = z
  .object({ Directory: z.array(directory).nullish() })
  .transform((container) => container.Directory ?? [])

/**
 * Plex: "Other Videos" and personal-media libraries are of type movie too, whatever their agent; items of all other
 * types are edited differently and are never written.
 */
export function isUsable(section: PlexSection): boolean {
  return section.type === 'movie' && /^\d+$/.test(section.id)
}

/** The files of an item. Plex: an item has versions (Media), a version has parts; every one of them is a file. */
import * as z from 'zod'
import type { PlexFile } from '../../../shared/domain.ts'
import { number, text } from './fields.ts'

const part = z.object({ file: text, size: number, duration: number })
const medium = z.object({ duration: number, Part: z.array(part).nullish() })

/** `Media` of a row: all files of all versions. Durations come in milliseconds. */
export const mediaSchema = z
  .array(medium)
  .nullish()
  .transform((media): PlexFile[] =>
    (media ?? []).flatMap(({ duration, Part }) => {
      const parts = Part ?? []
      return parts
        .filter(({ file }) => file !== '')
        .map((row) => ({
          file: row.file,
          size: positive(row.size),
          // The version's duration is that of all its parts together.
          duration: seconds(row.duration ?? (parts.length === 1 ? duration : null)),
        }))
    }),
  )

function positive(value: number | null): number | null {
  return value !== null && value > 0 ? value : null
}

function seconds(milliseconds: number | null): number | null {
  const value = positive(milliseconds)
  return value === null ? null : value / 1000
}

import type { PlexPart, RatingKey } from '../../../shared/domain.ts'

/**
 * Lists that a name alone selects end here: thousands of files may be called `video.mp4`. A full list means "too
 * common", never "these are all".
 */
export const lookupLimit = 500

/** What matching asks of the index. Each call is a seek; parts of all libraries come back, usable or not. */
export interface PartLookup {
  /** By `pathKey`; one part per item that has the file. */
  byPath(pathKey: string): PlexPart[]
  /** By `baseKey`, at most `lookupLimit`. */
  byBase(baseKey: string): PlexPart[]
  /** By `baseKey` and size in bytes (null: Plex does not know it), at most `lookupLimit`. */
  byBaseAndSize(baseKey: string, size: number | null): PlexPart[]
  /** By `titleKey`, at most `lookupLimit`. */
  byTitle(titleKey: string): PlexPart[]
  /** All parts of one item; none if Plex does not have it any more. */
  byItem(ratingKey: RatingKey): PlexPart[]
}

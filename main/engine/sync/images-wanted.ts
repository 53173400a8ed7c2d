/** Decides which images of a scene are to be uploaded. Pure. */
import type { ImageField, Kept, PlexItem } from '../../../shared/domain.ts'
import type { Settings } from '../../../shared/settings.ts'
import type { Base } from './base.ts'
import { keptReasons } from './merge-scalar.ts'
import { isLockedByPerson } from './plex-fields.ts'

export interface ImagesInput {
  readonly settings: Pick<Settings, 'sync_master' | 'sync_poster' | 'sync_background' | 'preserve_plex_edits'>
  readonly item: PlexItem
  readonly base: Base | null
  /** What was about to be ours when PlexSync may have been cut off. */
  readonly pending?: Base | null
  /** SHA-1 of the cover's bytes in hexadecimal; empty or null where the scene has no cover. */
  readonly coverSha1: string | null
}

export interface ImagesWanted {
  readonly uploads: readonly ImageField[]
  readonly kept: readonly Kept[]
}

/**
 * The poster where its bytes differ from those uploaded last: Plex keeps each upload for ever, so the same is never sent
 * twice. The background only where Plex has none, and once per cover: one that a person took away does not come back.
 */
export function imagesWanted({ settings, item, base, pending, coverSha1 }: ImagesInput): ImagesWanted {
  if (!settings.sync_master || !coverSha1) return { uploads: [], kept: [] }
  const due: ImageField[] = []
  if (settings.sync_poster && base?.poster !== coverSha1) due.push('poster')
  if (settings.sync_background && item.art === '' && base?.background !== coverSha1) due.push('background')
  const ourLocks = new Set([...(base?.locked ?? []), ...(pending?.locked ?? [])])
  const isKept = (field: ImageField) => settings.preserve_plex_edits && isLockedByPerson(item, field, ourLocks)
  return {
    uploads: due.filter((field) => !isKept(field)),
    kept: due.filter(isKept).map((field) => ({ field, reason: keptReasons.locked })),
  }
}

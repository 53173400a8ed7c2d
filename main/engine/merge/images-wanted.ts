/** Decides which images of a scene are to be uploaded. Pure. */
import { type Field, type ImageField, imageFields, type Kept, type PlexItem } from '../../../shared/domain.ts'
import { keptBecause } from '../../../shared/kept.ts'
import type { Settings } from '../../../shared/settings.ts'
import type { Base } from './base.ts'
import { isLockedByUser } from './plex-fields.ts'

export interface ImagesInput {
  readonly settings: Pick<Settings, 'sync_master' | 'sync_poster' | 'sync_background' | 'preserve_plex_edits'>
  readonly item: PlexItem
  readonly base: Base | null
  /** What was about to be ours when PlexSync may have been cut off. */
  readonly pending?: Base | null
  /** SHA-1 of the cover's bytes in hexadecimal; empty or null if the scene has no cover. */
  readonly coverSha1: string | null
  /** What the poster is made from, where that is not the cover as it is. */
  readonly posterSource?: { readonly sha1: string; readonly recipe: string } | null
}

export interface ImagesWanted {
  readonly poster: boolean
  readonly background: boolean
  readonly kept: readonly Kept[]
}

/**
 * The poster where its bytes differ from those uploaded last: Plex keeps each upload forever, so the same is never sent
 * twice. The background only if Plex has none, and once per cover: one that the user took away does not come back.
 */
export function imagesWanted({
  settings,
  item,
  base,
  pending,
  coverSha1,
  posterSource = null,
}: ImagesInput): ImagesWanted {
  if (!settings.sync_master || (!coverSha1 && posterSource === null))
    return { poster: false, background: false, kept: [] }
  const isLocked = (field: ImageField) =>
    settings.preserve_plex_edits && isLockedByUser(item, field, ourLocks(base, pending))
  const isDue = {
    poster: settings.sync_poster && isPosterDue(base, coverSha1, posterSource),
    background: settings.sync_background && Boolean(coverSha1) && item.art === '' && base?.background !== coverSha1,
  }
  return {
    poster: isDue.poster && !isLocked('poster'),
    background: isDue.background && !isLocked('background'),
    kept: imageFields.filter((field) => isDue[field] && isLocked(field)).map((field) => keptBecause(field, 'locked')),
  }
}

function isPosterDue(
  base: Base | null,
  coverSha1: string | null,
  source: NonNullable<ImagesInput['posterSource']> | null,
): boolean {
  if (source === null) return Boolean(coverSha1) && base?.poster !== coverSha1
  return source.sha1 !== '' && (base?.posterFrom !== source.sha1 || base.posterRecipe !== source.recipe)
}

/** Plex: an upload locks its field automatically, so the one that uploaded the image also owns the lock. */
function ourLocks(base: Base | null, pending: Base | null | undefined): ReadonlySet<Field> {
  const writes = [base, pending].filter((write) => write !== null && write !== undefined)
  return new Set(
    writes.flatMap((write) => [...write.locked, ...imageFields.filter((field) => write[field] !== undefined)]),
  )
}

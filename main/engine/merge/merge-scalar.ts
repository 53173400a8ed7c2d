/** The three-way merge of a single value: what Stash has (mine), what Plex has (theirs), what PlexSync wrote (base). */
import type { KeptReason } from '../../../shared/kept.ts'

export interface ScalarSides {
  readonly mine: string
  readonly theirs: string
  /** What PlexSync wrote, and what it was about to write when it may have been cut off; undefined if nothing. */
  readonly base: string | undefined
  readonly pending: string | undefined
  readonly same: (one: string, other: string) => boolean
  /** preserve_plex_edits. */
  readonly preserve: boolean
  readonly lockedByUser: boolean
  /** Mine is a makeshift (a file's name): the user's lock outweighs it, preserve or not. */
  readonly makeshift: boolean
  /** Theirs was made by the scanner from the file's name, not by the user, so it counts as empty. */
  readonly scanned: boolean
}

export interface ScalarMerge {
  /** What to write; null for nothing, empty to clear. */
  readonly write: string | null
  readonly kept: KeptReason | null
  /** The base after it: undefined if the value in Plex is not ours. */
  readonly ours: string | undefined
}

export function mergeScalar(sides: ScalarSides): ScalarMerge {
  const { mine, theirs, same } = sides
  const ours = [sides.base, sides.pending].find((written) => written && same(written, theirs))
  if (same(mine, theirs)) return { write: null, kept: null, ours }
  if (sides.lockedByUser && (sides.preserve || sides.makeshift)) return { write: null, kept: 'locked', ours }
  const isFree = ours !== undefined || sides.scanned || same(theirs, '')
  // An empty value of Stash clears what PlexSync wrote, never what the user did; preserve_plex_edits has no say in that.
  if (!isFree && same(mine, '')) return { write: null, kept: 'not_ours', ours }
  if (!isFree && sides.preserve) return { write: null, kept: 'edited', ours }
  return { write: mine, kept: null, ours: mine || undefined }
}

/** The three-way merge of an image: what Plex shows (theirs), what was uploaded last (base), what Stash has (mine). Pure. */
import type { KeptReason } from '../../../shared/kept.ts'

/** The pictures of one item, as Plex lists them. */
interface ImageList {
  /** Such as `upload://posters/<sha1>`, or `media://…` for a frame of the video. */
  readonly keys: readonly string[]
  /** Null if none of them is shown. */
  readonly selected: string | null
}

export interface ImageSides {
  readonly theirs: ImageList
  /** SHA-1 of what PlexSync uploaded last. */
  readonly base: string
  /** SHA-1 of what is to be shown. */
  readonly mine: string
  /** preserve_plex_edits. */
  readonly preserve: boolean
}

export type ImageStep =
  | { readonly kind: 'leave' }
  | { readonly kind: 'keep'; readonly reason: KeptReason }
  /** The bytes are on the server: Plex keeps every upload. */
  | { readonly kind: 'select'; readonly key: string }
  | { readonly kind: 'upload' }

/**
 * Ours is shown and mine is another → mine. A frame of the video or nothing is shown → mine again, because Plex put it
 * there. Another picture is shown → the user chose it: kept with preserve, else replaced. Bytes that the server has are
 * selected and not sent.
 */
export function mergeImage({ theirs, base, mine, preserve }: ImageSides): ImageStep {
  const { selected, keys } = theirs
  if (selected !== null && isUploadOf(selected, mine)) return { kind: 'leave' }
  const isChosen = selected !== null && !isFrame(selected) && !isUploadOf(selected, base)
  if (isChosen && preserve) return { kind: 'keep', reason: 'edited' }
  const key = keys.find((one) => isUploadOf(one, mine))
  return key === undefined ? { kind: 'upload' } : { kind: 'select', key }
}

/** Plex: uploads are named by the SHA-1 of their bytes. */
export function isUploadOf(key: string, sha1: string): boolean {
  return sha1 !== '' && key.startsWith('upload://') && key.endsWith(`/${sha1}`)
}

/** Plex: what its scanner took from the video itself. */
function isFrame(key: string): boolean {
  return key.startsWith('media://')
}

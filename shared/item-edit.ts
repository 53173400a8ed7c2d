/** What is to be written to one Plex item, in Plex's words: the plan's outcome and the edit request's income. */
import type { RatingKey } from './domain.ts'

export type PlexScalar =
  | 'title'
  | 'titleSort'
  | 'studio'
  | 'summary'
  | 'originallyAvailableAt'
  | 'userRating'
  | 'contentRating'
  | 'tagline'
  | 'originalTitle'
export type PlexList = 'genre' | 'actor' | 'collection' | 'director' | 'label'

export interface PlexTagging {
  readonly name: string
  /** Of an actor: the character's name. */
  readonly role?: string
  /** Of an actor: address of the photo. */
  readonly photo?: string
}

export interface ItemEdit {
  readonly ratingKey: RatingKey
  readonly sectionId: string
  /** Written and locked; an empty value clears. */
  readonly scalars: Readonly<Partial<Record<PlexScalar, string>>>
  /** `wanted` is all that the item shall have, `removed` what it has and shall lose: right whether Plex adds or replaces. */
  readonly lists: Readonly<
    Partial<Record<PlexList, { readonly wanted: readonly PlexTagging[]; readonly removed: readonly string[] }>>
  >
  /** Of these, the ones that are unlocked instead of locked: nothing of ours is left in them. */
  readonly unlock?: readonly (PlexScalar | PlexList)[]
  readonly lockOnly?: readonly ('thumb' | 'art')[]
}

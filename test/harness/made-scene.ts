/** A scene of the sample as its kind makes it: what Stash and Plex have of it, and what must become of it. */
import type { ItemSeed } from './plex-library.ts'
import type { SceneSeed } from './stash-library.ts'

/**
 * What becomes of a scene with the default settings and the sample's path rules:
 * `synced` is written, `unchanged` is equal already; the others are not written at all.
 */
export type SampleOutcome =
  | 'synced'
  | 'unchanged'
  | 'no_metadata'
  | 'no_file'
  | 'not_in_plex'
  | 'needs_you'
  | 'show_library'

/** The values that Plex shows afterwards. Tag lists are sets, compared without regard to case. */
export interface ExpectedFields {
  title: string
  studio?: string
  summary?: string
  /** For a text that is cut: it begins like this and is not longer than the limit. */
  summaryPrefix?: string
  originallyAvailableAt?: string
  genres?: string[]
  /** For a list that is cut: the number of names, all of them from this list. */
  genresFrom?: { count: number; names: string[] }
  actors?: string[]
  collections?: string[]
}

export type SamplePlexItem = Omit<ItemSeed, 'section'> & {
  /** The section's position: 1 Scenes, 2 Favourites, 3 Series. */
  section: 1 | 2 | 3
  /** An item that must stay as it is, though it looks like a candidate. */
  bystander?: boolean
}

/** A scene before it has ids. */
export interface MadeScene {
  outcome: SampleOutcome
  stash: SceneSeed
  plex: SamplePlexItem[]
  expected: ExpectedFields | null
}

/** What the simulated Plex server knows: the shapes of its state, and the tables of fields and tag kinds. */

export type SectionType = 'movie' | 'show' | 'artist' | 'photo'
export type ItemType = 'movie' | 'show' | 'season' | 'episode' | 'artist' | 'album' | 'track' | 'clip' | 'photo'

/** Plex's numbers for item types, as used by `type=`. */
export const typeNumbers: Record<ItemType, number> = {
  movie: 1,
  show: 2,
  season: 3,
  episode: 4,
  artist: 8,
  album: 9,
  track: 10,
  clip: 12,
  photo: 13,
}

export const collectionTypeNumber = 18

/** What a section lists when no type is given. */
export const defaultTypes: Record<SectionType, ItemType> = {
  movie: 'movie',
  show: 'show',
  artist: 'artist',
  photo: 'photo',
}

/** Tag kinds as edits name them, with the element that a reading shows. */
export const tagElements = {
  genre: 'Genre',
  director: 'Director',
  writer: 'Writer',
  producer: 'Producer',
  country: 'Country',
  actor: 'Role',
  collection: 'Collection',
  label: 'Label',
  mood: 'Mood',
  style: 'Style',
  similar: 'Similar',
} as const
export type TagKind = keyof typeof tagElements
export const tagKinds = Object.keys(tagElements) as TagKind[]

export type TextField =
  | 'title'
  | 'titleSort'
  | 'originalTitle'
  | 'summary'
  | 'tagline'
  | 'studio'
  | 'contentRating'
  | 'originallyAvailableAt'
  | 'editionTitle'
export type NumberField = 'rating' | 'audienceRating' | 'userRating'

/** How the value of each editable field is checked. */
export const editableFields: Record<TextField | NumberField | 'addedAt', 'text' | 'date' | 'rating' | 'epoch'> = {
  title: 'text',
  titleSort: 'text',
  originalTitle: 'text',
  summary: 'text',
  tagline: 'text',
  studio: 'text',
  contentRating: 'text',
  originallyAvailableAt: 'date',
  editionTitle: 'text',
  rating: 'rating',
  audienceRating: 'rating',
  userRating: 'rating',
  addedAt: 'epoch',
}
export type EditableField = keyof typeof editableFields

/** Fields that can be locked though they have no `.value`. */
export const imageLocks = ['thumb', 'art', 'clearLogo', 'squareArt', 'theme'] as const

/** A tag is a row shared by the whole server; what ties it to an item is a tagging. */
export interface PlexTag {
  id: number
  kind: TagKind
  /** The first spelling that was sent. */
  tag: string
  /** Address of the photo, for actors. */
  thumb: string
}

export interface PlexTagging {
  tag: PlexTag
  /** The character's name, for actors. */
  text: string
}

export type TagLists = Partial<Record<TagKind, PlexTagging[]>>

export interface PlexPart {
  id: number
  file: string
  size: number
  /** Milliseconds. */
  duration: number
  container: string
  /** For the `file=` filter, which does not see ASCII case. */
  lower: string
}

export interface PlexMedia {
  id: number
  parts: PlexPart[]
  width: number
  height: number
  /** Set while the item is in the trash (epoch s). */
  deletedAt?: number
}

interface PlexImage {
  /** `upload://posters/<sha1>` or `media://…`. */
  key: string
  bytes: Buffer
  contentType: string
  /** Where it came from, when the server downloaded it. */
  source: string
}

export type ImageKind = 'posters' | 'arts' | 'clearLogos' | 'squareArts'

export interface ImageShelf {
  images: PlexImage[]
  /** Key of the selected one, or null. */
  selected: string | null
  /** The number in the image's address; changes with the image (epoch s). */
  stamp: number
}

/** What the agent would write: a refresh gives every unlocked field this value back. */
export interface AgentValues {
  fields: Partial<Record<TextField | 'rating' | 'audienceRating', string | number>>
  tags: Partial<Record<TagKind, string[]>>
}

export interface PlexItem {
  ratingKey: number
  sectionId: number
  type: ItemType
  subtype: string
  guid: string
  text: Partial<Record<TextField, string>>
  numbers: Partial<Record<NumberField, number>>
  year: number | undefined
  /** Epoch seconds. */
  addedAt: number
  updatedAt: number
  viewCount: number
  lastViewedAt: number | undefined
  /** The owner's resume point, in ms. */
  viewOffset: number | undefined
  lastRatedAt: number | undefined
  locked: Set<string>
  tags: TagLists
  /** What readers still see of the tags, until this moment (ms), where tag edits show up late. */
  lateTags: { until: number; tags: TagLists } | undefined
  media: PlexMedia[]
  shelves: Record<ImageKind, ImageShelf>
  agent: AgentValues
}

interface PlexLocation {
  id: number
  path: string
}

export interface PlexSection {
  id: number
  type: SectionType
  title: string
  agent: string
  scanner: string
  language: string
  uuid: string
  locations: PlexLocation[]
  refreshing: boolean
  hidden: boolean
  /** Epoch seconds. */
  createdAt: number
  updatedAt: number
  scannedAt: number
  /** A number that grows with each change of content. */
  contentChangedAt: number
  items: Map<number, PlexItem>
  /** Grows with each change, for the cache of sorted lists. */
  version: number
}

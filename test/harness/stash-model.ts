/** What the simulated Stash knows. Properties have the names of the GraphQL fields that show them. */

export interface StashFingerprint {
  type: string
  value: string
}

export interface StashFile {
  id: number
  path: string
  basename: string
  /** Bytes; may exceed 2^31. */
  size: number
  /** Seconds. */
  duration: number
  mod_time: string
  video_codec: string
  audio_codec: string
  width: number
  height: number
  frame_rate: number
  bit_rate: number
  format: string
  fingerprints: StashFingerprint[]
  created_at: string
  updated_at: string
}

export interface StashImage {
  bytes: Buffer
  contentType: string
  /** MD5 of the bytes. */
  etag: string
}

/** `image` is the front image of a group. */
interface StashNamed {
  id: number
  name: string
  created_at: string
  updated_at: string
  image: StashImage | null
}

export interface StashPerformer extends StashNamed {
  disambiguation: string
  gender: string | null
  alias_list: string[]
  favorite: boolean
  details: string
  tags: StashTag[]
}

export interface StashStudio extends StashNamed {
  parent_studio: StashStudio | null
  aliases: string[]
  details: string
}

export interface StashTag extends StashNamed {
  parents: StashTag[]
  aliases: string[]
  description: string
}

export interface StashGroup extends StashNamed {
  synopsis: string
  date: string | null
}

interface StashId {
  endpoint: string
  stash_id: string
  updated_at: string
}

export interface StashScene {
  id: number
  /** Empty text, not null, where nothing was entered. */
  title: string
  code: string
  details: string
  director: string
  urls: string[]
  /** `2023-05-01`; since 0.30 also `2023` and `2023-05`. */
  date: string | null
  rating100: number | null
  organized: boolean
  /** Epoch seconds, in the order they were added. */
  oTimes: number[]
  playTimes: number[]
  /** Seconds. */
  resume_time: number
  play_duration: number
  created_at: string
  updated_at: string
  files: StashFile[]
  studio: StashStudio | null
  performers: StashPerformer[]
  tags: StashTag[]
  groups: { group: StashGroup; scene_index: number | null }[]
  stash_ids: StashId[]
  cover: StashImage | null
}

/** What a plugin receives with one hook. */
export interface StashHook {
  /** E.g. `Scene.Update.Post`. */
  type: string
  id: number
  input: unknown
  /** Only if there is an input; in random order on the real server. */
  inputFields: string[] | null
}

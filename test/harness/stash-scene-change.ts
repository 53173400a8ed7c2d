import type { PerformerSeed, StashLibrary } from './stash-library.ts'

/** What the user enters in the scene's edit form. */
export interface SceneChange {
  title?: string
  code?: string
  details?: string
  director?: string
  urls?: string[]
  date?: string | null
  rating100?: number | null
  organized?: boolean
  studio?: string | null
  performers?: (string | PerformerSeed)[]
  tags?: string[]
  groups?: string[]
  stashIds?: { endpoint: string; stash_id: string }[]
  cover?: Buffer | null
}

const emptyInput = {
  clientMutationId: null,
  title: null,
  code: null,
  details: null,
  director: null,
  urls: null,
  date: null,
  rating100: null,
  o_counter: null,
  organized: null,
  studio_id: null,
  gallery_ids: null,
  performer_ids: null,
  groups: null,
  tag_ids: null,
  cover_image: null,
  stash_ids: null,
  resume_time: null,
  play_duration: null,
  play_count: null,
  primary_file_id: null,
}

/** All keys of the input type, unset ones null, as the real hook shows them. A cover comes as a base64 data URL. */
export function updateInput(library: StashLibrary, id: number, change: SceneChange): Record<string, unknown> {
  const { studio, performers, tags, groups, stashIds, cover, ...plain } = change
  const input: Record<string, unknown> = { ...emptyInput, id: String(id), ...plain }
  if (studio) input.studio_id = String(library.studio(studio).id)
  if (performers) input.performer_ids = performers.map((performer) => String(library.performer(performer).id))
  if (tags) input.tag_ids = tags.map((name) => String(library.tag(name).id))
  if (groups) input.groups = groups.map((name) => ({ group_id: String(library.group(name).id), scene_index: null }))
  if (stashIds) input.stash_ids = stashIds
  if (cover) input.cover_image = `data:image/jpeg;base64,${cover.toString('base64')}`
  return input
}

const inputNames: Record<string, string> = {
  studio: 'studio_id',
  performers: 'performer_ids',
  tags: 'tag_ids',
  cover: 'cover_image',
  stashIds: 'stash_ids',
}

/** The names that a hook lists as changed. */
export function inputFields(change: SceneChange, more: string[]): string[] {
  return [...Object.keys(change).map((name) => inputNames[name] ?? name), ...more]
}

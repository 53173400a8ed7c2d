/** Which fields of a scene are read beyond those that are always written: only what a setting needs. Pure. */
import type { Settings } from '../../../shared/settings.ts'
import { parseCollections } from '../../../shared/written/collections.ts'
import { parseTitleTemplate, type TitlePlaceholder } from '../../../shared/written/template.ts'

export interface SceneNeeds {
  readonly code: boolean
  readonly director: boolean
  readonly urls: boolean
  readonly stashIds: boolean
  /** Names of the groups. */
  readonly groups: boolean
  /** The front images of the groups. */
  readonly groupImages: boolean
  /** The studio's parent; its name is read anyway. */
  readonly parentStudio: boolean
  /** All tags above a tag. */
  readonly tagParents: boolean
  readonly gender: boolean
  readonly disambiguation: boolean
  readonly performerTags: boolean
  /** How many scenes have a performer or tag. */
  readonly sceneCounts: boolean
  // These are read anyway; whether a setting uses them decides which changes matter.
  readonly organized: boolean
  readonly rating: boolean
  readonly date: boolean
  readonly studio: boolean
  readonly tags: boolean
  readonly performers: boolean
}

const nothing: SceneNeeds = {
  code: false,
  director: false,
  urls: false,
  stashIds: false,
  groups: false,
  groupImages: false,
  parentStudio: false,
  tagParents: false,
  gender: false,
  disambiguation: false,
  performerTags: false,
  sceneCounts: false,
  organized: false,
  rating: false,
  date: false,
  studio: false,
  tags: false,
  performers: false,
}

/** What any of these settings needs: those of all libraries, where some have their own. */
export function sceneNeeds(all: readonly Settings[]): SceneNeeds {
  return all.map(needsOf).reduce(either, nothing)
}

const known = new WeakMap<Settings, SceneNeeds>()

export function needsOf(settings: Settings): SceneNeeds {
  const before = known.get(settings)
  if (before !== undefined) return before
  const needs = readNeeds(settings)
  known.set(settings, needs)
  return needs
}

function readNeeds(settings: Settings): SceneNeeds {
  const placeholders = new Set([settings.title_format, settings.title_sort_format].flatMap(placeholdersOf))
  const uses = (...names: readonly TitlePlaceholder[]) => names.some((name) => placeholders.has(name))
  const parsed = settings.sync_collection ? parseCollections(settings.collections) : null
  const sources = new Set(parsed === null || parsed.problem !== null ? [] : parsed.value.map(({ source }) => source))
  const namesPerformers = settings.sync_performers || uses('performer', 'performers') || sources.has('performer')
  const groupImages = settings.poster_from_group && settings.sync_poster
  const performerTags = settings.performer_tags && settings.sync_tags
  return {
    code: settings.code_as !== 'none' || uses('code'),
    director: settings.sync_director,
    urls: settings.only_with_url,
    stashIds: settings.only_with_stash_id,
    groups: sources.has('group') || uses('group') || groupImages,
    groupImages,
    parentStudio: sources.has('parent_studio') || sources.has('parent_studio or studio') || uses('parent_studio'),
    tagParents: settings.genre_parents !== '' && settings.sync_tags,
    gender: settings.performer_genders !== '' && (namesPerformers || performerTags),
    disambiguation: settings.performer_disambiguation && namesPerformers,
    performerTags,
    sceneCounts: settings.collection_min_scenes > 1 && (sources.has('performer') || sources.has('tag')),
    organized: settings.only_organized || sources.has('organized'),
    rating: settings.sync_rating || sources.has('rating'),
    date: uses('date', 'year'),
    studio: uses('studio', 'parent_studio'),
    tags:
      sources.has('tag') || settings.content_rating !== '' || settings.only_tagged !== '' || settings.not_tagged !== '',
    performers: namesPerformers,
  }
}

function placeholdersOf(template: string): TitlePlaceholder[] {
  const parsed = parseTitleTemplate(template)
  return parsed.problem === null ? [...parsed.value.placeholders] : []
}

const names = Object.keys(nothing) as (keyof SceneNeeds)[]

function either(one: SceneNeeds, other: SceneNeeds): SceneNeeds {
  return Object.fromEntries(names.map((name) => [name, one[name] || other[name]])) as unknown as SceneNeeds
}

/** Nothing beyond what is always read. */
export const noNeeds = nothing

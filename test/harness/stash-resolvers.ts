import {
  type GraphQLFieldResolver,
  GraphQLInterfaceType,
  GraphQLObjectType,
  GraphQLScalarType,
  type GraphQLSchema,
} from 'graphql'
import { activityFields } from './stash-activity.ts'
import type { Resolver } from './stash-context.ts'
import {
  type FindFilter,
  findFiles,
  findScenes,
  findScenesByIds,
  findScenesByPath,
  numericId,
  page,
  sorted,
} from './stash-find.ts'
import type { StashFile, StashGroup, StashPerformer, StashScene, StashStudio, StashTag } from './stash-model.ts'
import { type Criterion, orderTest, textTest } from './stash-scene-filter.ts'
import type { StashState } from './stash-state.ts'
import { systemMutations, systemQueries } from './stash-system.ts'

type Arguments = Record<string, unknown>

const query: Record<string, Resolver> = {
  findScene: (_source, { id }, { stash }) => (id ? (stash.library.scenes.get(numericId(id as string)) ?? null) : null),
  findScenes: (_source, args, { stash }) => {
    const ids = (args.ids ?? args.scene_ids) as (string | number)[] | undefined
    // An empty list is no list: the filter decides, and without one that is the first page of everything.
    if (ids?.length) return findScenesByIds(stash.library, ids)
    return findScenes(stash.library, args.scene_filter as Arguments | undefined, args.filter as FindFilter | undefined)
  },
  findScenesByPathRegex: (_source, { filter }, { stash }) =>
    findScenesByPath(stash.library, filter as FindFilter | undefined),
  findFiles: (_source, args, { stash }) =>
    findFiles(stash.library, args.file_filter as Arguments | undefined, args.filter as FindFilter | undefined),
  findPerformer: (_source, { id }, { stash }) => stash.library.performers.get(numericId(id as string)) ?? null,
  findPerformers: (_source, args, { stash }) =>
    findNamed(stash.library.performers, { ...args, ids: args.ids ?? args.performer_ids }, args.performer_filter),
  findStudio: (_source, { id }, { stash }) => stash.library.studios.get(numericId(id as string)) ?? null,
  findStudios: (_source, args, { stash }) => findNamed(stash.library.studios, args, args.studio_filter),
  findTag: (_source, { id }, { stash }) => stash.library.tags.get(numericId(id as string)) ?? null,
  findTags: (_source, args, { stash }) => findNamed(stash.library.tags, args, args.tag_filter),
  findMovie: (_source, { id }, { stash }) => stash.library.groups.get(numericId(id as string)) ?? null,
  findMovies: (_source, args, { stash }) => findNamed(stash.library.groups, args, args.movie_filter),
  findGroup: (_source, { id }, { stash }) => stash.library.groups.get(numericId(id as string)) ?? null,
  findGroups: (_source, args, { stash }) => findNamed(stash.library.groups, args, args.group_filter),
  ...systemQueries,
}

interface Named {
  id: number
  name: string
  created_at: string
  updated_at: string
}

function findNamed<T extends Named>(all: ReadonlyMap<number, T>, args: Arguments, filter: unknown) {
  const find = args.filter as FindFilter | undefined
  const ids = args.ids as (string | number)[] | undefined
  if (ids) {
    const rows = ids.map((id) => {
      const entity = all.get(numericId(id))
      if (!entity) throw new Error(`id ${id} not found`)
      return entity
    })
    return { count: rows.length, rows, all: rows }
  }
  const { name, updated_at: updated } = (filter ?? {}) as { name?: Criterion; updated_at?: Criterion }
  let rows = [...all.values()]
  if (name) rows = rows.filter((entity) => textTest([entity.name], name))
  if (updated) rows = rows.filter((entity) => orderTest(entity.updated_at, updated))
  const q = find?.q?.toLowerCase()
  if (q) rows = rows.filter((entity) => entity.name.toLowerCase().includes(q))
  const keys = {
    id: (entity: T) => entity.id,
    name: (entity: T) => entity.name.toLowerCase(),
    created_at: (entity: T) => entity.created_at,
    updated_at: (entity: T) => entity.updated_at,
  }
  return page(sorted(rows, find, keys), find)
}

interface FoundRows {
  rows: unknown[]
  all: readonly StashScene[]
}

const rowsOf: Resolver = (found: FoundRows) => found.rows

function scenesOf(stash: StashState, test: (scene: StashScene) => boolean): StashScene[] {
  return [...stash.library.scenes.values()].filter(test)
}

const scene: Record<string, Resolver> = {
  url: ({ urls }: StashScene) => urls[0] ?? null,
  interactive: () => false,
  captions: () => null,
  ...activityFields,
  movies: ({ groups }: StashScene) => groups.map(({ group, scene_index }) => ({ movie: group, scene_index })),
  scene_markers: () => [],
  galleries: () => [],
  paths: ({ id, updated_at }: StashScene, _args, { stash, base }) => {
    const at = Math.floor(Date.parse(updated_at) / 1000)
    // As on the real server the stream's address carries the key.
    const key = stash.settings.apiKey ? `?apikey=${stash.settings.apiKey}` : ''
    return {
      screenshot: `${base}/scene/${id}/screenshot?t=${at}`,
      preview: `${base}/scene/${id}/preview`,
      stream: `${base}/scene/${id}/stream${key}`,
      webp: `${base}/scene/${id}/webp`,
      vtt: `${base}/scene/${id}_thumbs.vtt`,
      sprite: `${base}/scene/${id}_sprite.jpg`,
      funscript: `${base}/scene/${id}/funscript`,
      interactive_heatmap: `${base}/scene/${id}/interactive_heatmap`,
      caption: `${base}/scene/${id}/caption`,
    }
  },
  sceneStreams: ({ id }: StashScene, _args, { stash, base }) => {
    const key = stash.settings.apiKey ? `?apikey=${stash.settings.apiKey}` : ''
    return [{ url: `${base}/scene/${id}/stream${key}`, mime_type: 'video/mp4', label: 'Direct stream' }]
  },
}

function imagePath(kind: string): Resolver {
  return ({ id, image, updated_at }: StashPerformer, _args, { base }) => {
    const at = Math.floor(Date.parse(updated_at) / 1000)
    return `${base}/${kind}/${id}/image?t=${at}${image ? '' : '&default=true'}`
  }
}

/** Null if the group has no front image. */
function frontImagePath(kind: 'group' | 'movie'): Resolver {
  return ({ id, image, updated_at }: StashGroup, _args, { base }) =>
    image ? `${base}/${kind}/${id}/frontimage?t=${Math.floor(Date.parse(updated_at) / 1000)}` : null
}

const groupFields: Record<string, Resolver> = {
  urls: () => [],
  scene_count: (group: StashGroup, _args, { stash }) =>
    scenesOf(stash, (one) => one.groups.some((membership) => membership.group === group)).length,
}

const objects: Record<string, Record<string, Resolver>> = {
  Query: query,
  Mutation: systemMutations,
  Scene: scene,
  VideoFile: {
    parent_folder: ({ id, path, basename }: StashFile) => ({
      id: id + 100_000,
      path: path.slice(0, -basename.length - 1),
    }),
    fingerprint: ({ fingerprints }: StashFile, { type }) =>
      fingerprints.find((print) => print.type === type)?.value ?? null,
  },
  FindScenesResultType: {
    scenes: rowsOf,
    duration: ({ all }: FoundRows) => all.reduce((sum, one) => sum + (one.files[0]?.duration ?? 0), 0),
    filesize: ({ all }: FoundRows) => all.reduce((sum, one) => sum + (one.files[0]?.size ?? 0), 0),
  },
  FindFilesResultType: {
    files: rowsOf,
    size: ({ all }: { all: readonly StashFile[] }) => all.reduce((sum, file) => sum + file.size, 0),
  },
  FindPerformersResultType: { performers: rowsOf },
  FindStudiosResultType: { studios: rowsOf },
  FindTagsResultType: { tags: rowsOf },
  FindMoviesResultType: { movies: rowsOf },
  FindGroupsResultType: { groups: rowsOf },
  Performer: {
    url: () => null,
    urls: () => [],
    image_path: imagePath('performer'),
    stash_ids: () => [],
    custom_fields: () => ({}),
    scenes: (performer: StashPerformer, _args, { stash }) =>
      scenesOf(stash, (one) => one.performers.includes(performer)),
    scene_count: (performer: StashPerformer, _args, { stash }) =>
      scenesOf(stash, (one) => one.performers.includes(performer)).length,
  },
  Studio: {
    url: () => null,
    urls: () => [],
    image_path: imagePath('studio'),
    stash_ids: () => [],
    child_studios: (studio: StashStudio, _args, { stash }) =>
      [...stash.library.studios.values()].filter((one) => one.parent_studio === studio),
    scene_count: (studio: StashStudio, _args, { stash }) => scenesOf(stash, (one) => one.studio === studio).length,
  },
  Tag: {
    sort_name: () => null,
    image_path: imagePath('tag'),
    stash_ids: () => [],
    scene_count: (tag: StashTag, _args, { stash }) => scenesOf(stash, (one) => one.tags.includes(tag)).length,
  },
  Movie: { ...groupFields, front_image_path: frontImagePath('movie') },
  Group: { ...groupFields, front_image_path: frontImagePath('group') },
}

/** Ties the resolvers to a schema. Fields without one show the property of their name. */
export function addResolvers(schema: GraphQLSchema): GraphQLSchema {
  for (const [typeName, fields] of Object.entries(objects)) {
    const type = schema.getType(typeName)
    if (!(type instanceof GraphQLObjectType)) continue
    const known = type.getFields()
    for (const [name, resolver] of Object.entries(fields)) {
      const field = known[name]
      if (field) field.resolve = resolver as unknown as GraphQLFieldResolver<unknown, unknown>
    }
  }
  const file = schema.getType('BaseFile')
  if (file instanceof GraphQLInterfaceType) file.resolveType = () => 'VideoFile'
  const map = schema.getType('Map')
  if (map instanceof GraphQLScalarType) map.parseValue = asMap
  const flags = schema.getType('BoolMap')
  if (flags instanceof GraphQLScalarType) flags.parseValue = asBoolMap
  return schema
}

function asMap(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('a map is wanted')
  return value as Record<string, unknown>
}

function asBoolMap(value: unknown): Record<string, unknown> {
  const map = asMap(value)
  if (!Object.values(map).every((one) => typeof one === 'boolean')) throw new TypeError('a map of booleans is wanted')
  return map
}

/**
 * The texts of the queries, for Stash 0.24 and later. Stash: `groups` replaced `movies` in 0.27 and `ids` replaced
 * `scene_ids` in 0.25; the old names may vanish at any time, so each server is asked by the newest names it has.
 */
import * as z from 'zod'
import type { SceneNeeds } from './scene-needs.ts'

/** Which names a server has. */
export interface Dialect {
  readonly groups: 'groups' | 'movies'
  readonly ids: 'ids' | 'scene_ids'
  /** `findFiles`, since 0.29. */
  readonly files: boolean
}

export const newestDialect: Dialect = { groups: 'groups', ids: 'ids', files: true }

/** Asks the server what it has; works with every version. */
export const dialectQuery = `query Dialect {
  scene: __type(name: "Scene") { fields { name } }
  query: __type(name: "Query") { fields { name args { name } } }
}`

const named = z.object({ name: z.string() })
export const dialectSchema = z
  .object({
    scene: z.object({ fields: z.array(named) }),
    query: z.object({ fields: z.array(named.extend({ args: z.array(named) })) }),
  })
  .transform(({ scene, query }): Dialect => {
    const args = query.fields.find(({ name }) => name === 'findScenes')?.args ?? []
    return {
      groups: scene.fields.some(({ name }) => name === 'groups') ? 'groups' : 'movies',
      ids: args.some(({ name }) => name === 'ids') ? 'ids' : 'scene_ids',
      files: query.fields.some(({ name }) => name === 'findFiles'),
    }
  })

function sceneFields(dialect: Dialect, needs: SceneNeeds): string {
  const group = needs.groups ? 'id name' : 'id'
  const groups =
    dialect.groups === 'groups' ? `groups { group { ${group} } }` : `groups: movies { group: movie { ${group} } }`
  const counted = needs.sceneCounts ? ' scene_count' : ''
  const performer = [
    'id name',
    needs.disambiguation ? ' disambiguation' : '',
    needs.gender ? ' gender' : '',
    counted,
    needs.performerTags ? ' tags { id name }' : '',
  ].join('')
  const more = [
    needs.code ? 'code' : '',
    needs.director ? 'director' : '',
    needs.urls ? 'urls' : '',
    needs.stashIds ? 'stash_ids { stash_id }' : '',
  ].filter((field) => field !== '')
  return `id title details date rating100 organized updated_at ${more.join(' ')}
    studio { id name parent_studio { ${needs.parentStudio ? 'id name' : 'name'} } }
    performers { ${performer} }
    tags { id name${counted} }
    ${groups}
    files { path size duration }`
}

/** Beside the scenes, in the same document: one tag is below another through tags that no scene needs to have. */
function tagTree(needs: SceneNeeds): string {
  return needs.tagParents ? 'findTags(filter: { per_page: -1 }) { tags { id name parents { id } } }' : ''
}

export function scenesByIdQuery(dialect: Dialect, needs: SceneNeeds): string {
  const type = dialect.ids === 'ids' ? '[ID!]' : '[Int!]'
  return `query ScenesById($ids: ${type}) {
  findScenes(${dialect.ids}: $ids) { scenes { ${sceneFields(dialect, needs)} } }
  ${tagTree(needs)}
}`
}

export function scenesByIdVariables(dialect: Dialect, ids: readonly string[]): Record<string, unknown> {
  return { ids: dialect.ids === 'ids' ? ids : ids.map(Number) }
}

/** @param isCounted Stash counts in a separate query, which goes over all scenes that the filter leaves. */
export function scenePageQuery(dialect: Dialect, needs: SceneNeeds, isCounted = true): string {
  return `query ScenePage($filter: FindFilterType, $scenes: SceneFilterType) {
  findScenes(filter: $filter, scene_filter: $scenes) { ${isCounted ? 'count ' : ''}scenes { ${sceneFields(dialect, needs)} } }
  ${tagTree(needs)}
}`
}

/** Where the responses to these queries have their scenes. */
export const scenesAt = ['findScenes', 'scenes'] as const

export const sceneStampsQuery = `query SceneStamps($filter: FindFilterType, $scenes: SceneFilterType) {
  findScenes(filter: $filter, scene_filter: $scenes) { count scenes { id updated_at } }
}`

export const sceneFilesQuery = `query SceneFiles($filter: FindFilterType, $scenes: SceneFilterType) {
  findScenes(filter: $filter, scene_filter: $scenes) { count scenes { id updated_at files { path size } } }
}`

export const sceneIdsQuery = `query SceneIds($filter: FindFilterType, $scenes: SceneFilterType) {
  findScenes(filter: $filter, scene_filter: $scenes) { scenes { id } }
}`

/** Stash counts in a separate query, which costs as much as the ids. */
export const sceneCountQuery = `query SceneCount($scenes: SceneFilterType) {
  findScenes(filter: { per_page: 0 }, scene_filter: $scenes) { count }
}`

/** What a scene can carry, other than its plain values. */
export type CarriedKind = 'performer' | 'studio' | 'tag' | 'group'

/**
 * SceneFilterType of the scenes that have an entity and come after a scene id. Sub-studios count, since a scene's
 * collection may be named after the parent. Sub-tags and the tags of performers count only while a setting needs them.
 */
export function carryingFilter(
  dialect: Dialect,
  { kind, id }: { readonly kind: CarriedKind; readonly id: string },
  after: number,
  needs: SceneNeeds,
): Record<string, unknown> {
  const one = { value: [id], modifier: 'INCLUDES' }
  const beyond = { id: { value: after, modifier: 'GREATER_THAN' } }
  switch (kind) {
    case 'performer':
      return { performers: one, ...beyond }
    case 'studio':
      return { studios: { ...one, depth: -1 }, ...beyond }
    case 'tag': {
      const tagged = { ...one, depth: needs.tagParents ? -1 : 0 }
      // Stash: a level of a filter takes one of AND, OR and NOT.
      return needs.performerTags
        ? { ...beyond, AND: { tags: tagged, OR: { performer_tags: tagged } } }
        : { tags: tagged, ...beyond }
    }
    case 'group':
      return dialect.groups === 'groups' ? { groups: { ...one, depth: 0 }, ...beyond } : { movies: one, ...beyond }
  }
}

export const versionQuery = 'query Version { version { version hash } }'

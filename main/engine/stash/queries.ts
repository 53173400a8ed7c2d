/**
 * The texts of the queries, for Stash 0.24 and later. Stash: `groups` replaced `movies` in 0.27 and `ids` replaced
 * `scene_ids` in 0.25; the old names may vanish at any time, so each server is asked by the newest names it has.
 */
import * as z from 'zod'

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

function sceneFields(dialect: Dialect): string {
  const group = dialect.groups === 'groups' ? 'groups { group { id } }' : 'groups: movies { group: movie { id } }'
  return `id title details date rating100 organized updated_at
    studio { id name parent_studio { name } }
    performers { id name }
    tags { id name }
    ${group}
    files { path size duration }`
}

export function scenesByIdQuery(dialect: Dialect): string {
  const type = dialect.ids === 'ids' ? '[ID!]' : '[Int!]'
  return `query ScenesById($ids: ${type}) {
  findScenes(${dialect.ids}: $ids) { scenes { ${sceneFields(dialect)} } }
}`
}

export function scenesByIdVariables(dialect: Dialect, ids: readonly string[]): Record<string, unknown> {
  return { ids: dialect.ids === 'ids' ? ids : ids.map(Number) }
}

export function scenePageQuery(dialect: Dialect): string {
  return `query ScenePage($filter: FindFilterType, $scenes: SceneFilterType) {
  findScenes(filter: $filter, scene_filter: $scenes) { count scenes { ${sceneFields(dialect)} } }
}`
}

export const sceneStampsQuery = `query SceneStamps($filter: FindFilterType, $scenes: SceneFilterType) {
  findScenes(filter: $filter, scene_filter: $scenes) { count scenes { id updated_at } }
}`

export const sceneFilesQuery = `query SceneFiles($filter: FindFilterType, $scenes: SceneFilterType) {
  findScenes(filter: $filter, scene_filter: $scenes) { count scenes { id updated_at files { path size } } }
}`

export const sceneIdsQuery = `query SceneIds($filter: FindFilterType, $scenes: SceneFilterType) {
  findScenes(filter: $filter, scene_filter: $scenes) { scenes { id } }
}`

/** What a scene can carry, other than values of its own. */
export type CarriedKind = 'performer' | 'studio' | 'tag' | 'group'

/**
 * SceneFilterType of the scenes that carry a thing and lie after a scene id. Sub-studios count, since a scene's
 * collection may be named after the parent; sub-tags do not, since only the tag itself is written.
 */
export function carryingFilter(
  dialect: Dialect,
  kind: CarriedKind,
  id: string,
  after: number,
): Record<string, unknown> {
  const one = { value: [id], modifier: 'INCLUDES' }
  const beyond = { id: { value: after, modifier: 'GREATER_THAN' } }
  switch (kind) {
    case 'performer':
      return { performers: one, ...beyond }
    case 'studio':
      return { studios: { ...one, depth: -1 }, ...beyond }
    case 'tag':
      return { tags: { ...one, depth: 0 }, ...beyond }
    case 'group':
      return dialect.groups === 'groups' ? { groups: { ...one, depth: 0 }, ...beyond } : { movies: one, ...beyond }
  }
}

export const versionQuery = 'query Version { version { version hash } }'

/**
 * The texts and shapes of the change probe: the count and the newest stamp of each kind of thing that a write depends on,
 * in one document, and what is read once one of them has moved.
 *
 * Stash: `findFiles` exists since 0.29, `findGroups` since 0.27; a rename found by a scan moves the stamp of the file and
 * not that of its scene; renaming a performer, studio, tag or group moves its own stamp only, deleting one only the count.
 */
import * as z from 'zod'
import type { CarriedKind, Dialect } from './queries.ts'
import type { SceneNeeds } from './scene-needs.ts'

export const probedKinds = ['scene', 'file', 'performer', 'studio', 'tag', 'group'] as const
export type ProbedKind = (typeof probedKinds)[number]

export interface KindReading {
  readonly count: number
  /** By Stash's order, which is that of the text; null where there is none. */
  readonly newest: { readonly id: string; readonly updatedAt: string } | null
}

/** `file` is null before Stash 0.29. */
export type ProbeReading = Readonly<Record<Exclude<ProbedKind, 'file'>, KindReading>> & {
  readonly file: KindReading | null
}

const newestFirst = 'filter: { per_page: 1, sort: "updated_at", direction: DESC }'

/**
 * The probe. `$scenes` bounds the newest scene: behind a stamp of the future every change to come would be hidden. The
 * count is that of all scenes either way.
 */
export function changeProbeQuery(dialect: Dialect): string {
  const groups = dialect.groups === 'groups' ? 'Groups' : 'Movies'
  return `query ChangeProbe($scenes: SceneFilterType) {
  all: findScenes(filter: { per_page: 0 }) { count }
  scene: findScenes(${newestFirst}, scene_filter: $scenes) { rows: scenes { id updated_at } }
  ${dialect.files ? `file: findFiles(${newestFirst}) { count rows: files { id updated_at } }` : ''}
  performer: findPerformers(${newestFirst}) { count rows: performers { id updated_at } }
  studio: findStudios(${newestFirst}) { count rows: studios { id updated_at } }
  tag: findTags(${newestFirst}) { count rows: tags { id updated_at } }
  group: find${groups}(${newestFirst}) { count rows: ${groups.toLowerCase()} { id updated_at } }
}`
}

const idSchema = z.coerce.string()
const rowsSchema = z.array(z.object({ id: idSchema, updated_at: z.string() }))
const kindSchema = z
  .object({ count: z.number(), rows: rowsSchema })
  .transform(({ count, rows: [newest] }): KindReading => ({ count, newest: newest ? stampOf(newest) : null }))

export const changeProbeSchema = z
  .object({
    all: z.object({ count: z.number() }),
    scene: z.object({ rows: rowsSchema }),
    file: kindSchema.nullish(),
    performer: kindSchema,
    studio: kindSchema,
    tag: kindSchema,
    group: kindSchema,
  })
  .transform(({ all, scene, file, ...entities }): ProbeReading => {
    const [newest] = scene.rows
    return {
      ...entities,
      scene: { count: all.count, newest: newest ? stampOf(newest) : null },
      file: file ?? null,
    }
  })

function stampOf({ id, updated_at }: { id: string; updated_at: string }): { id: string; updatedAt: string } {
  return { id, updatedAt: updated_at }
}

// ---- files ---------------------------------------------------------------------------------------------------------

export const changedFilesQuery = `query ChangedFiles($filter: FindFilterType, $files: FileFilterType) {
  findFiles(filter: $filter, file_filter: $files) { count files { id path } }
}`

export const changedFilesSchema = z.object({
  findFiles: z.object({ count: z.number(), files: z.array(z.object({ id: idSchema, path: z.string() })) }),
})

/** SceneFilterType of the scenes with one of these files. Stash: EQUALS is LIKE, so more may come; the caller looks again. */
export function pathsFilter([path = '', ...others]: readonly string[]): Record<string, unknown> {
  const one = { path: { value: path, modifier: 'EQUALS' } }
  return others.length === 0 ? one : { ...one, OR: pathsFilter(others) }
}

// ---- performers, studios, tags, groups -----------------------------------------------------------------------------

/** What a write can depend on of one of them; absent values are empty. */
export interface CarriedEntity {
  readonly id: string
  readonly name: string
  readonly disambiguation: string
  readonly gender: string
  /** Ids of the studio's or tag's parents, sorted. */
  readonly parents: readonly string[]
  /** Ids of the performer's tags, sorted; absent where no setting needs them. */
  readonly tags?: readonly string[]
  /**
   * Which front image the group has, as the query of its address; absent where no setting needs it. Stash: it holds the
   * group's stamp, so it changes with every edit of the group.
   */
  readonly image?: string
}

export type EntityNeeds = Pick<SceneNeeds, 'performerTags' | 'groupImages'>

function entityFields(kind: CarriedKind, needs: EntityNeeds): string {
  switch (kind) {
    case 'performer':
      return `id name disambiguation gender${needs.performerTags ? ' tags { id }' : ''}`
    case 'studio':
      return 'id name parent_studio { id }'
    case 'tag':
      return 'id name parents { id }'
    case 'group':
      return `id name${needs.groupImages ? ' front_image_path' : ''}`
  }
}

function rootOf(kind: CarriedKind, dialect: Dialect): string {
  if (kind === 'group') return dialect.groups === 'groups' ? 'Group' : 'Movie'
  return kind.charAt(0).toUpperCase() + kind.slice(1)
}

export function entitiesQuery(kind: CarriedKind, dialect: Dialect, needs: EntityNeeds): string {
  const root = rootOf(kind, dialect)
  return `query Entities {
  found: find${root}s(filter: { per_page: -1 }) { rows: ${root.toLowerCase()}s { ${entityFields(kind, needs)} } }
}`
}

export function entityQuery(kind: CarriedKind, dialect: Dialect, needs: EntityNeeds): string {
  return `query Entity($id: ID!) { found: find${rootOf(kind, dialect)}(id: $id) { ${entityFields(kind, needs)} } }`
}

const relatedSchema = z.object({ id: idSchema })
const entitySchema = z
  .object({
    id: idSchema,
    name: z.string(),
    disambiguation: z.string().nullish(),
    gender: z.string().nullish(),
    parent_studio: relatedSchema.nullish(),
    parents: z.array(relatedSchema).nullish(),
    tags: z.array(relatedSchema).nullish(),
    front_image_path: z.string().nullish(),
  })
  .transform(
    (row): CarriedEntity => ({
      id: row.id,
      name: row.name,
      disambiguation: row.disambiguation ?? '',
      gender: row.gender ?? '',
      parents: sortedIds([...(row.parents ?? []), ...(row.parent_studio ? [row.parent_studio] : [])]),
      ...(row.tags ? { tags: sortedIds(row.tags) } : {}),
      ...(row.front_image_path === undefined ? {} : { image: row.front_image_path?.split('?')[1] ?? '' }),
    }),
  )

function sortedIds(related: readonly z.infer<typeof relatedSchema>[]): string[] {
  return related.map(({ id }) => id).sort((a, b) => Number(a) - Number(b))
}

export const entitiesSchema = z.object({ found: z.object({ rows: z.array(entitySchema) }) })
export const entityFoundSchema = z.object({ found: entitySchema.nullable() })

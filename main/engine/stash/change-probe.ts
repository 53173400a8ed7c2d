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
import { earlier } from './stamp.ts'

export const probedKinds = ['scene', 'file', 'performer', 'studio', 'tag', 'group'] as const
export type ProbedKind = (typeof probedKinds)[number]

export interface KindReading {
  readonly count: number
  /** By Stash's order, which is that of the text; null if there is none. */
  readonly newest: { readonly id: string; readonly updatedAt: string } | null
}

/** `file` is null before Stash 0.29. */
export type ProbeReading = Readonly<Record<Exclude<ProbedKind, 'file'>, KindReading>> & {
  readonly file: KindReading | null
}

/** What is asked for. */
export interface ProbeRequest {
  /**
   * Only stamps below this text: behind one of the future every change to come would be hidden. Counts are those of all
   * either way. Null: no bound.
   */
  readonly below: string | null
  /**
   * What is known of scenes and files: their counts are not asked again, and stamps only from the known one on. Stash
   * counts and sorts its whole table each time, which is four fifths of what a probe costs it.
   */
  readonly known: Readonly<Partial<Record<'scene' | 'file', KindReading>>>
}

export const wholeProbe: ProbeRequest = { below: null, known: {} }

const newestFirst = 'filter: { per_page: 1, sort: "updated_at", direction: DESC }'

export function changeProbeQuery(dialect: Dialect, request: ProbeRequest): string {
  const kinds = probedKinds.filter((kind) => kind !== 'file' || dialect.files)
  const filtered = kinds.filter((kind) => stampFilter(kind, request) !== null)
  const variables = filtered.map((kind) => `$${kind}: ${rootOf(kind, dialect)}FilterType`)
  const parts = kinds.map((kind) => {
    const root = rootOf(kind, dialect)
    const field = root.toLowerCase()
    const rows = `rows: ${field}s { id updated_at }`
    if (!filtered.includes(kind)) return `${kind}: find${root}s(${newestFirst}) { count ${rows} }`
    const newest = `${kind}: find${root}s(${newestFirst}, ${field}_filter: $${kind}) { ${rows} }`
    const isKnown = (kind === 'scene' || kind === 'file') && request.known[kind] !== undefined
    return isKnown ? newest : `${newest} ${kind}_all: find${root}s(filter: { per_page: 0 }) { count }`
  })
  return `query ChangeProbe${variables.length === 0 ? '' : `(${variables.join(', ')})`} {\n  ${parts.join('\n  ')}\n}`
}

/** The variables of the query: which stamps are looked at. */
export function changeProbeVariables(request: ProbeRequest): Record<string, unknown> {
  const filters = probedKinds.map((kind) => [kind, stampFilter(kind, request)] as const)
  return Object.fromEntries(filters.filter(([, filter]) => filter !== null))
}

/** Null if all stamps are looked at. A bound from below needs none from above: few stamps are left to be sorted. */
function stampFilter(kind: ProbedKind, { below, known }: ProbeRequest): Record<string, unknown> | null {
  if (below !== null) return { updated_at: { value: below, modifier: 'LESS_THAN' } }
  const newest = kind === 'scene' || kind === 'file' ? known[kind]?.newest : null
  const from = newest ? earlier(newest.updatedAt, 1_000) : null
  return from === null ? null : { updated_at: { value: from, modifier: 'GREATER_THAN' } }
}

const idSchema = z.coerce.string()
const rowsSchema = z.array(z.object({ id: idSchema, updated_at: z.string() }))
const newestSchema = z.object({ count: z.number().optional(), rows: rowsSchema })
const countSchema = z.object({ count: z.number() }).optional()

/** Of all probes: zod compiles each object that it meets for the first time, which takes longer than reading it. */
const responseSchema = z.object({
  scene: newestSchema,
  scene_all: countSchema,
  file: newestSchema.optional(),
  file_all: countSchema,
  performer: newestSchema,
  performer_all: countSchema,
  studio: newestSchema,
  studio_all: countSchema,
  tag: newestSchema,
  tag_all: countSchema,
  group: newestSchema,
  group_all: countSchema,
})

/** Reads the response to a request. */
export function changeProbeSchema({ known }: ProbeRequest): z.ZodType<ProbeReading> {
  return responseSchema.transform((response, context): ProbeReading => {
    const reading = (
      { count: own, rows: [newest] }: z.infer<typeof newestSchema>,
      all: z.infer<typeof countSchema>,
      before?: KindReading,
    ): KindReading => {
      const count = own ?? all?.count ?? before?.count
      if (count === undefined) context.addIssue('no count')
      return { count: count ?? 0, newest: newest ? { id: newest.id, updatedAt: newest.updated_at } : null }
    }
    return {
      scene: reading(response.scene, response.scene_all, known.scene),
      file: response.file === undefined ? null : reading(response.file, response.file_all, known.file),
      performer: reading(response.performer, response.performer_all),
      studio: reading(response.studio, response.studio_all),
      tag: reading(response.tag, response.tag_all),
      group: reading(response.group, response.group_all),
    }
  })
}

/** What was known is there no more, so that nothing can be known of what came before it. */
export function hasLostKnown({ known }: ProbeRequest, { scene, file }: ProbeReading): boolean {
  return (
    (known.scene !== undefined && known.scene.newest !== null && scene.newest === null) ||
    (known.file !== undefined && known.file.newest !== null && file?.newest === null)
  )
}

// ---- files ---------------------------------------------------------------------------------------------------------

export const changedFilesQuery = `query ChangedFiles($filter: FindFilterType, $files: FileFilterType) {
  findFiles(filter: $filter, file_filter: $files) { count files { id path } }
}`

export const changedFilesSchema = z.object({
  findFiles: z.object({ count: z.number(), files: z.array(z.object({ id: idSchema, path: z.string() })) }),
})

export const highestFileQuery = `query HighestFile {
  findFiles(filter: { per_page: 1, sort: "id", direction: DESC }) { files { id } }
}`

/** 0 if there is none. */
export const highestFileSchema = z
  .object({ findFiles: z.object({ files: z.array(z.object({ id: idSchema })) }) })
  .transform(({ findFiles: { files } }) => Number(files[0]?.id ?? 0))

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
  /** Ids of the performer's tags, sorted; absent if no setting needs them. */
  readonly tags?: readonly string[]
  /**
   * Which front image the group has, as the query of its address; absent if no setting needs it. Stash: it holds the
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

function rootOf(kind: ProbedKind, dialect: Dialect): string {
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

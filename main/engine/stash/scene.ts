/** A scene as Stash sends it, read with tolerance: absent, null and empty mean the same, unknown fields are ignored. */
import * as z from 'zod'
import {
  type SceneFile,
  type ScenePerformer,
  type SceneTag,
  type StashScene,
  sceneIdSchema,
} from '../../../shared/domain.ts'

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '')

/** Bytes or seconds; a file that was never probed has 0. Sizes pass 2^31 and may come as text. */
const amount = z
  .union([z.number(), z.string().transform(Number)])
  .nullish()
  .transform((value) => (typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null))

const named = z.object({ id: z.coerce.string(), name: text })

const count = z.number().nullish()

/** Absent and null lists are empty; entries without a name cannot be written anywhere. */
const tags = z
  .array(named.extend({ scene_count: count }))
  .nullish()
  .transform((list) => (list ?? []).filter(hasName).map(tagOf))

const performers = z
  .array(
    named.extend({
      scene_count: count,
      disambiguation: z.string().nullish(),
      gender: z.string().nullish(),
      tags: tags.optional(),
    }),
  )
  .nullish()
  .transform((list) => (list ?? []).filter(hasName).map(performerOf))

const groups = z.array(z.object({ group: z.object({ id: z.coerce.string(), name: z.string().nullish() }) })).nullish()

const file = z.object({ path: text, size: amount, duration: amount })

/** The files of a scene, by path and size alone. */
export const sceneFilesSchema = z
  .array(z.object({ path: text, size: amount }))
  .nullish()
  .transform((files) => (files ?? []).filter(({ path }) => path !== ''))

/** Stash: stamps have whole seconds, and a second change in the same second leaves the stamp as it was. */
const youngMs = 2_000

/**
 * Whether a stamp proves nothing, because Stash's clock (epoch ms, whole seconds) had hardly left its second when it was
 * read. Without a clock it is taken for old.
 */
export function isYoung(updatedAt: string, stashNow: number | null): boolean {
  return stashNow !== null && stashNow - Date.parse(updatedAt) < youngMs
}

export const sceneSchema = z
  .object({
    id: z.coerce.string().pipe(sceneIdSchema),
    title: text,
    details: text,
    date: text,
    rating100: z.number().nullish(),
    organized: z.boolean().nullish(),
    updated_at: text,
    studio: named
      .extend({ parent_studio: z.object({ id: z.coerce.string().optional(), name: text }).nullish() })
      .nullish(),
    performers,
    tags,
    groups,
    files: z.array(file).nullish(),
    // Asked for only while a setting needs them.
    code: z.string().nullish(),
    director: z.string().nullish(),
    urls: z.array(z.string()).nullish(),
    stash_ids: z.array(z.object({ stash_id: text })).nullish(),
  })
  .transform(
    (scene): StashScene => ({
      id: scene.id,
      title: scene.title,
      details: scene.details,
      date: plainDate(scene.date),
      rating100: scene.rating100 ?? null,
      organized: scene.organized ?? false,
      updatedAt: scene.updated_at,
      studio: studioOf(scene.studio),
      performers: scene.performers,
      tags: scene.tags,
      groupIds: (scene.groups ?? []).map(({ group }) => group.id),
      files: (scene.files ?? []).filter(({ path }) => path !== '') satisfies SceneFile[],
      ...groupNames(scene.groups),
      ...(scene.code == null ? {} : { code: scene.code }),
      ...(scene.director == null ? {} : { director: scene.director }),
      ...(scene.urls == null ? {} : { hasUrl: scene.urls.some((url) => url.trim() !== '') }),
      ...(scene.stash_ids == null ? {} : { hasStashId: scene.stash_ids.some((one) => one.stash_id !== '') }),
    }),
  )

function hasName({ name }: { readonly name: string }): boolean {
  return name.trim() !== ''
}

function tagOf({
  id,
  name,
  scene_count,
}: {
  id: string
  name: string
  scene_count?: number | null | undefined
}): SceneTag {
  return { id, name, ...(scene_count == null ? {} : { sceneCount: scene_count }) }
}

interface PerformerRow {
  id: string
  name: string
  scene_count?: number | null | undefined
  disambiguation?: string | null | undefined
  gender?: string | null | undefined
  tags?: SceneTag[] | undefined
}

function performerOf({ id, name, scene_count, disambiguation, gender, tags: own }: PerformerRow): ScenePerformer {
  return {
    id,
    name,
    ...(disambiguation == null ? {} : { disambiguation }),
    ...(gender == null ? {} : { gender }),
    ...(own === undefined ? {} : { tags: own }),
    ...(scene_count == null ? {} : { sceneCount: scene_count }),
  }
}

/** Absent if no names were asked for. */
function groupNames(list: z.output<typeof groups>): Pick<StashScene, 'groups'> {
  const named = (list ?? []).flatMap(({ group: { id, name } }) => (name == null ? [] : [{ id, name }]))
  return named.length === 0 ? {} : { groups: named.filter(hasName) }
}

function studioOf(
  studio:
    | { id: string; name: string; parent_studio?: { id?: string | undefined; name: string } | null | undefined }
    | null
    | undefined,
): StashScene['studio'] {
  if (!studio || !hasName(studio)) return null
  const parentId = studio.parent_studio?.id
  return {
    id: studio.id,
    name: studio.name,
    parentName: studio.parent_studio?.name || null,
    ...(parentId === undefined ? {} : { parentId }),
  }
}

/** Stash: dates are `2023-05-01`, and since 0.30 also `2023-05` or `2023`. A time of day behind it is dropped. */
function plainDate(date: string): string {
  return /^(\d{4}(?:-\d{2}(?:-\d{2})?)?)(?:[T ].*)?$/.exec(date.trim())?.[1] ?? ''
}

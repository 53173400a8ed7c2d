/**
 * What Stash keeps about watching a scene. Stash: `sceneAddPlay` (0.25) inserts one row per time without looking for an
 * equal one and keeps whole seconds in UTC; `sceneDeletePlay` takes one row of exactly that second, and the newest row
 * where the list is empty. None of them fires a hook or moves `updated_at`. `sceneSaveActivity` sets the resume time.
 */
import * as z from 'zod'
import { type SceneFile, type SceneId, sceneIdSchema } from '../../../shared/domain.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import type { StashConnection } from './graphql.ts'
import { withoutMissing } from './missing-ids.ts'

export interface WatchedScene {
  readonly id: SceneId
  readonly title: string
  readonly files: readonly SceneFile[]
  /** Epoch seconds of all plays, in no promised order; empty before 0.25, which keeps none. */
  readonly plays: readonly number[]
  /** Epoch seconds; null if never played. */
  readonly lastPlayedAt: number | null
  /** Seconds; 0 if there is none. */
  readonly resumeTime: number
  /** 1 to 100; null if not rated. */
  readonly rating100: number | null
}

/** What a version of Stash can take in. */
interface WatchingSupport {
  /** Plays with a separate moment, and their removal: since 0.25. */
  readonly plays: boolean
}

export interface StashWatching {
  /** Drops what is known of the server: it may have come back as another version. */
  forgetDialect(): void
  support(signal?: AbortSignal): Promise<Result<WatchingSupport>>
  /** The scenes with these ids; those that Stash no longer has are absent. */
  scenes(ids: readonly SceneId[], signal?: AbortSignal): Promise<Result<Map<SceneId, WatchedScene>>>
  /** Adds one play per moment and returns the whole history of the scene (epoch seconds). Not repeatable. */
  addPlays(sceneId: SceneId, at: readonly number[], signal?: AbortSignal): Promise<Result<readonly number[]>>
  /** Removes one play of each of these seconds and returns what is left. Refuses an empty list. */
  deletePlays(sceneId: SceneId, at: readonly number[], signal?: AbortSignal): Promise<Result<readonly number[]>>
  /** Sets the resume point in seconds; the played duration stays. */
  setResumeTime(sceneId: SceneId, seconds: number, signal?: AbortSignal): Promise<Result<void>>
  /** Null clears. Stash fires a hook for it and moves `updated_at`. */
  setRating(sceneId: SceneId, rating100: number | null, signal?: AbortSignal): Promise<Result<void>>
}

const scenesPerQuery = 50

const supportQuery = `query WatchingSupport {
  mutation: __type(name: "Mutation") { fields { name } }
  query: __type(name: "Query") { fields { name args { name } } }
}`
const named = z.object({ name: z.string() })
const supportSchema = z.object({
  mutation: z.object({ fields: z.array(named) }),
  query: z.object({ fields: z.array(named.extend({ args: z.array(named) })) }),
})

const moment = z.string().transform((value) => Math.floor(Date.parse(value) / 1000))
const momentOrNull = z
  .string()
  .nullish()
  .transform((value) => (value ? Math.floor(Date.parse(value) / 1000) : null))
const amount = z
  .number()
  .nullish()
  .transform((value) => value ?? null)
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '')

const sceneSchema = z
  .object({
    id: z.coerce.string().pipe(sceneIdSchema),
    title: text,
    play_history: z.array(moment).nullish(),
    last_played_at: momentOrNull,
    resume_time: amount,
    rating100: amount,
    files: z.array(z.object({ path: text, size: amount, duration: amount })).nullish(),
  })
  .transform(
    (scene): WatchedScene => ({
      id: scene.id,
      title: scene.title,
      files: (scene.files ?? []).filter(({ path }) => path !== ''),
      plays: scene.play_history ?? [],
      lastPlayedAt: scene.last_played_at,
      resumeTime: scene.resume_time ?? 0,
      rating100: scene.rating100,
    }),
  )
const scenesSchema = z.object({ findScenes: z.object({ scenes: z.array(sceneSchema) }) })
const historySchema = z.object({ result: z.object({ history: z.array(moment) }) })
const changedSchema = z.object({ result: z.unknown() })

interface Dialect extends WatchingSupport {
  readonly ids: 'ids' | 'scene_ids'
}

export function createStashWatching(
  connection: Pick<StashConnection, 'graphql'>,
  address: () => { readonly url: string },
): StashWatching {
  let known: { readonly url: string; readonly dialect: Dialect } | null = null

  /** Asked once per address; a server that was away may come back as another version. */
  async function dialect(signal?: AbortSignal): Promise<Result<Dialect>> {
    const { url } = address()
    if (known?.url === url) return ok(known.dialect)
    const asked = await connection.graphql(supportQuery, {}, supportSchema, signal)
    if (!asked.ok) return asked
    const { mutation, query } = asked.value
    const args = query.fields.find(({ name }) => name === 'findScenes')?.args ?? []
    const found: Dialect = {
      plays: mutation.fields.some(({ name }) => name === 'sceneAddPlay'),
      ids: args.some(({ name }) => name === 'ids') ? 'ids' : 'scene_ids',
    }
    known = { url, dialect: found }
    return ok(found)
  }

  async function run<T>(
    query: string,
    variables: Readonly<Record<string, unknown>>,
    schema: z.ZodType<T>,
    signal: AbortSignal | undefined,
  ): Promise<Result<T>> {
    const result = await connection.graphql(query, variables, schema, signal)
    if (!result.ok && (result.fault.code === 'unreachable' || result.fault.code === 'rejected')) known = null
    return result
  }

  async function read(
    ids: readonly SceneId[],
    names: Dialect,
    signal: AbortSignal | undefined,
  ): Promise<Result<WatchedScene[]>> {
    const variables = { ids: names.ids === 'ids' ? ids : ids.map(Number) }
    const result = await run(scenesQuery(names), variables, scenesSchema, signal)
    return result.ok ? ok(result.value.findScenes.scenes) : result
  }

  async function changeHistory(
    field: 'sceneAddPlay' | 'sceneDeletePlay',
    id: SceneId,
    at: readonly number[],
    signal: AbortSignal | undefined,
  ): Promise<Result<readonly number[]>> {
    // Stash reads an empty list as "now" when adding and as "the newest" when removing.
    if (at.length === 0) return fail('invalid_input', 'No moment was given')
    const query = `mutation ChangePlays($id: ID!, $times: [Timestamp!]) {
  result: ${field}(id: $id, times: $times) { history }
}`
    const result = await run(query, { id, times: at.map(stashTime) }, historySchema, signal)
    return result.ok ? ok(result.value.result.history) : result
  }

  async function change(
    query: string,
    variables: Readonly<Record<string, unknown>>,
    signal: AbortSignal | undefined,
  ): Promise<Result<void>> {
    const result = await run(query, variables, changedSchema, signal)
    return result.ok ? ok(undefined) : result
  }

  return {
    forgetDialect() {
      known = null
    },
    async support(signal) {
      return dialect(signal)
    },
    async scenes(ids, signal) {
      const found = new Map<SceneId, WatchedScene>()
      const unique = [...new Set(ids)]
      if (unique.length === 0) return ok(found)
      const names = await dialect(signal)
      if (!names.ok) return names
      for (let from = 0; from < unique.length; from += scenesPerQuery) {
        const scenes = await withoutMissing(unique.slice(from, from + scenesPerQuery), (some) =>
          read(some, names.value, signal),
        )
        if (!scenes.ok) return scenes
        for (const scene of scenes.value) found.set(scene.id, scene)
      }
      return ok(found)
    },
    addPlays: (sceneId, at, signal) => changeHistory('sceneAddPlay', sceneId, at, signal),
    deletePlays: (sceneId, at, signal) => changeHistory('sceneDeletePlay', sceneId, at, signal),
    setResumeTime: (id, seconds, signal) =>
      change(
        'mutation SetResumeTime($id: ID!, $at: Float) { result: sceneSaveActivity(id: $id, resume_time: $at) }',
        { id, at: seconds },
        signal,
      ),
    setRating: (id, rating100, signal) =>
      change(
        'mutation SetRating($input: SceneUpdateInput!) { result: sceneUpdate(input: $input) { id } }',
        { input: { id, rating100 } },
        signal,
      ),
  }
}

/** RFC 3339 in UTC with whole seconds: what Stash keeps. */
function stashTime(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString().replace('.000Z', 'Z')
}

function scenesQuery({ ids, plays }: Dialect): string {
  const type = ids === 'ids' ? '[ID!]' : '[Int!]'
  return `query WatchedScenes($ids: ${type}) {
  findScenes(${ids}: $ids) { scenes {
    id title ${plays ? 'play_history' : ''} last_played_at resume_time rating100 files { path size duration }
  } }
}`
}

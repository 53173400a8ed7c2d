/** What PlexSync asks Stash for. Every call returns a Result; ids that Stash does not know are absent, not a fault. */
import * as z from 'zod'
import type { SceneFile, SceneId, StashScene } from '../../../shared/domain.ts'
import { type Fault, ok, type Result } from '../../../shared/result.ts'
import {
  type CarriedEntity,
  changedFilesQuery,
  changedFilesSchema,
  changeProbeQuery,
  changeProbeSchema,
  entitiesQuery,
  entitiesSchema,
  entityFoundSchema,
  entityQuery,
  type ProbeReading,
  pathsFilter,
} from './change-probe.ts'
import { type CollectionSource, readCollectionSources, type SourceId } from './collection-sources.ts'
import { type Cover, fetchCover, fetchEntityImage } from './cover.ts'
import { createStashConnection, type StashConnection, type StashConnectionOptions } from './graphql.ts'
import {
  type CarriedKind,
  carryingFilter,
  type Dialect,
  dialectQuery,
  dialectSchema,
  newestDialect,
  sceneCountQuery,
  sceneFilesQuery,
  sceneIdsQuery,
  scenePageQuery,
  sceneStampsQuery,
  scenesByIdQuery,
  scenesByIdVariables,
  versionQuery,
} from './queries.ts'
import { isYoung, sceneFilesSchema, sceneSchema } from './scene.ts'
import { type SceneChoice, sceneChoiceFilter } from './scene-choice.ts'
import { noNeeds, type SceneNeeds } from './scene-needs.ts'
import { faultOfState, type StashState, stateNamed, systemStatusQuery } from './stash-state.ts'
import { tagTreeSchema } from './tag-tree.ts'
import { createStashWatching, type StashWatching } from './watching.ts'

export interface SceneStamp {
  readonly id: SceneId
  /** RFC 3339 in Stash's local offset; compare for equality only. */
  readonly updatedAt: string
}

/** A stamp with what tells that a file was moved or replaced, which leaves the stamp as it was. */
export interface SceneFiles extends SceneStamp {
  readonly files: readonly Pick<SceneFile, 'path' | 'size'>[]
}

export interface StampRequest {
  /**
   * Only scenes updated after this text. Stash compares it as text with what it stored: it must be in the offset of an
   * `updatedAt` that Stash sent, and overlap by at least two hours (daylight saving).
   */
  readonly since?: string
  /** Only scenes with a greater id than this, by id: a scene deleted meanwhile hides no other one, as page numbers would. */
  readonly after?: number
  /** From 1. */
  readonly page: number
  /** -1 means all on one page. */
  readonly perPage: number
}

export interface StashClient {
  /** The scenes with these ids; those that Stash no longer has are absent. */
  scenes(ids: readonly SceneId[], signal?: AbortSignal): Promise<Result<Map<SceneId, StashScene>>>
  /** Pages of the ids of all scenes that carry a performer, studio (with its sub-studios), tag or group. */
  sceneIdsCarrying(kind: CarriedKind, id: string, signal?: AbortSignal): AsyncGenerator<Result<SceneId[]>>
  /** With `since`: the latest first, so that a scene edited meanwhile shows twice rather than never. Else by id. */
  sceneStamps(request: StampRequest, signal?: AbortSignal): Promise<Result<{ count: number; stamps: SceneStamp[] }>>
  /** Like `sceneStamps`, with the files of each scene. */
  sceneFiles(request: StampRequest, signal?: AbortSignal): Promise<Result<{ count: number; scenes: SceneFiles[] }>>
  /** Scenes with no file or several, by id: a file that is given to another scene, or removed, leaves stamps as they were. */
  scenesByFileCount(after: number, limit: number, signal?: AbortSignal): Promise<Result<SceneFiles[]>>
  /** Scenes that have a file of these paths, and perhaps some with like ones; at most a few dozen paths at a time. */
  scenesWithPaths(paths: readonly string[], signal?: AbortSignal): Promise<Result<SceneFiles[]>>
  /** Pages of the files that changed after a text (see `StampRequest`), the latest first; none before Stash 0.29. */
  filesSince(since: string, signal?: AbortSignal): AsyncGenerator<Result<readonly { id: string; path: string }[]>>
  /** Counts and newest stamps of everything. `below`: only scenes with a stamp below this text, see `StampRequest`. */
  changeProbe(below: string | null, signal?: AbortSignal): Promise<Result<ProbeReading>>
  /** All performers, studios, tags or groups. */
  entities(kind: CarriedKind, signal?: AbortSignal): Promise<Result<CarriedEntity[]>>
  /** One of them; null where Stash has it no more. */
  entity(kind: CarriedKind, id: string, signal?: AbortSignal): Promise<Result<CarriedEntity | null>>
  /** Stash's present time in epoch ms, in whole seconds; null before its first answer. */
  now(): number | null
  /** Whole scenes by id, pages from 1. */
  scenePage(
    page: number,
    perPage: number,
    signal?: AbortSignal,
  ): Promise<Result<{ count: number; scenes: StashScene[] }>>
  /**
   * The next whole scenes by id, after a scene id. With `since` only those updated after that text, see `StampRequest`.
   * `count` is how many there are after that id.
   */
  scenesAfter(
    request: { readonly after: number; readonly since: string | null; readonly limit: number },
    signal?: AbortSignal,
  ): Promise<Result<{ count: number; scenes: StashScene[] }>>
  /** Ids of the scenes of a choice after a scene id, by id. */
  sceneIds(
    choice: SceneChoice,
    page: { readonly after: number; readonly limit: number },
    signal?: AbortSignal,
  ): Promise<Result<SceneId[]>>
  sceneCount(choice: SceneChoice, signal?: AbortSignal): Promise<Result<number>>
  /** The latest scenes whose title, details or path contain every word of a text. */
  searchScenes(text: string, limit: number, signal?: AbortSignal): Promise<Result<StashScene[]>>
  /** `etag` is that of the cover at hand, '' for none. */
  cover(sceneId: SceneId, etag?: string, signal?: AbortSignal): Promise<Result<Cover>>
  /** The front image of a group as stored; null where it has none. */
  groupImage(groupId: string, signal?: AbortSignal): Promise<Result<Buffer | null>>
  /** Texts and images of studios, performers, tags and groups, by `sourceKey`. */
  collectionSources(ids: readonly SourceId[], signal?: AbortSignal): Promise<Result<Map<string, CollectionSource>>>
  /** An image as stored, by its path below Stash's address; null where there is none. */
  entityImage(path: string, signal?: AbortSignal): Promise<Result<Buffer | null>>
  /** Such as `v0.30.1`; the commit where Stash was built without a version. */
  version(signal?: AbortSignal): Promise<Result<string>>
  /** Succeeds where Stash has a database that it uses: the question that a gate asks before work continues. */
  ready(signal?: AbortSignal): Promise<Result<void>>
  /** Which names the server has, as far as was found out. */
  dialect(): Dialect
  /** By the last answer that said so; null while none has. */
  state(): StashState | null
  /** `status` is OK, SETUP or NEEDS_MIGRATION. */
  systemStatus(signal?: AbortSignal): Promise<Result<{ status: string; os: string | null }>>
  /** Plays, resume points and ratings. */
  readonly watching: StashWatching
  graphql: StashConnection['graphql']
  close(): void
}

/** Scenes per query by id; with their files and performers some 300 KB. */
const scenesPerQuery = 100
const idsPerPage = 1000
const filesPerPage = 1000

const idSchema = z.coerce.string()
const findTags = z.object({ tags: tagTreeSchema }).optional()
const scenesSchema = z
  .object({ findScenes: z.object({ scenes: z.array(sceneSchema) }), findTags })
  .transform(({ findScenes, findTags: found }) => completed(findScenes.scenes, found))
const pageSchema = z
  .object({ findScenes: z.object({ count: z.number(), scenes: z.array(sceneSchema) }), findTags })
  .transform(({ findScenes: { count, scenes }, findTags: found }) => ({ count, scenes: completed(scenes, found) }))

function completed(scenes: StashScene[], found: z.output<typeof findTags>): StashScene[] {
  return found === undefined ? scenes : scenes.map((scene) => found.tags.complete(scene))
}
const idsSchema = z.object({ findScenes: z.object({ scenes: z.array(z.object({ id: idSchema })) }) })
const countSchema = z.object({ findScenes: z.object({ count: z.number() }) })
const stampsSchema = z.object({
  findScenes: z.object({ count: z.number(), scenes: z.array(z.object({ id: idSchema, updated_at: z.string() })) }),
})
const filesSchema = z.object({
  findScenes: z.object({
    count: z.number(),
    scenes: z.array(z.object({ id: idSchema, updated_at: z.string(), files: sceneFilesSchema })),
  }),
})
const versionSchema = z.object({ version: z.object({ version: z.string().nullish(), hash: z.string().nullish() }) })
const statusSchema = z.object({ systemStatus: z.object({ status: z.string(), os: z.string().nullish() }) })

export interface StashClientOptions extends StashConnectionOptions {
  /** Which fields of scenes are read beyond those that always are; none where it is left out. */
  readonly needs?: () => SceneNeeds
}

export function createStashClient(options: StashClientOptions): StashClient {
  const needs = options.needs ?? (() => noNeeds)
  const connection = createStashConnection(options)
  /** What the server at `url` understands; `asked` once it was looked up there. */
  let known: { readonly url: string; readonly dialect: Dialect; readonly asked: boolean } | null = null

  /** Asks in the newest dialect; a server that refuses it is asked once what it has. */
  async function inDialect<T>(
    ask: (dialect: Dialect) => Promise<Result<T>>,
    signal: AbortSignal | undefined,
  ): Promise<Result<T>> {
    const { url } = options.address()
    const now = known?.url === url ? known : { url, dialect: newestDialect, asked: false }
    const first = await ask(now.dialect)
    if (first.ok) return first
    // A server that was away may come back as another version.
    if (first.fault.code === 'unreachable') known = null
    if (first.fault.code !== 'rejected') return first
    if (now.asked) return misunderstood(first)
    const dialect = await connection.graphql(dialectQuery, {}, dialectSchema, signal)
    if (!dialect.ok) return dialect.fault.code === 'rejected' ? misunderstood(first) : first
    known = { url, dialect: dialect.value, asked: true }
    const again = await ask(dialect.value)
    return again.ok ? again : misunderstood(again)
  }

  /** No dialect fits: this Stash cannot be read at all, which is nobody's job's fault. */
  function misunderstood(result: { readonly ok: false; readonly fault: Fault }): Result<never> {
    const { fault } = result
    if (fault.code !== 'rejected' || (fault.status !== 422 && fault.status !== 400)) return result
    const found: Fault = { ...fault, code: 'stash_schema' }
    // Only here it is known that the query itself is what fails.
    options.onExchange?.({ ok: true, fault: found, milliseconds: 0 })
    return { ok: false, fault: found }
  }

  /** Stash: one missing id fails the whole query, with "scene with id N not found". */
  async function scenesOf(ids: readonly SceneId[], signal: AbortSignal | undefined): Promise<Result<StashScene[]>> {
    // Stash would read an empty list as "no condition" and send scenes that nobody asked for.
    if (ids.length === 0) return ok([])
    const result = await inDialect(
      (dialect) =>
        connection.graphql(scenesByIdQuery(dialect, needs()), scenesByIdVariables(dialect, ids), scenesSchema, signal),
      signal,
    )
    if (result.ok) return result
    if (result.fault.code !== 'server_error' || !/not found/i.test(result.fault.message)) return result
    const missing = missingIds(result.fault.message)
    const left = ids.filter((id) => !missing.has(id))
    if (left.length < ids.length) return scenesOf(left, signal)
    if (ids.length === 1) return ok([])
    const middle = Math.ceil(ids.length / 2)
    const before = await scenesOf(ids.slice(0, middle), signal)
    if (!before.ok) return before
    const after = await scenesOf(ids.slice(middle), signal)
    return after.ok ? ok([...before.value, ...after.value]) : after
  }

  return {
    async scenes(ids, signal) {
      const unique = [...new Set(ids)]
      const found = new Map<SceneId, StashScene>()
      for (let start = 0; start < unique.length; start += scenesPerQuery) {
        const result = await scenesOf(unique.slice(start, start + scenesPerQuery), signal)
        if (!result.ok) return result
        const now = connection.now()
        for (const scene of result.value)
          found.set(scene.id, isYoung(scene.updatedAt, now) ? { ...scene, young: true } : scene)
      }
      return ok(found)
    },

    async *sceneIdsCarrying(kind, id, signal) {
      // By "id greater than the last" and not by page number: a scene deleted meanwhile must not hide another one.
      let last = 0
      for (;;) {
        const result = await inDialect(
          (dialect) =>
            connection.graphql(
              sceneIdsQuery,
              {
                filter: { page: 1, per_page: idsPerPage, sort: 'id', direction: 'ASC' },
                scenes: carryingFilter(dialect, kind, id, last, needs()),
              },
              idsSchema,
              signal,
            ),
          signal,
        )
        if (!result.ok) {
          yield result
          return
        }
        const received = result.value.findScenes.scenes
        const ids = received.map((scene) => scene.id).filter((sceneId) => Number(sceneId) > last)
        if (ids.length > 0) yield ok(ids)
        if (received.length < idsPerPage || ids.length === 0) return
        last = Math.max(...ids.map(Number))
      }
    },

    async sceneStamps(request, signal) {
      const variables = { filter: pageOf(request), scenes: newerThan(request.since ?? null, request.after ?? 0) }
      const result = await connection.graphql(sceneStampsQuery, variables, stampsSchema, signal)
      if (!result.ok) return result
      const { count, scenes: rows } = result.value.findScenes
      return ok({ count, stamps: rows.map((row) => ({ id: row.id, updatedAt: row.updated_at })) })
    },

    async sceneFiles(request, signal) {
      const variables = { filter: pageOf(request), scenes: newerThan(request.since ?? null, request.after ?? 0) }
      const result = await connection.graphql(sceneFilesQuery, variables, filesSchema, signal)
      if (!result.ok) return result
      const { count, scenes } = result.value.findScenes
      return ok({ count, scenes: scenes.map(filesOf) })
    },

    async scenesByFileCount(after, limit, signal) {
      const filter = { page: 1, per_page: limit, sort: 'id', direction: 'ASC' }
      const scenes = { ...newerThan(null, after), file_count: { value: 1, modifier: 'NOT_EQUALS' } }
      const result = await connection.graphql(sceneFilesQuery, { filter, scenes }, filesSchema, signal)
      return result.ok ? ok(result.value.findScenes.scenes.map(filesOf)) : result
    },

    async scenesWithPaths(paths, signal) {
      if (paths.length === 0) return ok([])
      const variables = { filter: { per_page: -1 }, scenes: pathsFilter(paths) }
      const result = await connection.graphql(sceneFilesQuery, variables, filesSchema, signal)
      return result.ok ? ok(result.value.findScenes.scenes.map(filesOf)) : result
    },

    async *filesSince(since, signal) {
      for (let page = 1; ; page += 1) {
        const variables = {
          filter: { page, per_page: filesPerPage, sort: 'updated_at', direction: 'DESC' },
          files: newerThan(since, 0),
        }
        const result = await connection.graphql(changedFilesQuery, variables, changedFilesSchema, signal)
        if (!result.ok) {
          yield result
          return
        }
        const { files } = result.value.findFiles
        yield ok(files)
        if (files.length < filesPerPage) return
      }
    },

    changeProbe(below, signal) {
      const scenes = below === null ? null : { updated_at: { value: below, modifier: 'LESS_THAN' } }
      return inDialect(
        (dialect) => connection.graphql(changeProbeQuery(dialect), { scenes }, changeProbeSchema, signal),
        signal,
      )
    },

    async entities(kind, signal) {
      const result = await inDialect(
        (dialect) => connection.graphql(entitiesQuery(kind, dialect, needs()), {}, entitiesSchema, signal),
        signal,
      )
      return result.ok ? ok(result.value.found.rows) : result
    },

    async entity(kind, id, signal) {
      const result = await inDialect(
        (dialect) => connection.graphql(entityQuery(kind, dialect, needs()), { id }, entityFoundSchema, signal),
        signal,
      )
      return result.ok ? ok(result.value.found) : result
    },

    now: connection.now,

    async scenePage(page, perPage, signal) {
      const filter = { page, per_page: perPage, sort: 'id', direction: 'ASC' }
      const result = await inDialect(
        (dialect) => connection.graphql(scenePageQuery(dialect, needs()), { filter }, pageSchema, signal),
        signal,
      )
      return result
    },

    async searchScenes(text, limit, signal) {
      const filter = { q: text, page: 1, per_page: limit, sort: 'updated_at', direction: 'DESC' }
      const result = await inDialect(
        (dialect) => connection.graphql(scenePageQuery(dialect, needs()), { filter }, pageSchema, signal),
        signal,
      )
      return result.ok ? ok(result.value.scenes) : result
    },

    async scenesAfter({ after, since, limit }, signal) {
      const filter = { page: 1, per_page: limit, sort: 'id', direction: 'ASC' }
      const scenes = newerThan(since, after)
      const result = await inDialect(
        (dialect) => connection.graphql(scenePageQuery(dialect, needs()), { filter, scenes }, pageSchema, signal),
        signal,
      )
      return result
    },

    async sceneIds(choice, { after, limit }, signal) {
      const filter = { page: 1, per_page: limit, sort: 'id', direction: 'ASC' }
      const variables = { filter, scenes: sceneChoiceFilter(choice, after) }
      const result = await connection.graphql(sceneIdsQuery, variables, idsSchema, signal)
      return result.ok ? ok(result.value.findScenes.scenes.map(({ id }) => id)) : result
    },

    async sceneCount(choice, signal) {
      const scenes = sceneChoiceFilter(choice, 0)
      const result = await connection.graphql(sceneCountQuery, { scenes }, countSchema, signal)
      return result.ok ? ok(result.value.findScenes.count) : result
    },

    cover: (sceneId, etag = '', signal) => fetchCover(connection, sceneId, etag, signal),

    groupImage: (groupId, signal) =>
      fetchEntityImage(
        connection,
        `/${known?.dialect.groups === 'movies' ? 'movie' : 'group'}/${groupId}/frontimage`,
        signal,
      ),

    collectionSources: (ids, signal) =>
      inDialect((dialect) => readCollectionSources(connection, dialect, ids, signal), signal),
    entityImage: (path, signal) => fetchEntityImage(connection, path, signal),

    async version(signal) {
      const result = await connection.graphql(versionQuery, {}, versionSchema, signal)
      if (!result.ok) return result
      const { version, hash } = result.value.version
      return ok(version || hash || 'unknown')
    },

    async systemStatus(signal) {
      const result = await connection.graphql(systemStatusQuery, {}, statusSchema, signal)
      if (!result.ok) return result
      const { status, os } = result.value.systemStatus
      return ok({ status, os: os ?? null })
    },

    async ready(signal) {
      const result = await connection.graphql(systemStatusQuery, {}, statusSchema, signal)
      if (!result.ok) return result
      const fault = faultOfState(stateNamed(result.value.systemStatus.status))
      if (fault !== null) return { ok: false, fault }
      // Only the database itself proves that it answers.
      const asked = await connection.graphql(sceneStampsQuery, { filter: { per_page: 0 } }, z.unknown(), signal)
      return asked.ok ? ok(undefined) : asked
    },

    dialect: () => known?.dialect ?? newestDialect,
    state: connection.state,
    watching: createStashWatching(connection, options.address),
    graphql: connection.graphql,
    close: connection.close,
  }
}

/** FindFilterType: the latest first where only what changed is asked for, else by id. */
function pageOf({ since, page, perPage }: StampRequest): Record<string, unknown> {
  const order = since === undefined ? { sort: 'id', direction: 'ASC' } : { sort: 'updated_at', direction: 'DESC' }
  return { page, per_page: perPage, ...order }
}

function filesOf(row: { id: string; updated_at: string; files: SceneFiles['files'] }): SceneFiles {
  return { id: row.id, updatedAt: row.updated_at, files: row.files }
}

/** SceneFilterType of the scenes updated after a text and with an id above another one; null for all. */
function newerThan(since: string | null, after: number): Record<string, unknown> | null {
  if (since === null && after === 0) return null
  return {
    ...(since === null ? {} : { updated_at: { value: since, modifier: 'GREATER_THAN' } }),
    ...(after === 0 ? {} : { id: { value: after, modifier: 'GREATER_THAN' } }),
  }
}

function missingIds(message: string): Set<SceneId> {
  return new Set([...message.matchAll(/scene with id (\d+) not found/gi)].map((match) => match[1] ?? ''))
}

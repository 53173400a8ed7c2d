/** Reads the little of scenes and files that shows whether they changed: ids, stamps, paths and sizes. */
import * as z from 'zod'
import type { SceneFile, SceneId } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import {
  changedFilesQuery,
  changedFilesSchema,
  highestFileQuery,
  highestFileSchema,
  pathsFilter,
} from './change-probe.ts'
import type { DialectFinder } from './dialect-finder.ts'
import type { StashConnection } from './graphql.ts'
import { byId, latestFirst, newerThan } from './page-filters.ts'
import {
  type CarriedKind,
  carryingFilter,
  sceneCountQuery,
  sceneFilesQuery,
  sceneIdsQuery,
  sceneStampsQuery,
  scenesAt,
} from './queries.ts'
import { sceneFilesSchema } from './scene.ts'
import { type SceneChoice, sceneChoiceFilter } from './scene-choice.ts'
import type { SceneNeeds } from './scene-needs.ts'

export interface SceneStamp {
  readonly id: SceneId
  /** RFC 3339 in Stash's local offset; compare for equality only. */
  readonly updatedAt: string
}

/** A stamp with what shows that a file was moved or replaced, which leaves the stamp as it was. */
interface SceneFiles extends SceneStamp {
  readonly files: readonly Pick<SceneFile, 'path' | 'size'>[]
}

interface StampRequest {
  /**
   * Only scenes updated after this text. Stash compares it as text with what it stored: it must be in the offset of an
   * `updatedAt` that Stash sent, and overlap by at least two hours (daylight saving).
   */
  readonly since?: string
  /** Only scenes with a greater id than this, by id: a scene deleted in between hides no other one, as page numbers would. */
  readonly after?: number
  /** From 1. */
  readonly page: number
  /** -1 means all on one page. */
  readonly perPage: number
}

export interface StampReader {
  /** Pages of the ids of all scenes that carry a performer, studio (with its sub-studios), tag or group. */
  sceneIdsCarrying(kind: CarriedKind, id: string, signal?: AbortSignal): AsyncGenerator<Result<SceneId[]>>
  /** With `since`: the latest first, so that a scene edited in between shows twice rather than never. Else by id. */
  sceneStamps(request: StampRequest, signal?: AbortSignal): Promise<Result<{ count: number; stamps: SceneStamp[] }>>
  /** Like `sceneStamps`, with the files of each scene. */
  sceneFiles(request: StampRequest, signal?: AbortSignal): Promise<Result<{ count: number; scenes: SceneFiles[] }>>
  /** Scenes with no file or several, by id: a file that is given to another scene, or removed, leaves stamps as they were. */
  scenesByFileCount(after: number, limit: number, signal?: AbortSignal): Promise<Result<SceneFiles[]>>
  /** Scenes that have a file of these paths, and perhaps some with like ones; at most a few dozen paths at a time. */
  scenesWithPaths(paths: readonly string[], signal?: AbortSignal): Promise<Result<SceneFiles[]>>
  /** Pages of the files that changed after a text (see `StampRequest`), the latest first; none before Stash 0.29. */
  filesSince(since: string, signal?: AbortSignal): AsyncGenerator<Result<readonly { id: string; path: string }[]>>
  /** The highest id of a file, 0 if there is none; only since Stash 0.29. */
  highestFileId(signal?: AbortSignal): Promise<Result<number>>
  /** Ids of the scenes of a choice after a scene id, by id. */
  sceneIds(
    choice: SceneChoice,
    page: { readonly after: number; readonly limit: number },
    signal?: AbortSignal,
  ): Promise<Result<SceneId[]>>
  sceneCount(choice: SceneChoice, signal?: AbortSignal): Promise<Result<number>>
}

const idsPerPage = 1000
const filesPerPage = 1000

const idSchema = z.coerce.string()
const idsSchema = z
  .object({ findScenes: z.object({ scenes: z.array(z.object({ id: idSchema })) }) })
  .transform(({ findScenes }) => findScenes.scenes.map(({ id }) => id))
const countSchema = z.object({ findScenes: z.object({ count: z.number() }) })
const stampSchema = z
  .object({ id: idSchema, updated_at: z.string() })
  .transform((row): SceneStamp => ({ id: row.id, updatedAt: row.updated_at }))
const filesSchema = z
  .object({ id: idSchema, updated_at: z.string(), files: sceneFilesSchema })
  .transform((row): SceneFiles => ({ id: row.id, updatedAt: row.updated_at, files: row.files }))

export function createStampReader(
  connection: Pick<StashConnection, 'graphql' | 'graphqlRows'>,
  finder: DialectFinder,
  needs: () => SceneNeeds,
): StampReader {
  /** A page is long: its rows are read while they arrive. */
  async function page<R>(
    query: string,
    variables: Readonly<Record<string, unknown>>,
    row: z.ZodType<R>,
    signal?: AbortSignal,
  ): Promise<Result<{ count: number; rows: R[] }>> {
    const result = await connection.graphqlRows({ query, variables, schema: countSchema, at: scenesAt, row }, signal)
    return result.ok ? ok({ count: result.value.value.findScenes.count, rows: result.value.rows }) : result
  }
  async function filesOf(variables: Readonly<Record<string, unknown>>, signal?: AbortSignal) {
    const result = await page(sceneFilesQuery, variables, filesSchema, signal)
    return result.ok ? ok(result.value.rows) : result
  }
  return {
    async *sceneIdsCarrying(kind, id, signal) {
      let last = 0
      for (;;) {
        const result = await finder.ask(
          (dialect) =>
            connection.graphql(
              sceneIdsQuery,
              { filter: byId(idsPerPage), scenes: carryingFilter(dialect, { kind, id }, last, needs()) },
              idsSchema,
              signal,
            ),
          signal,
        )
        if (!result.ok) {
          yield result
          return
        }
        const ids = result.value.filter((sceneId) => Number(sceneId) > last)
        if (ids.length > 0) yield ok(ids)
        if (result.value.length < idsPerPage || ids.length === 0) return
        last = Math.max(...ids.map(Number))
      }
    },
    async sceneStamps(request, signal) {
      const result = await page(sceneStampsQuery, variablesOf(request), stampSchema, signal)
      return result.ok ? ok({ count: result.value.count, stamps: result.value.rows }) : result
    },
    async sceneFiles(request, signal) {
      const result = await page(sceneFilesQuery, variablesOf(request), filesSchema, signal)
      return result.ok ? ok({ count: result.value.count, scenes: result.value.rows }) : result
    },
    scenesByFileCount(after, limit, signal) {
      const scenes = { ...newerThan(null, after), file_count: { value: 1, modifier: 'NOT_EQUALS' } }
      return filesOf({ filter: byId(limit), scenes }, signal)
    },
    async scenesWithPaths(paths, signal) {
      if (paths.length === 0) return ok([])
      return filesOf({ filter: { per_page: -1 }, scenes: pathsFilter(paths) }, signal)
    },
    async *filesSince(since, signal) {
      for (let page = 1; ; page += 1) {
        const variables = { filter: latestFirst(filesPerPage, page), files: newerThan(since, 0) }
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
    highestFileId: (signal) => connection.graphql(highestFileQuery, {}, highestFileSchema, signal),
    sceneIds(choice, { after, limit }, signal) {
      const variables = { filter: byId(limit), scenes: sceneChoiceFilter(choice, after) }
      return connection.graphql(sceneIdsQuery, variables, idsSchema, signal)
    },
    async sceneCount(choice, signal) {
      const scenes = sceneChoiceFilter(choice, 0)
      const result = await connection.graphql(sceneCountQuery, { scenes }, countSchema, signal)
      return result.ok ? ok(result.value.findScenes.count) : result
    },
  }
}

/** The latest first where only what changed is asked for, else by id. */
function variablesOf({ since, after = 0, page, perPage }: StampRequest): Record<string, unknown> {
  const filter = since === undefined ? byId(perPage, page) : latestFirst(perPage, page)
  return { filter, scenes: newerThan(since ?? null, after) }
}

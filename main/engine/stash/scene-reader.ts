/** Reads whole scenes from Stash, with the fields that the settings need. */
import * as z from 'zod'
import type { SceneId, StashScene } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { DialectFinder } from './dialect-finder.ts'
import type { StashConnection } from './graphql.ts'
import { withoutMissing } from './missing-ids.ts'
import { byId, latestFirst, newerThan } from './page-filters.ts'
import { scenePageQuery, scenesAt, scenesByIdQuery, scenesByIdVariables } from './queries.ts'
import { isYoung, sceneSchema } from './scene.ts'
import type { SceneNeeds } from './scene-needs.ts'
import { tagTreeSchema } from './tag-tree.ts'

interface ScenePage {
  readonly count: number
  readonly scenes: StashScene[]
}

interface ScenesAfter {
  readonly after: number
  readonly since: string | null
  readonly limit: number
  /** Default true; else `count` is 0. */
  readonly isCounted?: boolean
}

export interface SceneReader {
  /** The scenes with these ids; those that Stash no longer has are absent. */
  scenes(ids: readonly SceneId[], signal?: AbortSignal): Promise<Result<Map<SceneId, StashScene>>>
  /** Whole scenes by id, pages from 1. */
  scenePage(page: number, perPage: number, signal?: AbortSignal): Promise<Result<ScenePage>>
  /**
   * The next whole scenes by id, after a scene id. With `since` only those updated after that text, see `StampRequest`.
   * `count` is how many there are after that id.
   */
  scenesAfter(request: ScenesAfter, signal?: AbortSignal): Promise<Result<ScenePage>>
  /** The latest scenes whose title, details or path contain every word of a text. */
  searchScenes(text: string, limit: number, signal?: AbortSignal): Promise<Result<StashScene[]>>
}

/** Scenes per query by id; with their files and performers some 300 KB. */
const scenesPerQuery = 100

const findTags = z.object({ tags: tagTreeSchema }).optional()
const scenesSchema = z
  .object({ findScenes: z.object({ scenes: z.array(sceneSchema) }), findTags })
  .transform(({ findScenes, findTags: found }) => completed(findScenes.scenes, found))
/** A page is long: its scenes are read while they arrive. */
const countedSchema = z.object({ findScenes: z.object({ count: z.number() }), findTags })
const uncountedSchema = z
  .object({ findTags })
  .transform(({ findTags: found }) => ({ findScenes: { count: 0 }, findTags: found }))

function completed(scenes: StashScene[], found: z.output<typeof findTags>): StashScene[] {
  return found === undefined ? scenes : scenes.map((scene) => found.tags.complete(scene))
}

export function createSceneReader(
  connection: Pick<StashConnection, 'graphql' | 'graphqlRows' | 'now'>,
  finder: DialectFinder,
  needs: () => SceneNeeds,
): SceneReader {
  async function page(
    variables: Readonly<Record<string, unknown>>,
    signal?: AbortSignal,
    isCounted = true,
  ): Promise<Result<ScenePage>> {
    const result = await finder.ask((dialect) => {
      const query = scenePageQuery(dialect, needs(), isCounted)
      const schema = isCounted ? countedSchema : uncountedSchema
      return connection.graphqlRows({ query, variables, schema, at: scenesAt, row: sceneSchema }, signal)
    }, signal)
    if (!result.ok) return result
    const { value, rows } = result.value
    return ok({ count: value.findScenes.count, scenes: completed(rows, value.findTags) })
  }
  return {
    async scenes(ids, signal) {
      const unique = [...new Set(ids)]
      const found = new Map<SceneId, StashScene>()
      for (let start = 0; start < unique.length; start += scenesPerQuery) {
        const result = await withoutMissing(unique.slice(start, start + scenesPerQuery), (some) =>
          finder.ask(
            (dialect) =>
              connection.graphql(
                scenesByIdQuery(dialect, needs()),
                scenesByIdVariables(dialect, some),
                scenesSchema,
                signal,
              ),
            signal,
          ),
        )
        if (!result.ok) return result
        const now = connection.now()
        for (const scene of result.value)
          found.set(scene.id, isYoung(scene.updatedAt, now) ? { ...scene, young: true } : scene)
      }
      return ok(found)
    },
    scenePage: (number, perPage, signal) => page({ filter: byId(perPage, number) }, signal),
    scenesAfter: ({ after, since, limit, isCounted }, signal) =>
      page({ filter: byId(limit), scenes: newerThan(since, after) }, signal, isCounted),
    async searchScenes(text, limit, signal) {
      const result = await page({ filter: { ...latestFirst(limit), q: text } }, signal)
      return result.ok ? ok(result.value.scenes) : result
    },
  }
}

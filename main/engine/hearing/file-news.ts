/**
 * From files that changed to the scenes that have them. Stash: a file that a scan found moved or replaced, and one moved
 * by `moveFiles`, gets a new stamp, while its scene keeps the old one.
 */
import { fail, ok, type Result } from '../../../shared/result.ts'
import type { StashClient } from '../stash/client.ts'
import { filesKey } from '../stash/scene-keys.ts'
import { type BringUpDeps, type BroughtUp, bringUp, type SceneSeen } from './bring-up.ts'

export interface FileNewsDeps extends BringUpDeps {
  readonly stash: Pick<StashClient, 'now' | 'filesSince' | 'scenesWithPaths'>
}

export interface FileNews extends BroughtUp {
  /** How many ids were not known before. */
  readonly newIds: number
  readonly highestId: number
  /** More files than are asked for one by one: all scenes are to be compared. */
  readonly isTooMuch: boolean
}

const pathsPerQuery = 20
const mostPaths = 200

/** @param seen paths of scenes that were read a moment ago: they need no second look. */
export async function readFileNews(
  since: string,
  highestId: number,
  seen: ReadonlySet<string>,
  deps: FileNewsDeps,
  signal: AbortSignal,
): Promise<Result<FileNews>> {
  const newIds = new Set<number>()
  let highest = highestId
  const paths = new Set<string>()
  for await (const page of deps.stash.filesSince(since, signal)) {
    if (!page.ok) return page
    for (const { id, path } of page.value) {
      if (Number(id) > highestId) newIds.add(Number(id))
      highest = Math.max(highest, Number(id))
      if (!seen.has(path)) paths.add(path)
    }
  }
  const ids = { newIds: newIds.size, highestId: highest }
  if (paths.size > mostPaths) return ok({ ...ids, enqueued: 0, isOpen: false, isTooMuch: true })
  const scenes = new Map<string, SceneSeen>()
  const wanted = [...paths]
  for (let from = 0; from < wanted.length; from += pathsPerQuery) {
    const found = await deps.stash.scenesWithPaths(wanted.slice(from, from + pathsPerQuery), signal)
    if (!found.ok) return found
    // Stash compares paths as LIKE does: more scenes come than were asked for.
    for (const { id, updatedAt, files } of found.value)
      if (files.some(({ path }) => paths.has(path))) scenes.set(id, { id, updatedAt, filesKey: filesKey(files) })
  }
  const broughtUp = await bringUp([...scenes.values()], deps, signal)
  if (signal.aborted) return fail('cancelled', 'Cancelled')
  return ok({ ...ids, ...broughtUp, isTooMuch: false })
}

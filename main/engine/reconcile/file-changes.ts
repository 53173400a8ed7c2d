/**
 * Which scenes have other files than before, though their stamps are the same. Stash: since 0.29 a file that was moved or
 * replaced has a newer stamp itself; one that was given to another scene, or removed, has not, but only scenes with
 * several files can lose one, and only those or ones without any can have got it. Reading the files of all scenes costs
 * Stash ten times as much as their stamps, and is what is left before 0.29.
 */
import type { SceneId } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import { type ProbeReading, wholeProbe } from '../stash/change-probe.ts'
import type { StashClient } from '../stash/client.ts'
import { filesKey } from '../stash/scene-keys.ts'
import { earlier, offsetOf, stampAt } from '../stash/stamp.ts'
import type { ComparedScene } from './compared-scenes.ts'

export interface FileChangesDeps {
  readonly stash: Pick<StashClient, 'now' | 'changeProbe' | 'filesSince' | 'scenesWithPaths' | 'scenesByFileCount'>
}

export interface FileChanges {
  /** The files of all scenes are to be read with their stamps, and compared by them. */
  readonly areRead: boolean
  /** From where to start next time, see `readUntil`. */
  readonly until: string | null
  /** The files are the same as when the scene was kept. */
  areSame(scene: Pick<ComparedScene, 'id' | 'filesKey' | 'fileCount'>): boolean
}

const pathsPerQuery = 20
/** More files that changed are cheaper found by reading the files of all scenes. */
const mostPaths = 400
const scenesPerPage = 1_000
/** More scenes without a file, or with several, the same. */
const mostOdd = 10_000
/** Stamps are text of Stash's local time, see `StampRequest`. */
const overlapMs = 3 * 3_600_000

/** Stash's present time as a stamp of a file has it; null if files have none, or one of the future. */
export function readUntil({ file }: ProbeReading, now: number | null): string | null {
  const newest = file?.newest?.updatedAt
  return newest === undefined || now === null || Date.parse(newest) > now + 2_000 ? null : stampAt(now, newest)
}

/** @param since `until` of the time when the kept scenes were read; null if that is not known. */
export async function readFileChanges(
  since: string | null,
  { stash }: FileChangesDeps,
  signal: AbortSignal,
): Promise<Result<FileChanges>> {
  const probed = await stash.changeProbe(wholeProbe, signal)
  if (!probed.ok) return probed
  const until = readUntil(probed.value, stash.now())
  const from = until === null || since === null ? null : startOf(since, until)
  if (from === null) return ok(readWithStamps(until))
  const paths = new Set<string>()
  for await (const page of stash.filesSince(from, signal)) {
    if (!page.ok) return page
    for (const { path } of page.value) paths.add(path)
    if (paths.size > mostPaths) return ok(readWithStamps(until))
  }
  const moved = await scenesOf([...paths], stash, signal)
  if (!moved.ok) return moved
  const odd = await oddScenes(stash, signal)
  if (!odd.ok) return odd
  if (odd.value === null) return ok(readWithStamps(until))
  const byId = odd.value
  return ok({
    areRead: false,
    until,
    areSame: ({ id, filesKey: key, fileCount }) =>
      !moved.value.has(id) && (byId.has(id) ? byId.get(id) === key : fileCount === 1),
  })
}

function readWithStamps(until: string | null): FileChanges {
  return { areRead: true, until, areSame: () => false }
}

/** Null if the order of the stamps is not to be trusted: another time zone, or a clock that was set back. */
function startOf(since: string, until: string): string | null {
  return offsetOf(since) !== offsetOf(until) || since > until ? null : earlier(since, overlapMs)
}

async function scenesOf(
  paths: readonly string[],
  stash: FileChangesDeps['stash'],
  signal: AbortSignal,
): Promise<Result<ReadonlySet<SceneId>>> {
  const found = new Set<SceneId>()
  for (let from = 0; from < paths.length; from += pathsPerQuery) {
    const scenes = await stash.scenesWithPaths(paths.slice(from, from + pathsPerQuery), signal)
    if (!scenes.ok) return scenes
    for (const { id } of scenes.value) found.add(id)
  }
  return ok(found)
}

/** Null if there are too many. */
async function oddScenes(
  stash: FileChangesDeps['stash'],
  signal: AbortSignal,
): Promise<Result<ReadonlyMap<SceneId, string> | null>> {
  const found = new Map<SceneId, string>()
  for (let after = 0; found.size <= mostOdd; ) {
    const page = await stash.scenesByFileCount(after, scenesPerPage, signal)
    if (!page.ok) return page
    for (const { id, files } of page.value) found.set(id, filesKey(files))
    if (page.value.length < scenesPerPage) return ok(found)
    after = Number(page.value.at(-1)?.id ?? after)
  }
  return ok(null)
}

/** The scenes that the user selected, read from Stash page by page so that a library of any size fits into memory. */
import type { SyncSelection } from '../../../shared/contract.ts'
import { decline } from '../../../shared/decline.ts'
import type { StashScene } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { Clock } from '../ports.ts'
import type { StashClient } from '../stash/client.ts'

const pageSize = 500
export const idsPerRequest = 50
const recentMs = 24 * 60 * 60 * 1000
const overlapMs = 3 * 60 * 60 * 1000
/** Below every time as text, too: asks for all scenes, the latest first. */
const beforeAll = '1970-01-01T00:00:00Z'

export async function* selectedScenes(
  selection: SyncSelection,
  stash: Pick<StashClient, 'scenePage' | 'scenes' | 'sceneStamps'>,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<Result<StashScene[]>> {
  if (selection.scope === 'all') return yield* allScenes(stash, signal)
  const ids = await selectedIds(selection, stash, clock, signal)
  if (!ids.ok) return yield ids
  let found = 0
  for (let from = 0; from < ids.value.length; from += idsPerRequest) {
    const scenes = await stash.scenes(ids.value.slice(from, from + idsPerRequest), signal)
    if (!scenes.ok) return yield scenes
    found += scenes.value.size
    yield ok([...scenes.value.values()])
  }
  if (selection.scope === 'scenes' && found === 0) yield noSuchScenes(ids.value)
}

/** The ids of named or recent scenes, each once. */
export async function selectedIds(
  selection: SyncSelection,
  stash: Pick<StashClient, 'sceneStamps'>,
  clock: Clock,
  signal: AbortSignal,
): Promise<Result<string[]>> {
  if (selection.scope === 'scenes') return ok([...new Set(selection.scene_ids)])
  return recentIds(stash, clock.now() - recentMs, signal)
}

export function noSuchScenes(ids: readonly string[]): Result<never> {
  return decline('unknown_name', { code: 'no_scene', values: { ids: [...ids] } })
}

async function* allScenes(
  stash: Pick<StashClient, 'scenePage'>,
  signal: AbortSignal,
): AsyncGenerator<Result<StashScene[]>> {
  for (let page = 1; ; page += 1) {
    const scenes = await stash.scenePage(page, pageSize, signal)
    if (!scenes.ok) return yield scenes
    if (scenes.value.scenes.length > 0) yield ok([...scenes.value.scenes])
    if (scenes.value.scenes.length < pageSize) return
  }
}

/**
 * Newest first until one is too old. Stash sorts and compares times as text in its own offset, so the times are compared
 * here, and reading ends only at a time three hours older (daylight saving).
 */
async function recentIds(
  stash: Pick<StashClient, 'sceneStamps'>,
  since: number,
  signal: AbortSignal,
): Promise<Result<string[]>> {
  const ids: string[] = []
  for (let page = 1; ; page += 1) {
    const read = await stash.sceneStamps({ since: beforeAll, page, perPage: pageSize }, signal)
    if (!read.ok) return read
    const { stamps } = read.value
    ids.push(...stamps.filter((stamp) => Date.parse(stamp.updatedAt) >= since).map((stamp) => stamp.id))
    const last = stamps.at(-1)
    if (stamps.length < pageSize || last === undefined || Date.parse(last.updatedAt) < since - overlapMs) return ok(ids)
  }
}

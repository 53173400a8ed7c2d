/** Reads all scenes of Stash page by page, in order of their ids: their stamps, and their files where those are wanted. */
import type { SceneId } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { StashClient } from '../stash/client.ts'
import { filesKey } from '../stash/scene-keys.ts'
import type { SceneSeen } from '../sync/scene-state.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'

export const fullPage = 8_000
/** Scenes between two turns of the event loop, and per commit. */
export const sliceSize = 100
const dayMs = 24 * 3_600_000

/** The page of scenes with ids above `after`; a page that is not full is the last one. */
export async function readPage(
  after: number,
  files: boolean,
  stash: Pick<StashClient, 'sceneStamps' | 'sceneFiles'>,
  signal: AbortSignal,
): Promise<Result<SceneSeen[]>> {
  const request = { after, page: 1, perPage: fullPage }
  if (!files) {
    const page = await stash.sceneStamps(request, signal)
    return page.ok ? ok(page.value.stamps.map((stamp) => ({ ...stamp, filesKey: null }))) : page
  }
  const page = await stash.sceneFiles(request, signal)
  if (!page.ok) return page
  const seen: SceneSeen[] = []
  for (const [at, scene] of page.value.scenes.entries()) {
    if (at % sliceSize === 0) await yieldToEventLoop()
    seen.push({ id: scene.id, updatedAt: scene.updatedAt, filesKey: filesKey(scene.files) })
  }
  return ok(seen)
}

/** The latest stamp of a page. Stamps in the future are left out, since they would hide every later change. */
export function latestOf(stamps: readonly { readonly updatedAt: string }[], now: number): string | null {
  const times = stamps.map((stamp) => stamp.updatedAt)
  const plausible = times.filter((time) => isPlausible(time, now))
  return (plausible.length > 0 ? plausible : times).reduce<string | null>(laterOf, null)
}

export function isPlausible(time: string, now: number): boolean {
  return Date.parse(time) <= now + dayMs
}

export function laterOf(one: string | null, other: string): string {
  return one === null || Date.parse(other) >= Date.parse(one) ? other : one
}

export function lastId(scenes: readonly { readonly id: SceneId }[], otherwise: number): number {
  return scenes.reduce((last, { id }) => Math.max(last, Number(id)), otherwise)
}

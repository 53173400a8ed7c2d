/** The scenes that items play, for values of the owner: no rivals, nothing unsure. */
import type { RatingKey } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { StashWatching, WatchedScene } from '../stash/watching.ts'
import type { Link, Links } from './links.ts'
import { type ResolveDeps, resolveItem } from './resolve.ts'

export interface ResolveScenesDeps extends ResolveDeps {
  readonly server: string
  readonly links: Pick<Links, 'of'>
  readonly watching: Pick<StashWatching, 'scenes'>
}

export interface ResolvedScenes {
  readonly scenes: ReadonlyMap<RatingKey, WatchedScene>
  /** Items without any link: to be looked at again, a match may come. */
  readonly unlinked: ReadonlySet<RatingKey>
}

export async function resolveScenes(
  ratingKeys: readonly RatingKey[],
  deps: ResolveScenesDeps,
  signal: AbortSignal,
): Promise<Result<ResolvedScenes>> {
  const linksOf = new Map<RatingKey, readonly Link[]>()
  const unlinked = new Set<RatingKey>()
  for (const ratingKey of ratingKeys) {
    const links = deps.links.of(deps.server, ratingKey)
    if (links.length === 0) unlinked.add(ratingKey)
    else linksOf.set(ratingKey, links)
  }
  const wanted = [...linksOf.values()].flatMap((links) => links.map(({ sceneId }) => sceneId))
  const read = await deps.watching.scenes(wanted, signal)
  if (!read.ok) return read
  const scenes = new Map<RatingKey, WatchedScene>()
  for (const [ratingKey, links] of linksOf) {
    const { resolution } = resolveItem(ratingKey, links, read.value, deps)
    if (resolution.to === 'scene') scenes.set(ratingKey, resolution.scene)
  }
  return ok({ scenes, unlinked })
}

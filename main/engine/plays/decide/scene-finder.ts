/** Finds the scene that an item of Plex plays: from the links on record, as far as the scene's files prove them today. */
import type { RatingKey, SceneId } from '../../../../shared/domain.ts'
import { ok, type Result } from '../../../../shared/result.ts'
import type { PartIndex } from '../../match/part-index.ts'
import { pathKey } from '../../match/path-key.ts'
import type { DeadLetters } from '../../queue/dead-letters.ts'
import type { StashWatching, WatchedScene } from '../../stash/watching.ts'
import type { Link, Links } from '../store/links.ts'
import { type ResolveDeps, type Resolved, resolveItem } from './resolve.ts'
import { takenItems } from './taken-items.ts'

export interface SceneFinderDeps extends ResolveDeps {
  readonly index: Pick<PartIndex, 'byItem' | 'byPath'>
  readonly links: Links
  readonly watching: Pick<StashWatching, 'scenes'>
  readonly deadLetters: DeadLetters
}

export interface ScenesOfItems {
  readonly scenes: ReadonlyMap<RatingKey, WatchedScene>
  /** Items without any link: to be looked at again, a match may come. */
  readonly unlinked: ReadonlySet<RatingKey>
}

export class SceneFinder {
  readonly #deps: SceneFinderDeps

  constructor(deps: SceneFinderDeps) {
    this.#deps = deps
  }

  /** The scene on record first; then others with a file in the item. Empty if the item was never matched. */
  linksOf(server: string, ratingKey: RatingKey): Link[] {
    return this.#deps.links.of(server, ratingKey)
  }

  /** All items that play a scene, also those that are gone. */
  itemsOf(server: string, sceneId: SceneId): RatingKey[] {
    return this.#deps.links.itemsOf(server, sceneId)
  }

  /** The scenes of these links as Stash has them now. */
  scenesOf(links: readonly Link[], signal: AbortSignal): Promise<Result<Map<SceneId, WatchedScene>>> {
    return this.#deps.watching.scenes(
      links.map(({ sceneId }) => sceneId),
      signal,
    )
  }

  resolve(ratingKey: RatingKey, links: readonly Link[], scenes: ReadonlyMap<SceneId, WatchedScene>): Resolved {
    return resolveItem(ratingKey, links, scenes, this.#deps)
  }

  /** The scenes that items play, for values of the owner: no rivals, nothing unsure. */
  async find(server: string, ratingKeys: readonly RatingKey[], signal: AbortSignal): Promise<Result<ScenesOfItems>> {
    const linksOf = new Map<RatingKey, readonly Link[]>()
    const unlinked = new Set<RatingKey>()
    for (const ratingKey of ratingKeys) {
      const links = this.linksOf(server, ratingKey)
      if (links.length === 0) unlinked.add(ratingKey)
      else linksOf.set(ratingKey, links)
    }
    const read = await this.scenesOf([...linksOf.values()].flat(), signal)
    if (!read.ok) return read
    const scenes = new Map<RatingKey, WatchedScene>()
    for (const [ratingKey, links] of linksOf) {
      const { resolution } = this.resolve(ratingKey, links, read.value)
      if (resolution.to === 'scene') scenes.set(ratingKey, resolution.scene)
    }
    return ok({ scenes, unlinked })
  }

  /** Seconds of the item's longest file, since versions differ by seconds; null if Plex does not know. */
  durationOf(ratingKey: RatingKey): number | null {
    const durations = this.#deps.index.byItem(ratingKey).flatMap(({ duration }) => duration ?? [])
    return durations.length === 0 ? null : Math.max(...durations)
  }

  /** Notes the scenes whose file is in an item that another scene writes to. */
  noteRivals(server: string): void {
    const { deadLetters, matcher, index, links } = this.#deps
    for (const { sceneId, path } of takenItems(deadLetters)) {
      const mapped = path === null ? null : (matcher.rules.map(path)?.path ?? path)
      const parts = mapped === null ? [] : index.byPath(pathKey(mapped))
      for (const { ratingKey } of parts) links.addRival(server, ratingKey, sceneId)
    }
  }

  /** The scene no longer has a file in the item. */
  dropRival(server: string, ratingKey: RatingKey, sceneId: SceneId): void {
    this.#deps.links.dropRival(server, ratingKey, sceneId)
  }

  /** Remembers the links on record for plays that arrive late; once a day is enough. */
  rememberLinks(server: string, signal: AbortSignal): Promise<void> {
    return this.#deps.links.upkeep(server, (ratingKey) => this.#deps.index.byItem(ratingKey).length > 0, signal)
  }
}

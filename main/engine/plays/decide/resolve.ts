/** Which scene was watched, from the links of an item and the scenes as Stash has them now. Pure except for the matcher. */
import type { RatingKey, SceneId } from '../../../../shared/domain.ts'
import type { Matcher } from '../../match/matcher.ts'
import type { PartIndex } from '../../match/part-index.ts'
import { baseName, pathKey } from '../../match/path-key.ts'
import type { WatchedScene } from '../../stash/watching.ts'
import type { Link } from '../store/links.ts'

export interface ResolveDeps {
  readonly matcher: Pick<Matcher, 'match' | 'rules'>
  readonly index: Pick<PartIndex, 'byItem'>
}

type Resolution =
  | { readonly to: 'scene'; readonly scene: WatchedScene }
  | { readonly to: 'parked'; readonly reason: 'no_scene' | 'unsure_match' }
  | { readonly to: 'ambiguous' }

export interface Resolved {
  readonly resolution: Resolution
  /** Scenes that no longer have a file in the item. */
  readonly lapsed: readonly SceneId[]
}

/**
 * A link counts only as far as the scene's files prove it today: the record may be of a scene that was deleted, or whose
 * number means another scene since an import.
 */
export function resolveItem(
  ratingKey: RatingKey,
  links: readonly Link[],
  scenes: ReadonlyMap<SceneId, WatchedScene>,
  deps: ResolveDeps,
): Resolved {
  if (links.length === 0) return { resolution: { to: 'parked', reason: 'no_scene' }, lapsed: [] }
  const certain: WatchedScene[] = []
  const lapsed: SceneId[] = []
  for (const link of links) {
    const scene = scenes.get(link.sceneId)
    if (scene !== undefined && plays(scene, ratingKey, link, deps)) certain.push(scene)
    else if (link.rival) lapsed.push(link.sceneId)
  }
  const [scene, other] = certain
  if (scene === undefined) return { resolution: { to: 'parked', reason: 'unsure_match' }, lapsed }
  if (other !== undefined) return { resolution: { to: 'ambiguous' }, lapsed }
  return { resolution: { to: 'scene', scene }, lapsed }
}

function plays(scene: WatchedScene, ratingKey: RatingKey, link: Link, { matcher, index }: ResolveDeps): boolean {
  const decision = matcher.match(scene)
  const isCertain = decision.confidence === 'high'
  if (decision.targets.some((target) => target.ratingKey === ratingKey)) return isCertain
  // The item exists, as far as the index knows, and plays another file by now.
  if (index.byItem(ratingKey).length > 0 || link.file === '') return false
  // The item is gone: replaced by another item for the same file, or by a file of the same name in another format.
  const expected = scene.files.map(({ path }) => matcher.rules.map(path)?.path ?? path)
  return expected.some((path) => pathKey(path) === pathKey(link.file) || stem(path) === stem(link.file))
}

function stem(path: string): string {
  return pathKey(baseName(path).replace(/\.[^.]+$/, ''))
}

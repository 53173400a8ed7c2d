/** The plays that wait for a decision, and what is done with each verdict: stored and written, or only counted. */
import type { RatingKey, SceneId } from '../../../../shared/domain.ts'
import type { Result } from '../../../../shared/result.ts'
import type { WatchedScene } from '../../stash/watching.ts'
import type { Play } from '../store/play.ts'
import type { PlayStore } from '../store/play-store.ts'
import type { SceneAdds } from '../write/add-plays.ts'
import type { KnownPlay } from './dedupe.ts'

export interface PlayLedger {
  /** machineIdentifier of the Plex server. */
  readonly server: string
  /** Items with plays that wait for a decision. */
  items(): readonly RatingKey[]
  /** Their plays, oldest first. */
  of(ratingKeys: readonly RatingKey[]): readonly Play[]
  /** Plays of a scene and its items that were dealt with before. */
  known(sceneId: SceneId, ratingKeys: readonly RatingKey[]): readonly KnownPlay[]
  park(play: Play, reason: 'no_scene' | 'unsure_match'): void
  skip(play: Play, reason: 'duplicate' | 'already_in_stash' | 'ambiguous', sceneId: SceneId | null): void
  /** A fault is the server's: what has not been begun stays open. `onScene` is called for each scene that is done. */
  add(batch: readonly SceneAdds[], signal: AbortSignal, onScene: (scene: WatchedScene) => void): Promise<Result<void>>
  rivalLapsed(ratingKey: RatingKey, sceneId: SceneId): void
}

export function knownPlays(
  store: PlayStore,
  server: string,
  sceneId: SceneId,
  ratingKeys: readonly string[],
): KnownPlay[] {
  const here = store.dealtWith(server, sceneId, ratingKeys).map(({ accountId, viewedAt, state, reason, stashAt }) => ({
    accountId,
    viewedAt,
    stashAt: state === 'applied' || state === 'intent' ? stashAt : null,
    counts: reason !== 'duplicate',
  }))
  // Plays of another Plex server are ours as well, and duplicates of no play here.
  const elsewhere = store
    .appliedIn(sceneId)
    .filter((play) => play.server !== server)
    .map(({ stashAt }) => ({ accountId: Number.NaN, viewedAt: Number.NaN, stashAt, counts: true }))
  return [...here, ...elsewhere]
}

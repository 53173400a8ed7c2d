/** What happens with the verdicts about plays: stored and written to Stash, or only counted for a dry run. */

import type { SceneId } from '../../../shared/domain.ts'
import { ok } from '../../../shared/result.ts'
import type { WatchedScene } from '../stash/watching.ts'
import { type AddDeps, addPlays } from './add-plays.ts'
import type { KnownPlay } from './dedupe.ts'
import type { Links } from './links.ts'
import type { Play } from './play.ts'
import type { PlayStore } from './play-store.ts'
import type { PlayEffects } from './settle-plays.ts'
import type { Tally } from './tally.ts'

export interface PlayEffectDeps extends AddDeps {
  readonly server: string
  readonly links: Pick<Links, 'dropRival'>
  readonly tally: Tally
  readonly onAdded: (scene: WatchedScene, plays: readonly Play[]) => void
}

export function writingPlayEffects(deps: PlayEffectDeps): PlayEffects {
  const { plays: store, tally, server, links } = deps
  return {
    known: (sceneId, ratingKeys) => knownPlays(store, server, sceneId, ratingKeys),
    park(play, reason) {
      // Counted once: a play that waits on is no news.
      if (play.state === 'parked' && play.reason === reason) return
      store.park(play.id, reason)
      tally.parked()
    },
    skip(play, reason, sceneId) {
      store.skip(play.id, reason, sceneId)
      tally.skipped(reason)
    },
    async add(batch, signal, onScene) {
      const { added, fault } = await addPlays(batch, deps, signal, onScene)
      for (const { scene, applied, doubled, failed } of added) {
        if (applied.length > 0) {
          tally.applied(scene.id, applied.length)
          deps.onAdded(scene, applied)
        }
        for (const _play of doubled) tally.skipped('already_in_stash')
        tally.failed(failed.length)
      }
      return fault === null ? ok(undefined) : { ok: false, fault }
    },
    rivalLapsed: (ratingKey, sceneId) => links.dropRival(server, ratingKey, sceneId),
  }
}

/** For a dry run: nothing is stored, so what was decided before is kept here. */
export function countingPlayEffects(
  store: PlayStore,
  server: string,
  tally: Tally,
  onAdded: (scene: WatchedScene, plays: readonly Play[]) => void,
): PlayEffects {
  return {
    known: (sceneId, ratingKeys) => knownPlays(store, server, sceneId, ratingKeys),
    park: () => tally.parked(),
    skip: (_play, reason) => tally.skipped(reason),
    async add(batch, _signal, onScene) {
      for (const { scene, plays } of batch) {
        tally.applied(scene.id, plays.length)
        onAdded(scene, plays)
        onScene(scene)
      }
      return ok(undefined)
    },
    rivalLapsed: () => {},
  }
}

function knownPlays(store: PlayStore, server: string, sceneId: SceneId, ratingKeys: readonly string[]): KnownPlay[] {
  const here = store.dealtWith(server, sceneId, ratingKeys).map(({ accountId, viewedAt, state, reason, stashAt }) => ({
    accountId,
    viewedAt,
    stashAt: state === 'applied' || state === 'intent' ? stashAt : null,
    counts: reason !== 'duplicate',
  }))
  // Plays of another Plex server are ours as well, and nobody's duplicates.
  const elsewhere = store
    .appliedIn(sceneId)
    .filter((play) => play.server !== server)
    .map(({ stashAt }) => ({ accountId: Number.NaN, viewedAt: Number.NaN, stashAt, counts: true }))
  return [...here, ...elsewhere]
}

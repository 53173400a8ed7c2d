/** Pulls resume points and ratings of the owner; a dry run counts them. */
import { ok, type Result } from '../../../shared/result.ts'
import type { PlexClient } from '../plex/client.ts'
import type { Clock } from '../ports.ts'
import type { StashWatching } from '../stash/watching.ts'
import type { SceneFinder } from './decide/scene-finder.ts'
import { OwnerViewings } from './history/owner-viewings.ts'
import { serverMoment } from './history/start-moment.ts'
import type { PullRun } from './pull-run.ts'
import type { ViewingStore } from './store/viewing-store.ts'
import { pullRatings } from './viewing/ratings.ts'
import { pullResumePoints } from './viewing/resume.ts'
import type { ViewingDeps } from './viewing/viewing-deps.ts'
import { ViewingMemory } from './viewing/viewing-memory.ts'
import { countingViewingWriter, stashViewingWriter } from './viewing/viewing-writer.ts'
import type { WantedActivity } from './wanted.ts'

export interface ViewingPullDeps {
  readonly plex: Pick<PlexClient, 'viewings' | 'viewingsOf'>
  readonly watching: Pick<StashWatching, 'setResumeTime' | 'setRating'>
  readonly scenes: SceneFinder
  readonly viewing: ViewingStore
  readonly clock: Clock
}

export class ViewingPull {
  readonly #deps: ViewingPullDeps

  constructor(deps: ViewingPullDeps) {
    this.#deps = deps
  }

  async pull(run: PullRun, wanted: WantedActivity, dryRun: boolean): Promise<Result<void>> {
    if (!wanted.resume && !wanted.ratings) return ok(undefined)
    const { plex, watching, scenes, viewing: store, clock } = this.#deps
    const { server, sectionIds, tally, steps, thorough, signal } = run
    const deps: ViewingDeps = {
      viewings: new OwnerViewings(plex, sectionIds),
      memory: new ViewingMemory(store, server, dryRun),
      writer: dryRun ? countingViewingWriter(tally) : stashViewingWriter({ run, store, watching }),
      scenes,
      steps,
      moment: serverMoment(null, clock.now()),
      thorough,
    }
    if (wanted.resume) {
      const pulled = await pullResumePoints(deps, signal)
      if (!pulled.ok) return pulled
    }
    return wanted.ratings ? pullRatings(deps, signal) : ok(undefined)
  }
}

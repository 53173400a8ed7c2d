/** Takes plays from the table, stores the verdicts about them, and writes those to Stash that it does not have. */
import type { RatingKey, SceneId } from '../../../../shared/domain.ts'
import { ok, type Result } from '../../../../shared/result.ts'
import type { WatchedScene } from '../../stash/watching.ts'
import type { PullRun } from '../pull-run.ts'
import type { Play } from '../store/play.ts'
import type { PlayStore } from '../store/play-store.ts'
import type { SceneAdds } from '../write/add-plays.ts'
import type { PlayWriter } from '../write/play-writer.ts'
import type { KnownPlay } from './dedupe.ts'
import { knownPlays, type PlayLedger } from './play-ledger.ts'
import type { SceneFinder } from './scene-finder.ts'

export interface StoredLedgerDeps {
  readonly run: Pick<PullRun, 'server' | 'thorough' | 'tally' | 'number'>
  readonly plays: PlayStore
  readonly writer: PlayWriter
  readonly scenes: Pick<SceneFinder, 'dropRival'>
}

export class StoredLedger implements PlayLedger {
  readonly #deps: StoredLedgerDeps

  constructor(deps: StoredLedgerDeps) {
    this.#deps = deps
  }

  get server(): string {
    return this.#deps.run.server
  }

  items(): readonly RatingKey[] {
    return this.#deps.plays.openItems(this.server, this.#deps.run.thorough)
  }

  of(ratingKeys: readonly RatingKey[]): readonly Play[] {
    return this.#deps.plays.openOf(this.server, ratingKeys)
  }

  known(sceneId: SceneId, ratingKeys: readonly RatingKey[]): readonly KnownPlay[] {
    return knownPlays(this.#deps.plays, this.server, sceneId, ratingKeys)
  }

  park(play: Play, reason: 'no_scene' | 'unsure_match'): void {
    // Counted once: a play that waits on is no news.
    if (play.state === 'parked' && play.reason === reason) return
    this.#deps.plays.park(play.id, reason)
    this.#deps.run.tally.parked()
  }

  skip(play: Play, reason: 'duplicate' | 'already_in_stash' | 'ambiguous', sceneId: SceneId | null): void {
    this.#deps.plays.skip(play.id, reason, sceneId)
    this.#deps.run.tally.skipped(reason)
  }

  async add(
    batch: readonly SceneAdds[],
    signal: AbortSignal,
    onScene: (scene: WatchedScene) => void,
  ): Promise<Result<void>> {
    const { writer, run } = this.#deps
    const { added, fault } = await writer.add(batch, run.number.id, signal, onScene)
    for (const { scene, applied, doubled, failed } of added) {
      if (applied.length > 0) run.tally.applied(scene.id, applied.length)
      for (const _play of doubled) run.tally.skipped('already_in_stash')
      run.tally.failed(failed.length)
    }
    return fault === null ? ok(undefined) : { ok: false, fault }
  }

  rivalLapsed(ratingKey: RatingKey, sceneId: SceneId): void {
    this.#deps.scenes.dropRival(this.server, ratingKey, sceneId)
  }
}

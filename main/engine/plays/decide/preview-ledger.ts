/** For a dry run: takes plays also from rows that were only just read, stores nothing, and counts what would be added. */
import type { RatingKey, SceneId } from '../../../../shared/domain.ts'
import { ok, type Result } from '../../../../shared/result.ts'
import type { WatchedScene } from '../../stash/watching.ts'
import type { NewPlay, Play } from '../store/play.ts'
import type { PlayStore } from '../store/play-store.ts'
import type { Tally } from '../tally.ts'
import type { SceneAdds } from '../write/add-plays.ts'
import type { KnownPlay } from './dedupe.ts'
import { knownPlays, type PlayLedger } from './play-ledger.ts'

/** More than fits on a page is no preview. */
const sampleSize = 50

export class PreviewLedger implements PlayLedger {
  readonly server: string
  readonly #plays: PlayStore
  readonly #tally: Tally
  readonly #byItem = new Map<RatingKey, Play[]>()
  readonly #sample: Play[] = []
  #last = 0

  constructor(plays: PlayStore, server: string, tally: Tally) {
    this.#plays = plays
    this.server = server
    this.#tally = tally
  }

  /** Some of the plays that would be added. */
  get sample(): readonly Play[] {
    return this.#sample
  }

  /** A row that was only just read; it gets a separate number. */
  take(play: NewPlay): void {
    // Its item is gone.
    if (play.ratingKey === null) {
      this.#tally.parked()
      return
    }
    const known = this.#byItem.get(play.ratingKey) ?? []
    // The same second twice is one row of the table.
    if (known.some(({ accountId, viewedAt }) => accountId === play.accountId && viewedAt === play.viewedAt)) return
    this.#last -= 1
    const fresh = { id: this.#last, state: 'seen', reason: null } as const
    const nothingYet = { sceneId: null, stashAt: null, undoFrom: null, runId: null, attempts: 0 }
    this.#byItem.set(play.ratingKey, [...known, { ...play, ...nothingYet, ...fresh }])
  }

  items(): readonly RatingKey[] {
    return [...new Set([...this.#plays.openItems(this.server, true), ...this.#byItem.keys()])]
  }

  of(ratingKeys: readonly RatingKey[]): readonly Play[] {
    const fresh = ratingKeys.flatMap((key) => this.#byItem.get(key) ?? [])
    return [...this.#plays.openOf(this.server, ratingKeys), ...fresh].sort((a, b) => a.viewedAt - b.viewedAt)
  }

  known(sceneId: SceneId, ratingKeys: readonly RatingKey[]): readonly KnownPlay[] {
    return knownPlays(this.#plays, this.server, sceneId, ratingKeys)
  }

  park(): void {
    this.#tally.parked()
  }

  skip(_play: Play, reason: 'duplicate' | 'already_in_stash' | 'ambiguous'): void {
    this.#tally.skipped(reason)
  }

  async add(
    batch: readonly SceneAdds[],
    _signal: AbortSignal,
    onScene: (scene: WatchedScene) => void,
  ): Promise<Result<void>> {
    for (const { scene, plays } of batch) {
      this.#tally.applied(scene.id, plays.length)
      const shown = plays.slice(0, sampleSize - this.#sample.length)
      this.#sample.push(...shown.map((play) => ({ ...play, sceneId: scene.id, title: play.title || scene.title })))
      onScene(scene)
    }
    return ok(undefined)
  }

  rivalLapsed(): void {}
}

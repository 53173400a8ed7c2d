/**
 * Writes plays to Stash, each at most once, and takes them out again. Knows whose answers were lost: such a request may
 * still be carried out, so its plays are left alone for a while.
 */

import { ok, type Result } from '../../../../shared/result.ts'
import type { Clock, Logger } from '../../ports.ts'
import type { StashWatching, WatchedScene } from '../../stash/watching.ts'
import { playLines } from '../plays-log.ts'
import type { Play } from '../store/play.ts'
import type { PlayStore } from '../store/play-store.ts'
import { type AddReport, addPlays, type SceneAdds } from './add-plays.ts'
import { recoverIntents } from './recover.ts'
import { undoPlays } from './undo-plays.ts'

export interface PlayWriterDeps {
  readonly plays: PlayStore
  readonly watching: Pick<StashWatching, 'addPlays' | 'deletePlays' | 'scenes'>
  readonly clock: Clock
  readonly logger: Logger
}

/** How long the request of an intent may still be carried out after its response was lost. */
const lostAnswerMs = 60_000

export class PlayWriter {
  readonly #deps: PlayWriterDeps
  readonly #lostAt = new Map<number, number>()

  constructor(deps: PlayWriterDeps) {
    this.#deps = deps
  }

  /** Adds plays of several scenes under this run. `onScene` is called when a scene has its outcome. */
  async add(
    batch: readonly SceneAdds[],
    runId: () => number,
    signal: AbortSignal,
    onScene: (scene: WatchedScene) => void,
  ): Promise<AddReport> {
    const { plays, watching, logger } = this.#deps
    const answerLost = (ids: readonly number[]): void => this.#answerLost(ids)
    const report = await addPlays(batch, { plays, watching, runId, answerLost }, signal, onScene)
    for (const { scene, applied } of report.added)
      if (applied.length > 0)
        logger.log(...playLines.added({ scene: scene.id, plays: applied.length }), { sceneId: scene.id })
    return report
  }

  /** Settles what a crash or a lost response left open of a server. Returns the plays that are in Stash after all. */
  async recover(server: string, signal: AbortSignal): Promise<Result<readonly Play[]>> {
    const { plays, watching } = this.#deps
    const inFlight = (id: number): boolean => this.#isInFlight(id)
    const found = await recoverIntents(server, { plays, watching, inFlight }, signal)
    if (!found.ok) return found
    const undone = await this.takeOut(plays.undoBegun(), signal)
    return undone.ok ? ok(found.value) : undone
  }

  /** Takes these applied plays out of Stash. Returns how many are out; a fault leaves the rest applied. */
  takeOut(applied: readonly Play[], signal: AbortSignal, onOut?: (count: number) => void): Promise<Result<number>> {
    return undoPlays(applied, this.#deps, signal, onOut)
  }

  #answerLost(ids: readonly number[]): void {
    for (const id of ids) this.#lostAt.set(id, this.#deps.clock.now())
  }

  #isInFlight(id: number): boolean {
    return this.#deps.clock.now() - (this.#lostAt.get(id) ?? Number.NEGATIVE_INFINITY) < lostAnswerMs
  }
}

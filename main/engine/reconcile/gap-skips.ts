/** Why a scene with a gap is listed and not enqueued. */
import type { GapRow } from '../../../shared/contract.ts'
import type { StashScene } from '../../../shared/domain.ts'
import { classOf } from '../../../shared/errors.ts'
import type { DeadLetters } from '../queue/dead-letters.ts'
import type { JobStore } from '../queue/job-store.ts'
import type { SceneStates } from '../sync/scene-states.ts'
import type { ComparisonRow } from './comparisons.ts'

export interface GapSkipsDeps {
  readonly store: Pick<JobStore, 'isQueued'>
  readonly deadLetters: Pick<DeadLetters, 'codeOf'>
  readonly states: Pick<SceneStates, 'get'>
  /** Only future changes are wanted, and this scene is none: a scheduled comparison lists it without enqueuing it. */
  readonly isUnwanted: (scene: StashScene) => boolean
}

export interface SkipInput {
  /** The scene has no item; else its item differs. */
  readonly isMissing: boolean
  /** The setting reconcile_missing. */
  readonly enqueuesMissing: boolean
  readonly run: Pick<ComparisonRow, 'origin'>
}

export class GapSkips {
  readonly #deps: GapSkipsDeps

  constructor(deps: GapSkipsDeps) {
    this.#deps = deps
  }

  /** Null if the scene is enqueued. */
  reasonFor(scene: StashScene, { isMissing, enqueuesMissing, run }: SkipInput): GapRow['skipped'] {
    const { store, deadLetters, states, isUnwanted } = this.#deps
    if (isMissing && !enqueuesMissing) return 'switched_off'
    if (store.isQueued('scene', scene.id)) return 'already_queued'
    if (run.origin === 'scheduled' && isUnwanted(scene)) return 'only_new'
    const code = deadLetters.codeOf('scene', scene.id)
    if (code === null || states.get(scene.id)?.handledVersion !== scene.updatedAt) return null
    // It is in the dead letters as it is now. Where its item is found by now, a missing or doubtful match is over.
    const cause = classOf(code)
    const isOver = !isMissing && (cause === 'needs_you' || cause === 'not_found')
    const isVain = cause === 'needs_you' || cause === 'permanent' || cause === 'not_found'
    return isVain && !isOver ? 'already_queued' : null
  }
}

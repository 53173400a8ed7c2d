/** Plans the scenes of a batch: which are held back, and what is written of the others. */
import type { SceneId, StashScene } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { CollectionMarks } from '../collections/collection-marks.ts'
import type { ClaimedJob } from '../queue/job.ts'
import type { EmptiedScenes } from './emptied-scenes.ts'
import { heldBack } from './held-back.ts'
import type { JobOutcome, OutcomeContext } from './outcome.ts'
import type { Planner } from './planner.ts'
import { collectionWritesOf, type ScenePlan } from './scene-plan.ts'

export interface BatchPlannerDeps {
  readonly planner: Planner
  readonly emptied: EmptiedScenes
  readonly collections: Pick<CollectionMarks, 'beforeWrites'>
}

export interface PlannedBatch {
  /** Scenes that are not written yet, with the outcome of their jobs. */
  readonly held: ReadonlyMap<SceneId, JobOutcome>
  readonly plans: readonly ScenePlan[]
}

export class BatchPlanner {
  readonly #deps: BatchPlannerDeps

  constructor(deps: BatchPlannerDeps) {
    this.#deps = deps
  }

  /** Plans the scenes as Stash has them now; collections that they will be the first in are noted before. */
  async plan(
    jobs: readonly ClaimedJob[],
    scenes: readonly StashScene[],
    context: OutcomeContext,
    signal: AbortSignal,
  ): Promise<Result<PlannedBatch>> {
    const { planner, collections } = this.#deps
    const held = heldBack(jobs, scenes, this.#deps, context)
    const toPlan = scenes.filter(({ id }) => !held.has(id))
    const askAgain = new Set(
      jobs.filter(({ origin, force }) => origin === 'retry' || force).map((job) => job.subjectId),
    )
    const planned = await planner.plan(toPlan, signal, planner.settingsFor, askAgain)
    if (!planned.ok) return planned
    const marked = await collections.beforeWrites(collectionWritesOf(planned.value), signal)
    return marked.ok ? ok({ held, plans: planned.value }) : marked
  }
}

/** Written scenes that have no metadata any more: held back for an hour, before they are taken out of Plex. */
import type { SceneId, StashScene } from '../../../shared/domain.ts'
import { errors } from '../../../shared/errors.ts'
import { fail } from '../../../shared/result.ts'
import type { ClaimedJob } from '../queue/job.ts'
import type { EmptiedScenes } from './emptied-scenes.ts'
import { type JobOutcome, type OutcomeContext, outcomeOfFault, released } from './outcome.ts'
import type { Planner } from './planner.ts'
import type { ScenePlan } from './scene-plan.ts'

export interface HeldBackDeps {
  readonly planner: Pick<Planner, 'emptied'>
  readonly emptied: EmptiedScenes
}

/** The scenes that are not to be taken out of Plex yet, with the outcome of their jobs. */
export function heldBack(
  jobs: readonly ClaimedJob[],
  scenes: readonly StashScene[],
  { planner, emptied }: HeldBackDeps,
  context: OutcomeContext,
): ReadonlyMap<SceneId, JobOutcome> {
  const held = new Map<SceneId, JobOutcome>()
  const byScene = new Map(jobs.map((job) => [job.subjectId, job]))
  // The user retried it, or asked for this exact scene: that is the decision.
  const undecided = planner.emptied(scenes).filter(({ id }) => {
    const job = byScene.get(id)
    return job !== undefined && job.origin !== 'retry' && !job.force
  })
  emptied.note(undecided.map(({ id }) => id))
  for (const scene of undecided) {
    const job = byScene.get(scene.id)
    const verdict = emptied.verdict(scene.id)
    if (job === undefined || verdict.kind === 'take_back') continue
    if (verdict.kind === 'wait') held.set(scene.id, released(job, verdict.until))
    else {
      const { fault } = fail('scene_emptied', errors.scene_emptied.sentence)
      const plan: ScenePlan = { kind: 'failed', scene, decision: null, fault, candidates: [] }
      held.set(scene.id, outcomeOfFault(job, fault, plan, context))
    }
  }
  return held
}

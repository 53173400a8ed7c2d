/** A batch whose writes the ledger has noted, and how each of its jobs is run. */
import type { SceneId } from '../../../shared/domain.ts'
import type { ClaimedJob } from '../queue/job.ts'
import type { Ledger } from './ledger.ts'
import { type JobOutcome, outcomeOfGone, released } from './outcome.ts'
import { type RunJobDeps, runJob } from './run-job.ts'
import type { ScenePlan } from './scene-plan.ts'
import { type Cover, noCover } from './scene-state.ts'

export interface Begun {
  readonly plans: ReadonlyMap<SceneId, ScenePlan>
  /** Scenes whose items another scene has written since they were planned. */
  readonly overtaken: ReadonlySet<SceneId>
  /** Covers as they were last seen. */
  readonly covers: ReadonlyMap<SceneId, Cover>
}

/** Notes all writes of a batch before the first of them. */
export function begin(planned: readonly ScenePlan[], ledger: Pick<Ledger, 'begin' | 'covers'>): Begun {
  const plans = new Map<SceneId, ScenePlan>(planned.map((plan) => [plan.scene.id, plan]))
  const overtaken = ledger.begin(planned)
  return { plans, overtaken, covers: ledger.covers([...plans.keys()]) }
}

export async function runBegun(
  job: ClaimedJob,
  { plans, overtaken, covers }: Begun,
  deps: RunJobDeps,
  signal: AbortSignal,
): Promise<JobOutcome> {
  const plan = plans.get(job.subjectId)
  if (plan === undefined) return outcomeOfGone(job)
  if (overtaken.has(plan.scene.id)) return released(job)
  const cover = covers.get(job.subjectId) ?? noCover
  // Where the user asked for this exact scene its cover is fetched again, though the scene seems unchanged.
  return runJob(job, plan, job.force ? { ...cover, version: '' } : cover, deps, signal)
}

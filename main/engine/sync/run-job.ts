/** Carries out the plan of one job and decides its outcome. */
import type { ClaimedJob } from '../queue/job.ts'
import { type ApplyDeps, applyScene } from './apply.ts'
import type { FolderScans } from './folder-scans.ts'
import {
  type JobOutcome,
  type OutcomeContext,
  outcomeOfApplied,
  outcomeOfFault,
  outcomeOfSkipped,
  released,
} from './outcome.ts'
import type { ScenePlan } from './scene-plan.ts'
import type { Cover } from './scene-state.ts'
import type { SyncServers } from './sync-servers.ts'

export interface RunJobDeps {
  readonly servers: Pick<SyncServers, 'gates' | 'classify' | 'library'>
  readonly apply: ApplyDeps
  readonly scans: FolderScans
  /** What decides about failures, as it is now. */
  readonly context: () => OutcomeContext
}

/** How long a scene waits whose library may be the one that plex_library misspells. */
const untilNamedMs = 60 * 60_000

export async function runJob(
  job: ClaimedJob,
  plan: ScenePlan,
  cover: Cover,
  deps: RunJobDeps,
  signal: AbortSignal,
): Promise<JobOutcome> {
  const { servers, apply, context } = deps
  apply.log.planned(plan)
  if (plan.kind === 'skipped') return outcomeOfSkipped(job, plan)
  if (plan.kind === 'failed') {
    // Perhaps it is in the library that plex_library means: one setting, and not a dead letter for each scene.
    const mayBeInUnknownLibrary = plan.fault.code === 'unknown_library' || plan.fault.code === 'not_in_plex'
    if (mayBeInUnknownLibrary && servers.library.unknownNames.length > 0)
      return released(job, context().now + untilNamedMs)
    if (plan.fault.code === 'not_in_plex' && plan.decision !== null) deps.scans.request(plan.decision.expected, signal)
    return outcomeOfFault(job, plan.fault, plan, context())
  }
  if (signal.aborted || servers.gates.plex.waitMs() > 0) return released(job)

  apply.log.matched(plan.scene, plan.items, (section) => servers.library.titleOf(section))
  apply.log.respelled(plan.scene, plan.items)
  // Once: a passing 500 is over by then, and every later try would find the same.
  const isRepetition = job.attempts === 1 || context().settings.max_retries === 1
  const { scene, items } = plan
  const given = { scene, items, lastCover: cover, isRepetition, looksAtImages: job.force }
  const applied = await applyScene(given, apply, signal)
  apply.log.wrote(
    plan.scene,
    applied.items.flatMap((item) => item.changes),
  )
  const fault = applied.fault === null ? null : await servers.classify(applied.fault)
  return outcomeOfApplied(job, plan, { ...applied, fault }, context())
}

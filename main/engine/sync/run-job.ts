/** Carries out the plans of a batch job by job, and decides the outcome of each. */
import type { ClaimedJob } from '../queue/job.ts'
import type { SceneWriter } from './apply.ts'
import type { Begun } from './begun.ts'
import type { FolderScans } from './folder-scans.ts'
import {
  type JobOutcome,
  type OutcomeContext,
  outcomeOfApplied,
  outcomeOfFault,
  outcomeOfGone,
  outcomeOfSkipped,
  released,
} from './outcome.ts'
import type { ScenePlan } from './scene-plan.ts'
import { type Cover, noCover } from './scene-state.ts'
import type { SyncLog } from './sync-log.ts'
import type { SyncServers } from './sync-servers.ts'

export interface JobRunnerDeps {
  readonly servers: Pick<SyncServers, 'gates' | 'classify' | 'library'>
  readonly writer: SceneWriter
  readonly scans: FolderScans
  readonly log: SyncLog
  /** What decides about failures, as it is now. */
  readonly context: () => OutcomeContext
}

/** How long a scene waits whose library may be the one that plex_library misspells. */
const untilNamedMs = 60 * 60_000

/** How one job of a batch is run. */
interface JobManner {
  /** What was seen of the scene's cover last. */
  readonly cover: Cover
  /** Whether the pictures that uploads replace are noted. */
  readonly notesFormer: boolean
}

export class JobRunner {
  readonly #deps: JobRunnerDeps

  constructor(deps: JobRunnerDeps) {
    this.#deps = deps
  }

  /** Runs a job of a batch whose writes the ledger has noted. */
  async run(job: ClaimedJob, begun: Begun, signal: AbortSignal): Promise<JobOutcome> {
    const plan = begun.plans.get(job.subjectId)
    if (plan === undefined) return outcomeOfGone(job)
    if (begun.overtaken.has(plan.scene.id)) return released(job)
    const known = begun.covers.get(job.subjectId) ?? noCover
    // Where the user asked for this exact scene its cover is fetched again, though the scene seems unchanged.
    const cover = job.force ? { ...known, version: '' } : known
    return carryOut(job, plan, { cover, notesFormer: begun.notesFormer }, this.#deps, signal)
  }
}

async function carryOut(
  job: ClaimedJob,
  plan: ScenePlan,
  { cover, notesFormer }: JobManner,
  deps: JobRunnerDeps,
  signal: AbortSignal,
): Promise<JobOutcome> {
  const { servers, writer, log, context } = deps
  log.planned(plan)
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

  log.matched(plan.scene, plan.items, (section) => servers.library.titleOf(section))
  log.respelled(plan.scene, plan.items)
  // Once: a passing 500 is over by then, and every later try would find the same.
  const isRepetition = job.attempts === 1 || context().settings.max_retries === 1
  const { scene, items } = plan
  const given = { scene, items, lastCover: cover, isRepetition, looksAtImages: job.force, notesFormer }
  const applied = await writer.write(given, signal)
  log.wrote(
    plan.scene,
    applied.items.flatMap((item) => item.changes),
  )
  const fault = applied.fault === null ? null : await servers.classify(applied.fault)
  return outcomeOfApplied(job, plan, { ...applied, fault }, context())
}

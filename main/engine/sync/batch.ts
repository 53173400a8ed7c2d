/**
 * One batch of claimed jobs, from the newest state in Stash to a recorded outcome for each: read, plan, begin, run, record.
 * Two requests read for the whole batch, each changed item is written with one, and one transaction records it all.
 */
import type { SceneId, StashScene } from '../../../shared/domain.ts'
import { errors } from '../../../shared/errors.ts'
import { type Fault, fail } from '../../../shared/result.ts'
import type { CollectionMarks, CollectionWrite } from '../collections/collection-marks.ts'
import type { Servers } from '../connect-servers.ts'
import type { ClaimedJob } from '../queue/job.ts'
import { type ApplyDeps, applyScene } from './apply.ts'
import type { EmptiedScenes } from './emptied-scenes.ts'
import type { FolderScans } from './folder-scans.ts'
import type { Ledger } from './ledger.ts'
import {
  type JobOutcome,
  type OutcomeContext,
  outcomeOfApplied,
  outcomeOfFault,
  outcomeOfGone,
  outcomeOfSkipped,
  released,
} from './outcome.ts'
import type { Planner, ScenePlan } from './planner.ts'
import { type Cover, noCover } from './scene-state.ts'

export interface BatchDeps {
  readonly servers: Pick<Servers, 'stash' | 'gates' | 'identities' | 'sharpen' | 'library'>
  readonly planner: Planner
  readonly ledger: Ledger
  readonly emptied: EmptiedScenes
  readonly apply: ApplyDeps
  readonly collections: Pick<CollectionMarks, 'beforeWrites'>
  readonly scans: FolderScans
  readonly options: BatchOptions
}

export interface BatchOptions {
  /** Limits how many items are written at the same time, over all batches. */
  readonly limit: <T>(work: () => Promise<T>) => Promise<T>
  /** What decides about failures, as it is now. */
  readonly context: () => OutcomeContext
}

/** How long a scene waits whose library may be the one that plex_library misspells. */
const untilNamedMs = 60 * 60_000

/** Up to this number of jobs in a batch, the pictures that uploads replace are noted: a whole library has no time for it. */
const mostWithFormerImages = 10

/**
 * Runs scene jobs to their outcomes, which it returns too. Never throws for what servers do; `signal` releases what has not
 * been begun.
 */
export async function runBatch(
  jobs: readonly ClaimedJob[],
  given: BatchDeps,
  signal: AbortSignal,
): Promise<readonly JobOutcome[]> {
  const isSmall = jobs.length <= mostWithFormerImages
  const deps = isSmall ? given : { ...given, apply: { ...given.apply, former: null } }
  const { servers, planner, ledger, apply, options } = deps
  for (const job of jobs) apply.log.processing(job)

  // Nothing may be matched before it is certain that this is the server whose rating keys we know.
  const known = await servers.identities.ensurePlex(signal)
  if (!known.ok) return settleAll(jobs, known.fault, deps)
  const read = await servers.stash.scenes([...new Set(jobs.map((job) => job.subjectId))], signal)
  if (!read.ok) return settleAll(jobs, read.fault, deps)
  const scenes = [...read.value.values()]
  const heldBack = holdBack(jobs, scenes, deps)
  const planned = await planner.plan(
    scenes.filter((scene) => !heldBack.has(scene.id)),
    signal,
    planner.settingsFor,
    new Set(jobs.filter(({ origin, force }) => origin === 'retry' || force).map((job) => job.subjectId)),
  )
  if (!planned.ok) return settleAll(jobs, planned.fault, deps)
  const marked = await deps.collections.beforeWrites(collectionWrites(planned.value), signal)
  if (!marked.ok) return settleAll(jobs, marked.fault, deps)

  const plans = new Map<SceneId, ScenePlan>(planned.value.map((plan) => [plan.scene.id, plan]))
  const overtaken = ledger.begin(planned.value)
  const covers = ledger.covers([...plans.keys()])
  const outcomes = await Promise.all(
    jobs.map(async (job): Promise<JobOutcome> => {
      const held = heldBack.get(job.subjectId)
      if (held !== undefined) return held
      const plan = plans.get(job.subjectId)
      if (plan === undefined) return outcomeOfGone(job)
      return overtaken.has(plan.scene.id)
        ? released(job)
        : options.limit(() => runJob(job, plan, lastCover(job, covers), deps, signal))
    }),
  )
  return record(
    outcomes.map((outcome) => unlessHeld(outcome, deps)),
    deps,
  )
}

/** Edits that failed before it was known that the whole server fails are charged to nobody. */
function unlessHeld(outcome: JobOutcome, { servers }: BatchDeps): JobOutcome {
  const isServers = outcome.fault?.code === 'edit_failed' && servers.gates.plex.held?.code === 'edits_failing'
  return isServers ? released(outcome.settlement.job) : outcome
}

function collectionWrites(plans: readonly ScenePlan[]): CollectionWrite[] {
  return plans.flatMap((plan) =>
    plan.kind === 'planned'
      ? plan.items.map(({ target, settings }) => ({ scene: plan.scene, sectionId: target.sectionId, settings }))
      : [],
  )
}

/** Written scenes that are empty now, and that are not to be taken out of Plex yet, with the outcome of their jobs. */
function holdBack(
  jobs: readonly ClaimedJob[],
  scenes: readonly StashScene[],
  { planner, emptied, options }: BatchDeps,
): ReadonlyMap<SceneId, JobOutcome> {
  const held = new Map<SceneId, JobOutcome>()
  const byScene = new Map(jobs.map((job) => [job.subjectId, job]))
  // Somebody retried it, or asked for this very scene: that is the decision.
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
      held.set(scene.id, outcomeOfFault(job, fault, plan, options.context()))
    }
  }
  return held
}

/** Settles every job of a batch that met a fault of a server before anything was known of its scenes. */
export async function settleAll(
  jobs: readonly ClaimedJob[],
  met: Fault,
  deps: BatchDeps,
): Promise<readonly JobOutcome[]> {
  const fault = await deps.servers.sharpen(met)
  const context = deps.options.context()
  return record(
    jobs.map((job) => outcomeOfFault(job, fault, null, context, deps.ledger.known(job.subjectId)?.title)),
    deps,
  )
}

async function runJob(
  job: ClaimedJob,
  plan: ScenePlan,
  cover: Cover,
  deps: BatchDeps,
  signal: AbortSignal,
): Promise<JobOutcome> {
  const { servers, apply, options, planner } = deps
  apply.log.planned(plan)
  if (plan.kind === 'skipped') return outcomeOfSkipped(job, plan)
  if (plan.kind === 'failed') {
    // Perhaps it lies in the library that plex_library means: one setting, and not a dead letter for each scene.
    const isNowhere = plan.fault.code === 'unknown_library' || plan.fault.code === 'not_in_plex'
    if (isNowhere && servers.library.unknownNames.length > 0) return released(job, options.context().now + untilNamedMs)
    if (plan.fault.code === 'not_in_plex' && plan.decision !== null) deps.scans.wish(plan.decision.expected, signal)
    return outcomeOfFault(job, plan.fault, plan, options.context())
  }
  if (signal.aborted || servers.gates.plex.waitMs() > 0) return released(job)

  apply.log.matched(plan.scene, plan.items, (section) => planner.titleOf(section))
  apply.log.respelled(plan.scene, plan.items)
  // Once: a passing 500 is over by then, and every later try would find the same.
  const isRepetition = job.attempts === 1 || options.context().settings.max_retries === 1
  const how = { isRepetition, looksAtImages: job.force }
  const applied = await applyScene(plan.scene, plan.items, cover, apply, signal, how)
  apply.log.wrote(
    plan.scene,
    applied.items.flatMap((item) => item.changes),
  )
  const fault = applied.fault === null ? null : await servers.sharpen(applied.fault)
  return outcomeOfApplied(job, plan, { ...applied, fault }, options.context())
}

/** The cover as last seen; where the user asked for this very scene it is fetched again, though the scene seems unchanged. */
function lastCover(job: ClaimedJob, covers: ReadonlyMap<SceneId, Cover>): Cover {
  const cover = covers.get(job.subjectId) ?? noCover
  return job.force ? { ...cover, version: '' } : cover
}

function record(outcomes: readonly JobOutcome[], { ledger, apply, options }: BatchDeps): readonly JobOutcome[] {
  const { now } = options.context()
  for (const outcome of outcomes) apply.log.settled(outcome, now)
  ledger.record(outcomes)
  return outcomes
}

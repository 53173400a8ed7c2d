/**
 * One batch of claimed jobs, from the newest state in Stash to a recorded outcome for each: read, plan, begin, run, record.
 * Two requests read for the whole batch, each changed item is written with one, and one transaction records it all.
 */
import type { StashScene } from '../../../shared/domain.ts'
import { type Fault, ok, type Result } from '../../../shared/result.ts'
import type { CollectionMarks } from '../collections/collection-marks.ts'
import type { ClaimedJob } from '../queue/job.ts'
import type { ApplyDeps } from './apply.ts'
import { begin, runBegun } from './begun.ts'
import type { EmptiedScenes } from './emptied-scenes.ts'
import type { FolderScans } from './folder-scans.ts'
import { heldBack } from './held-back.ts'
import type { Ledger } from './ledger.ts'
import { type JobOutcome, type OutcomeContext, outcomeOfFault, released } from './outcome.ts'
import type { Planner } from './planner.ts'
import { collectionWritesOf, type ScenePlan } from './scene-plan.ts'
import type { SyncServers } from './sync-servers.ts'

export interface BatchDeps {
  readonly servers: SyncServers
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
  for (const job of jobs) deps.apply.log.processing(job)

  const scenes = await readScenes(jobs, deps, signal)
  if (!scenes.ok) return settleAll(jobs, scenes.fault, deps)
  const held = heldBack(jobs, scenes.value, deps, deps.options.context())
  const plans = await planScenes(
    jobs,
    scenes.value.filter(({ id }) => !held.has(id)),
    deps,
    signal,
  )
  if (!plans.ok) return settleAll(jobs, plans.fault, deps)
  const begun = begin(plans.value, deps.ledger)
  const { limit, context } = deps.options
  const running = { ...deps, context }
  const outcomes = await Promise.all(
    jobs.map(async (job) => held.get(job.subjectId) ?? (await limit(() => runBegun(job, begun, running, signal)))),
  )
  return record(
    outcomes.map((outcome) => unlessHeld(outcome, deps)),
    deps,
  )
}

/** Settles every job of a batch that ended in a fault of a server before anything was known of its scenes. */
export async function settleAll(
  jobs: readonly ClaimedJob[],
  met: Fault,
  deps: BatchDeps,
): Promise<readonly JobOutcome[]> {
  const fault = await deps.servers.classify(met)
  const context = deps.options.context()
  return record(
    jobs.map((job) => outcomeOfFault(job, fault, null, context, deps.ledger.known(job.subjectId)?.title)),
    deps,
  )
}

async function readScenes(
  jobs: readonly ClaimedJob[],
  { servers }: BatchDeps,
  signal: AbortSignal,
): Promise<Result<StashScene[]>> {
  // Nothing may be matched before it is certain that this is the server whose rating keys we know.
  const known = await servers.identities.ensurePlex(signal)
  if (!known.ok) return known
  const read = await servers.stash.scenes([...new Set(jobs.map((job) => job.subjectId))], signal)
  return read.ok ? ok([...read.value.values()]) : read
}

async function planScenes(
  jobs: readonly ClaimedJob[],
  scenes: readonly StashScene[],
  { planner, collections }: BatchDeps,
  signal: AbortSignal,
): Promise<Result<ScenePlan[]>> {
  const askAgain = new Set(jobs.filter(({ origin, force }) => origin === 'retry' || force).map((job) => job.subjectId))
  const planned = await planner.plan(scenes, signal, planner.settingsFor, askAgain)
  if (!planned.ok) return planned
  const marked = await collections.beforeWrites(collectionWritesOf(planned.value), signal)
  return marked.ok ? planned : marked
}

/** Edits that failed before it was known that the whole server fails are charged to no job. */
function unlessHeld(outcome: JobOutcome, { servers }: BatchDeps): JobOutcome {
  const isServers = outcome.fault?.code === 'edit_failed' && servers.gates.plex.held?.code === 'edits_failing'
  return isServers ? released(outcome.settlement.job) : outcome
}

function record(outcomes: readonly JobOutcome[], { ledger, apply, options }: BatchDeps): readonly JobOutcome[] {
  const { now } = options.context()
  for (const outcome of outcomes) apply.log.settled(outcome, now)
  ledger.record(outcomes)
  return outcomes
}

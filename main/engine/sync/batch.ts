/**
 * One batch of claimed jobs, from the newest state in Stash to a recorded outcome for each: read, plan, begin, run, record.
 * Two requests read for the whole batch, each changed item is written with one, and one transaction records it all.
 */
import type { StashScene } from '../../../shared/domain.ts'
import { type Fault, ok, type Result } from '../../../shared/result.ts'
import type { ClaimedJob } from '../queue/job.ts'
import type { BatchPlanner } from './batch-planner.ts'
import { begin } from './begun.ts'
import type { Ledger } from './ledger.ts'
import { type JobOutcome, type OutcomeContext, outcomeOfFault, released } from './outcome.ts'
import type { JobRunner } from './run-job.ts'
import type { SyncLog } from './sync-log.ts'
import type { SyncServers } from './sync-servers.ts'

export interface BatchDeps {
  readonly servers: SyncServers
  readonly planner: BatchPlanner
  readonly ledger: Ledger
  readonly runner: JobRunner
  readonly log: SyncLog
  /** Limits how many items are written at the same time, over all batches. */
  readonly limit: <T>(work: () => Promise<T>) => Promise<T>
  /** What decides about failures, as it is now. */
  readonly context: () => OutcomeContext
}

/** Runs batches of scene jobs; two may be under way at the same time. */
export class Batches {
  readonly #deps: BatchDeps

  constructor(deps: BatchDeps) {
    this.#deps = deps
  }

  /**
   * Runs scene jobs to their outcomes, which it returns too. Never throws for what servers do; `signal` releases what has
   * not been begun.
   */
  async run(jobs: readonly ClaimedJob[], signal: AbortSignal): Promise<readonly JobOutcome[]> {
    const { planner, ledger, runner, log, limit, context } = this.#deps
    for (const job of jobs) log.processing(job)
    const scenes = await this.#read(jobs, signal)
    if (!scenes.ok) return this.settleAll(jobs, scenes.fault)
    const planned = await planner.plan(jobs, scenes.value, context(), signal)
    if (!planned.ok) return this.settleAll(jobs, planned.fault)
    const { held, plans } = planned.value
    const begun = begin(plans, jobs.length, ledger)
    const outcomes = await Promise.all(
      jobs.map(async (job) => held.get(job.subjectId) ?? (await limit(() => runner.run(job, begun, signal)))),
    )
    return this.#record(outcomes.map((outcome) => this.#unlessHeld(outcome)))
  }

  /** Settles every job of a batch that ended in a fault of a server before anything was known of its scenes. */
  async settleAll(jobs: readonly ClaimedJob[], met: Fault): Promise<readonly JobOutcome[]> {
    const { servers, ledger, context } = this.#deps
    const fault = await servers.classify(met)
    const now = context()
    return this.#record(
      jobs.map((job) => outcomeOfFault(job, fault, { title: ledger.known(job.subjectId)?.title ?? '' }, now)),
    )
  }

  async #read(jobs: readonly ClaimedJob[], signal: AbortSignal): Promise<Result<StashScene[]>> {
    const { servers } = this.#deps
    // Nothing may be matched before it is certain that this is the server whose rating keys we know.
    const known = await servers.identities.ensurePlex(signal)
    if (!known.ok) return known
    const read = await servers.stash.scenes([...new Set(jobs.map((job) => job.subjectId))], signal)
    return read.ok ? ok([...read.value.values()]) : read
  }

  /** Edits that failed before it was known that the whole server fails are charged to no job. */
  #unlessHeld(outcome: JobOutcome): JobOutcome {
    const { plex } = this.#deps.servers.gates
    const isServers = outcome.fault?.code === 'edit_failed' && plex.held?.code === 'edits_failing'
    return isServers ? released(outcome.settlement.job) : outcome
  }

  #record(outcomes: readonly JobOutcome[]): readonly JobOutcome[] {
    const { ledger, log, context } = this.#deps
    const { now } = context()
    for (const outcome of outcomes) log.settled(outcome, now)
    ledger.record(outcomes)
    return outcomes
  }
}

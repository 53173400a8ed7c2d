/** Runs comparisons, one at a time: begins, cancels, takes up what a kill has interrupted. */

import type { ReconcileRun, ReconcileScope } from '../../../shared/contract.ts'
import { decline } from '../../../shared/decline.ts'
import { ok, type Result, textOf } from '../../../shared/result.ts'
import type { RequestCount, RequestCounts } from '../http/request-count.ts'
import { Listeners } from '../listeners.ts'
import type { LoggedLine } from '../log/line-template.ts'
import type { Clock, Logger } from '../ports.ts'
import { areOpen } from '../servers/open-gates.ts'
import type { ServerGate } from '../servers/server-gate.ts'
import type { ComparisonInput, LibraryComparison } from './comparison.ts'
import {
  type ComparisonEnd,
  type ComparisonOrigin,
  type ComparisonRow,
  type Comparisons,
  countsOf,
} from './comparisons.ts'
import type { FindingsInput } from './findings.ts'
import { reconcileLines } from './reconcile-log.ts'

export interface ReconcilerDeps {
  /** Makes ready what compares for one run. */
  readonly comparisonOf: (input: ComparisonRun) => LibraryComparison
  readonly runs: Comparisons
  readonly gates: { readonly plex: ServerGate; readonly stash: ServerGate }
  readonly configured: () => boolean
  readonly requests: RequestCount
  /** Its end interrupts a comparison, which continues after the next start. */
  readonly lifetime: AbortSignal
  readonly clock: Clock
  readonly logger: Logger
}

/** A run that begins or continues. */
export interface ComparisonRun extends ComparisonInput, Omit<FindingsInput, 'enqueuesMissing'> {}

interface Running {
  readonly id: number
  readonly abort: AbortController
  readonly done: Promise<void>
}

const changeEveryMs = 250
/** What was found longer ago is not true any more: then all is compared again. */
const resumableMs = 6 * 60 * 60_000

export class Reconciler {
  readonly #deps: ReconcilerDeps
  readonly #changed = new Listeners<ReconcileRun>()
  readonly #found = new Listeners<void>()
  #running: Running | null = null

  constructor(deps: ReconcilerDeps) {
    this.#deps = deps
  }

  /** Calls `listener` at most four times a second while a comparison is under way, and when it begins and ends. */
  onChange(listener: (run: ReconcileRun) => void): () => void {
    return this.#changed.add(listener)
  }

  /** Calls `listener` when jobs came into the queue. */
  onFound(listener: () => void): () => void {
    return this.#found.add(listener)
  }

  get busy(): boolean {
    return this.#running !== null
  }

  /** Faults: `not_configured`; `invalid_input` while another comparison is under way. */
  begin(scope: ReconcileScope, dryRun: boolean, origin: ComparisonOrigin): Result<ReconcileRun> {
    if (!this.#deps.configured()) return decline('not_configured', { code: 'comparison_needs_servers', values: {} })
    if (this.#running !== null) return decline('invalid_input', { code: 'comparison_running', values: {} })
    this.#deps.runs.markInterrupted()
    const row = this.#deps.runs.begin(scope, dryRun, origin)
    this.#start(row)
    return ok(this.#deps.runs.shown(row))
  }

  /** Ends the comparison that is under way; what it has enqueued stays in the queue. */
  async cancel(): Promise<Result<ReconcileRun>> {
    const running = this.#running
    if (running === null) return decline('unknown_name', { code: 'no_comparison_running', values: {} })
    running.abort.abort()
    await running.done
    const row = this.#deps.runs.get(running.id)
    return row === null
      ? decline('unknown_name', { code: 'no_comparison', values: { id: running.id } })
      : ok(this.#deps.runs.shown(row))
  }

  /** A run, or the latest one; null if there is none. */
  run(id?: number): ReconcileRun | null {
    const { runs } = this.#deps
    const row = id === undefined ? runs.latest() : runs.get(id)
    return row === null ? null : runs.shown(row)
  }

  /** The comparisons that are kept, the latest first. */
  list(): ReconcileRun[] {
    const { runs } = this.#deps
    return runs.list().map((row) => runs.shown(row))
  }

  /**
   * At start of the one process that works: an interrupted run continues where it stopped, if that is not too long ago and
   * PlexSync is enabled.
   */
  resume(isEnabled: boolean): void {
    const { configured, gates, runs, clock, logger } = this.#deps
    runs.markInterrupted()
    const row = runs.latest()
    if (row?.state !== 'interrupted' || clock.now() - row.started_at > resumableMs) return
    if (!configured() || !isEnabled || !areOpen(gates)) return
    logger.log(...reconcileLines.resumed({ scene: row.after_scene }))
    runs.goOn(row.id)
    this.#start({ ...row, state: 'running', finished_at: null })
  }

  /** Resolves when the comparison under way has ended. */
  async ended(): Promise<void> {
    await this.#running?.done
  }

  #start(row: ComparisonRow): void {
    const abort = new AbortController()
    const signal = AbortSignal.any([abort.signal, this.#deps.lifetime])
    const done = Promise.resolve()
      .then(() => this.#work(row, signal))
      .finally(() => {
        this.#running = null
        this.#publish(row.id)
      })
    this.#running = { id: row.id, abort, done }
    this.#publish(row.id)
  }

  async #work(row: ComparisonRow, signal: AbortSignal): Promise<void> {
    const { comparisonOf, runs, requests, clock, logger } = this.#deps
    const startedAt = clock.now()
    const workedMs = (): number => row.worked_ms + Math.max(0, clock.now() - startedAt)
    const sent: RequestCounts = { stash: row.stash_requests, plex: row.plex_requests }
    let publishedAt = Number.NEGATIVE_INFINITY
    const comparison = comparisonOf({ run: row, requests: sent, workedMs, signal })
    const endProgress = comparison.onProgress(() => {
      this.#found.send()
      const now = clock.now()
      if (now >= publishedAt && now - publishedAt < changeEveryMs) return
      publishedAt = now
      this.#publish(row.id)
    })
    const counts = () => ({ ...comparison.counts, stash_requests: sent.stash, plex_requests: sent.plex })
    const end = (state: ComparisonEnd['state'], problem: ComparisonEnd['problem'] = null): void =>
      runs.end(row.id, { state, counts: counts(), workedMs: workedMs(), problem })
    try {
      const compared = await requests.during(sent, async () => {
        const waiting = await this.#waitingFor()
        return waiting ?? comparison.compare()
      })
      if (compared.ok) {
        end('done')
        this.#logOutcome(row.id)
        comparison.forget()
      } else if (signal.aborted) {
        end(this.#deps.lifetime.aborted ? 'interrupted' : 'cancelled')
      } else {
        end('failed', compared.fault)
        logger.log(...reconcileLines.endedEarly({ problem: compared.fault.message }))
      }
    } catch (error) {
      logger.log(...reconcileLines.failed({ problem: textOf(error) }), { error })
      const problem = { code: 'unexpected', message: textOf(error) } as const
      runs.end(row.id, { state: 'failed', counts: countsOf(row), workedMs: workedMs(), problem })
    } finally {
      endProgress()
    }
  }

  /** A server that is known to be down is tried once more, since the user may have asked; null if both may be asked. */
  async #waitingFor(): Promise<ReturnType<typeof decline> | null> {
    for (const [server, gate] of [
      ['plex', this.#deps.gates.plex],
      ['stash', this.#deps.gates.stash],
    ] as const) {
      if (gate.waitMs() === Number.POSITIVE_INFINITY) await gate.retryNow()
      if (gate.authRefused) return decline('token_refused', { code: 'token_refused_by', values: { server } })
      if (gate.waitMs() === Number.POSITIVE_INFINITY)
        return decline('unreachable', { code: 'server_away', values: { server } })
    }
    return null
  }

  #logOutcome(id: number): void {
    const run = this.run(id)
    if (run === null) return
    const { logger, runs } = this.#deps
    const { skipped, requests } = run
    const log = (line: LoggedLine): void => logger.log(...line)
    const found = Object.entries(run.gaps).map(([kind, count]) => `${count} ${kind.replaceAll('_', ' ')}`)
    log(reconcileLines.compared({ scenes: run.scenes_checked, items: run.plex_items, ...requests }))
    log(reconcileLines.gaps({ found: found.join(', ') }))
    log(run.dry_run ? reconcileLines.dryRun() : reconcileLines.enqueued({ scenes: run.enqueued }))
    const switchedOff = runs.switchedOff(id)
    if (skipped.no_metadata > 0) log(reconcileLines.noMetadata({ count: skipped.no_metadata }))
    if (skipped.no_file > 0) log(reconcileLines.noFile({ count: skipped.no_file }))
    if (skipped.already_queued > 0) log(reconcileLines.alreadyQueued({ count: skipped.already_queued }))
    if (switchedOff > 0) log(reconcileLines.switchedOff({ count: switchedOff }))
  }

  #publish(id: number): void {
    const run = this.run(id)
    if (run !== null) this.#changed.send(run)
  }
}

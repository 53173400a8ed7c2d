/**
 * The worker: claims what is due, runs it in batches, and sleeps until the queue, a server's gate or the clock wakes it.
 * Two batches may be under way at the same time, so that one reads while the other writes.
 */

import { textOf } from '../../../shared/result.ts'
import type { Settings } from '../../../shared/settings.ts'
import { Listeners } from '../listeners.ts'
import type { LoggedLine } from '../log/line-template.ts'
import type { Clock, Logger } from '../ports.ts'
import type { ClaimedJob } from '../queue/job.ts'
import type { JobStore } from '../queue/job-store.ts'
import { queueLines } from '../queue/queue-log.ts'
import type { ServerGate } from '../servers/server-gate.ts'
import { workerLines } from './worker-log.ts'

const batchSize = 50
const concurrentBatches = 2
const leaseMs = 5 * 60_000
const renewMs = 60_000
/** Looks for jobs that another process may have enqueued, and for a clock that was set or stood still. */
const idleMs = 60_000
/** After a fault of our own nothing is claimed for a moment, so that a bug cannot spin. */
const afterBugMs = 5_000

export interface WorkerDeps {
  readonly store: JobStore
  readonly gates: { readonly plex: ServerGate; readonly stash: ServerGate }
  readonly settings: () => Settings
  /**
   * What may be written: everything; before the setup is finished only what was asked for scene by scene; nothing while
   * it is switched off or without addresses, token and key. Then the queue only collects.
   */
  readonly scope: () => 'all' | 'explicit' | 'none'
  /** Runs claimed jobs to their settlements. */
  readonly run: (jobs: readonly ClaimedJob[], signal: AbortSignal) => Promise<void>
  readonly clock: Clock
  readonly logger: Logger
}

export class Worker {
  readonly #deps: WorkerDeps
  readonly #underWay = new Set<Promise<void>>()
  #lifetime: AbortSignal | null = null
  #paused = false
  #woken = false
  #resting = false
  #warnedAt = Number.NEGATIVE_INFINITY
  #endTimer: () => void = () => {}
  readonly #changes = new Listeners<void>()
  readonly #idle = new Listeners<void>()

  constructor(deps: WorkerDeps) {
    this.#deps = deps
  }

  get running(): boolean {
    return this.#lifetime?.aborted === false
  }
  get paused(): boolean {
    return this.#paused
  }

  /** Works until `lifetime` ends: then nothing more is begun, and what has not been begun is released. */
  start(lifetime: AbortSignal): void {
    this.#lifetime = lifetime
    lifetime.addEventListener('abort', () => this.#endTimer(), { once: true })
    this.#step()
  }

  pause(): void {
    this.#paused = true
    this.#changes.send()
  }

  resume(): void {
    this.#paused = false
    this.wake()
    this.#changes.send()
  }

  /**
   * There may be something to do: a job came in, a gate opened, a setting changed. However often it is called in one turn
   * of the event loop, the queue is read one time: a commit of hooks wakes for each of them.
   */
  wake(): void {
    if (this.#woken) return
    this.#woken = true
    setImmediate(() => {
      this.#woken = false
      if (this.running) this.#step()
    })
  }

  /**
   * Waits after the end of its lifetime for what is in flight, at most `timeoutMs`; what is left then is taken up by crash
   * recovery. True when nothing was left.
   */
  async drain(timeoutMs: number, onProgress: (inFlight: number) => void = () => {}): Promise<boolean> {
    if (this.#underWay.size === 0) return true
    onProgress(this.#deps.store.counts().in_progress)
    const late = Promise.withResolvers<false>()
    const endTimer = this.#deps.clock.setTimer(timeoutMs, () => late.resolve(false))
    const done = Promise.all(this.#underWay).then(() => true as const)
    const finished = await Promise.race([done, late.promise])
    endTimer()
    if (!finished) this.#deps.logger.log(...queueLines.timeout({ remaining: this.#deps.store.counts().in_progress }))
    return finished
  }

  /** Calls `listener` each time the worker finds nothing it may do now. */
  onIdle(listener: () => void): () => void {
    return this.#idle.add(listener)
  }

  /** Calls `listener` when anything that a status shows may have changed. */
  onChange(listener: () => void): () => void {
    return this.#changes.add(listener)
  }

  get busy(): boolean {
    return this.#underWay.size > 0
  }

  /** Claims as much as may run now; else sets the timer for when something may. */
  #step(): void {
    this.#endTimer()
    if (!this.running) {
      this.#announceIdle()
      return
    }
    let sleepMs = afterBugMs
    try {
      this.#claimDue()
      sleepMs = this.#sleepMs()
      this.#announceIdle()
    } catch (error) {
      // A full disk or a lock: nothing was claimed. If it were thrown further, it would end the process and with it the hook listener.
      this.#warn(workerLines.cannotWork({ problem: textOf(error) }), error)
    }
    // Ended again: a listener may have made this run once more.
    this.#endTimer()
    if (this.running) this.#endTimer = this.#deps.clock.setTimer(sleepMs, () => this.#step())
  }

  #claimDue(): void {
    while (!this.#paused && this.#underWay.size < concurrentBatches && this.#waitMs() === 0) {
      this.#deps.store.releaseExpired()
      const limit = Math.min(batchSize, this.#deps.gates.plex.edits.claimLimit)
      if (limit === 0) break
      const jobs = this.#deps.store.claim(limit, leaseMs, this.#scope())
      if (jobs.length === 0) break
      this.#deps.gates.plex.edits.trialBegins()
      this.#begin(jobs)
    }
  }

  #announceIdle(): void {
    if (this.#underWay.size === 0) this.#idle.send()
  }

  /** At most once a minute: what is wrong with a disk is wrong at every look. */
  #warn(message: LoggedLine, error: unknown): void {
    const since = this.#deps.clock.now() - this.#warnedAt
    if (since >= 0 && since < renewMs) return
    this.#warnedAt = this.#deps.clock.now()
    this.#deps.logger.log(...message, { error })
  }

  #rest(): void {
    this.#resting = true
    this.#deps.clock.setTimer(afterBugMs, () => {
      this.#resting = false
      this.wake()
    })
  }

  #begin(jobs: readonly ClaimedJob[]): void {
    const endRenewing = this.#renew(jobs)
    const signal = this.#lifetime ?? AbortSignal.abort()
    const batch: Promise<void> = this.#deps
      .run(jobs, signal)
      .catch((error: unknown) => this.#failed(jobs, error))
      .finally(() => {
        endRenewing()
        this.#deps.gates.plex.edits.trialEnded()
        this.#underWay.delete(batch)
        this.#changes.send()
        // In a separate turn: recording a batch and claiming the next one are two commits.
        this.wake()
      })
    this.#underWay.add(batch)
    this.#changes.send()
  }

  /** A bug, or a database that cannot be written: the jobs are kept, and the log says what happened. */
  #failed(jobs: readonly ClaimedJob[], error: unknown): void {
    this.#rest()
    this.#deps.logger.log(...workerLines.batchFailed({ jobs: jobs.length, problem: textOf(error) }), { error })
    try {
      this.#deps.store.settle(jobs.map((job) => ({ job, kind: 'release' })))
    } catch (second) {
      // The database itself fails: the leases run out, and the jobs are ready again.
      this.#deps.logger.log(...workerLines.notPutBack({ problem: textOf(second) }))
    }
  }

  #renew(jobs: readonly ClaimedJob[]): () => void {
    let end = (): void => {}
    const renew = (): void => {
      end = this.#deps.clock.setTimer(renewMs, () => {
        try {
          this.#deps.store.renew(jobs, leaseMs)
        } catch (error) {
          // The leases may run out then: another claim repeats the work, which does no harm.
          this.#warn(workerLines.leasesNotExtended({ problem: textOf(error) }), error)
        }
        renew()
      })
    }
    renew()
    return () => end()
  }

  /** While nothing may be written, nothing is claimed; what is due is reported all the same. */
  #scope(): 'all' | 'explicit' {
    return this.#deps.scope() === 'all' ? 'all' : 'explicit'
  }

  #waitMs(): number {
    if (this.#deps.scope() === 'none') return Number.POSITIVE_INFINITY
    const { plex, stash } = this.#deps.gates
    return Math.max(plex.waitMs(), stash.waitMs(), this.#resting ? afterBugMs : 0)
  }

  #sleepMs(): number {
    const dueAt = this.#deps.store.nextDueAt(this.#scope())
    if (dueAt === null || this.#paused) return idleMs
    // What keeps them wakes the worker when it is over; polling is for what sends no event.
    const poll = this.#deps.settings().poll_interval * 1000
    const wait = this.#waitMs()
    if (wait > 0) return Math.min(wait, poll)
    if (this.#deps.gates.plex.edits.claimLimit === 0) return poll
    if (this.#underWay.size >= concurrentBatches) return poll
    return Math.max(1, Math.min(idleMs, dueAt - this.#deps.clock.now()))
  }
}

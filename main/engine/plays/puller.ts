/** Runs pulls and undos one after another, and keeps why the last pull failed. */

import type { PullReport, UndoReport } from '../../../shared/plays.ts'
import { type Fault, fail, ok, type Result } from '../../../shared/result.ts'
import { Listeners } from '../listeners.ts'
import type { Logger } from '../ports.ts'
import type { PlayUndo } from './play-undo.ts'
import { playLines } from './plays-log.ts'
import { nothingPulled, type Pull, type PullOutcome } from './pull.ts'
import type { PullRequest } from './pull-run.ts'
import type { PlaysRun } from './steps.ts'
import { isAnyWanted, type WantedActivity } from './wanted.ts'

export interface PullerDeps {
  readonly pull: Pull
  readonly undo: PlayUndo
  readonly wanted: () => WantedActivity
  readonly logger: Logger
}

const cancelled = fail('cancelled', 'Stopped')

export class Puller {
  readonly #deps: PullerDeps
  readonly #changes = new Listeners<void>()
  #last: Promise<unknown> = Promise.resolve()
  #pulling = false
  #problem: Fault | null = null

  constructor(deps: PullerDeps) {
    this.#deps = deps
  }

  get pulling(): boolean {
    return this.#pulling
  }

  /** Why the last pull failed; null otherwise. */
  get problem(): Fault | null {
    return this.#problem
  }

  /** Calls `listener` when a pull begins, and when a pull or an undo ends. Returns its end. */
  onChange(listener: () => void): () => void {
    return this.#changes.add(listener)
  }

  /** Waits for what is under way. With everything off nothing is read, but a dry run comes before the consent. */
  pull(request: PullRequest, task: PlaysRun): Promise<Result<PullOutcome>> {
    return this.#inTurn(async () => {
      if (task.signal.aborted) return cancelled
      const wanted = this.#deps.wanted()
      if (!isAnyWanted(wanted) && !request.dryRun) return ok(nothingPulled)
      this.#pulling = true
      this.#changes.send()
      try {
        const pulled = await this.#deps.pull.run(request, wanted, task, (report) => this.#log(report))
        if (!request.dryRun) this.#problem = pulled.ok || pulled.fault.code === 'cancelled' ? null : pulled.fault
        return pulled
      } finally {
        this.#pulling = false
        this.#changes.send()
      }
    })
  }

  /** Takes back what a run wrote, or everything (null). Fault `unknown_name` if there is no such run. */
  undo(runId: number | null, task: PlaysRun): Promise<Result<UndoReport>> {
    return this.#inTurn(async () => {
      if (task.signal.aborted) return cancelled
      const undone = await this.#deps.undo.run(runId, task)
      this.#changes.send()
      return undone
    })
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await this.#last
  }

  #log({ applied, parked, failed, skipped, resume, ratings }: PullReport): void {
    const known = skipped.duplicate + skipped.already_in_stash
    const all = applied + parked + failed + resume.applied + ratings.applied + known
    const pulled = all > 0 ? playLines.pulled : playLines.pulledNothing
    const values = { added: applied, parked, known, failed, resume: resume.applied, ratings: ratings.applied }
    this.#deps.logger.log(...pulled(values))
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work)
    this.#last = turn.then(
      () => {},
      () => {},
    )
    return turn
  }
}

/** Runs pulls and undos one after another, and keeps what the last pull came to. */

import type { PullReport, UndoReport } from '../../../shared/plays.ts'
import { type Fault, fail, ok, type Result } from '../../../shared/result.ts'
import { forgetOldPlays } from './forget.ts'
import type { Play } from './play.ts'
import { previewPlays } from './preview.ts'
import { isThorough, type PullRun, pullPlays, pullViewings, RunOnDemand } from './pull.ts'
import type { PullDeps, PullRequest } from './pull-deps.ts'
import { type PlaysRun, Steps } from './steps.ts'
import { Tally } from './tally.ts'
import { undoEverything } from './undo.ts'
import { isAnyWanted } from './wanted.ts'

export interface PullOutcome {
  readonly report: Omit<PullReport, 'sample'>
  readonly sample: readonly Play[]
}

export interface PullerDeps extends PullDeps {
  readonly onChange: () => void
}

export const nothingPulled: PullOutcome = {
  report: new Tally().report({ runs: [], from_day: null, sample: [] }),
  sample: [],
}

/** Stash before 0.25 keeps no history and takes plays of now only. */
export const tooOld = fail(
  'stash_too_old',
  'This Stash keeps no play history: plays can neither be dated nor taken back. Resume points and ratings work.',
)

const cancelled = fail('cancelled', 'Stopped')

export class Puller {
  readonly #deps: PullerDeps
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

  /** Waits for what is under way. With everything off nothing is read, but a dry run comes before the consent. */
  pull(request: PullRequest, task: PlaysRun): Promise<Result<PullOutcome>> {
    return this.#inTurn(async () => {
      if (task.signal.aborted) return cancelled
      const wanted = this.#deps.wanted()
      if (!isAnyWanted(wanted) && !request.dryRun) return ok(nothingPulled)
      this.#pulling = true
      this.#deps.onChange()
      try {
        const pulled = await this.#pull(request, task)
        if (!request.dryRun) this.#problem = pulled.ok || pulled.fault.code === 'cancelled' ? null : pulled.fault
        return pulled
      } finally {
        this.#pulling = false
        this.#deps.onChange()
      }
    })
  }

  /** Takes back what a run wrote, or everything. Fault `unknown_name` if there is no such run. */
  undo(runId: number | null, task: PlaysRun): Promise<Result<UndoReport>> {
    return this.#inTurn(async () => {
      if (task.signal.aborted) return cancelled
      if (runId !== null && !this.#deps.plays.hasRun(runId))
        return fail('unknown_name', `There is no run ${runId}; plexsync activity list shows those that there are`)
      const undone = await undoEverything(runId, this.#deps, task)
      this.#deps.onChange()
      return undone
    })
  }

  /** Comes when nothing is under way. */
  async settled(): Promise<void> {
    await this.#last
  }

  async #pull(request: PullRequest, { signal, progress }: PlaysRun): Promise<Result<PullOutcome>> {
    const deps = this.#deps
    const wanted = deps.wanted()
    const wantsPlays = wanted.plays || (request.dryRun && !isAnyWanted(wanted))
    const known = await deps.knownServer(signal)
    if (!known.ok) return known
    const server = known.value
    const support = await deps.watching.support(signal)
    if (!support.ok) return support
    if (deps.library.sections.length === 0) {
      const ready = await deps.library.ready(signal)
      if (!ready.ok) return ready
    }
    const run: PullRun = {
      deps,
      request,
      wanted,
      server,
      sectionIds: deps.library.sections.flatMap(({ id, skipped }) => (skipped === null ? [id] : [])),
      tally: new Tally(),
      runs: new RunOnDemand(() => deps.plays.beginRun()),
      signal,
      steps: new Steps(progress),
      thorough: isThorough(deps, server, request.manual),
    }
    let fromDay: PullReport['from_day'] = null
    let sample: readonly Play[] = []
    if (wantsPlays && support.value.plays) {
      if (request.dryRun) {
        const preview = await previewPlays(run)
        if (!preview.ok) return preview
        fromDay = preview.value.fromDay
        sample = preview.value.sample
      } else {
        if (run.thorough) await deps.links.upkeep(server, deps.itemExists, signal)
        const pulled = await pullPlays(run)
        if (!pulled.ok) return this.#keep(run, pulled)
      }
    }
    const viewed = await pullViewings(run)
    if (!viewed.ok) return this.#keep(run, viewed)
    if (run.thorough && !request.dryRun) await forgetOldPlays(server, deps, signal)
    const report = run.tally.report({ runs: run.runs.ids, from_day: fromDay, sample: [] })
    if (!request.dryRun) this.#record(run, report, 'complete')
    // Last, because resume points and ratings need no history.
    return wantsPlays && !support.value.plays ? tooOld : ok({ report, sample })
  }

  /** A pull that a fault ended has written all the same. */
  #keep(run: PullRun, fault: Result<never>): Result<never> {
    if (!run.request.dryRun && run.runs.ids.length > 0)
      this.#record(run, run.tally.report({ runs: run.runs.ids, from_day: null, sample: [] }), 'cut_off')
    return fault
  }

  #record({ server, thorough }: PullRun, report: PullReport, end: 'complete' | 'cut_off'): void {
    const { progress, clock, logger } = this.#deps
    const now = clock.now()
    const before = progress.get(server)
    const deepAt = thorough && end === 'complete' ? now : before.deepAt
    progress.put(server, { ...before, pulledAt: now, deepAt, report })
    const { applied, parked, failed, skipped, resume, ratings } = report
    const all = applied + parked + failed + resume.applied + ratings.applied
    logger.log(
      all + skipped.duplicate + skipped.already_in_stash > 0 ? 'info' : 'debug',
      'Plays',
      `Pulled: ${applied} plays added, ${parked} parked, ${skipped.duplicate + skipped.already_in_stash} skipped as known, ${failed} failed; ${resume.applied} resume points, ${ratings.applied} ratings`,
    )
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

/**
 * One pull: what was about to happen is settled first, then new rows of the history are stored, then open plays are
 * resolved, told apart and added, then resume points and ratings follow. A dry run goes the same way and stores nothing.
 */

import { decline } from '../../../shared/decline.ts'
import type { PullReport } from '../../../shared/plays.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { OldPlays } from './old-plays.ts'
import type { PlayServers } from './play-servers.ts'
import type { PlayPreview } from './preview.ts'
import type { PlayPull } from './pull-plays.ts'
import type { PullProgress } from './pull-progress.ts'
import type { PullRequest, PullRun } from './pull-run.ts'
import type { ViewingPull } from './pull-viewings.ts'
import type { RunNumber } from './run-number.ts'
import { type PlaysRun, Steps } from './steps.ts'
import type { Play } from './store/play.ts'
import { Tally } from './tally.ts'
import { isAnyWanted, type WantedActivity } from './wanted.ts'

export interface PullDeps {
  readonly servers: PlayServers
  readonly plays: PlayPull
  readonly viewings: ViewingPull
  readonly preview: PlayPreview
  readonly progress: PullProgress
  readonly old: OldPlays
  /** Begins the number of a run. */
  readonly newRun: () => RunNumber
}

export interface PullOutcome {
  readonly report: PullReport
  readonly sample: readonly Play[]
}

export const nothingPulled: PullOutcome = {
  report: new Tally().report({ runs: [], from_day: null, sample: [] }),
  sample: [],
}

/** Stash before 0.25 keeps no history and takes plays of now only. */
const tooOld = decline('stash_too_old', { code: 'no_play_history', values: {} })

export class Pull {
  readonly #deps: PullDeps

  constructor(deps: PullDeps) {
    this.#deps = deps
  }

  /** `onEnd` gets the report of a pull that is no dry run: also of one that a fault has cut off, if it has written. */
  async run(
    request: PullRequest,
    wanted: WantedActivity,
    { signal, progress }: PlaysRun,
    onEnd: (report: PullReport) => void,
  ): Promise<Result<PullOutcome>> {
    const { dryRun } = request
    const ready = await this.#deps.servers.ready(signal)
    if (!ready.ok) return ready
    const { server, sectionIds, takesPlays } = ready.value
    const run: PullRun = {
      server,
      sectionIds,
      thorough: this.#deps.progress.isThorough(server, request.manual),
      tally: new Tally(),
      number: this.#deps.newRun(),
      steps: new Steps(progress),
      signal,
    }
    const wantsPlays = wanted.plays || (dryRun && !isAnyWanted(wanted))
    const pulled = await this.#pull(run, wantsPlays && takesPlays, wanted, dryRun)
    if (!pulled.ok) {
      // A pull that a fault ended has written all the same.
      if (!dryRun && run.number.ids.length > 0) onEnd(this.#end(run, false))
      return pulled
    }
    const { fromDay, sample } = pulled.value
    if (!dryRun && run.thorough) await this.#deps.old.forget(server, signal)
    const report = dryRun ? reportOf(run, fromDay) : this.#end(run, true)
    if (!dryRun) onEnd(report)
    // Last, because resume points and ratings need no history.
    return wantsPlays && !takesPlays ? tooOld : ok({ report, sample })
  }

  async #pull(
    run: PullRun,
    wantsPlays: boolean,
    wanted: WantedActivity,
    dryRun: boolean,
  ): Promise<Result<{ readonly fromDay: PullReport['from_day']; readonly sample: readonly Play[] }>> {
    const { plays, viewings, preview } = this.#deps
    let shown: { readonly fromDay: PullReport['from_day']; readonly sample: readonly Play[] } = {
      fromDay: null,
      sample: [],
    }
    if (wantsPlays && dryRun) {
      const previewed = await preview.preview(run, wanted.handMarks)
      if (!previewed.ok) return previewed
      shown = previewed.value
    } else if (wantsPlays) {
      const pulled = await plays.pull(run, wanted.handMarks)
      if (!pulled.ok) return pulled
    }
    const viewed = await viewings.pull(run, wanted, dryRun)
    return viewed.ok ? ok(shown) : viewed
  }

  #end(run: PullRun, isComplete: boolean): PullReport {
    const report = reportOf(run, null)
    this.#deps.progress.noteEnd(run.server, report, run.thorough && isComplete)
    return report
  }
}

function reportOf({ tally, number }: PullRun, fromDay: PullReport['from_day']): PullReport {
  return tally.report({ runs: number.ids, from_day: fromDay, sample: [] })
}

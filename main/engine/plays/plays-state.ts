/** The state of what comes back from Plex, for the window and the command line. */
import { reportedFault } from '../../../shared/fault-schema.ts'
import { moment } from '../../../shared/moment.ts'
import type { PlayNotice, PlaysStatus } from '../../../shared/plays.ts'
import type { Accounts } from './history/accounts.ts'
import type { PlayRows } from './play-rows.ts'
import type { PlayServers } from './play-servers.ts'
import type { PullProgress } from './pull-progress.ts'
import type { Puller } from './puller.ts'
import type { PlaySchedule } from './schedule.ts'
import { isAnyWanted, type WantedActivity } from './wanted.ts'

export interface PlaysStateDeps {
  readonly servers: PlayServers
  readonly accounts: Accounts
  readonly progress: PullProgress
  readonly puller: Puller
  readonly schedule: PlaySchedule
  readonly rows: PlayRows
  readonly wanted: () => WantedActivity
}

export class PlaysState {
  readonly #deps: PlaysStateDeps

  constructor(deps: PlaysStateDeps) {
    this.#deps = deps
  }

  status(): PlaysStatus {
    const { servers, progress, puller, schedule, rows, wanted } = this.#deps
    const { problem } = puller
    const { pulledAt, report } = progress.get(servers.last)
    return {
      on: isAnyWanted(wanted()),
      pulling: puller.pulling,
      pulled_at: moment(pulledAt),
      next_at: moment(schedule.nextAt),
      last: report,
      problem: problem === null ? null : reportedFault(problem),
      notices: this.#notices(),
      counts: rows.counts(),
      runs: rows.runs(),
    }
  }

  #notices(): PlaysStatus['notices'] {
    const { servers, accounts, puller, wanted } = this.#deps
    const found: { code: PlayNotice; values: Record<string, string> }[] = []
    if (wanted().ratingsBothWays) found.push({ code: 'ratings_both_ways', values: {} })
    const pending = accounts.pending(servers.last)
    const isUnknown = puller.problem?.code === 'invalid_input'
    if (pending.length > 0)
      found.push({ code: isUnknown ? 'accounts_unknown' : 'accounts_pending', values: { names: pending.join(', ') } })
    if (puller.problem?.code === 'stash_too_old') found.push({ code: 'stash_too_old', values: {} })
    return found
  }
}

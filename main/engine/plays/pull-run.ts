/** One pull that is under way: what it reads, and what has come of it so far. */
import type { RunNumber } from './run-number.ts'
import type { Steps } from './steps.ts'
import type { Tally } from './tally.ts'

export interface PullRequest {
  readonly dryRun: boolean
  /** Asked for by the user: everything that waits is tried again. */
  readonly manual: boolean
}

export interface PullRun {
  /** machineIdentifier of the Plex server. */
  readonly server: string
  /** Libraries that PlexSync writes to. */
  readonly sectionIds: readonly string[]
  /** Once a day, and on request: what arrived late, and what waited in vain. */
  readonly thorough: boolean
  readonly tally: Tally
  readonly number: RunNumber
  readonly steps: Steps
  readonly signal: AbortSignal
}

/** The simulated Stash as its resolvers see it: what it holds, how it is set, and what they ask of it. */
import type { StashActions } from './stash-actions.ts'
import type { StashGateSettings } from './stash-gate.ts'
import type { StashJobs } from './stash-jobs.ts'
import type { StashLibrary } from './stash-library.ts'
import type { StashPlugins } from './stash-plugins.ts'

/** The settings that a test may change while the server runs. */
export interface StashSettings extends StashGateSettings {
  os: string
  status: 'SETUP' | 'NEEDS_MIGRATION' | 'OK'
  databaseError: string | null
  stashes: string[]
  prefix: string
  scanMs: number
  activityHooks: boolean
  historyZone: 'utc' | 'local'
}

export interface StashState {
  readonly library: StashLibrary
  readonly actions: StashActions
  readonly jobs: StashJobs
  readonly plugins: StashPlugins
  readonly settings: StashSettings
  /** Resolves when all hooks that fired so far are delivered (or refused). */
  hooksDelivered(): Promise<void>
}

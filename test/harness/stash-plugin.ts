/** A plugin of the simulated Stash, and what it finds of the server that it runs in. */
import type { StashGateSettings } from './stash-gate.ts'
import type { StashJobs } from './stash-jobs.ts'
import type { PluginManifest } from './stash-manifest.ts'

export interface StashPlugin extends PluginManifest {
  id: string
  folder: string
}

export interface StashPluginHost {
  readonly port: number
  /** Of the gate: the session that a plugin is lent, and the version that decides how scripts run. */
  readonly settings: StashGateSettings
  /** Where plugins log. */
  readonly jobs: StashJobs
  /** Runs a query as the plugins' `gql.Do` does: inside, without authentication. */
  query(text: string, variables?: Record<string, unknown>): Promise<unknown>
}

/** Everything the contract's handlers reach: the wired services of one engine. */
import type { HealthCheck } from '../../shared/contract.ts'
import type { EngineEvents } from './api/events.ts'
import type { CollectionMarks } from './collections/collection-marks.ts'
import type { Database } from './database/open.ts'
import type { HeardState } from './hearing/heard-state.ts'
import type { LogRing } from './log/log-ring.ts'
import type { Library } from './match/library.ts'
import type { Matcher } from './match/matcher.ts'
import type { PartIndex } from './match/part-index.ts'
import type { Picks } from './match/picks.ts'
import type { Pictures } from './pictures/pictures.ts'
import type { PlexClient } from './plex/client.ts'
import type { Ports } from './ports.ts'
import type { PosterRenderer } from './posters/poster-renderer.ts'
import type { Activity } from './queue/activity.ts'
import type { DeadLetters } from './queue/dead-letters.ts'
import type { History } from './queue/history.ts'
import type { JobStore } from './queue/job-store.ts'
import type { Outages } from './servers/outages.ts'
import type { ServerFacts } from './servers/server-facts.ts'
import type { ServerGate } from './servers/server-gate.ts'
import type { ServerIdentities } from './servers/server-identity.ts'
import type { Consent } from './settings/consent.ts'
import type { SettingsStore } from './settings/settings-store.ts'
import type { StashClient } from './stash/client.ts'
import type { PackageShelf } from './stash/companion/package-shelf.ts'
import type { DesiredValues } from './sync/desired-values.ts'
import type { ItemsInSync } from './sync/items-in-sync.ts'
import type { Ledger } from './sync/ledger.ts'
import type { Planner } from './sync/planner.ts'
import type { RequestLimit } from './sync/request-limit.ts'
import type { RulesHistory } from './sync/rules-history.ts'
import type { SceneStates } from './sync/scene-state.ts'
import type { SyncItems } from './sync/sync-items.ts'
import type { UndoDeps } from './sync/undo.ts'
import type { UnknownLocks } from './sync/unknown-locks.ts'
import type { Worker } from './sync/worker.ts'

export interface EngineOptions {
  /** Folder of database, log and (headless) secrets. */
  readonly dataFolder: string
  readonly version: string
  readonly host: 'headless' | 'desktop'
  /** Settings given on the command line, for this run only. */
  readonly arguments: Readonly<Record<string, string>>
  readonly environment: Readonly<Record<string, string | undefined>>
  /** An honest sentence where secrets cannot be encrypted; null otherwise. */
  readonly secretsWarning: string | null
  /** Where a damaged database goes: left in place and reported, or kept aside so that the next start begins again. */
  readonly onDamage: 'leave' | 'keep_aside'
}

export interface Services {
  readonly options: EngineOptions
  readonly ports: Ports
  readonly db: Database
  readonly settings: SettingsStore
  readonly consent: Consent
  readonly store: JobStore
  readonly activity: Activity
  readonly deadLetters: DeadLetters
  readonly states: SceneStates
  readonly items: SyncItems
  readonly index: PartIndex
  readonly picks: Picks
  readonly matcher: Matcher
  readonly library: Library
  readonly clientIdentifier: string
  readonly planner: Planner
  readonly desired: DesiredValues
  readonly collections: CollectionMarks
  readonly rules: RulesHistory
  readonly inSync: ItemsInSync
  readonly unknownLocks: UnknownLocks
  readonly posters: PosterRenderer
  readonly undo: UndoDeps
  readonly stash: StashClient
  readonly plex: PlexClient
  readonly gates: { readonly plex: ServerGate; readonly stash: ServerGate }
  readonly identities: ServerIdentities
  readonly facts: ServerFacts
  readonly requestLimit: RequestLimit
  readonly heard: HeardState
  readonly outages: Outages
  readonly worker: Worker
  /** Since when tokens and keys wait for their store to be unlocked, epoch ms; null while they can be read. */
  readonly lockedSince: () => number | null
  /** What the last run of the health checks found; empty before the first. */
  readonly lastChecks: () => readonly HealthCheck[]
  readonly noteChecks: (checks: readonly HealthCheck[]) => void
  readonly events: EngineEvents
  readonly ring: LogRing
  /** Writes the log lines that wait, before the files are read. */
  readonly flushLog: () => void
  readonly history: History
  readonly ledger: Ledger
  readonly pictures: Pictures
  /** The plugin packages that the hook listener serves below /stash-plugin/. */
  readonly shelf: PackageShelf
  /** Where the hook listener is reached; null while it does not listen. */
  readonly webhookUrl: () => string | null
  readonly lastEventAt: () => number | null
  readonly lastPingAt: () => number | null
}

/**
 * The wired services of one engine: what owns tables, what speaks to the servers, what plans and writes, and the rest. No
 * handler and no check takes all of them: each names those that it uses.
 */
import type { EngineEvents } from './api/events.ts'
import type { CollectionMarks } from './collections/collection-marks.ts'
import type { Servers } from './connect-servers.ts'
import type { EngineOptions } from './engine-options.ts'
import type { HookReceiver } from './intake/hook-receiver.ts'
import type { LogRing } from './log/log-ring.ts'
import type { Pictures } from './pictures/pictures.ts'
import type { Pipeline } from './pipeline.ts'
import type { Clock, Ports } from './ports.ts'
import type { PackageShelf } from './stash/companion/package-shelf.ts'
import type { Stores } from './stores.ts'

export interface Services
  extends Stores,
    Pick<Servers, 'plex' | 'stash' | 'gates' | 'identities' | 'library' | 'facts'>,
    Pick<Pipeline, 'matcher' | 'planner' | 'desired' | 'ledger' | 'posters' | 'undo' | 'worker'> {
  readonly options: EngineOptions
  readonly ports: Ports
  readonly clock: Clock
  readonly collections: CollectionMarks
  readonly events: EngineEvents
  readonly hooks: HookReceiver
  readonly pictures: Pictures
  /** The plugin packages that the hook listener serves below /stash-plugin/. */
  readonly shelf: PackageShelf
  /** Reads lines of the log, also those that wait to be written. */
  readonly readLog: LogRing['read']
  /** Since when tokens and keys wait for their store to be unlocked, epoch ms; null while they can be read. */
  readonly lockedSince: () => number | null
  /** Wakes the worker and publishes the new status. */
  readonly workChanged: () => void
}

/** The simulated Plex server as its routes see it: what it holds, how it is set, and what they ask of it. */
import type { EditOptions } from './plex-edit.ts'
import type { PlexEvents } from './plex-events.ts'
import type { Access, GateSettings } from './plex-gate.ts'
import type { PlexLibrary } from './plex-library.ts'
import type { ListingOptions } from './plex-listing.ts'
import type { PlexPlayback } from './plex-playback.ts'
import type { PlexScans } from './plex-scans.ts'
import type { RequestRecord } from './request-log.ts'
import type { Exchange, Reply } from './simulated-server.ts'

/** The settings that a test may change while the server runs. */
export interface PlexSettings extends EditOptions, GateSettings, ListingOptions {
  friendlyName: string
  machineIdentifier: string
  version: string
  /** Under which name a reading shows the lock of the cast; not settled: both names were seen. */
  castLock: 'actor' | 'role'
  /** False: editing through the section answers 404, as Maintainerr#2395 saw it for collections, and the item's own route works. */
  sectionEdits: boolean
  uploadLocks: boolean
  keysOfGoneItems: boolean
}

export interface PlexState {
  readonly library: PlexLibrary
  readonly scans: PlexScans
  readonly settings: PlexSettings
  readonly events: PlexEvents
  readonly playback: PlexPlayback
  readonly port: number
  /** Items that were read without `skipRefresh=1`: the server first re-reads each of their files (API 1.2.2). */
  localRefreshes: number
  /** Whose token a request that was let in carries. */
  accessOf(request: RequestRecord): Access
  /** Carries out an edit on the given items; shared by both edit addresses. Null if nothing was wrong with it. */
  edit(exchange: Exchange, items: readonly { ratingKey: number }[]): Reply | null
}

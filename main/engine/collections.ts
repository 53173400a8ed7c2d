/** The room of collections: wires its parts for the engine. */

import type { Settings } from '../../shared/settings.ts'
import { ArtSchedule } from './collections/art-schedule.ts'
import { writeCollectionArt } from './collections/collection-art.ts'
import type { CollectionStore } from './collections/collection-store.ts'
import { collectionLines } from './collections/collections-log.ts'
import type { Servers } from './connect-servers.ts'
import { indexOwnerOf } from './match/index-owner.ts'
import type { Ports } from './ports.ts'
import type { PosterRenderer } from './posters/poster-renderer.ts'
import { areOpen } from './servers/open-gates.ts'
import { isConfigured } from './settings/configured.ts'
import type { Stores } from './stores.ts'

export interface CollectionsDeps {
  readonly stores: Stores
  readonly servers: Servers
  readonly store: CollectionStore
  readonly posters: Pick<PosterRenderer, 'render'>
  readonly pace: () => Promise<void>
}

export interface Collections {
  /** Scenes were written, or the servers are back. */
  soon(): void
  /** A hook reported a studio, group, performer or tag. */
  hookTaken(type: string, id: string): void
  start(lifetime: AbortSignal): void
  /** Resolves when what is under way has ended. */
  ended(): Promise<void>
  close(): void
}

/** Settings whose change concerns every collection. */
const concerned: readonly (keyof Settings)[] = [
  'collection_art',
  'sync_collection',
  'sync_master',
  'enabled',
  'collections',
  'poster_style',
  'poster_anchor',
]

export function wireCollections(
  { stores, servers, store, posters, pace }: CollectionsDeps,
  { clock, logger }: Pick<Ports, 'clock' | 'logger'>,
  isPaused: () => boolean,
): Collections {
  // ---- build ----
  const { db, settings: settingsStore, consent } = stores
  const { plex, stash, gates, library, identities, settingsFor } = servers
  const server = indexOwnerOf(db)
  const libraries = {
    get sections() {
      return library.sections
    },
    uuidOf: (sectionId: string) => library.uuidOf(sectionId),
    server,
    settingsFor,
  }
  const deps = { store, plex, stash, posters, libraries, pace, logger }
  const schedule = new ArtSchedule({
    clock,
    mayWrite: () =>
      isConfigured(settingsStore) && settingsStore.settings().enabled && consent.given && !isPaused() && areOpen(gates),
    hasDue: () => store.hasDue(),
    isEmpty: () => store.isEmpty(),
    async write(whole, signal) {
      const known = await identities.ensurePlex(signal)
      const written = known.ok ? await writeCollectionArt(deps, { whole }, signal) : known
      if (!written.ok && written.fault.code !== 'cancelled')
        logger.log(...collectionLines.artWaits({ problem: written.fault.message }))
      return written.ok
    },
  })

  // ---- who listens to whom ----
  const ends = [
    settingsStore.onChange((names) => {
      if (!names.some((name) => concerned.includes(name))) return
      store.inTransaction(() => {
        if (names.includes('collections')) store.linesChanged()
        store.allDue()
      })
      schedule.soon()
    }),
  ]

  // ---- start and stop ----
  return {
    soon: () => schedule.soon(),
    hookTaken(type, id) {
      const kind = /^(Studio|Group|Movie|Performer|Tag)\.Update\.Post$/.exec(type)?.[1]?.toLowerCase()
      if (kind !== undefined && store.originChanged(kind === 'movie' ? 'group' : kind, id)) schedule.soon()
    },
    start: (lifetime) => schedule.start(lifetime),
    ended: () => schedule.ended(),
    close() {
      for (const end of ends) end()
    },
  }
}

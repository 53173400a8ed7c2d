/** The way from a claimed job to Plex: wires matching, planning and writing, and the worker that drives them. */
import pLimit, { type LimitFunction } from 'p-limit'
import type { Settings } from '../../shared/settings.ts'
import { CollectionMarks } from './collections/collection-marks.ts'
import { CollectionStore } from './collections/collection-store.ts'
import type { Servers } from './connect-servers.ts'
import { type FanOutDeps, fanOut } from './hearing/fan-out.ts'
import { indexOwnerOf } from './match/index-owner.ts'
import { Matcher } from './match/matcher.ts'
import { PlexWatch } from './match/plex-watch.ts'
import { pause } from './pause.ts'
import type { Pictures } from './pictures/pictures.ts'
import { type Ports, systemClock } from './ports.ts'
import { PosterRenderer } from './posters/poster-renderer.ts'
import { forkPosterWorker } from './posters/worker-process.ts'
import { isConfigured } from './settings/configured.ts'
import type { Stores } from './stores.ts'
import { Aims } from './sync/aims.ts'
import { type BatchDeps, runBatch, settleAll } from './sync/batch.ts'
import { DesiredValues } from './sync/desired-values.ts'
import { EditWriter } from './sync/edit-writer.ts'
import { EmptiedScenes } from './sync/emptied-scenes.ts'
import { FolderScans } from './sync/folder-scans.ts'
import { FormerImageReader } from './sync/former-images.ts'
import { Ledger } from './sync/ledger.ts'
import { Maintenance } from './sync/maintenance.ts'
import { Ownership } from './sync/ownership.ts'
import { Planner } from './sync/planner.ts'
import { PlexNews } from './sync/plex-news.ts'
import { SyncLog } from './sync/sync-log.ts'
import type { UndoDeps } from './sync/undo.ts'
import { Worker } from './sync/worker.ts'

export interface Pipeline {
  readonly matcher: Matcher
  readonly ownership: Ownership
  readonly desired: DesiredValues
  readonly aims: Aims
  readonly planner: Planner
  readonly ledger: Ledger
  readonly posters: PosterRenderer
  readonly batch: BatchDeps
  readonly collections: { readonly store: CollectionStore; readonly marks: CollectionMarks }
  /** How many items are written at the same time. */
  readonly limit: LimitFunction
  readonly undo: UndoDeps
  readonly worker: Worker
  readonly maintenance: Maintenance
  readonly plexNews: PlexNews
  readonly plexWatch: PlexWatch
}

export function wirePipeline(stores: Stores, servers: Servers, pictures: Pictures, ports: Ports): Pipeline {
  const { clock, logger, random } = ports
  const { db, settings: store, jobs, deadLetters, states, items, inSync, index, picks, requestLimit, rules } = stores
  const { plex, stash, gates, identities, library } = servers
  const settings = (): Settings => store.settings()
  const mayWork = (): boolean => isConfigured(store) && settings().enabled
  const pace = () => pause(gates.plex.paceMs(), ports.clock)

  const matcher = new Matcher({ index, picks, library, settings })
  const ownership = new Ownership({ items, matcher, stash })
  const desired = new DesiredValues(servers.settingsFor, requestLimit)
  const aims = new Aims({ desired, rules, ownership })
  const planner = new Planner({ plex, matcher, aims, ownership })
  const ledger = new Ledger({
    db,
    queue: { jobs, history: stores.history },
    states,
    items,
    inSync,
    locks: stores.unknownLocks,
    clock,
  })
  const posters = new PosterRenderer({ start: ports.startPosterWorker ?? forkPosterWorker, clock: systemClock })
  const collectionStore = new CollectionStore(db)
  const marks = new CollectionMarks({
    store: collectionStore,
    plex,
    server: indexOwnerOf(db),
    uuidOf: (sectionId) => library.uuidOf(sectionId),
  })
  const limit = pLimit(settings().concurrency)
  const former = new FormerImageReader({
    plex,
    poster: (address, signal) => pictures.posterAt(address, signal),
    keep: (bytes) => pictures.keep(bytes),
  })
  const log = new SyncLog(logger, settings)
  const writer = new EditWriter({ plex, limit: requestLimit, gate: gates.plex.edits, log })
  const isRefused = (sceneId: string): boolean => deadLetters.codeOf('scene', sceneId) === 'value_refused'
  const batch: BatchDeps = {
    servers,
    planner,
    ledger,
    emptied: new EmptiedScenes(db, clock),
    apply: { plex, writer, stash, posters, former, pace, log },
    collections: marks,
    scans: new FolderScans({ plex, settings, clock, logger }),
    options: { limit, context: () => ({ settings: settings(), random, now: clock.now(), isRefused }) },
  }
  const fanOutDeps: FanOutDeps = {
    store: jobs,
    stash,
    probeState: stores.probeState,
    carriersOf: (kind, id) => states.carriersOf(kind, id),
    logger,
    settleFault: async (job, fault) => {
      await settleAll([job], fault, batch)
    },
    settle: (settlement) => ledger.settle([settlement]),
  }
  const worker = new Worker({
    store: jobs,
    gates,
    settings,
    mayWork,
    scope: () => (stores.consent.given ? 'all' : 'explicit'),
    run: {
      scenes: async (claimed, signal) => {
        await runBatch(claimed, batch, signal)
      },
      fanOut: (job, signal) => fanOut(job, fanOutDeps, signal),
    },
    ports,
  })
  const maintenance = new Maintenance({
    verify: { plex, ownership, items, inSync, onReadBack: (differing) => servers.facts.readBack(differing) },
    queue: { store: jobs, deadLetters },
    plexGate: gates.plex,
    settings,
    dropPictures: (before) => pictures.dropKept(before),
    ports,
  })
  return {
    matcher,
    ownership,
    desired,
    aims,
    planner,
    ledger,
    posters,
    batch,
    collections: { store: collectionStore, marks },
    limit,
    undo: { identities, plex, writer, ownership, items, clock, turn: { gate: gates.plex, pace } },
    worker,
    maintenance,
    plexNews: new PlexNews({ items, states, jobs, deadLetters, matcher, logger }),
    plexWatch: new PlexWatch({
      library,
      mayLook: () => mayWork() && index.count() > 0 && gates.plex.waitMs() === 0,
      clock,
      logger,
    }),
  }
}

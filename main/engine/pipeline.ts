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
import type { Pictures } from './pictures/pictures.ts'
import { type Ports, systemClock } from './ports.ts'
import { PosterRenderer } from './posters/poster-renderer.ts'
import { forkPosterWorker } from './posters/worker-process.ts'
import { isConfigured } from './settings/configured.ts'
import type { Stores } from './stores.ts'
import { Aims } from './sync/aims.ts'
import { SceneWriter } from './sync/apply.ts'
import { Batches } from './sync/batch.ts'
import { BatchPlanner } from './sync/batch-planner.ts'
import { DesiredValues } from './sync/desired-values.ts'
import { EditWriter } from './sync/edit-writer.ts'
import { EmptiedScenes } from './sync/emptied-scenes.ts'
import { FolderScans } from './sync/folder-scans.ts'
import { FormerImageReader } from './sync/former-images.ts'
import { HistoryTrim } from './sync/history-trim.ts'
import { ImagePlanner } from './sync/image-plan.ts'
import { ImageWriter } from './sync/image-writer.ts'
import { Ledger } from './sync/ledger.ts'
import { Maintenance } from './sync/maintenance.ts'
import { Ownership } from './sync/ownership.ts'
import { Planner } from './sync/planner.ts'
import { PlexNews } from './sync/plex-news.ts'
import { type JobKindsDeps, runClaimed } from './sync/run-claimed.ts'
import { JobRunner } from './sync/run-job.ts'
import { SyncLog } from './sync/sync-log.ts'
import { Undo } from './sync/undo.ts'
import { Verification } from './sync/verify.ts'
import { Worker } from './sync/worker.ts'
import { WriteTurn } from './sync/write-turn.ts'
import { WrittenItems } from './sync/written-items.ts'

export interface Pipeline {
  readonly matcher: Matcher
  readonly ownership: Ownership
  readonly desired: DesiredValues
  readonly aims: Aims
  readonly planner: Planner
  readonly ledger: Ledger
  readonly posters: PosterRenderer
  readonly batches: Batches
  readonly images: ImagePlanner
  readonly written: WrittenItems
  readonly turn: WriteTurn
  readonly collections: { readonly store: CollectionStore; readonly marks: CollectionMarks }
  /** How many items are written at the same time. */
  readonly limit: LimitFunction
  readonly undo: Undo
  readonly worker: Worker
  readonly maintenance: Maintenance
  readonly plexNews: PlexNews
  readonly plexWatch: PlexWatch
  start(lifetime: AbortSignal): void
  /** Resolves when what is under way has ended, the worker excepted: that is drained. */
  ended(): Promise<void>
  close(): void
}

export function wirePipeline(stores: Stores, servers: Servers, pictures: Pictures, ports: Ports): Pipeline {
  // ---- build ----
  const { clock, logger, random } = ports
  const { db, settings: store, jobs, deadLetters, states, items, inSync, index, picks, requestLimit, rules } = stores
  const { plex, stash, gates, identities, library } = servers
  const settings = (): Settings => store.settings()
  const mayWork = (): boolean => isConfigured(store) && settings().enabled
  const turn = new WriteTurn(gates.plex, clock)
  const pace = () => turn.pace()

  const matcher = new Matcher({ index, picks, library, settings })
  const ownership = new Ownership({ items, matcher, stash })
  const desired = new DesiredValues(servers.settingsFor, requestLimit)
  const aims = new Aims({ desired, rules, ownership })
  const planner = new Planner({ plex, matcher, aims, ownership })
  const ledger = new Ledger({
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
  const edits = new EditWriter({ plex, limit: requestLimit, gate: gates.plex.edits, log })
  const isRefused = (sceneId: string): boolean => deadLetters.codeOf('scene', sceneId) === 'value_refused'
  const context = () => ({ settings: settings(), random, now: clock.now(), isRefused })
  const images = new ImagePlanner({ plex, stash, posters })
  const uploads = new ImageWriter({ plex, former, log })
  const runner = new JobRunner({
    servers,
    writer: new SceneWriter({ edits, images, uploads, pace, log }),
    scans: new FolderScans({ plex, settings, clock, logger }),
    log,
    context,
  })
  const batches = new Batches({
    servers,
    planner: new BatchPlanner({ planner, emptied: new EmptiedScenes(db, clock), collections: marks }),
    ledger,
    runner,
    log,
    limit,
    context,
  })
  const fanOutDeps: FanOutDeps = {
    store: jobs,
    stash,
    probeState: stores.probeState,
    carriersOf: (kind, id) => states.carriersOf(kind, id),
    logger,
    settleFault: async (job, fault) => {
      await batches.settleAll([job], fault)
    },
    settle: (settlement) => ledger.settle([settlement]),
  }
  const kinds: JobKindsDeps = {
    scenes: (claimed, signal) => batches.run(claimed, signal),
    fanOut: (job, signal) => fanOut(job, fanOutDeps, signal),
  }
  const worker = new Worker({
    store: jobs,
    gates,
    settings,
    scope: () => (!mayWork() ? 'none' : stores.consent.given ? 'all' : 'explicit'),
    run: (claimed, signal) => runClaimed(claimed, kinds, signal),
    clock,
    logger,
  })
  const maintenance = new Maintenance({
    verification: new Verification({ plex, ownership, items, inSync, facts: servers.facts, clock, logger }),
    trim: new HistoryTrim({
      store: jobs,
      deadLetters,
      settings,
      dropPictures: (before) => pictures.dropKept(before),
      clock,
      logger,
    }),
    store: jobs,
    plexGate: gates.plex,
    clock,
    logger,
  })
  const plexNews = new PlexNews({ items, states, jobs, deadLetters, matcher, logger })
  const plexWatch = new PlexWatch({
    library,
    mayLook: () => mayWork() && index.count() > 0 && gates.plex.waitMs() === 0,
    clock,
    logger,
  })

  // ---- who listens to whom ----
  const ends = [
    store.onChangeOf(['concurrency'], () => {
      limit.concurrency = settings().concurrency
    }),
    index.onNews((news) => plexNews.apply(news)),
    maintenance.onEnqueued(() => worker.wake()),
    gates.plex.onChange((what) => {
      if (what === 'released') deadLetters.retry({ select: 'like', code: 'edit_failed' })
    }),
  ]

  // ---- start and stop ----
  return {
    matcher,
    ownership,
    desired,
    aims,
    planner,
    ledger,
    posters,
    batches,
    images,
    written: new WrittenItems({ desired, inSync, rules }),
    turn,
    collections: { store: collectionStore, marks },
    limit,
    undo: new Undo({ identities, plex, writer: edits, ownership, items, turn, clock }),
    worker,
    maintenance,
    plexNews,
    plexWatch,
    start(lifetime) {
      worker.start(lifetime)
      maintenance.start(lifetime)
      plexWatch.start(lifetime)
    },
    ended: () => plexWatch.ended(),
    close() {
      for (const end of ends) end()
      posters.close()
    },
  }
}

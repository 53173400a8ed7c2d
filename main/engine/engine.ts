/**
 * The engine: wires the services, with what `stores.ts`, `servers.ts` and `catch-up.ts` bring together. Hosts (headless, desktop)
 * bring the ports and get the contract's calls and events, `start` and `stop`.
 *
 * Past 300 lines because the worker, the hooks and the handlers meet here; it holds no logic but the order of things.
 */
import { join } from 'node:path'
import pLimit from 'p-limit'
import { calls, type Handlers, type HealthCheck, type Invoke, type Subscribe } from '../../shared/contract.ts'
import { serverNames } from '../../shared/domain.ts'
import type { PictureName } from '../../shared/pictures.ts'
import { fail, ok, type Result } from '../../shared/result.ts'
import type { SettingName, Settings } from '../../shared/settings.ts'
import { activityHandlers } from './api/activity.ts'
import { deadLetterHandlers } from './api/dead-letters.ts'
import { EngineEvents } from './api/events.ts'
import { insightHandlers } from './api/insight.ts'
import { matchingHandlers } from './api/matching.ts'
import { oneSceneHandlers } from './api/one-scene.ts'
import { pathHandlers } from './api/paths.ts'
import { pluginHandlers } from './api/plugin.ts'
import { reconcileHandlers } from './api/reconcile.ts'
import { settingsHandlers } from './api/settings.ts'
import { setupHandlers } from './api/setup.ts'
import { meetServers, readStatus, statusHandlers } from './api/status.ts'
import { enqueueByReading, syncHandlers } from './api/sync.ts'
import { taskHandlers } from './api/tasks.ts'
import { writtenHandlers, writtenWork } from './api/written.ts'
import { wireCatchUp } from './catch-up.ts'
import { connectServers } from './connect-servers.ts'
import { restoreDatabase } from './database/backup.ts'
import { type FanOutDeps, fanOut } from './hearing/fan-out.ts'
import { HookReceiver } from './intake/hook-receiver.ts'
import { WebhookIds } from './intake/webhook-ids.ts'
import { LogRing } from './log/log-ring.ts'
import { configureBySettings } from './log/log-settings.ts'
import type { AppLog } from './log/logger.ts'
import { Matcher } from './match/matcher.ts'
import { PlexWatch } from './match/plex-watch.ts'
import { Notices } from './notices.ts'
import { openPictures } from './pictures/open-pictures.ts'
import type { Picture } from './pictures/picture.ts'
import { createPlays } from './plays/plays.ts'
import { type Ports, systemClock } from './ports.ts'
import { PosterRenderer } from './posters/poster-renderer.ts'
import { forkPosterWorker } from './posters/worker-process.ts'
import { DeadLetterGrowth } from './queue/dead-letter-growth.ts'
import type { Settlement } from './queue/job.ts'
import type { EngineOptions, Services } from './services.ts'
import { requiredSettings } from './settings/consent.ts'
import { PackageShelf } from './stash/companion/package-shelf.ts'
import { databaseFile, isConfigured, openStores } from './stores.ts'
import { Aims } from './sync/aims.ts'
import { type BatchDeps, runBatch, settleAll } from './sync/batch.ts'
import { DesiredValues } from './sync/desired-values.ts'
import { EmptiedScenes } from './sync/emptied-scenes.ts'
import { FolderScans } from './sync/folder-scans.ts'
import { FormerImageReader } from './sync/former-images.ts'
import { Ledger } from './sync/ledger.ts'
import { Maintenance } from './sync/maintenance.ts'
import { Ownership } from './sync/ownership.ts'
import { Planner } from './sync/planner.ts'
import { PlexNews } from './sync/plex-news.ts'
import { SyncLog } from './sync/sync-log.ts'
import { Worker } from './sync/worker.ts'
import { TaskKinds } from './tasks/task-kinds.ts'
import { TaskRunner } from './tasks/task-runner.ts'

export type { EngineOptions } from './services.ts'

export interface Engine {
  readonly ports: Ports
  readonly invoke: Invoke
  readonly subscribe: Subscribe
  /** A picture for the window; null if there is none. */
  picture(name: PictureName, signal: AbortSignal): Promise<Picture | null>
  settings(): Settings
  /** Listens for hooks, recovers what a crash left, and begins to work. */
  start(): Promise<Result<{ readonly webhookUrl: string }>>
  /** Takes no more hooks, finishes what is in flight within `timeoutMs`. True when nothing was left. */
  stop(timeoutMs: number, onProgress?: (inFlight: number) => void): Promise<boolean>
  /** Stops and lets go of the database. */
  close(): Promise<void>
}

/** The wired services of one opened database; a restore replaces them as a whole. */
interface Core {
  readonly services: Services
  readonly handlers: Handlers
  start(): Promise<Result<{ readonly webhookUrl: string }>>
  stop(timeoutMs: number, onProgress?: (inFlight: number) => void): Promise<boolean>
  close(): Promise<void>
}

export function createEngine(options: EngineOptions, ports: Ports, log: AppLog): Result<Engine> {
  // Of the engine, not of its database: who listens goes on listening after a restore.
  const events = new EngineEvents(ports.clock, () => readStatus(core.services))
  const endLogEvents = log.onLine((line) => events.send('log', line))
  const first = wire(options, ports, log, events, restore)
  if (!first.ok) {
    endLogEvents()
    return first
  }
  let core = first.value
  let started = false

  /** Puts a backup in place of the database while everything else stands still. */
  async function restore(file: string): Promise<Result<{ kept_aside: string }>> {
    const wasStarted = started
    await core.stop(30_000)
    await core.close()
    const restored = restoreDatabase(file, databaseFile(options), ports.clock)
    const again = wire(options, ports, log, events, restore)
    if (!again.ok) return again
    core = again.value
    if (wasStarted) {
      const running = await core.start()
      if (!running.ok) return running
    }
    return restored.ok ? ok({ kept_aside: restored.value.keptAside ?? '' }) : restored
  }

  return ok({
    ports,
    settings: () => core.services.settings.settings(),
    subscribe: events.subscribe,
    picture: (name, signal) => core.services.pictures.read(name, signal),
    invoke: async (name, request, signal) => {
      const parsed = calls[name].request.safeParse(request)
      if (!parsed.success) {
        const issue = parsed.error.issues[0]
        return fail(
          'invalid_input',
          `${issue?.path.join('.') || name}: ${issue?.message ?? 'not as the contract says'}`,
        )
      }
      // The schema is the call's own; the compiler does not follow an index over a union.
      const handler = core.handlers[name] as (request: unknown, signal: AbortSignal) => Promise<Result<never>>
      return handler(parsed.data, signal ?? new AbortController().signal)
    },
    async start() {
      const running = await core.start()
      started = running.ok
      return running
    },
    async stop(timeoutMs, onProgress) {
      started = false
      return core.stop(timeoutMs, onProgress)
    },
    async close() {
      await core.close()
      events.close()
      endLogEvents()
    },
  })
}

/**
 * Opens one database and everything that works on it, in three sections: build, who listens to whom, and how it starts and
 * stops. Nothing in the first section names what is built later.
 */
function wire(
  options: EngineOptions,
  ports: Ports,
  log: AppLog,
  events: EngineEvents,
  restore: (file: string) => Promise<Result<{ kept_aside: string }>>,
): Result<Core> {
  // ---- build ----
  const { clock, logger, newId, random } = ports
  const opened = openStores(options, ports)
  if (!opened.ok) return opened
  const stores = opened.value
  const { db, settings: store, consent, jobs, activity, deadLetters, states, items, inSync, index, picks } = stores
  const settings = (): Settings => store.settings()
  const isLocked = (): boolean => ports.secrets.lock?.isLocked() === true
  const servers = connectServers(stores, options, ports)
  const { plex, stash, gates, identities, library } = servers

  const pictures = openPictures({
    dataFolder: options.dataFolder,
    clientIdentifier: stores.installation,
    version: options.version,
    settings,
    gates,
    clock,
  })

  const matcher = new Matcher({ index, picks, library, settings })
  const ownership = new Ownership({ items, matcher, stash })
  const desired = new DesiredValues(servers.settingsFor, stores.summaryLimit)
  const aims = new Aims({ desired, rules: stores.rules, ownership })
  const planner = new Planner({ plex, matcher, aims, ownership })
  const ledger = new Ledger({ db, jobs, history: stores.history, states, items, inSync, clock })
  const pace = () => sleep(ports, gates.plex.paceMs())
  const syncLog = new SyncLog(logger, settings)
  const posters = new PosterRenderer({ start: ports.startPosterWorker ?? forkPosterWorker, clock: systemClock })
  const former = new FormerImageReader({
    plex,
    poster: (address, signal) => pictures.posterAt(address, signal),
    keep: (bytes) => pictures.keep(bytes),
  })
  const apply = { plex, stash, posters, summaryLimit: stores.summaryLimit, former, pace, log: syncLog }
  const limit = pLimit(settings().concurrency)
  const context = () => ({ settings: settings(), random, now: clock.now() })
  const scans = new FolderScans({ plex, settings, clock, logger })
  const batch: BatchDeps = {
    servers,
    planner,
    ledger,
    emptied: new EmptiedScenes(db, clock),
    apply,
    scans,
    options: { limit, context },
  }
  const fanOutDeps: FanOutDeps = {
    store: jobs,
    stash,
    heard: stores.heard,
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
    mayWork: () => isConfigured(store) && settings().enabled,
    scope: () => (consent.given ? 'all' : 'explicit'),
    clock,
    logger,
    runScenes: async (claimed, signal) => {
      await runBatch(claimed, batch, signal)
    },
    runFanOut: (job, signal) => fanOut(job, fanOutDeps, signal),
  })
  const shelf = new PackageShelf(clock, newId)
  const hooks = new HookReceiver({
    settings,
    hookToken: () => settings().hook_token,
    isLocked,
    store: jobs,
    webhookIds: new WebhookIds(db, clock),
    librarySettings: () => stores.settings.ofLibraries(),
    sceneDestroyed: (sceneId) => ledger.sceneDestroyed(sceneId),
    files: (path) => shelf.file(path),
    clock,
    logger,
  })
  const maintenance = new Maintenance({
    plex,
    ownership,
    items,
    inSync,
    clock,
    logger,
    store: jobs,
    deadLetters,
    plexGate: gates.plex,
    settings,
  })
  const catchUp = wireCatchUp(stores, servers, { matcher, ownership, aims }, ports)
  const plexNews = new PlexNews({ items, states, jobs, deadLetters, matcher, logger })
  const plexWatch = new PlexWatch({
    library,
    mayLook: () => isConfigured(store) && settings().enabled && index.count() > 0 && gates.plex.waitMs() === 0,
    clock,
    logger,
  })
  const notices = new Notices({
    clock,
    notifier: ports.notifier,
    isOn: () => settings().notifications,
    deadLetters: () => deadLetters.counts().dead_letters,
  })
  const growth = new DeadLetterGrowth(deadLetters, logger)

  const lockedSince = clock.now()
  let lastChecks: readonly HealthCheck[] = []
  const services: Services = {
    options,
    ports,
    db,
    settings: store,
    consent,
    store: jobs,
    activity,
    deadLetters,
    states,
    items,
    index,
    picks,
    matcher,
    library,
    clientIdentifier: stores.installation,
    planner,
    desired,
    rules: stores.rules,
    inSync,
    posters,
    undo: { identities, plex, ownership, items, clock, pace },
    stash,
    plex,
    gates,
    identities,
    outages: stores.outages,
    worker,
    history: stores.history,
    ledger,
    lockedSince: () => (isLocked() ? lockedSince : null),
    pictures,
    lastChecks: () => lastChecks,
    noteChecks: (checks) => {
      lastChecks = checks
    },
    events,
    ring: new LogRing(join(options.dataFolder, 'logs'), clock),
    flushLog: () => log.flush(),
    webhookUrl: () => hooks.url,
    lastEventAt: () => hooks.lastEventAt,
    lastPingAt: () => hooks.lastPingAt,
  }
  const tasks = new TaskRunner({ store: stores.tasks, clock, logger })
  const plays = createPlays({ stores, servers, matcher, tasks }, ports, () => worker.paused)
  const work = {
    ...statusHandlers(services),
    ...activityHandlers(services),
    ...syncHandlers(services),
    ...oneSceneHandlers(services, {
      ...{ jobs, servers, items, inSync, clock },
      run: (job, signal) => runBatch([job], batch, signal),
    }),
    ...deadLetterHandlers(services),
    ...matchingHandlers(services),
    ...pathHandlers(services),
    ...insightHandlers(services),
    ...reconcileHandlers(services, catchUp.reconciler, catchUp.gaps),
    ...settingsHandlers(services, restore, plays.checkSettings),
    ...plays.handlers,
    ...writtenHandlers(services),
    ...setupHandlers(services),
    ...pluginHandlers(services, shelf),
  }
  const kinds = new TaskKinds({
    runner: tasks,
    handlers: work,
    work: { ...writtenWork(services), ...plays.work },
    syncAll: {
      stash,
      jobs,
      settings: () => [settings(), ...store.ofLibraries()],
      byReading: (run) => enqueueByReading(services, { scope: 'all' }, run.signal, (done) => run.progress(done, null)),
      onEnqueued: () => {
        worker.wake()
        events.statusChanged()
      },
    },
    wantAll: () => consent.wantAll(),
    reconciler: catchUp.reconciler,
    onComparison: (listener) => catchUp.onProgress(listener),
  })
  const handlers: Handlers = {
    ...work,
    ...taskHandlers({
      runner: tasks,
      kinds,
      reconciler: catchUp.reconciler,
      enqueueScenes: work.enqueueScenes,
    }),
  }

  // ---- who listens to whom ----
  const wakeWorker = (): void => worker.wake()
  const statusChanged = (): void => events.statusChanged()
  const wakeAndTell = (): void => {
    worker.wake()
    events.statusChanged()
  }
  const ends = [
    configureBySettings(log, store, stores.installation),
    worker.onChange(statusChanged),
    worker.onIdle(() => notices.queueSettled()),
    hooks.onTaken(({ type, isNew }) => {
      events.hookArrived(type)
      if (isNew) worker.wake()
      events.statusChanged()
    }),
    ledger.onSettled((settlements) => {
      for (const settled of settlements) for (const ratingKey of itemsWithPoster(settled)) pictures.outdate(ratingKey)
      events.rowsChanged(() => settlements.flatMap(({ job }) => activity.job(job.id) ?? []))
      events.statusChanged()
      if (!settlements.some((settled) => settled.disposition === 'dead')) return
      const counts = growth.noted()
      events.send('deadLetters', counts)
      notices.deadLettersGrew()
    }),
    plays.onChange((status) => events.send('plays', status)),
    tasks.onChange((task) => events.send('task', task)),
    maintenance.onEnqueued(wakeWorker),
    index.onNews((news) => plexNews.takeIn(news)),
    plexNews.onWoken(wakeAndTell),
    catchUp.onFound(wakeAndTell),
    catchUp.onProgress((run) => {
      events.send('reconcile', run)
      events.statusChanged()
    }),
    ...serverNames.map((server) =>
      gates[server].onChange((what) => {
        notices.gateChanged(server, what, gates[server].held)
        if (server === 'stash' && (what === 'closed' || what === 'auth_accepted' || what === 'released'))
          catchUp.listenToStash()
        wakeAndTell()
      }),
    ),
    consent.onGiven(wakeAndTell),
    ports.secrets.lock?.onUnlocked(() => {
      store.refresh()
      readyToken()
      consent.review()
      wakeAndTell()
    }) ?? (() => {}),
    store.onChange((changed) => {
      applySettings(changed)
      events.send('settings', { settings: store.list() })
      wakeAndTell()
    }),
  ]

  function applySettings(changed: readonly SettingName[]): void {
    if (changed.includes('webhook_host') || changed.includes('webhook_port')) void hooks.move()
    if (changed.includes('concurrency')) limit.concurrency = settings().concurrency
    for (const server of serverNames) {
      if (!changed.some((name) => name.startsWith(`${server}_`))) continue
      identities.forget(server)
      library.forget()
      notices.addressChanged(server)
      if (isConfigured(store)) void gates[server].retryNow()
    }
    if (changed.some((name) => name === 'enabled' || name.startsWith('stash_'))) catchUp.listenToStash()
  }

  /** Hooks need a token; one that is only locked must not be replaced. */
  function readyToken(): void {
    if (settings().hook_token === '' && !isLocked()) store.save({ hook_token: newId() })
  }

  // ---- start in order, stop in reverse ----
  let lifetime = new AbortController()
  const core: Core = {
    services,
    handlers,
    async start() {
      lifetime = new AbortController()
      readyToken()
      consent.review()
      inSync.adoptRules(stores.rules.idOf(settings()))
      const recovered = jobs.recover()
      if (recovered > 0) logger.log('info', 'Queue', `Requeued ${recovered} interrupted jobs`)
      const listening = await hooks.open()
      if (!listening.ok) return listening
      if (!isLocked()) tellConfiguration(settings(), ports)
      growth.tellAtStart()
      for (const server of serverNames) gates[server].start()
      void meetServers(services, lifetime.signal).then(statusChanged)
      worker.start()
      maintenance.start()
      plexWatch.start()
      catchUp.start()
      // After the comparison has taken up its own run.
      tasks.resume((kind, request) => kinds.workFor(kind, request))
      plays.start()
      logger.log('info', '', 'Initialization complete')
      return ok({ webhookUrl: listening.value })
    },
    async stop(timeoutMs, onProgress) {
      lifetime.abort()
      // Its schedule must begin no task while those that run are ended.
      const playsStopped = plays.stop()
      await tasks.stop()
      await playsStopped
      maintenance.stop()
      await plexWatch.stop()
      await catchUp.stop()
      await hooks.close()
      const finished = await worker.stop(timeoutMs, onProgress)
      for (const server of serverNames) gates[server].stop()
      return finished
    },
    async close() {
      await core.stop(0)
      plays.close()
      for (const end of ends) end()
      posters.close()
      plex.close()
      stash.close()
      await pictures.close()
      log.flush()
      db.close()
    },
  }
  return ok(core)
}

/** Items that were given another poster. */
function itemsWithPoster(settled: Settlement): string[] {
  const items = settled.disposition === 'done' ? (settled.report?.items ?? []) : []
  return items.filter(({ changes }) => changes.some(({ field }) => field === 'poster')).map((item) => item.rating_key)
}

/** Logs the familiar lines about what is missing. */
function tellConfiguration(settings: Settings, { logger }: Ports): void {
  for (const name of requiredSettings)
    if (settings[name] === '') logger.log('warning', '', `Configuration error: ${name}: ${name} is required`)
  if (!settings.enabled) logger.log('warning', '', 'PlexSync is disabled via configuration')
}

function sleep({ clock }: Ports, ms: number): Promise<void> {
  return ms <= 0 ? Promise.resolve() : new Promise((resolve) => clock.setTimer(ms, resolve))
}

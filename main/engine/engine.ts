/**
 * The engine: the only place that wires the rooms. Hosts (headless, desktop) bring the ports and get the contract's calls
 * and events, `start` and `stop`.
 *
 * Past 300 lines because wiring belongs in one place; it holds no logic of its own beyond the order of things.
 */
import { join } from 'node:path'
import pLimit from 'p-limit'
import { calls, type Handlers, type Invoke, type Subscribe } from '../../shared/contract.ts'
import { serverNames } from '../../shared/domain.ts'
import { fail, ok, type Result } from '../../shared/result.ts'
import type { SettingName, Settings } from '../../shared/settings.ts'
import { activityHandlers } from './api/activity.ts'
import { deadLetterHandlers } from './api/dead-letters.ts'
import { EngineEvents } from './api/events.ts'
import { insightHandlers } from './api/insight.ts'
import { matchingHandlers } from './api/matching.ts'
import { pathHandlers } from './api/paths.ts'
import { pluginHandlers } from './api/plugin.ts'
import { reconcileHandlers } from './api/reconcile.ts'
import type { EngineOptions, Rooms } from './api/rooms.ts'
import { settingsHandlers } from './api/settings.ts'
import { setupHandlers } from './api/setup.ts'
import { meetServers, readStatus, statusHandlers } from './api/status.ts'
import { syncHandlers } from './api/sync.ts'
import { restoreDatabase } from './database/backup.ts'
import { type Database, openDatabase } from './database/open.ts'
import { clientIdentifier } from './installation.ts'
import { fanOut } from './intake/fan-out.ts'
import { HookReceiver } from './intake/hook-receiver.ts'
import { WebhookIds } from './intake/webhook-ids.ts'
import { LogRing } from './log/log-ring.ts'
import { configureBySettings } from './log/log-settings.ts'
import type { AppLog } from './log/logger.ts'
import { PartIndex } from './match/part-index.ts'
import { compilePathRules, noPathRules, type PathRules } from './match/path-rules.ts'
import { Picks } from './match/picks.ts'
import { Notices } from './notices.ts'
import { createPlexClient } from './plex/client.ts'
import type { Ports } from './ports.ts'
import { Activity } from './queue/activity.ts'
import { DeadLetters } from './queue/dead-letters.ts'
import type { Settlement } from './queue/job.ts'
import { JobStore } from './queue/job-store.ts'
import { Gaps } from './reconcile/gaps.ts'
import { PlexSide } from './reconcile/plex-side.ts'
import { Reconciler } from './reconcile/reconciler.ts'
import { RequestCount } from './reconcile/request-count.ts'
import { ReconcileRuns } from './reconcile/runs.ts'
import { ReconcileSchedule } from './reconcile/schedule.ts'
import { openSettings } from './settings/settings-store.ts'
import { createStashClient } from './stash/client.ts'
import { PackageShelf } from './stash/companion/package-shelf.ts'
import { JobWatch } from './stash/job-watch.ts'
import { SweepState } from './stash/sweep-state.ts'
import { Sweeper } from './stash/sweeper.ts'
import { runBatch, settleFault } from './sync/batch.ts'
import { FolderScans } from './sync/folder-scans.ts'
import { ItemsInStep } from './sync/items-in-step.ts'
import { Library } from './sync/library.ts'
import { Maintenance } from './sync/maintenance.ts'
import { Outages } from './sync/outages.ts'
import { SceneStates } from './sync/scene-state.ts'
import { ServerGate } from './sync/server-gate.ts'
import { ServerIdentities } from './sync/server-identity.ts'
import { SummaryLimit } from './sync/summary-limit.ts'
import { SyncItems } from './sync/sync-items.ts'
import { Worker } from './sync/worker.ts'

export type { EngineOptions } from './api/rooms.ts'

export interface Engine {
  readonly ports: Ports
  readonly invoke: Invoke
  readonly subscribe: Subscribe
  settings(): Settings
  /** Listens for hooks, recovers what a crash left, and begins to work. */
  start(): Promise<Result<{ readonly webhookUrl: string }>>
  /** Takes no more hooks, finishes what is in flight within `timeoutMs`. True when nothing was left. */
  stop(timeoutMs: number, onProgress?: (inFlight: number) => void): Promise<boolean>
  /** Stops and lets go of the database. */
  close(): Promise<void>
}

/** The wired rooms of one opened database; a restore replaces them as a whole. */
interface Core {
  readonly rooms: Rooms
  readonly handlers: Handlers
  start(): Promise<Result<{ readonly webhookUrl: string }>>
  stop(timeoutMs: number, onProgress?: (inFlight: number) => void): Promise<boolean>
  close(): Promise<void>
}

export function createEngine(options: EngineOptions, ports: Ports, log: AppLog): Result<Engine> {
  // Of the engine, not of its database: who listens goes on listening after a restore.
  const events = new EngineEvents(ports.clock, () => readStatus(core.rooms))
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
    settings: () => core.rooms.settings.settings(),
    subscribe: events.subscribe,
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

function databaseFile(options: EngineOptions): string {
  return join(options.dataFolder, 'plexsync.db')
}

function wire(
  options: EngineOptions,
  ports: Ports,
  log: AppLog,
  events: EngineEvents,
  restore: (file: string) => Promise<Result<{ kept_aside: string }>>,
): Result<Core> {
  const { clock, logger, newId, random } = ports
  const opened = openDatabase(databaseFile(options), { clock, onDamage: options.onDamage })
  if (!opened.ok) return opened
  const db: Database = opened.value
  const settingsStore = openSettings({
    db,
    clock,
    secrets: ports.secrets,
    logger,
    environment: options.environment,
    arguments: options.arguments,
    checkPathRules: compilePathRules,
  })
  if (!settingsStore.ok) {
    logger.log('error', '', `Configuration error: ${settingsStore.fault.message}`)
    db.close()
    return settingsStore
  }
  const store = settingsStore.value
  const settings = (): Settings => store.settings()
  const configured = (): boolean => {
    const { plex_url, plex_token, stash_url } = settings()
    return plex_url !== '' && plex_token !== '' && stash_url !== ''
  }
  const timeouts = () => ({ connectMs: settings().connect_timeout * 1000, readMs: settings().read_timeout * 1000 })

  const installation = clientIdentifier(db, clock, newId)
  const jobs = new JobStore(db, clock, newId)
  const activity = new Activity(db, clock)
  const deadLetters = new DeadLetters(db, clock, jobs)
  const states = new SceneStates(db)
  const items = new SyncItems(db)
  const inStep = new ItemsInStep(db)
  const index = new PartIndex(db, clock)
  const picks = new Picks(db, clock)
  const outages = new Outages(db, clock)
  const requests = new RequestCount()

  const plex = createPlexClient({
    address: () => ({ url: settings().plex_url, token: settings().plex_token }),
    clientIdentifier: installation,
    version: options.version,
    timeouts,
    clock,
    onExchange: (report) => {
      requests.sent('plex')
      if (!report.ok) identities.doubtPlex()
      gates.plex.report(report)
    },
  })
  const stash = createStashClient({
    address: () => ({ url: settings().stash_url, apiKey: settings().stash_api_key }),
    timeouts,
    clock,
    onExchange: (report) => {
      requests.sent('stash')
      gates.stash.report(report)
    },
  })
  const waitingJobs = (): number => {
    const { ready, delayed, in_progress } = jobs.counts()
    return ready + delayed + in_progress
  }
  const notices = new Notices({ clock, notifier: ports.notifier, isOn: () => settings().notifications })
  const gate = (server: 'plex' | 'stash', probe: (signal: AbortSignal) => Promise<Result<unknown>>): ServerGate =>
    new ServerGate({
      server,
      db,
      clock,
      logger,
      outages,
      waitingJobs,
      probe,
      onChange: (what) => {
        if (what === 'opened') notices.outageBegan(server)
        else if (what === 'closed') notices.outageEnded(server)
        else if (what === 'auth_refused') notices.tokenRefused(server)
        if (server === 'stash' && (what === 'closed' || what === 'auth_accepted')) listenToStash()
        events.statusChanged()
        worker.wake()
      },
    })
  const gates = {
    plex: gate('plex', (signal) => plex.sections(signal)),
    stash: gate('stash', (signal) => stash.version(signal)),
  }
  const identities = new ServerIdentities({ db, plex, stash, index, picks, items, inStep, logger })
  const summaryLimit = new SummaryLimit(db)
  const library = new Library({ plex, index, settings, clock, logger })

  let rules: PathRules = noPathRules
  const compileRules = (): void => {
    const compiled = compilePathRules(settings().path_map)
    rules = compiled.ok ? compiled.value : noPathRules
  }
  compileRules()
  const prepareParts = {
    stash,
    plex,
    library,
    index,
    picks,
    rules: () => rules,
    settings,
    items,
    states,
    summaryLimit,
    logger,
    // Plex hands the address to every client: only where Stash needs no key is there one to give.
    photoOf: (id: string) => (settings().stash_api_key === '' ? `${settings().stash_url}/performer/${id}/image` : null),
  }

  const settledListeners = new Set<(settlements: readonly Settlement[]) => void>()
  const onSettled = (settlements: readonly Settlement[]): void => {
    for (const listener of [...settledListeners]) listener(settlements)
    events.rowsChanged(() => settlements.flatMap(({ job }) => activity.job(job.id) ?? []))
    events.statusChanged()
    if (settlements.some((settled) => settled.fate === 'dead')) deadLettersGrew()
  }
  let deadAtLastNotice = deadLetters.counts().dead_letters
  const deadLettersGrew = (): void => {
    const counts = deadLetters.counts()
    events.send('deadLetters', counts)
    if (Math.floor(counts.dead_letters / 10) > Math.floor(deadAtLastNotice / 10))
      logger.log('warning', '', `DLQ contains ${counts.dead_letters} failed jobs requiring review`)
    deadAtLastNotice = counts.dead_letters
    notices.deadLettersGrew(counts.dead_letters)
  }

  let limit = pLimit(settings().concurrency)
  const batchParts = {
    db,
    store: jobs,
    states,
    items,
    inStep,
    stash,
    prepare: prepareParts,
    apply: { plex, stash, settings, logger, summaryLimit },
    gates,
    identities,
    settings,
    clock,
    random,
    logger,
    limit: <T>(work: () => Promise<T>): Promise<T> => limit(work),
    pace: () => sleep(ports, gates.plex.paceMs()),
    scans: new FolderScans({ plex, clock, logger }),
    onSettled,
  }
  const worker = new Worker({
    store: jobs,
    gates,
    settings,
    mayWork: () => configured() && settings().enabled,
    clock,
    logger,
    runScenes: (claimed, signal) => runBatch(claimed, batchParts, signal),
    runFanOut: (job, signal) =>
      fanOut(
        job,
        {
          store: jobs,
          stash,
          carriersOf: (kind, id) => states.carriersOf(kind, id),
          logger,
          settleFault: (failed, fault) => settleFault([failed], fault, batchParts),
          onSettled,
        },
        signal,
      ),
    onChange: () => events.statusChanged(),
  })

  const shelf = new PackageShelf(clock, newId)
  const hooks = new HookReceiver({
    settings,
    hookToken: () => settings().hook_token,
    store: jobs,
    webhookIds: new WebhookIds(db, clock),
    sceneDestroyed: (sceneId) => {
      states.drop(sceneId)
      items.dropScene(sceneId)
      // One that is in progress will record what it did; a look after it finds the scene gone and forgets that too.
      if (jobs.isQueued('scene', sceneId))
        jobs.enqueue({ kind: 'scene', subjectId: sceneId, fields: null, origin: 'hook' }, 0)
    },
    files: (path) => shelf.file(path),
    clock,
    logger,
    onChange: (type, isNew) => {
      events.hookArrived(type)
      if (isNew) worker.wake()
      events.statusChanged()
    },
  })

  const rooms: Rooms = {
    options,
    ports,
    db,
    settings: store,
    store: jobs,
    activity,
    deadLetters,
    states,
    items,
    index,
    picks,
    rules: () => rules,
    library,
    clientIdentifier: installation,
    prepare: prepareParts,
    stash,
    plex,
    gates,
    identities,
    outages,
    worker,
    events,
    ring: new LogRing(join(options.dataFolder, 'logs'), clock),
    flushLog: () => log.flush(),
    onSettled: (listen) => {
      settledListeners.add(listen)
      return () => settledListeners.delete(listen)
    },
    webhookUrl: () => hooks.url,
    lastEventAt: () => hooks.lastEventAt,
  }
  const maintenance = new Maintenance({
    plex,
    items,
    inStep,
    clock,
    logger,
    store: jobs,
    deadLetters,
    plexGate: gates.plex,
    settings,
    enqueue: (subjectId) => {
      jobs.enqueue({ kind: 'scene', subjectId, fields: null, origin: 'reconcile' }, 0)
      worker.wake()
    },
  })

  const sweeper = new Sweeper({
    stash,
    states,
    sweep: new SweepState(db),
    store: jobs,
    deadLetters,
    clock,
    logger,
    settings,
    configured,
    gate: gates.stash,
    onSwept: ({ enqueued }) => {
      if (enqueued > 0) worker.wake()
      events.statusChanged()
    },
  })
  const jobWatch = new JobWatch({
    address: () => ({ url: settings().stash_url, apiKey: settings().stash_api_key }),
    isOpen: () => settings().enabled && configured() && gates.stash.waitMs() === 0,
    clock,
    logger,
    onJobEnded: () => sweeper.soon(),
  })
  const listenToStash = (): void => {
    sweeper.soon()
    jobWatch.reconnect()
  }
  const runs = new ReconcileRuns(db, clock)
  const gaps = new Gaps(db)
  const reconciler = new Reconciler({
    db,
    stash,
    plex,
    identities,
    library,
    index,
    prepare: prepareParts,
    items,
    inStep,
    states,
    store: jobs,
    deadLetters,
    settings,
    clock,
    logger,
    runs,
    gaps,
    side: new PlexSide(db, inStep),
    gates,
    configured,
    requests,
    onChange: (run) => {
      events.send('reconcile', run)
      events.statusChanged()
    },
    wake: () => worker.wake(),
  })
  const schedule = new ReconcileSchedule({ db, clock, logger, settings, configured, gates, reconciler, runs })

  const endLogSettings = configureBySettings(log, store, installation)
  const endSettings = store.onChange((changed) => {
    applySettings(changed)
    events.send('settings', { settings: store.list() })
    events.statusChanged()
  })
  function applySettings(changed: readonly SettingName[]): void {
    compileRules()
    if (changed.includes('webhook_host') || changed.includes('webhook_port')) void hooks.move()
    if (changed.includes('concurrency')) limit = pLimit(settings().concurrency)
    for (const server of serverNames) {
      if (!changed.some((name) => name.startsWith(`${server}_`))) continue
      identities.forget(server)
      library.forget()
      notices.addressChanged(server)
      if (configured()) void gates[server].retryNow()
    }
    if (changed.some((name) => name === 'enabled' || name.startsWith('stash_'))) listenToStash()
    worker.wake()
  }

  const handlers: Handlers = {
    ...statusHandlers(rooms),
    ...activityHandlers(rooms),
    ...syncHandlers(rooms),
    ...deadLetterHandlers(rooms),
    ...matchingHandlers(rooms),
    ...pathHandlers(rooms),
    ...insightHandlers(rooms),
    ...reconcileHandlers(rooms, reconciler, gaps),
    ...settingsHandlers(rooms, restore),
    ...setupHandlers(rooms),
    ...pluginHandlers(rooms, shelf),
  }

  const core = {
    rooms,
    handlers,
    async start(): Promise<Result<{ readonly webhookUrl: string }>> {
      if (settings().hook_token === '') store.save({ hook_token: newId() })
      const recovered = jobs.recover()
      if (recovered > 0) logger.log('info', 'Queue', `${recovered} jobs that were in progress wait again`)
      const listening = await hooks.open()
      if (!listening.ok) return listening
      tellConfiguration(settings(), ports)
      const dead = deadLetters.counts().dead_letters
      if (dead > 0) logger.log('warning', '', `DLQ contains ${dead} failed jobs requiring review`)
      for (const server of serverNames) gates[server].start()
      void meetServers(rooms, new AbortController().signal).then(() => events.statusChanged())
      worker.start()
      maintenance.start()
      sweeper.start()
      jobWatch.start()
      reconciler.resume()
      schedule.start()
      logger.log('info', '', 'Initialization complete')
      return ok({ webhookUrl: listening.value })
    },

    async stop(timeoutMs: number, onProgress?: (inFlight: number) => void): Promise<boolean> {
      maintenance.stop()
      schedule.stop()
      jobWatch.stop()
      await Promise.all([sweeper.stop(), reconciler.stop()])
      await hooks.close()
      const finished = await worker.stop(timeoutMs, onProgress)
      for (const server of serverNames) gates[server].stop()
      return finished
    },

    async close(): Promise<void> {
      await core.stop(0)
      endSettings()
      endLogSettings()
      plex.close()
      stash.close()
      log.flush()
      db.close()
    },
  }
  return ok(core)
}

/** The familiar lines about what is missing. */
function tellConfiguration(settings: Settings, { logger }: Ports): void {
  for (const name of ['plex_url', 'plex_token', 'stash_url'] as const)
    if (settings[name] === '') logger.log('warning', '', `Configuration error: ${name}: ${name} is required`)
  if (!settings.enabled) logger.log('warning', '', 'PlexSync is disabled via configuration')
}

function sleep({ clock }: Ports, ms: number): Promise<void> {
  return ms <= 0 ? Promise.resolve() : new Promise((resolve) => clock.setTimer(ms, resolve))
}

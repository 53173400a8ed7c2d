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
import type { EngineOptions, Services } from './api/services.ts'
import { settingsHandlers } from './api/settings.ts'
import { setupHandlers } from './api/setup.ts'
import { meetServers, readStatus, statusHandlers } from './api/status.ts'
import { syncHandlers } from './api/sync.ts'
import { wireCatchUp } from './catch-up.ts'
import { restoreDatabase } from './database/backup.ts'
import { fanOut } from './hearing/fan-out.ts'
import { HookReceiver } from './intake/hook-receiver.ts'
import { WebhookIds } from './intake/webhook-ids.ts'
import { LogRing } from './log/log-ring.ts'
import { configureBySettings } from './log/log-settings.ts'
import type { AppLog } from './log/logger.ts'
import { compilePathRules, noPathRules, type PathRules } from './match/path-rules.ts'
import { Notices } from './notices.ts'
import type { Ports } from './ports.ts'
import type { Settlement } from './queue/job.ts'
import { connectServers } from './servers/servers.ts'
import { PackageShelf } from './stash/companion/package-shelf.ts'
import { databaseFile, isConfigured, openStores } from './stores.ts'
import { runBatch, settleFault } from './sync/batch.ts'
import { FolderScans } from './sync/folder-scans.ts'
import { Maintenance } from './sync/maintenance.ts'
import { Worker } from './sync/worker.ts'

export type { EngineOptions } from './api/services.ts'

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

function wire(
  options: EngineOptions,
  ports: Ports,
  log: AppLog,
  events: EngineEvents,
  restore: (file: string) => Promise<Result<{ kept_aside: string }>>,
): Result<Core> {
  const { clock, logger, newId, random } = ports
  const opened = openStores(options, ports)
  if (!opened.ok) return opened
  const stores = opened.value
  const {
    db,
    settings: store,
    consent,
    jobs,
    activity,
    deadLetters,
    states,
    items,
    inSync,
    index,
    picks,
    summaryLimit,
  } = stores
  const settings = (): Settings => store.settings()
  const notices = new Notices({ clock, notifier: ports.notifier, isOn: () => settings().notifications })
  const servers = connectServers(stores, options, ports, (server, what) => {
    if (what === 'opened') notices.outageBegan(server)
    else if (what === 'closed') notices.outageEnded(server)
    else if (what === 'auth_refused') notices.tokenRefused(server)
    if (server === 'stash' && (what === 'closed' || what === 'auth_accepted')) catchUp.listenToStash()
    events.statusChanged()
    worker.wake()
  })
  const { plex, stash, gates, identities, library } = servers

  let rules: PathRules = noPathRules
  const compileRules = (): void => {
    const compiled = compilePathRules(settings().path_map)
    rules = compiled.ok ? compiled.value : noPathRules
  }
  compileRules()
  const plannerDeps = {
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
    if (settlements.some((settled) => settled.disposition === 'dead')) deadLettersGrew()
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
  const batchDeps = {
    db,
    store: jobs,
    states,
    items,
    inSync,
    stash,
    prepare: plannerDeps,
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
    mayWork: () => isConfigured(store) && settings().enabled,
    scope: () => (consent.given ? 'all' : 'explicit'),
    clock,
    logger,
    runScenes: (claimed, signal) => runBatch(claimed, batchDeps, signal),
    runFanOut: (job, signal) =>
      fanOut(
        job,
        {
          store: jobs,
          stash,
          carriersOf: (kind, id) => states.carriersOf(kind, id),
          logger,
          settleFault: (failed, fault) => settleFault([failed], fault, batchDeps),
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
    rules: () => rules,
    library,
    clientIdentifier: stores.installation,
    prepare: plannerDeps,
    stash,
    plex,
    gates,
    identities,
    outages: stores.outages,
    worker,
    lastChecks: () => lastChecks,
    noteChecks: (checks) => {
      lastChecks = checks
    },
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
    inSync,
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

  const catchUp = wireCatchUp(stores, servers, plannerDeps, ports, events, () => worker.wake())

  const endLogSettings = configureBySettings(log, store, stores.installation)
  const endConsent = consent.onGiven(() => {
    events.statusChanged()
    worker.wake()
  })
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
      if (isConfigured(store)) void gates[server].retryNow()
    }
    if (changed.some((name) => name === 'enabled' || name.startsWith('stash_'))) catchUp.listenToStash()
    worker.wake()
  }

  const handlers: Handlers = {
    ...statusHandlers(services),
    ...activityHandlers(services),
    ...syncHandlers(services),
    ...deadLetterHandlers(services),
    ...matchingHandlers(services),
    ...pathHandlers(services),
    ...insightHandlers(services),
    ...reconcileHandlers(services, catchUp.reconciler, catchUp.gaps),
    ...settingsHandlers(services, restore),
    ...setupHandlers(services),
    ...pluginHandlers(services, shelf),
  }

  const core = {
    services,
    handlers,
    async start(): Promise<Result<{ readonly webhookUrl: string }>> {
      if (settings().hook_token === '') store.save({ hook_token: newId() })
      consent.review()
      const recovered = jobs.recover()
      if (recovered > 0) logger.log('info', 'Queue', `${recovered} jobs that were in progress wait again`)
      const listening = await hooks.open()
      if (!listening.ok) return listening
      tellConfiguration(settings(), ports)
      const dead = deadLetters.counts().dead_letters
      if (dead > 0) logger.log('warning', '', `DLQ contains ${dead} failed jobs requiring review`)
      for (const server of serverNames) gates[server].start()
      void meetServers(services, new AbortController().signal).then(() => events.statusChanged())
      worker.start()
      maintenance.start()
      catchUp.start()
      logger.log('info', '', 'Initialization complete')
      return ok({ webhookUrl: listening.value })
    },

    async stop(timeoutMs: number, onProgress?: (inFlight: number) => void): Promise<boolean> {
      maintenance.stop()
      await catchUp.stop()
      await hooks.close()
      const finished = await worker.stop(timeoutMs, onProgress)
      for (const server of serverNames) gates[server].stop()
      return finished
    },

    async close(): Promise<void> {
      await core.stop(0)
      endSettings()
      endConsent()
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

/**
 * Opens one database and everything that works on it, in three sections as every file that wires: build, who listens to
 * whom, start and stop. The first names nothing that is built later and attaches no listener; what the second attaches
 * ends when the core is closed.
 */

import { join } from 'node:path'
import type { Handlers } from '../../shared/contract.ts'
import { ok, type Result } from '../../shared/result.ts'
import { serverNames } from '../../shared/server-names.ts'
import type { Settings } from '../../shared/settings.ts'
import type { EngineEvents } from './api/events.ts'
import type { StatusReader } from './api/status-reader.ts'
import { wireCalls } from './call-handlers.ts'
import { wireCatchUp } from './catch-up.ts'
import { wireCollections } from './collections.ts'
import { connectServers } from './connect-servers.ts'
import type { RestoreWatch } from './database/restore.ts'
import { engineLines } from './engine-log.ts'
import type { EngineOptions } from './engine-options.ts'
import { Authenticator } from './intake/authentication.ts'
import { HookReceiver } from './intake/hook-receiver.ts'
import { HookStorage } from './intake/hook-storage.ts'
import { WebhookIds } from './intake/webhook-ids.ts'
import { LogRing } from './log/log-ring.ts'
import { configureBySettings } from './log/log-settings.ts'
import type { AppLog } from './log/logger.ts'
import { Notices } from './notices.ts'
import { openPictures } from './pictures/open-pictures.ts'
import type { Pictures } from './pictures/pictures.ts'
import { wirePipeline } from './pipeline.ts'
import { wirePlays } from './plays.ts'
import type { Logger, NewId, Ports } from './ports.ts'
import { DeadLetterGrowth } from './queue/dead-letter-growth.ts'
import type { Settlement } from './queue/job.ts'
import type { Services } from './services.ts'
import { requiredSettings } from './settings/consent.ts'
import type { SettingsStore } from './settings/settings-store.ts'
import { PackageShelf } from './stash/companion/package-shelf.ts'
import { openStores } from './stores.ts'
import { notify, publishChanges, wakeWorker } from './subscriptions.ts'
import { TaskInterrupted, TaskRunner } from './tasks/task-runner.ts'
import type { TaskRow } from './tasks/task-store.ts'

/** What works on one opened database; a restore replaces it as a whole. */
export interface Core {
  readonly handlers: Handlers
  readonly status: StatusReader
  readonly pictures: Pictures
  readonly settings: () => Settings
  /** Takes in the task that put this database in place of another. */
  readonly adoptTask: TaskRunner['adopt']
  start(): Promise<Result<{ readonly webhookUrl: string }>>
  stop(timeoutMs: number, onProgress?: (inFlight: number) => void): Promise<boolean>
  close(): Promise<void>
}

/** The task that puts a backup in place of the database. */
export interface RestoreTask extends RestoreWatch {
  /** Takes it out of the database that is replaced. */
  leave(): TaskRow | null
}

export interface CoreDeps {
  readonly options: EngineOptions
  readonly ports: Ports
  readonly log: AppLog
  readonly events: EngineEvents
  /** Puts a backup in place of the database that is open here. */
  readonly restore: (file: string, task: RestoreTask) => Promise<Result<{ kept_aside: string }>>
}

export function openCore({ options, ports, log, events, restore }: CoreDeps): Result<Core> {
  // ---- build ----
  const { clock, logger, newId } = ports
  /** Ends when the core stops: every background task ends with it. A core that was stopped does not start again. */
  const lifetime = new AbortController()
  const opened = openStores(options, ports)
  if (!opened.ok) return opened
  const stores = opened.value
  const { db, settings: store, consent, jobs, activity, deadLetters, inSync } = stores
  const settings = (): Settings => store.settings()
  const isLocked = (): boolean => ports.secrets.lock?.isLocked() === true
  const servers = connectServers(stores, options, ports)
  const { gates } = servers
  const pictures = openPictures({
    dataFolder: options.dataFolder,
    clientIdentifier: stores.installation,
    version: options.version,
    settings,
    gates,
    ports,
  })
  const pipeline = wirePipeline(stores, servers, pictures, ports)
  const { ledger, matcher, plexNews, worker } = pipeline
  const collections = wireCollections(
    {
      stores,
      servers,
      store: pipeline.collections.store,
      posters: pipeline.posters,
      pace: () => pipeline.turn.pace(),
    },
    ports,
    () => worker.paused,
  )
  const shelf = new PackageShelf(clock, newId)
  const hooks = new HookReceiver({
    settings: store,
    authenticator: new Authenticator({ hookToken: () => settings().hook_token, isLocked }, clock),
    storage: new HookStorage({
      jobs,
      webhookIds: new WebhookIds(db, clock),
      sceneDestroyed: (sceneId) => ledger.sceneDestroyed(sceneId),
    }),
    files: (path) => shelf.file(path),
    clock,
    logger,
  })
  const catchUp = wireCatchUp(stores, servers, pipeline, ports, lifetime.signal)
  const notices = new Notices({
    clock,
    notifier: ports.notifier,
    isOn: () => settings().notifications,
    deadLetters: () => deadLetters.counts().dead_letters,
  })
  const growth = new DeadLetterGrowth(deadLetters, logger)

  const lockedSince = clock.now()
  const ring = new LogRing(join(options.dataFolder, 'logs'), clock)
  const workChanged = (): void => {
    worker.wake()
    events.statusChanged()
  }
  const services: Services = {
    ...stores,
    ...servers,
    ...pipeline,
    collections: pipeline.collections.marks,
    options,
    ports,
    clock,
    events,
    hooks,
    pictures,
    shelf,
    readLog: (filter) => {
      log.flush()
      return ring.read(filter)
    },
    lockedSince: () => (isLocked() ? lockedSince : null),
    workChanged,
  }
  const tasks = new TaskRunner({ store: stores.tasks, lifetime: lifetime.signal, clock, logger })
  const plays = wirePlays({ stores, servers, matcher, tasks }, ports, () => worker.paused)
  const { handlers, kinds, status, serversView } = wireCalls({
    services,
    pipeline,
    servers,
    catchUp,
    plays,
    tasks,
    restore: (file, run) => restore(file, { ...run, leave: () => tasks.move(run.id) }),
  })

  // ---- who listens to whom ----
  const ends = [
    configureBySettings(log, store, stores.installation),
    ...wakeWorker(workChanged, { plexNews, catchUp, gates, consent }),
    worker.onIdle(() => collections.soon()),
    hooks.onTaken(({ type, id }) => collections.hookTaken(type, id)),
    ledger.onSettled((settlements) => {
      for (const settled of settlements) for (const ratingKey of itemsWithPoster(settled)) pictures.outdate(ratingKey)
    }),
    ...publishChanges(events, { worker, hooks, catchUp, plays, tasks, activity, ledger }),
    ...notify(notices, { worker, ledger, gates, growth, events, store, library: servers.library }),
    store.onChangeOf(['webhook_host', 'webhook_port'], () => void hooks.move()),
    ports.secrets.lock?.onUnlocked(() => {
      store.refresh()
      readyToken(store, isLocked, newId)
      consent.review()
      workChanged()
    }) ?? (() => {}),
    store.onChange(() => {
      events.send('settings', { settings: store.list() })
      workChanged()
    }),
  ]

  // ---- start and stop ----
  const core: Core = {
    handlers,
    status,
    pictures,
    settings,
    adoptTask: (row, outcome) => tasks.adopt(row, outcome),
    async start() {
      if (lifetime.signal.aborted) throw new Error('A core that was stopped was started again')
      readyToken(store, isLocked, newId)
      consent.review()
      inSync.adoptRules(stores.rules.idOf(settings()))
      const recovered = jobs.recover()
      if (recovered > 0) logger.log(...engineLines.requeued({ jobs: recovered }))
      const listening = await hooks.open()
      if (!listening.ok) return listening
      if (!isLocked()) logConfiguration(settings(), logger)
      growth.reportAtStart()
      for (const server of serverNames) gates[server].start(lifetime.signal)
      void serversView.identify(lifetime.signal).then(() => events.statusChanged())
      pipeline.start(lifetime.signal)
      catchUp.start()
      // After the comparison has taken up its own run.
      tasks.resume((kind, request) => kinds.workFor(kind, request))
      plays.start(lifetime.signal)
      collections.start(lifetime.signal)
      logger.log(...engineLines.ready())
      return ok({ webhookUrl: listening.value })
    },
    async stop(timeoutMs, onProgress) {
      lifetime.abort(new TaskInterrupted('PlexSync stops'))
      const background = [tasks.allEnded(), plays.ended(), collections.ended(), pipeline.ended(), catchUp.ended()]
      await Promise.all(background)
      await hooks.close()
      const finished = await worker.drain(timeoutMs, onProgress)
      for (const server of serverNames) gates[server].close()
      return finished
    },
    async close() {
      await core.stop(0)
      for (const end of ends) end()
      for (const part of [plays, collections, catchUp, pipeline, servers]) part.close()
      await pictures.close()
      log.flush()
      stores.close()
    },
  }
  return ok(core)
}

/** Hooks need a token; one that is only locked must not be replaced. */
function readyToken(store: SettingsStore, isLocked: () => boolean, newId: NewId): void {
  if (store.get('hook_token') === '' && !isLocked()) store.save({ hook_token: newId() })
}

/** Items that were given another poster. */
function itemsWithPoster(settled: Settlement): string[] {
  const items = settled.kind === 'done' ? (settled.report?.items ?? []) : []
  return items.filter(({ changes }) => changes.some(({ field }) => field === 'poster')).map((item) => item.rating_key)
}

/** Logs the familiar lines about what is missing. */
function logConfiguration(settings: Settings, logger: Logger): void {
  for (const name of requiredSettings) if (settings[name] === '') logger.log(...engineLines.settingMissing({ name }))
  if (!settings.enabled) logger.log(...engineLines.disabled())
}

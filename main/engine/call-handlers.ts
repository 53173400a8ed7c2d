/** The contract's calls, each answered by a group of handlers over the services that it uses, and the tasks that some of them are. */
import type { Handlers } from '../../shared/contract.ts'
import type { Result } from '../../shared/result.ts'
import { activityHandlers } from './api/activity.ts'
import { backupHandlers } from './api/backups.ts'
import { BugReport } from './api/bug-report.ts'
import { deadLetterHandlers, deadLetterTasks } from './api/dead-letters.ts'
import { explainHandlers } from './api/explain.ts'
import { insightHandlers } from './api/insight.ts'
import { LibraryNames } from './api/library-names.ts'
import { LibraryState } from './api/library-state.ts'
import { lockWork } from './api/locks.ts'
import { compareSceneHandlers, writeSceneHandlers } from './api/one-scene.ts'
import { pathWork } from './api/paths.ts'
import { pickHandlers } from './api/picks.ts'
import { planWork } from './api/plans.ts'
import { pluginHandlers } from './api/plugin.ts'
import { processQueue } from './api/process-queue.ts'
import { gapsWork, reconcileHandlers } from './api/reconcile.ts'
import { rememberedPicks } from './api/remembered-picks.ts'
import { SceneStories } from './api/scene-stories.ts'
import { ServerLines } from './api/server-lines.ts'
import { ServersView } from './api/servers-view.ts'
import { settingsHandlers } from './api/settings.ts'
import { settingsTransferHandlers } from './api/settings-transfer.ts'
import { setupHandlers } from './api/setup.ts'
import { SetupState } from './api/setup-state.ts'
import { statusHandlers } from './api/status.ts'
import { StatusReader } from './api/status-reader.ts'
import { enqueueByReading } from './api/sync.ts'
import { taskHandlers } from './api/tasks.ts'
import { WorkCounts } from './api/work-counts.ts'
import { writtenHandlers, writtenWork } from './api/written.ts'
import type { CatchUp } from './catch-up.ts'
import type { Servers } from './connect-servers.ts'
import type { HealthChecks } from './health/checks.ts'
import { KnownHealth } from './health/known-health.ts'
import { wireHealth } from './health.ts'
import type { Pipeline } from './pipeline.ts'
import type { Plays } from './plays.ts'
import type { Services } from './services.ts'
import { LockAdoption } from './sync/adopt-locks.ts'
import { AdoptedItems } from './sync/adopted-items.ts'
import { LockSearch } from './sync/lock-search.ts'
import { PlannedImages } from './sync/planned-images.ts'
import { Rewrite } from './sync/rewrite.ts'
import { type WriteSceneDeps, writeScene } from './sync/write-scene.ts'
import type { TaskRun } from './task-run.ts'
import type { LongWork } from './tasks/long-kinds.ts'
import { type SyncAllDeps, syncAll } from './tasks/sync-all.ts'
import { TaskKinds } from './tasks/task-kinds.ts'
import type { TaskRunner } from './tasks/task-runner.ts'

export interface CallHandlersDeps {
  readonly services: Services
  readonly pipeline: Pick<Pipeline, 'batches' | 'images' | 'written' | 'turn'>
  readonly servers: Servers
  readonly catchUp: CatchUp
  readonly plays: Plays
  readonly tasks: TaskRunner
  /** Puts a backup in place of the database. */
  readonly restore: (file: string, run: TaskRun) => Promise<Result<{ kept_aside: string }>>
}

export interface WiredCalls {
  readonly handlers: Handlers
  readonly kinds: TaskKinds
  readonly status: StatusReader
  readonly serversView: ServersView
}

export function wireCalls(deps: CallHandlersDeps): WiredCalls {
  const { services, catchUp, tasks } = deps
  const serversView = new ServersView(services)
  const health = wireHealth(services)
  const status = new StatusReader({
    work: new WorkCounts(services),
    setup: new SetupState(services),
    servers: serversView,
    libraries: new LibraryState(services),
    health: new KnownHealth(health, services),
    hooks: services.hooks,
    options: services.options,
  })
  const libraries = new LibraryNames(services)
  const images = new PlannedImages(deps.pipeline.images, services.ledger)
  const plain = {
    ...insight(services, health, status, serversView),
    ...scenes(deps),
    ...settings(deps, libraries, status, images),
    ...deadLetterHandlers(services),
    ...reconcileHandlers(catchUp),
    ...deps.plays.handlers,
  }
  const { reconciler } = catchUp
  const whole: SyncAllDeps = {
    stash: services.stash,
    jobs: services.jobs,
    settings: () => [services.settings.settings(), ...services.settings.ofLibraries()],
    byReading: (run) => enqueueByReading({ scope: 'all' }, services, run),
    workChanged: services.workChanged,
  }
  const kinds = new TaskKinds({
    runner: tasks,
    handlers: plain,
    work: { ...longWork(deps, libraries), ...planWork({ ...services, images }) },
    syncAll: (run) => syncAll(run, whole),
    syncSome: (selection, run) => enqueueByReading(selection, services, run),
    wantAll: () => services.consent.wantAll(),
    reconciler,
  })
  const watched = taskHandlers({ runner: tasks, kinds, reconciler })
  return { handlers: { ...plain, ...watched }, kinds, status, serversView }
}

/** The state of everything, and what helps to find a fault. */
function insight(services: Services, health: HealthChecks, status: StatusReader, servers: ServersView) {
  const report = new BugReport({ ...services, servers: new ServerLines(services) })
  return {
    ...statusHandlers({
      status,
      servers,
      worker: services.worker,
      process: (request, signal) => processQueue(request, services, signal),
      logger: services.ports.logger,
    }),
    ...insightHandlers({ ...services, health, report }),
    ...activityHandlers({ ...services, stories: new SceneStories(services) }),
  }
}

/** Scenes: what is planned for them, found for them and written. */
function scenes({ services, servers, pipeline }: CallHandlersDeps) {
  const { settings, plex, events, jobs, items, inSync, clock } = services
  const writing: WriteSceneDeps = {
    jobs,
    servers,
    items,
    inSync,
    clock,
    run: (job, signal) => pipeline.batches.run([job], signal),
  }
  return {
    ...compareSceneHandlers(services),
    ...writeSceneHandlers({
      settings,
      plex,
      events,
      write: (sceneId, signal) => writeScene(sceneId, writing, signal),
    }),
    ...explainHandlers(services),
    ...pickHandlers(services),
  }
}

/** Settings, the setup, and what belongs to the data folder. */
function settings(
  { services, plays }: CallHandlersDeps,
  libraries: LibraryNames,
  status: StatusReader,
  images: PlannedImages,
) {
  const { options, db } = services
  const picks = rememberedPicks(db, services.picks, services.index)
  return {
    ...settingsHandlers({ ...services, libraries, check: plays.checkSettings }),
    ...settingsTransferHandlers({ ...services, picks, version: options.version }),
    ...writtenHandlers({ ...services, libraries, images }),
    ...setupHandlers({ ...services, status }),
    ...pluginHandlers(services),
    ...backupHandlers({ ...services, dataFolder: options.dataFolder }),
  }
}

/** What the tasks do. */
function longWork(
  { services, pipeline, catchUp, plays, restore }: CallHandlersDeps,
  libraries: LibraryNames,
): Omit<LongWork, 'planScenes'> {
  const { stash, planner, matcher, desired, items, inSync, unknownLocks, jobs, ports, collections } = services
  const { images, written, turn } = pipeline
  const search = new LockSearch({ planner, images, pace: () => turn.pace() })
  const adopted = new AdoptedItems({ items, inSync, locks: unknownLocks, clock: ports.clock })
  return {
    ...writtenWork({
      ...services,
      libraries,
      rewrite: new Rewrite({ stash, matcher, desired, planner, written, jobs, collections }),
    }),
    ...lockWork({
      ...services,
      adoption: new LockAdoption({ stash, search, adopted, jobs, logger: ports.logger }),
    }),
    ...gapsWork({ ...services, reconciler: catchUp.reconciler, gaps: catchUp.gaps }),
    ...deadLetterTasks(services),
    ...pathWork(services),
    ...plays.work,
    restoreBackup: ({ file }, run) => restore(file, run),
  }
}

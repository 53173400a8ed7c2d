/** The contract's calls, each answered by a group of handlers over the wired services, and the tasks that some of them are. */
import type { Handlers } from '../../shared/contract.ts'
import type { Result } from '../../shared/result.ts'
import { activityHandlers } from './api/activity.ts'
import { deadLetterHandlers } from './api/dead-letters.ts'
import { insightHandlers } from './api/insight.ts'
import { lockWork } from './api/locks.ts'
import { matchingHandlers } from './api/matching.ts'
import { oneSceneHandlers } from './api/one-scene.ts'
import { pathHandlers } from './api/paths.ts'
import { pluginHandlers } from './api/plugin.ts'
import { gapsWork, reconcileHandlers } from './api/reconcile.ts'
import { settingsHandlers } from './api/settings.ts'
import { setupHandlers } from './api/setup.ts'
import { statusHandlers } from './api/status.ts'
import { enqueueByReading, syncHandlers } from './api/sync.ts'
import { taskHandlers } from './api/tasks.ts'
import { writtenHandlers, writtenWork } from './api/written.ts'
import type { CatchUp } from './catch-up.ts'
import type { Servers } from './connect-servers.ts'
import type { Pipeline } from './pipeline.ts'
import type { Plays } from './plays/plays.ts'
import type { Services } from './services.ts'
import { runBatch } from './sync/batch.ts'
import { TaskKinds } from './tasks/task-kinds.ts'
import type { TaskRunner } from './tasks/task-runner.ts'

export interface CallHandlersDeps {
  readonly services: Services
  readonly pipeline: Pick<Pipeline, 'batch'>
  readonly servers: Servers
  readonly catchUp: CatchUp
  readonly plays: Plays
  readonly tasks: TaskRunner
  /** Puts a backup in place of the database. */
  readonly restore: (file: string) => Promise<Result<{ kept_aside: string }>>
}

export function wireCalls({ services, pipeline, servers, catchUp, plays, tasks, restore }: CallHandlersDeps): {
  readonly handlers: Handlers
  readonly kinds: TaskKinds
} {
  const { reconciler } = catchUp
  const { settings, stash, store, consent, worker, events } = services
  const images = { images: pipeline.batch.apply, stash, ledger: services.ledger }
  const plain = {
    ...statusHandlers(services),
    ...activityHandlers(services),
    ...syncHandlers(services, images),
    ...oneSceneHandlers(services, {
      ...{ jobs: store, servers, items: services.items, inSync: services.inSync, clock: services.ports.clock },
      run: (job, signal) => runBatch([job], pipeline.batch, signal),
    }),
    ...deadLetterHandlers(services),
    ...matchingHandlers(services),
    ...pathHandlers(services),
    ...insightHandlers(services),
    ...reconcileHandlers(catchUp),
    ...settingsHandlers(services, restore, plays.checkSettings),
    ...plays.handlers,
    ...writtenHandlers(services, images),
    ...setupHandlers(services),
    ...pluginHandlers(services),
  }
  const kinds = new TaskKinds({
    runner: tasks,
    handlers: plain,
    work: {
      ...writtenWork(services),
      ...lockWork(services, pipeline),
      ...gapsWork(services, reconciler, catchUp.gaps),
      ...plays.work,
    },
    syncAll: {
      stash,
      jobs: store,
      settings: () => [settings.settings(), ...settings.ofLibraries()],
      byReading: (run) => enqueueByReading(services, { scope: 'all' }, run.signal, (done) => run.progress(done, null)),
      onEnqueued: () => {
        worker.wake()
        events.statusChanged()
      },
    },
    wantAll: () => consent.wantAll(),
    reconciler,
    onComparison: (listener) => catchUp.onProgress(listener),
  })
  const watched = taskHandlers({ runner: tasks, kinds, reconciler, enqueueScenes: plain.enqueueScenes })
  return { handlers: { ...plain, ...watched }, kinds }
}

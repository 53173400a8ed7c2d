/** Counts the work: the worker, the queue, and what has been written. */
import type { Status } from '../../../shared/contract.ts'
import { moment } from '../../../shared/moment.ts'
import type { Clock } from '../ports.ts'
import type { Activity } from '../queue/activity.ts'
import type { DeadLetters } from '../queue/dead-letters.ts'
import type { JobStore } from '../queue/job-store.ts'
import type { SceneStates } from '../sync/scene-states.ts'
import type { SyncItems } from '../sync/sync-items.ts'
import type { Worker } from '../sync/worker.ts'

export interface WorkCountsDeps {
  readonly worker: Pick<Worker, 'running' | 'paused'>
  readonly jobs: JobStore
  readonly deadLetters: DeadLetters
  readonly states: SceneStates
  readonly items: SyncItems
  readonly activity: Activity
  readonly clock: Clock
}

type CountedWork = Pick<
  Status,
  'running' | 'paused' | 'queue' | 'dead_letters' | 'needs_you' | 'synced_scenes' | 'last_synced_at' | 'per_minute'
>

/** The rate is that of the last five minutes. */
const rateWindowMs = 5 * 60_000

export class WorkCounts {
  readonly #deps: WorkCountsDeps

  constructor(deps: WorkCountsDeps) {
    this.#deps = deps
  }

  read(): CountedWork {
    const { worker, jobs, deadLetters, states, items, activity, clock } = this.#deps
    return {
      running: worker.running,
      paused: worker.paused,
      queue: jobs.counts(),
      ...deadLetters.counts(),
      synced_scenes: states.inSync(),
      last_synced_at: moment(items.lastWrittenAt()),
      per_minute: activity.perMinuteSince(clock.now() - rateWindowMs),
    }
  }
}

/** The task that adopts fields which are locked in Plex and unknown to this installation. */
import type { Pipeline } from '../pipeline.ts'
import type { Services } from '../services.ts'
import { adoptLocks } from '../sync/adopt-locks.ts'
import type { WatchedWork } from '../tasks/task-kinds.ts'

export function lockWork(services: Services, { batch }: Pick<Pipeline, 'batch'>): Pick<WatchedWork, 'adoptLocks'> {
  const { stash, planner, items, inSync, unknownLocks: locks, store: jobs, ports, undo } = services
  const deps = {
    ...{ stash, planner, jobs, ports, images: batch.apply, pace: undo.turn.pace },
    records: { items, inSync, locks },
  }
  return {
    adoptLocks: async (request, run) => {
      const known = await services.identities.ensurePlex(run.signal)
      if (!known.ok) return known
      const done = await adoptLocks(request, deps, run)
      services.worker.wake()
      services.events.statusChanged()
      return done
    },
  }
}

/** The task that adopts fields which are locked in Plex and unknown to this installation. */
import type { ServerIdentities } from '../servers/server-identity.ts'
import type { LockAdoption } from '../sync/adopt-locks.ts'
import type { LongWork } from '../tasks/long-kinds.ts'

export interface LockWorkDeps {
  readonly identities: Pick<ServerIdentities, 'ensurePlex'>
  readonly adoption: LockAdoption
  /** Wakes the worker and publishes the new status. */
  readonly workChanged: () => void
}

export function lockWork({ identities, adoption, workChanged }: LockWorkDeps): Pick<LongWork, 'adoptLocks'> {
  return {
    adoptLocks: async (request, run) => {
      const known = await identities.ensurePlex(run.signal)
      if (!known.ok) return known
      const done = await adoption.run(request, run)
      workChanged()
      return done
    },
  }
}

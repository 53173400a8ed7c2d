/**
 * From a changed performer, studio, tag or group to the scenes that carry it: those that Stash names now, and those that
 * carried it when they were written last, since something destroyed or merged can no longer be asked for.
 */

import type { JobKind, SceneId } from '../../../shared/domain.ts'
import type { Fault } from '../../../shared/result.ts'
import type { Logger } from '../ports.ts'
import type { ClaimedJob, Settlement } from '../queue/job.ts'
import type { JobStore } from '../queue/job-store.ts'
import type { StashClient } from '../stash/client.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'
import { hearingLines } from './hearing-log.ts'
import { entityText, type ProbeState } from './probe-state.ts'

export interface FanOutDeps {
  readonly store: JobStore
  readonly stash: Pick<StashClient, 'sceneIdsCarrying' | 'entity'>
  readonly probeState: Pick<ProbeState, 'entity' | 'saveEntity' | 'dropEntity'>
  readonly carriersOf: (kind: Exclude<JobKind, 'scene'>, id: string) => Promise<SceneId[]>
  readonly logger: Logger
  /** Settles a job whose request to Stash failed. */
  readonly settleFault: (job: ClaimedJob, fault: Fault) => void
  readonly settle: (settlement: Settlement) => void
}

/** How many scenes are enqueued in one transaction. */
const chunk = 500

export async function fanOut(job: ClaimedJob, deps: FanOutDeps, signal: AbortSignal): Promise<void> {
  if (job.kind === 'scene') return
  // Before the scenes: what is kept must not be newer than what they receive.
  const entity = await deps.stash.entity(job.kind, job.subjectId, signal)
  if (!entity.ok) return deps.settleFault(job, entity.fault)
  const carried = new Set(await deps.carriersOf(job.kind, job.subjectId))
  const carrying = new Set<SceneId>()
  for await (const page of deps.stash.sceneIdsCarrying(job.kind, job.subjectId, signal)) {
    if (!page.ok) return deps.settleFault(job, page.fault)
    for (const id of page.value) carrying.add(id)
  }
  // The tag that others were merged into: only scenes that came to it have changed.
  const isSame =
    job.kind === 'tag' &&
    entity.value !== null &&
    deps.probeState.entity('tag', job.subjectId) === entityText(entity.value)
  const scenes = [...new Set([...carried, ...carrying])].filter((id) => !isSame || carried.has(id) !== carrying.has(id))
  for (let from = 0; from < scenes.length; from += chunk) {
    deps.store.inTransaction(() => {
      for (const subjectId of scenes.slice(from, from + chunk))
        deps.store.enqueue({ kind: 'scene', subjectId, fields: null, origin: 'fan_out' }, 0)
    })
    await yieldToEventLoop()
  }
  deps.logger.log(...hearingLines.fannedOut({ scenes: scenes.length, kind: job.kind, id: job.subjectId }))
  // From now on the probe knows this value. Acknowledged last: a crash before this only enqueues the same scenes once more.
  if (entity.value === null) deps.probeState.dropEntity(job.kind, job.subjectId)
  else deps.probeState.saveEntity(job.kind, entity.value)
  const remark = { code: 'fanned_out', values: { scenes: scenes.length, kind: job.kind, id: job.subjectId } } as const
  const settlement: Settlement = { job, kind: 'done', outcome: 'fanned_out', title: '', remark }
  deps.settle(settlement)
}

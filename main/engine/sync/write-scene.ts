/**
 * Writes one scene while the caller waits, and reads it back: the proof on the user's own servers. It is a job like any
 * other, claimed as it comes in, so that the worker cannot write the same scene at the same time. It is tried once: what
 * cannot be written now is not written later, because the press that asked for it meant now.
 */

import { decline } from '../../../shared/decline.ts'
import type { Change, Field, Kept, SceneId } from '../../../shared/domain.ts'
import { englishRemark } from '../../../shared/remark-texts.ts'
import { remarkOfFault } from '../../../shared/remarks.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import { pause } from '../pause.ts'
import type { PlexClient } from '../plex/client.ts'
import type { Clock } from '../ports.ts'
import type { ClaimedJob, TakenJob } from '../queue/job.ts'
import type { JobStore } from '../queue/job-store.ts'
import { closedFault } from '../servers/await-gate.ts'
import type { AppliedItem, AppliedScene } from './applied.ts'
import type { ItemsInSync } from './items-in-sync.ts'
import type { JobOutcome } from './outcome.ts'
import { type Difference, readBack, type WrittenItem } from './read-back.ts'
import type { SyncItems } from './sync-items.ts'
import type { SyncServers } from './sync-servers.ts'

export interface WriteSceneDeps {
  readonly jobs: Pick<JobStore, 'take' | 'giveUp' | 'settle'>
  readonly servers: Pick<SyncServers, 'gates'> & { readonly plex: Pick<PlexClient, 'items' | 'selectedImage'> }
  readonly items: Pick<SyncItems, 'get' | 'markVerified'>
  readonly inSync: Pick<ItemsInSync, 'verified'>
  readonly clock: Clock
  /** Runs a batch of this one job. */
  readonly run: (job: ClaimedJob, signal: AbortSignal) => Promise<readonly JobOutcome[]>
}

export interface WrittenScene {
  readonly sceneId: SceneId
  readonly title: string
  /** Of the first item; null if the scene is held back by a setting. */
  readonly ratingKey: string | null
  readonly written: Field[]
  readonly verified: Field[]
  readonly differs: Difference[]
  readonly items: readonly {
    readonly ratingKey: string
    readonly changes: readonly Change[]
    readonly kept: readonly Kept[]
  }[]
}

const leaseMs = 5 * 60_000
/** A job of the scene that is in progress is waited for, this often. */
const retryMs = 250
const longestWaitMs = 60_000

export async function writeScene(
  sceneId: SceneId,
  deps: WriteSceneDeps,
  signal: AbortSignal,
): Promise<Result<WrittenScene>> {
  for (const gate of [deps.servers.gates.plex, deps.servers.gates.stash]) if (gate.waitMs() > 0) await gate.retryNow()
  const taken = await take(sceneId, deps, signal)
  if (!taken.ok) return taken
  const [outcome] = await run(taken.value, deps, signal)
  // No turn of the event loop has passed since the outcome was recorded: no worker has claimed what waits again.
  const failed = outcome === undefined ? null : faultOf(outcome, deps)
  if (failed !== null || outcome === undefined) {
    const given = failed ?? fail('cancelled', 'The work was stopped before it was done.')
    deps.jobs.giveUp(taken.value, remarkOfFault(given.fault))
    return given
  }
  const title = 'title' in outcome.settlement ? (outcome.settlement.title ?? '') : ''
  return verified(sceneId, title, outcome.applied, deps, signal)
}

async function take(
  subjectId: SceneId,
  { jobs, clock }: WriteSceneDeps,
  signal: AbortSignal,
): Promise<Result<TakenJob>> {
  const end = clock.now() + longestWaitMs
  while (!signal.aborted) {
    const taken = jobs.take(
      { kind: 'scene', subjectId, fields: null, origin: 'manual', force: true, explicit: true },
      leaseMs,
    )
    if (taken !== null) return ok(taken)
    if (clock.now() >= end) return decline('server_busy', { code: 'scene_busy', values: { scene: subjectId } })
    await pause(retryMs, clock)
  }
  return fail('cancelled', 'The work was stopped before it was done.')
}

/** A bug must not leave the job claimed until its lease ends. */
async function run(taken: TakenJob, { jobs, run: runJob }: WriteSceneDeps, signal: AbortSignal) {
  try {
    return await runJob(taken.job, signal)
  } catch (error) {
    jobs.settle([{ job: taken.job, kind: 'release' }])
    jobs.giveUp(taken, { code: 'stopped_unexpectedly', values: {} })
    throw error
  }
}

/** Why the scene was not written; null if it was, or nothing differed. */
function faultOf({ settlement, fault }: JobOutcome, { servers: { gates } }: WriteSceneDeps) {
  const { kind, job } = settlement
  if (kind === 'done') {
    if (settlement.outcome === 'synced' || settlement.outcome === 'unchanged') return null
    if (settlement.outcome === 'scene_gone')
      return decline('unknown_name', { code: 'no_scene', values: { ids: [job.subjectId] } })
    return fail('held_back', englishRemark(settlement.remark), { remark: settlement.remark })
  }
  if (fault !== null) return { ok: false, fault } as const
  if (kind !== 'release') return fail(settlement.code, settlement.message, { remark: settlement.remark })
  const { plex } = gates
  return plex.held !== null || plex.waitMs() > 0
    ? closedFault(plex)
    : decline('server_busy', { code: 'item_busy', values: {} })
}

async function verified(
  sceneId: SceneId,
  title: string,
  applied: AppliedScene | null,
  deps: WriteSceneDeps,
  signal: AbortSignal,
): Promise<Result<WrittenScene>> {
  const items = applied?.items ?? []
  const changed = items.filter(({ changes }) => changes.length > 0)
  const read = changed.length === 0 ? ok([]) : await readBackNow(changed, deps, signal)
  if (!read.ok) return read
  const differs = read.value
  const written = [...new Set(items.flatMap(({ changes }) => changes.map(({ field }) => field)))]
  return ok({
    sceneId,
    title,
    ratingKey: items[0]?.planned.target.ratingKey ?? null,
    written,
    verified: written.filter((field) => !differs.some((one) => one.field === field)),
    differs,
    items: items.map(({ planned, changes, kept }) => ({ ratingKey: planned.target.ratingKey, changes, kept })),
  })
}

async function readBackNow(
  changed: readonly AppliedItem[],
  { servers: { plex }, items, inSync, clock }: WriteSceneDeps,
  signal: AbortSignal,
): Promise<Result<Difference[]>> {
  const read = await readBack(changed.map(writtenItem), { plex, clock }, signal)
  if (!read.ok) return read
  const { differs } = read.value
  // What Plex shows by now need not be read again in half a minute.
  for (const [ratingKey, item] of differs.length === 0 ? read.value.items : []) {
    const record = items.get(ratingKey)
    if (record === null) continue
    items.markVerified(record, clock.now())
    inSync.verified(ratingKey, item.updatedAt)
  }
  return ok(differs)
}

function writtenItem({ planned, changes, base }: AppliedItem): WrittenItem {
  const { poster, background } = base
  const uploads = { ...(poster !== undefined && { poster }), ...(background !== undefined && { background }) }
  return { ratingKey: planned.target.ratingKey, changes, uploads }
}

/**
 * Adopts fields that are locked in Plex and that this installation does not know: from then on they count as written by it,
 * so that later changes in Stash reach them. Fields whose value equals what would be written, or all of them on the user's
 * word; then the scenes are enqueued, and what differs is written.
 */

import * as z from 'zod'
import { type AdoptedLocks, adoptedLocksSchema } from '../../../shared/contract.ts'
import type { StashScene } from '../../../shared/domain.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import { type Base, emptyBase, withLocks } from '../merge/base.ts'
import { landedBase } from '../merge/landed-base.ts'
import { isLockedByUser } from '../merge/plex-fields.ts'
import { adopted, type UnknownLock, unknownLocks } from '../merge/unknown-locks.ts'
import type { Ports } from '../ports.ts'
import type { JobStore } from '../queue/job-store.ts'
import type { StashClient } from '../stash/client.ts'
import type { TaskRun } from '../task-run.ts'
import { CoverSource } from './cover.ts'
import { type ImagePlanDeps, planImages } from './image-plan.ts'
import type { ItemsInSync } from './items-in-sync.ts'
import { partAt } from './ownership.ts'
import type { Planner } from './planner.ts'
import type { PlannedItem } from './scene-plan.ts'
import { noCover } from './scene-state.ts'
import type { ItemIdentity, SyncItem } from './sync-item.ts'
import type { SyncItems } from './sync-items.ts'
import type { UnknownLocks } from './unknown-locks.ts'
import { workerLines } from './worker-log.ts'

export interface AdoptDeps {
  readonly stash: Pick<StashClient, 'scenesAfter' | 'cover' | 'groupImage'>
  readonly planner: Pick<Planner, 'plan'>
  readonly images: ImagePlanDeps
  readonly records: { readonly items: SyncItems; readonly inSync: ItemsInSync; readonly locks: UnknownLocks }
  readonly jobs: JobStore
  readonly ports: Pick<Ports, 'clock' | 'logger'>
  /** Awaited before each request for the pictures of an item. */
  readonly pace: () => Promise<void>
}

export interface AdoptRequest {
  /** Also fields with another value than Stash has: theirs are overwritten then. */
  readonly all: boolean
  readonly dry_run: boolean
}

const scenesPerPage = 500
const scenesPerPlan = 50
const sampleSize = 20
const memoSchema = z.object({ after: z.number(), done: z.number(), report: adoptedLocksSchema })

/** Returns what was adopted, or what would be. A restart continues where it stopped. */
export async function adoptLocks(
  request: AdoptRequest,
  deps: AdoptDeps,
  run: Pick<TaskRun, 'signal' | 'progress' | 'memo' | 'remember'>,
): Promise<Result<AdoptedLocks>> {
  const kept = memoSchema.safeParse(run.memo)
  const nothing = { items: 0, fields: 0, differing: 0, enqueued: 0, sample: [] }
  const memo = kept.success ? kept.data : { after: 0, done: 0, report: nothing }
  for (;;) {
    const page = await deps.stash.scenesAfter({ after: memo.after, since: null, limit: scenesPerPage }, run.signal)
    if (!page.ok) return page
    const { scenes, count } = page.value
    const total = memo.done + Math.max(count, scenes.length)
    for (let from = 0; from < scenes.length; from += scenesPerPlan) {
      if (run.signal.aborted) return fail('cancelled', 'Stopped')
      const slice = scenes.slice(from, from + scenesPerPlan)
      const found = await findIn(slice, deps, run.signal)
      if (!found.ok) return found
      deps.jobs.inTransaction(() => {
        for (const one of found.value) adoptItem(one, request, deps, memo.report)
        memo.done += slice.length
        memo.after = Number(slice.at(-1)?.id ?? memo.after)
        run.remember(memo)
      })
      run.progress(memo.done, total)
    }
    if (scenes.length < scenesPerPage) return ok(memo.report)
  }
}

interface Found {
  readonly scene: StashScene
  readonly planned: PlannedItem
  readonly locks: readonly UnknownLock[]
  /** What the base notes of the poster where the one that is shown is the scene's; null if it is not. */
  readonly poster: Partial<Base> | null
}

async function findIn(
  scenes: readonly StashScene[],
  deps: AdoptDeps,
  signal: AbortSignal,
): Promise<Result<readonly Found[]>> {
  const plans = await deps.planner.plan(scenes, signal)
  if (!plans.ok) return plans
  const found: Found[] = []
  for (const plan of plans.value) {
    if (plan.kind !== 'planned') continue
    for (const planned of plan.items) {
      if (!planned.settings.preserve_plex_edits) continue
      const { wanted, item, record } = planned
      const locks = unknownLocks({ wanted, item, base: record?.base ?? null, pending: record?.pending ?? null })
      const poster = await posterOf(plan.scene, planned, deps, signal)
      if (!poster.ok) return poster
      if (locks.length > 0 || poster.value !== null)
        found.push({ scene: plan.scene, planned, locks, poster: poster.value })
    }
  }
  return ok(found)
}

/** A locked poster that this installation does not know: is it the one that it would upload? */
async function posterOf(
  scene: StashScene,
  planned: PlannedItem,
  deps: AdoptDeps,
  signal: AbortSignal,
): Promise<Result<Partial<Base> | null>> {
  const { item, record, settings } = planned
  const base = landedBase(record?.base ?? emptyBase, record?.pending ?? null, item)
  const isUnknown = base.poster === undefined && isLockedByUser(item, 'poster', new Set(base.locked))
  if (!settings.sync_master || !settings.sync_poster || !isUnknown) return ok(null)
  await deps.pace()
  const cover = new CoverSource(scene, noCover, deps.stash, signal)
  const asOurs: SyncItem = { ...recordOf(scene, planned), base: withLocks(base, ['poster']), posterShown: null }
  const images = await planImages(
    { scene, planned: { ...planned, record: asOurs }, cover, looks: true },
    deps.images,
    signal,
  )
  if (images.fault !== null) return { ok: false, fault: images.fault }
  return ok(images.acts.some(({ field }) => field === 'poster') || !images.noted.poster ? null : images.noted)
}

function adoptItem(found: Found, { all, dry_run }: AdoptRequest, deps: AdoptDeps, report: AdoptedLocks): void {
  const { scene, planned, locks, poster } = found
  const { item, record, target } = planned
  const now = deps.records.items.get(target.ratingKey)
  // Written since it was read: what is ours of it is known by now.
  const isOvertaken = (now?.writtenAt ?? null) !== (record?.writtenAt ?? null) || now?.pending != null
  if (isOvertaken) return
  const taken = locks.filter(({ isEqual }) => all || isEqual)
  const differing = locks.filter(({ isEqual }) => !isEqual)
  const sides = { item, base: record?.base ?? null, pending: record?.pending ?? null }
  const adoptedBase = adopted(sides, taken)
  const base = poster === null ? adoptedBase : { ...withLocks(adoptedBase, ['poster']), ...poster }
  const fields = taken.length + (poster === null ? 0 : 1)
  report.fields += fields
  report.differing += differing.length
  if (fields > 0) report.items += 1
  for (const { field, plex, stash } of differing)
    if (report.sample.length < sampleSize)
      report.sample.push({ scene_id: scene.id, rating_key: target.ratingKey, title: scene.title, field, plex, stash })
  if (dry_run || fields === 0) return
  deps.records.items.adopted({ ...recordOf(scene, planned), base }, deps.ports.clock.now())
  deps.records.locks.note(planned, { item, base, pending: null })
  if (!all || differing.length === 0) return
  // What the user gave up is named before it is overwritten.
  const names = differing.map(({ field }) => field).join(', ')
  deps.ports.logger.log(...workerLines.adopted({ fields: names, item: target.ratingKey }), { sceneId: scene.id })
  deps.records.inSync.drop(target.ratingKey)
  const job = { kind: 'scene', subjectId: scene.id, fields: null, origin: 'manual' } as const
  if (deps.jobs.enqueue(job, 0) === 'queued') report.enqueued += 1
}

function recordOf(scene: StashScene, { target, item, record }: PlannedItem): SyncItem {
  const { ratingKey, sectionId, file } = target
  const { size = null, duration = null } = partAt(item, file) ?? {}
  const identity: ItemIdentity = { ratingKey, sceneId: scene.id, sectionId, file, size, duration }
  const unmet = {
    base: emptyBase,
    pending: null,
    lastWrite: null,
    kept: [],
    refused: {},
    posterShown: null,
    writtenAt: null,
    verifiedAt: null,
  }
  return { ...(record ?? unmet), ...identity }
}

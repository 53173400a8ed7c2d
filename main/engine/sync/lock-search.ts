/** Finds fields that are locked in Plex and that this installation does not know. */
import type { StashScene } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import { type Base, emptyBase, withLocks } from '../merge/base.ts'
import { landedBase } from '../merge/landed-base.ts'
import { isLockedByUser } from '../merge/plex-fields.ts'
import { type UnknownLock, unknownLocks } from '../merge/unknown-locks.ts'
import type { ImagePlanner } from './image-plan.ts'
import { partAt } from './ownership.ts'
import type { Planner } from './planner.ts'
import type { PlannedItem } from './scene-plan.ts'
import { noCover } from './scene-state.ts'
import type { ItemIdentity, SyncItem } from './sync-item.ts'

export interface LockSearchDeps {
  readonly planner: Pick<Planner, 'plan'>
  readonly images: ImagePlanner
  /** Awaited before each request for the pictures of an item. */
  readonly pace: () => Promise<void>
}

export interface FoundLocks {
  readonly scene: StashScene
  readonly planned: PlannedItem
  readonly locks: readonly UnknownLock[]
  /** What the base notes of the poster where the one that is shown is the scene's; null if it is not. */
  readonly poster: Partial<Base> | null
}

export class LockSearch {
  readonly #deps: LockSearchDeps

  constructor(deps: LockSearchDeps) {
    this.#deps = deps
  }

  /** Items of these scenes that have such fields. */
  async in(scenes: readonly StashScene[], signal: AbortSignal): Promise<Result<readonly FoundLocks[]>> {
    const plans = await this.#deps.planner.plan(scenes, signal)
    if (!plans.ok) return plans
    const found: FoundLocks[] = []
    for (const plan of plans.value) {
      if (plan.kind !== 'planned') continue
      for (const planned of plan.items) {
        if (!planned.settings.preserve_plex_edits) continue
        const { wanted, item, record } = planned
        const locks = unknownLocks({ wanted, item, base: record?.base ?? null, pending: record?.pending ?? null })
        const poster = await this.#posterOf(plan.scene, planned, signal)
        if (!poster.ok) return poster
        if (locks.length > 0 || poster.value !== null)
          found.push({ scene: plan.scene, planned, locks, poster: poster.value })
      }
    }
    return ok(found)
  }

  /** A locked poster that this installation does not know: is it the one that it would upload? */
  async #posterOf(scene: StashScene, planned: PlannedItem, signal: AbortSignal): Promise<Result<Partial<Base> | null>> {
    const { images, pace } = this.#deps
    const { item, record, settings } = planned
    const base = landedBase(record?.base ?? emptyBase, record?.pending ?? null, item)
    const isUnknown = base.poster === undefined && isLockedByUser(item, 'poster', new Set(base.locked))
    if (!settings.sync_master || !settings.sync_poster || !isUnknown) return ok(null)
    await pace()
    const asOurs: SyncItem = { ...recordOf(scene, planned), base: withLocks(base, ['poster']), posterShown: null }
    const cover = images.cover(scene, noCover, signal)
    const plan = await images.plan({ scene, planned: { ...planned, record: asOurs }, cover, looks: true }, signal)
    if (plan.fault !== null) return { ok: false, fault: plan.fault }
    return ok(plan.acts.some(({ field }) => field === 'poster') || !plan.noted.poster ? null : plan.noted)
  }
}

/** What is stored of an item, as if it had been written now. */
export function recordOf(scene: StashScene, { target, item, record }: PlannedItem): SyncItem {
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

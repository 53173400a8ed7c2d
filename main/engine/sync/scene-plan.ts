/** The plan for one scene: what of its items is written, or why nothing is. */
import type { Candidate, PlexItem, SceneId, StashScene } from '../../../shared/domain.ts'
import { type Remark, remarkOfFault } from '../../../shared/remarks.ts'
import type { Fault } from '../../../shared/result.ts'
import type { CollectionWrite } from '../collections/collection-marks.ts'
import type { Decision } from '../match/decision.ts'
import type { ItemPlan } from '../merge/item-plan.ts'
import type { Aim, Unwanted } from './aims.ts'
import type { SyncItem } from './sync-item.ts'

export interface PlannedItem extends Aim {
  readonly item: PlexItem
  /** What PlexSync knows of the item; null if it is new. */
  readonly record: SyncItem | null
  /** Who had written under this key when it was planned; another writer since then means planning again. */
  readonly lastWriter: SceneId | null
  readonly plan: ItemPlan
}

export type ScenePlan = { readonly scene: StashScene; readonly decision: Decision | null } & (
  | { readonly kind: 'planned'; readonly items: readonly PlannedItem[] }
  /** Not written on purpose. */
  | { readonly kind: 'skipped'; readonly remark: Remark }
  | { readonly kind: 'failed'; readonly fault: Fault; readonly candidates: readonly Candidate[] }
)

/** Why nothing of the scene is written. */
export function remarkOfUnwritten(plan: Exclude<ScenePlan, { kind: 'planned' }>): Remark {
  return plan.kind === 'skipped' ? plan.remark : remarkOfFault(plan.fault)
}

/** A scene that is held back on purpose, or fails for good. */
export function unwritten(scene: StashScene, decision: Decision | null, outcome: Unwanted): ScenePlan {
  return outcome.kind === 'skipped'
    ? { kind: 'skipped', scene, decision, remark: { code: outcome.reason, values: {} } }
    : { kind: 'failed', scene, decision, fault: outcome.fault, candidates: [] }
}

/** The scenes and libraries whose collections are about to be written. */
export function collectionWritesOf(plans: readonly ScenePlan[]): CollectionWrite[] {
  return plans.flatMap((plan) =>
    plan.kind === 'planned'
      ? plan.items.map(({ target, settings }) => ({ scene: plan.scene, sectionId: target.sectionId, settings }))
      : [],
  )
}

/** What a comparison says of a scene: its gaps, or which of its items must be read first. */
import type { GapRow } from '../../../shared/contract.ts'
import type { Change, RatingKey, StashScene } from '../../../shared/domain.ts'
import type { Target } from '../match/decision.ts'
import type { Aim } from '../sync/aims.ts'
import type { ItemGapKind } from './compare.ts'

export interface ItemGap {
  readonly target: Target
  readonly changes: readonly Change[]
  readonly kind: ItemGapKind
}

export interface Verdict {
  readonly kind: 'verdict'
  readonly scene: StashScene
  readonly gaps: readonly ItemGap[]
  /** Set where no item belongs to the scene. */
  readonly missing: { readonly ratingKey: RatingKey | null } | null
  readonly skipped: Extract<GapRow['skipped'], 'no_file' | 'no_metadata' | 'filtered'> | null
  /** Items that differ only because settings have changed since they were written. */
  readonly pendingRewrites: number
}

/** A scene of which some items have to be read whole. */
export interface OpenScene {
  readonly kind: 'open'
  readonly scene: StashScene
  readonly aims: readonly Aim[]
  readonly found: readonly ItemGap[]
  readonly toRead: readonly Aim[]
  readonly pendingRewrites: number
}

/** Nothing to be said of the scene but what `known` says. */
export function verdictOn(scene: StashScene, known: Partial<Omit<Verdict, 'kind' | 'scene'>> = {}): Verdict {
  return { kind: 'verdict', scene, gaps: [], missing: null, skipped: null, pendingRewrites: 0, ...known }
}

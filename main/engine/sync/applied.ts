/** What was done to the items of a scene. */
import type { Change, Kept } from '../../../shared/domain.ts'
import type { Fault } from '../../../shared/result.ts'
import type { Base } from '../merge/base.ts'
import type { Refused } from '../merge/refused.ts'
import type { PlannedItem } from './scene-plan.ts'
import type { Cover } from './scene-state.ts'
import type { FormerImages } from './sync-item.ts'

/** What was done to one item; `fault` where it was not all. */
export interface AppliedItem {
  readonly planned: PlannedItem
  readonly changes: readonly Change[]
  readonly kept: readonly Kept[]
  readonly base: Base
  /** The pictures that were shown before, as far as they were noted. */
  readonly former: FormerImages
  /** Everything that Plex refuses and that is still wanted. */
  readonly refused: Refused
  /** Of it what Plex refused just now; empty if nothing was. */
  readonly newlyRefused: Refused
  /** The address of the poster that was judged; null if another one is shown now. */
  readonly posterShown: string | null
  readonly fault: Fault | null
}

export interface AppliedScene {
  readonly items: readonly AppliedItem[]
  readonly cover: Cover
  /** The first fault; null if everything was done. */
  readonly fault: Fault | null
}

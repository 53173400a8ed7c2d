import type { ItemEdit } from '../../../shared/item-edit.ts'
import type { Refused } from '../merge/refused.ts'

export interface EditOutcome {
  /** What was sent and accepted: a summary may have been cut, and what is refused is left out. */
  readonly written: ItemEdit
  readonly refused: Refused
}

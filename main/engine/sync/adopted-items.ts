/** Notes fields of items as written by this installation, in all stores that know what is ours. */
import type { RatingKey } from '../../../shared/domain.ts'
import { withLocks } from '../merge/base.ts'
import { adopted, type UnknownLock } from '../merge/unknown-locks.ts'
import type { Clock } from '../ports.ts'
import type { ItemsInSync } from './items-in-sync.ts'
import { type FoundLocks, recordOf } from './lock-search.ts'
import type { PlannedItem } from './scene-plan.ts'
import type { SyncItems } from './sync-items.ts'
import type { UnknownLocks } from './unknown-locks.ts'

export interface AdoptedItemsDeps {
  readonly items: Pick<SyncItems, 'get' | 'adopted'>
  readonly inSync: Pick<ItemsInSync, 'drop'>
  readonly locks: Pick<UnknownLocks, 'note'>
  readonly clock: Clock
}

export class AdoptedItems {
  readonly #deps: AdoptedItemsDeps

  constructor(deps: AdoptedItemsDeps) {
    this.#deps = deps
  }

  /** Whether the item was written since it was read: what is ours of it is known by now. */
  isOvertaken({ record, target }: PlannedItem): boolean {
    const now = this.#deps.items.get(target.ratingKey)
    return (now?.writtenAt ?? null) !== (record?.writtenAt ?? null) || now?.pending != null
  }

  /** From now on these fields count as written. */
  note({ scene, planned, poster }: FoundLocks, taken: readonly UnknownLock[]): void {
    const { items, locks, clock } = this.#deps
    const { item, record } = planned
    const fields = adopted({ item, base: record?.base ?? null, pending: record?.pending ?? null }, taken)
    const base = poster === null ? fields : { ...withLocks(fields, ['poster']), ...poster }
    items.adopted({ ...recordOf(scene, planned), base }, clock.now())
    locks.note(planned, { item, base, pending: null })
  }

  /** The item differs from what it should show. */
  isToBeWritten(ratingKey: RatingKey): void {
    this.#deps.inSync.drop(ratingKey)
  }
}

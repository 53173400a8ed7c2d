/**
 * Is there a gap between a scene and a Plex item, and of what kind? Pure. What would be written is worked out by the same
 * three-way merge that writes, so a gap is exactly what a sync would change.
 */
import type { GapKind } from '../../../shared/contract.ts'
import { type Change, type ListField, listFields, type PlexItem } from '../../../shared/domain.ts'
import type { Desired } from '../merge/desired.ts'
import { taggingsOf } from '../merge/plex-fields.ts'
import { type Aim, planFor } from '../sync/aims.ts'
import type { SyncItem } from '../sync/sync-item.ts'

export type ItemGapKind = Extract<GapKind, 'empty' | 'stale' | 'drifted'>

/** What is known of the item and the scene from before. */
export interface History {
  /** PlexSync wrote the item, or has once found it in sync. */
  readonly met: boolean
  /** Stash wants something else than when the item was in sync, or has changed the scene since. */
  readonly stashChanged: boolean
}

/** From this number of tags on, a listing of Plex may have left out others. It has no labels, and perhaps no collections. */
const listedTags: Readonly<Record<ListField, number>> = {
  performers: 3,
  tags: 2,
  collection: 0,
  director: 2,
  labels: 0,
}

/**
 * What a row of a listing shows: `equal`, the changes it certainly needs, or `unsure` where that hangs on tags which the
 * listing may have left out.
 */
export function compareListed(
  aim: Pick<Aim, 'wanted' | 'settings'>,
  item: PlexItem,
  record: Pick<SyncItem, 'base' | 'pending'> | null,
): 'equal' | 'unsure' | readonly Change[] {
  // A listing has no photos of actors: they would look as if they were missing.
  const { changes } = planFor({ ...aim, wanted: withoutPhotos(aim.wanted) }, item, record)
  const isCut = (change: Change): boolean =>
    listFields.some((field) => field === change.field && taggingsOf(item, field).length >= listedTags[field])
  const sure = changes.filter((change) => !isCut(change))
  if (sure.length > 0) return changes
  return changes.length > 0 ? 'unsure' : 'equal'
}

/**
 * An item we have to do with for the first time is `empty` where Plex lacks something that Stash has, else `stale`. One we
 * know has drifted where Plex changed it behind our back, and is stale where it is Stash that has changed.
 */
export function kindOf(changes: readonly Change[], { met, stashChanged }: History): ItemGapKind {
  if (met) return stashChanged ? 'stale' : 'drifted'
  return changes.some(fillsGap) ? 'empty' : 'stale'
}

/** Titles do not count: Plex makes one of each file's name. */
function fillsGap({ field, before }: Change): boolean {
  return before === null && field !== 'title' && field !== 'title_sort'
}

function withoutPhotos(wanted: Desired): Desired {
  const { performers } = wanted.lists
  if (performers === undefined || performers.every(({ photo }) => photo === '')) return wanted
  return { ...wanted, lists: { ...wanted.lists, performers: performers.map(({ name }) => ({ name, photo: '' })) } }
}

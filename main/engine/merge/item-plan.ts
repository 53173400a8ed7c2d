/** What the plan for one Plex item is made from, the plan, and the draft in which it is put together field by field. */
import type { Change, FieldValue, Kept, ListField, PlexItem, ScalarField } from '../../../shared/domain.ts'
import type { ItemEdit, PlexList, PlexScalar } from '../../../shared/item-edit.ts'
import type { Settings } from '../../../shared/settings.ts'
import type { Base } from './base.ts'
import type { Desired } from './desired.ts'
import type { mergeList } from './merge-list.ts'
import { plexNames } from './plex-fields.ts'
import type { Refused } from './refused.ts'
import type { TakeBackSettings } from './taken-back.ts'

export interface PlanInput {
  readonly wanted: Desired
  /** Read from /library/metadata: Plex's listings cut tags short and show no locks. */
  readonly item: PlexItem
  /** What PlexSync wrote to this item; null if it never did. */
  readonly base: Base | null
  /** What it was about to write when it may have been cut off: a value of Plex that equals it is ours as well. */
  readonly pending: Base | null
  readonly settings: PlanSettings
  /** Values that Plex has refused for this item; they are not sent again. */
  readonly refused?: Refused
}

export type PlanSettings = Pick<Settings, 'preserve_plex_edits'> & TakeBackSettings

/** The same for an item that may be new: its base is empty then. */
export type FieldInput = PlanInput & { readonly base: Base }

export interface ItemPlan {
  readonly changes: readonly Change[]
  /** Fields that differ and are left alone, with the reason. */
  readonly kept: readonly Kept[]
  /** Null if nothing is to be written. */
  readonly edit: ItemEdit | null
  /** The base once the edit is written; also to be stored if there is none. */
  readonly after: Base
  /** Of the refused values those that are still wanted. */
  readonly refused: Refused
}

/** The parts of a plan, filled field by field. */
export interface Draft {
  readonly changes: Change[]
  readonly kept: Kept[]
  readonly scalars: Partial<Record<PlexScalar, string>>
  readonly lists: Partial<Record<PlexList, NonNullable<ReturnType<typeof mergeList>['edit']>>>
  readonly unlock: (PlexScalar | PlexList)[]
  readonly after: Base
  readonly refused: Refused
}

export function draftFrom(base: Base): Draft {
  return { changes: [], kept: [], scalars: {}, lists: {}, unlock: [], after: copyOf(base), refused: {} }
}

/** A copy whose parts may be changed; a tenth of the cost of a structured clone. */
function copyOf(base: Base): Base {
  const { scalars, lists, locked, photos } = base
  const copied = Object.entries(lists).map(([field, names]) => [field, names && [...names]])
  return {
    ...base,
    scalars: { ...scalars },
    lists: Object.fromEntries(copied),
    locked: [...locked],
    photos: { ...photos },
  }
}

export function finish({ changes, kept, scalars, lists, unlock, after, refused }: Draft, item: PlexItem): ItemPlan {
  const { ratingKey, sectionId } = item
  const edit = { ratingKey, sectionId, scalars, lists, ...(unlock.length === 0 ? {} : { unlock }) }
  return { changes, kept, edit: changes.length === 0 ? null : edit, after, refused }
}

export function writeScalar(draft: Draft, field: ScalarField, before: string, value: string): void {
  draft.scalars[plexNames[field]] = value
  noteChange(draft, { field, before: before || null, after: value || null })
}

export function writeList(
  draft: Draft,
  field: ListField,
  before: readonly { readonly name: string }[],
  edit: NonNullable<Draft['lists'][PlexList]>,
): void {
  draft.lists[plexNames[field]] = edit
  noteChange(draft, { field, before: namesOf(before), after: namesOf(edit.wanted) })
}

/** What is written is locked with it, or the next metadata refresh of Plex may take it back. */
function noteChange(draft: Draft, change: Change): void {
  draft.changes.push(change)
  if (!draft.after.locked.includes(change.field)) draft.after.locked.push(change.field)
}

function namesOf(list: readonly { readonly name: string }[]): FieldValue {
  return list.length === 0 ? null : list.map(({ name }) => name)
}

/** The field is Plex's again: the next metadata refresh may fill it. */
export function unlock(draft: Draft, field: ScalarField | ListField): void {
  draft.unlock.push(plexNames[field])
  const at = draft.after.locked.indexOf(field)
  if (at !== -1) draft.after.locked.splice(at, 1)
}

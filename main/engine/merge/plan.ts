/**
 * Plans the write to one Plex item: a three-way merge per field of what Stash has, what Plex has and what PlexSync wrote
 * last. Pure; a dry run is a plan that nobody carries out.
 *
 * A plan carried out and planned again is empty, whether Plex adds the tags of an edit or replaces them by it.
 */
import {
  type Change,
  type Field,
  type FieldValue,
  type Kept,
  type ListField,
  listFields,
  type PlexItem,
  type ScalarField,
  scalarFields,
} from '../../../shared/domain.ts'
import type { Settings } from '../../../shared/settings.ts'
import { type Base, emptyBase } from './base.ts'
import { type Desired, stemOf } from './desired.ts'
import type { ItemEdit, PlexList, PlexScalar } from './item-edit.ts'
import { mergeList } from './merge-list.ts'
import { mergeScalar } from './merge-scalar.ts'
import { dayFor } from './partial-date.ts'
import { isLockedByPerson, isTitle, plexNames, sameScalar, scalarOf, taggingsOf } from './plex-fields.ts'
import { sameText } from './text-equality.ts'

export interface PlanInput {
  readonly wanted: Desired
  /** Read from /library/metadata: Plex's listings cut tags short and show no locks. */
  readonly item: PlexItem
  /** What PlexSync wrote to this item; null where it never did. */
  readonly base: Base | null
  /** What it was about to write when it may have been cut off: a value of Plex that equals it is ours as well. */
  readonly pending: Base | null
  readonly settings: Pick<Settings, 'preserve_plex_edits'>
}

export interface ItemPlan {
  readonly changes: readonly Change[]
  /** Fields that differ and are left alone, with the reason. */
  readonly kept: readonly Kept[]
  /** Null where nothing is to be written. */
  readonly edit: ItemEdit | null
  /** The base once the edit is written; also to be stored where there is none. */
  readonly after: Base
}

/** The parts of a plan, filled field by field. */
export interface Draft {
  readonly changes: Change[]
  readonly kept: Kept[]
  readonly scalars: Partial<Record<PlexScalar, string>>
  readonly lists: Partial<Record<PlexList, NonNullable<ReturnType<typeof mergeList>['edit']>>>
  readonly after: Base
}

export function planItem(input: PlanInput): ItemPlan {
  const { wanted, item, pending } = input
  const base = input.base ?? emptyBase
  const draft = draftFrom({ ...base, locked: ourLocks(item, base, pending) })
  for (const field of scalarFields) planScalar(draft, field, wanted.scalars[field], { ...input, base })
  for (const field of listFields) planList(draft, field, wanted.lists[field], { ...input, base })
  return finish(draft, item)
}

type Input = PlanInput & { readonly base: Base }

function planScalar(draft: Draft, field: ScalarField, wanted: string | undefined, input: Input): void {
  if (wanted === undefined || (wanted === '' && isTitle(field))) return
  const { item, base, pending, settings } = input
  const theirs = theirScalar(input, field)
  const mine = field === 'date' ? dayFor(wanted, theirs) : wanted
  const merge = mergeScalar({
    mine,
    theirs,
    base: base.scalars[field],
    pending: pending?.scalars[field],
    same: (one, other) => sameScalar(field, one, other),
    preserve: settings.preserve_plex_edits,
    lockedByPerson: isLockedByPerson(item, field, new Set(draft.after.locked)),
    makeshift: input.wanted.titleFromFile && isTitle(field),
    scanned: field === 'title' && isScannersTitle(input),
  })
  // A sort title that is equal is taken for ours, or it would be sent once Plex no longer mentions it. It is never cleared.
  const ours = field === 'title_sort' && sameScalar(field, mine, theirs) ? mine : merge.ours
  if (ours === undefined) delete draft.after.scalars[field]
  else draft.after.scalars[field] = ours
  if (merge.kept !== null) draft.kept.push({ field, reason: merge.kept })
  if (merge.write !== null) writeScalar(draft, field, theirs, merge.write)
}

function planList(draft: Draft, field: ListField, mine: Desired['lists'][ListField], input: Input): void {
  if (mine === undefined) return
  const { item, base, pending, settings } = input
  const theirs = taggingsOf(item, field)
  const merge = mergeList({
    mine,
    theirs,
    base: base.lists[field] ?? [],
    pending: pending === null ? null : (pending.lists[field] ?? []),
    photos: draft.after.photos,
    preserve: settings.preserve_plex_edits,
    lockedByPerson: isLockedByPerson(item, field, new Set(draft.after.locked)),
  })
  draft.after.lists[field] = [...merge.ours]
  Object.assign(draft.after.photos, merge.photos)
  if (merge.kept !== null) draft.kept.push({ field, reason: merge.kept })
  if (merge.edit !== null) writeList(draft, field, theirs, merge.edit)
}

/** What Plex shows, but for a sort title of ours that equals the title: Plex may not mention that one. */
function theirScalar({ item, base, pending }: Input, field: ScalarField): string {
  const theirs = scalarOf(item, field)
  if (field !== 'title_sort' || theirs !== '') return theirs
  const isOurs = [base, pending].some((written) => sameText(written?.scalars.title_sort ?? '', item.title))
  return isOurs ? item.title : ''
}

/** Plex's scanner names an item after its file. Such a title is nobody's edit, as long as we never wrote one. */
function isScannersTitle({ item, base }: Input): boolean {
  const isUntouched = base.scalars.title === undefined && !item.locks.includes(plexNames.title)
  return isUntouched && item.parts.some(({ file }) => sameText(stemOf(file), item.title))
}

/** Locks we know to be ours, and those of a write that was cut off, if it got as far as that. */
function ourLocks(item: PlexItem, base: Base, pending: Base | null): Field[] {
  const landed = (pending?.locked ?? []).filter((field) => item.locks.includes(plexNames[field]))
  return [...new Set([...base.locked, ...landed])]
}

export function draftFrom(base: Base): Draft {
  return { changes: [], kept: [], scalars: {}, lists: {}, after: structuredClone(base) }
}

export function finish({ changes, kept, scalars, lists, after }: Draft, item: PlexItem): ItemPlan {
  const { ratingKey, sectionId } = item
  return { changes, kept, edit: changes.length === 0 ? null : { ratingKey, sectionId, scalars, lists }, after }
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

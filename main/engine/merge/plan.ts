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
  imageFields,
  type Kept,
  type ListField,
  listFields,
  type PlexItem,
  type ScalarField,
  scalarFields,
} from '../../../shared/domain.ts'
import type { ItemEdit, PlexList, PlexScalar } from '../../../shared/item-edit.ts'
import { keptBecause } from '../../../shared/kept.ts'
import type { Settings } from '../../../shared/settings.ts'
import { type Base, emptyBase } from './base.ts'
import type { Desired } from './desired.ts'
import { mergeList, toTagging } from './merge-list.ts'
import { mergeScalar } from './merge-scalar.ts'
import { dayFor } from './partial-date.ts'
import { isLockedByPerson, isTitle, plexNames, sameScalar, scalarOf, taggingsOf } from './plex-fields.ts'
import { isRefused, keptRefused, type Refused, refusedNames } from './refused.ts'
import { type TakeBackSettings, takenBack } from './taken-back.ts'
import { nameKey, sameText } from './text-equality.ts'
import { stemOf } from './titles.ts'

export interface PlanInput {
  readonly wanted: Desired
  /** Read from /library/metadata: Plex's listings cut tags short and show no locks. */
  readonly item: PlexItem
  /** What PlexSync wrote to this item; null where it never did. */
  readonly base: Base | null
  /** What it was about to write when it may have been cut off: a value of Plex that equals it is ours as well. */
  readonly pending: Base | null
  readonly settings: PlanSettings
  /** Values that Plex has refused for this item; they are not sent again. */
  readonly refused?: Refused
}

export type PlanSettings = Pick<Settings, 'preserve_plex_edits'> & TakeBackSettings

export interface ItemPlan {
  readonly changes: readonly Change[]
  /** Fields that differ and are left alone, with the reason. */
  readonly kept: readonly Kept[]
  /** Null where nothing is to be written. */
  readonly edit: ItemEdit | null
  /** The base once the edit is written; also to be stored where there is none. */
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

export function planItem(input: PlanInput): ItemPlan {
  const { wanted, item, pending } = input
  const base = input.base ?? emptyBase
  const draft = draftFrom({ ...base, locked: ourLocks(item, base, pending) })
  const off = takenBack(input.settings)
  for (const field of scalarFields) {
    const mine = wanted.scalars[field]
    if (mine === undefined && off.has(field)) takeScalarBack(draft, field, { ...input, base })
    else planScalar(draft, field, mine, { ...input, base })
  }
  for (const field of listFields) {
    const mine = wanted.lists[field]
    if (mine === undefined && off.has(field)) takeListBack(draft, field, { ...input, base })
    else planList(draft, field, mine, { ...input, base })
  }
  if (input.settings.sync_master) draft.after.codeLabel = wanted.codeLabel
  return finish(draft, item)
}

type Input = PlanInput & { readonly base: Base }

function planScalar(draft: Draft, field: ScalarField, wanted: string | undefined, input: Input): void {
  if (wanted === undefined || (wanted === '' && isTitle(field))) return
  const { item, base, pending, settings } = input
  const shown = theirScalar(input, field)
  // An equal sort title needs no write, no matter who made it.
  const theirs = field === 'title_sort' && sameScalar(field, wanted, scalarOf(item, field)) ? wanted : shown
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
  if (merge.write !== null && keepsRefused(draft, field, merge.write, input)) return
  // A sort title that is equal is taken for ours, or it would be sent once Plex no longer mentions it. It is never cleared.
  const ours = field === 'title_sort' && sameScalar(field, mine, theirs) ? mine : merge.ours
  if (ours === undefined) delete draft.after.scalars[field]
  else draft.after.scalars[field] = ours
  if (merge.kept !== null) draft.kept.push(keptBecause(field, merge.kept))
  if (merge.write !== null) writeScalar(draft, field, theirs, merge.write)
}

/** Plex has refused this very value before: the field stays as it is. */
function keepsRefused(draft: Draft, field: ScalarField, value: string, { refused = {} }: Input): boolean {
  const known = refused[field]
  if (known === undefined || !isRefused(refused, field, value)) return false
  draft.refused[field] = known
  draft.kept.push(keptRefused(field, known))
  return true
}

/** The names that Plex has refused before, and that are wanted still. */
function noteKeptBack(draft: Draft, field: ListField, names: readonly string[], { refused = {} }: Input): void {
  const known = refused[field]
  if (known === undefined || names.length === 0) return
  const keys = new Set(names.map(nameKey))
  const stillWanted = {
    ...known,
    values: known.values.filter((name) => keys.has(nameKey(name))),
    removals: known.removals.filter((name) => keys.has(nameKey(name))),
  }
  draft.refused[field] = stillWanted
  draft.kept.push(keptRefused(field, stillWanted))
}

/** The option is off: what still is as we wrote it is cleared and unlocked; a person's value or lock stays. */
function takeScalarBack(draft: Draft, field: ScalarField, input: Input): void {
  const { item, base, pending } = input
  const written = [base, pending].map((one) => one?.scalars[field]).filter((value) => value !== undefined)
  if (written.length === 0) return
  const theirs = theirScalar(input, field)
  if (theirs !== '' && keepsRefused(draft, field, '', input)) return
  delete draft.after.scalars[field]
  const isOurs = theirs !== '' && written.some((value) => sameScalar(field, value, theirs))
  if (!isOurs || isLockedByPerson(item, field, new Set(draft.after.locked))) return
  writeScalar(draft, field, theirs, '')
  unlock(draft, field)
}

/** The option is off: the names that are ours go; the field stays locked for as long as other names are in it. */
function takeListBack(draft: Draft, field: ListField, input: Input): void {
  const { item, base, pending } = input
  const ours = heldApart(input, field, [base.lists[field] ?? [], pending?.lists[field] ?? []].flat())
  if (ours.removable.length === 0) return
  if (isLockedByPerson(item, field, new Set(draft.after.locked))) return
  const theirs = taggingsOf(item, field)
  const keys = new Set(ours.removable.map(nameKey))
  const present = theirs.filter(({ name }) => keys.has(nameKey(name)))
  const { removed: unremovable } = refusedNames(input.refused ?? {}, field)
  const removed = present.filter(({ name }) => !unremovable.has(nameKey(name)))
  const heldIn = present.filter((tagging) => !removed.includes(tagging)).map(({ name }) => name)
  noteKeptBack(draft, field, heldIn, input)
  const staysOurs = [...ours.held, ...heldIn]
  if (staysOurs.length === 0) delete draft.after.lists[field]
  else draft.after.lists[field] = staysOurs
  if (removed.length === 0) return
  const staying = theirs.filter((tagging) => !removed.includes(tagging)).map(toTagging)
  writeList(draft, field, theirs, { wanted: staying, removed: removed.map(({ name }) => name) })
  if (staying.length === 0) unlock(draft, field)
}

/**
 * While `sync_tags` is off the labels that came from tags are neither written nor taken back; only the one that is the
 * scene's code may go.
 */
function heldApart({ base, settings }: Input, field: ListField, names: readonly string[]) {
  if (field !== 'labels' || settings.sync_tags) return { removable: names, held: [] }
  const code = base.codeLabel === undefined ? null : nameKey(base.codeLabel)
  return {
    removable: names.filter((name) => nameKey(name) === code),
    held: names.filter((name) => nameKey(name) !== code),
  }
}

function unlock(draft: Draft, field: ScalarField | ListField): void {
  draft.unlock.push(plexNames[field])
  const at = draft.after.locked.indexOf(field)
  if (at !== -1) draft.after.locked.splice(at, 1)
}

function planList(draft: Draft, field: ListField, mine: Desired['lists'][ListField], input: Input): void {
  if (mine === undefined) return
  const { item, base, pending, settings } = input
  const theirs = taggingsOf(item, field)
  const { removable, held } = heldApart(input, field, base.lists[field] ?? [])
  const merge = mergeList({
    mine,
    theirs,
    base: removable,
    pending: pending === null ? null : heldApart(input, field, pending.lists[field] ?? []).removable,
    photos: draft.after.photos,
    preserve: settings.preserve_plex_edits,
    lockedByPerson: isLockedByPerson(item, field, new Set(draft.after.locked)),
    wasReset: wasReset(item, base),
    refused: refusedNames(input.refused ?? {}, field),
  })
  draft.after.lists[field] = [...merge.ours, ...held]
  noteKeptBack(draft, field, merge.keptBack, input)
  Object.assign(draft.after.photos, merge.photos)
  if (merge.kept !== null) draft.kept.push(keptBecause(field, merge.kept))
  if (merge.edit !== null) writeList(draft, field, theirs, merge.edit)
}

/**
 * What Plex shows. A sort title that equals the title, with its article or without, is Plex's own as long as nobody locked
 * it, and counts as empty; and Plex may not mention one of ours that equals the title.
 */
function theirScalar({ item, base, pending }: Input, field: ScalarField): string {
  const theirs = scalarOf(item, field)
  if (field !== 'title_sort') return theirs
  const isLocked = item.locks.includes(plexNames.title_sort) || base.locked.includes('title_sort')
  const isOurs = [base, pending].some((written) => sameText(written?.scalars.title_sort ?? '', item.title))
  if (theirs === '') return isOurs ? item.title : ''
  const isPlexOwn =
    !isLocked && !isOurs && [item.title, withoutArticle(item.title)].some((own) => sameText(own, theirs))
  return isPlexOwn ? '' : theirs
}

/** Plex: the articles of its preference ArticleStrings. */
function withoutArticle(title: string): string {
  return title.replace(/^(?:the|das|der|an?|el|la)\s+/i, '')
}

/** Plex's scanner names an item after its file. Such a title is nobody's edit, as long as we never wrote one or it was reset. */
function isScannersTitle({ item, base }: Input): boolean {
  if (item.locks.includes(plexNames.title)) return false
  const isUntouched = base.scalars.title === undefined || wasReset(item, base)
  return isUntouched && item.parts.some(({ file }) => sameText(stemOf(file), item.title))
}

/**
 * Whether Plex has the item as its scanner made it. Plex: an edit by hand locks what it saves, so where not one lock of ours
 * is left the item was reset or scanned again, and what is missing was taken out by nobody.
 */
function wasReset(item: PlexItem, base: Base): boolean {
  const ours = base.locked.filter((field) => !imageFields.some((image) => image === field))
  return ours.length > 0 && !ours.some((field) => item.locks.includes(plexNames[field]))
}

/** Locks we know to be ours, and those of a write that was cut off, if it got as far as that. */
function ourLocks(item: PlexItem, base: Base, pending: Base | null): Field[] {
  const landed = (pending?.locked ?? []).filter((field) => item.locks.includes(plexNames[field]))
  return [...new Set([...base.locked, ...landed])]
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

/**
 * Plans the write to one Plex item: a three-way merge per field of what Stash has, what Plex has and what PlexSync wrote
 * last. Pure; a dry run is a plan that is not carried out.
 *
 * A plan carried out and planned again is empty, whether Plex adds the tags of an edit or replaces them by it.
 */
import { type ListField, listFields, type ScalarField, scalarFields } from '../../../shared/domain.ts'
import { keptBecause } from '../../../shared/kept.ts'
import { emptyBase } from './base.ts'
import type { Desired } from './desired.ts'
import {
  type Draft,
  draftFrom,
  type FieldInput,
  finish,
  type ItemPlan,
  type PlanInput,
  writeList,
  writeScalar,
} from './item-plan.ts'
import { keepsRefused, noteKeptBack } from './keep-refused.ts'
import { mergeList } from './merge-list.ts'
import { mergeScalar } from './merge-scalar.ts'
import { dayFor } from './partial-date.ts'
import { isLockedByUser, isTitle, sameScalar, scalarOf, taggingsOf } from './plex-fields.ts'
import { refusedNames } from './refused.ts'
import { isScannersTitle, ourLocks, theirScalar, wasReset } from './shown.ts'
import { heldApart, takeListBack, takeScalarBack } from './take-back.ts'
import { takenBack } from './taken-back.ts'

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

function planScalar(draft: Draft, field: ScalarField, wanted: string | undefined, input: FieldInput): void {
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
    lockedByUser: isLockedByUser(item, field, new Set(draft.after.locked)),
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

function planList(draft: Draft, field: ListField, mine: Desired['lists'][ListField], input: FieldInput): void {
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
    lockedByUser: isLockedByUser(item, field, new Set(draft.after.locked)),
    wasReset: wasReset(item, base),
    refused: refusedNames(input.refused ?? {}, field),
  })
  draft.after.lists[field] = [...merge.ours, ...held]
  noteKeptBack(draft, field, merge.keptBack, input)
  Object.assign(draft.after.photos, merge.photos)
  if (merge.kept !== null) draft.kept.push(keptBecause(field, merge.kept))
  if (merge.edit !== null) writeList(draft, field, theirs, merge.edit)
}

/** Takes back what PlexSync wrote for an option that is off now. */
import type { ListField, ScalarField } from '../../../shared/domain.ts'
import { type Draft, type FieldInput, unlock, writeList, writeScalar } from './item-plan.ts'
import { keepsRefused, noteKeptBack } from './keep-refused.ts'
import { toTagging } from './merge-list.ts'
import { isLockedByUser, sameScalar, taggingsOf } from './plex-fields.ts'
import { refusedNames } from './refused.ts'
import { theirScalar } from './shown.ts'
import { nameKey } from './text-equality.ts'
/** The option is off: what still is as we wrote it is cleared and unlocked; the user's value or lock stays. */
export function takeScalarBack(draft: Draft, field: ScalarField, input: FieldInput): void {
  const { item, base, pending } = input
  const written = [base, pending].map((one) => one?.scalars[field]).filter((value) => value !== undefined)
  if (written.length === 0) return
  const theirs = theirScalar(input, field)
  if (theirs !== '' && keepsRefused(draft, field, '', input)) return
  delete draft.after.scalars[field]
  const isOurs = theirs !== '' && written.some((value) => sameScalar(field, value, theirs))
  if (!isOurs || isLockedByUser(item, field, new Set(draft.after.locked))) return
  writeScalar(draft, field, theirs, '')
  unlock(draft, field)
}

/** The option is off: the names that are ours go; the field stays locked for as long as other names are in it. */
export function takeListBack(draft: Draft, field: ListField, input: FieldInput): void {
  const { item, base, pending } = input
  const ours = heldApart(input, field, [base.lists[field] ?? [], pending?.lists[field] ?? []].flat())
  if (ours.removable.length === 0) return
  if (isLockedByUser(item, field, new Set(draft.after.locked))) return
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
export function heldApart(
  { base, settings }: Pick<FieldInput, 'base' | 'settings'>,
  field: ListField,
  names: readonly string[],
) {
  if (field !== 'labels' || settings.sync_tags) return { removable: names, held: [] }
  const code = base.codeLabel === undefined ? null : nameKey(base.codeLabel)
  return {
    removable: names.filter((name) => nameKey(name) === code),
    held: names.filter((name) => nameKey(name) !== code),
  }
}

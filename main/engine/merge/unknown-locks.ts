/**
 * Fields that are locked in Plex and not by this installation, as after its data folder was lost: which of them have the
 * very value that would be written, and what the base is once they are adopted. Pure.
 */
import {
  type Field,
  type FieldValue,
  type ListField,
  listFields,
  type PlexItem,
  type ScalarField,
  scalarFields,
} from '../../../shared/domain.ts'
import { type Base, copyOf, emptyBase } from './base.ts'
import type { Desired } from './desired.ts'
import { landedBase } from './landed-base.ts'
import { dayFor } from './partial-date.ts'
import { isLockedByUser, sameScalar, scalarOf, taggingsOf } from './plex-fields.ts'
import { nameKey } from './text-equality.ts'

export interface LockedItem {
  readonly wanted: Desired
  /** Read whole: listings show no locks. */
  readonly item: PlexItem
  readonly base: Base | null
  readonly pending: Base | null
}

export interface UnknownLock {
  readonly field: Exclude<Field, 'poster' | 'background'>
  /** As Plex has it, and as it would be written; null for none. */
  readonly plex: FieldValue
  readonly stash: FieldValue
  /** Both are the same: no edit would be lost. */
  readonly isEqual: boolean
}

/** Those of the fields that would be written. One that is empty on both sides has no value to be adopted. */
export function unknownLocks({ wanted, item, base, pending }: LockedItem): UnknownLock[] {
  const ours = new Set(landedBase(base ?? emptyBase, pending, item).locked)
  const isUnknown = (field: Field): boolean => isLockedByUser(item, field, ours)
  const scalars = scalarFields.flatMap((field) => {
    const mine = wanted.scalars[field]
    return mine === undefined || !isUnknown(field) ? [] : scalarLock(field, mine, item)
  })
  const lists = listFields.flatMap((field) => {
    const mine = wanted.lists[field]?.map(({ name }) => name)
    return mine === undefined || !isUnknown(field) ? [] : listLock(field, mine, item)
  })
  return [...scalars, ...lists]
}

/** The base that takes these fields for written by PlexSync, with the values that Plex has. */
export function adopted({ item, base, pending }: Omit<LockedItem, 'wanted'>, locks: readonly UnknownLock[]): Base {
  const after = copyOf(landedBase(base ?? emptyBase, pending, item))
  for (const { field } of locks) {
    if (isScalar(field)) after.scalars[field] = scalarOf(item, field)
    else after.lists[field] = taggingsOf(item, field).map(({ name }) => name)
  }
  return { ...after, locked: [...new Set([...after.locked, ...locks.map(({ field }) => field)])] }
}

function scalarLock(field: ScalarField, wanted: string, item: PlexItem): UnknownLock[] {
  const theirs = scalarOf(item, field)
  const mine = field === 'date' ? dayFor(wanted, theirs) : wanted
  if (mine === '' && theirs === '') return []
  return [{ field, plex: theirs || null, stash: mine || null, isEqual: sameScalar(field, mine, theirs) }]
}

/** Equal by the whole list: a name that the user added, or took out, makes it an edit of theirs. */
function listLock(field: ListField, mine: readonly string[], item: PlexItem): UnknownLock[] {
  const theirs = taggingsOf(item, field).map(({ name }) => name)
  if (mine.length === 0 && theirs.length === 0) return []
  const [mineKeys, theirKeys] = [new Set(mine.map(nameKey)), new Set(theirs.map(nameKey))]
  const isEqual = mineKeys.size === theirKeys.size && [...mineKeys].every((key) => theirKeys.has(key))
  const shown = (names: readonly string[]): FieldValue => (names.length === 0 ? null : [...names])
  return [{ field, plex: shown(theirs), stash: shown(mine), isEqual }]
}

function isScalar(field: UnknownLock['field']): field is ScalarField {
  return scalarFields.some((known) => known === field)
}

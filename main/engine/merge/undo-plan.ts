/** Takes the last write to one Plex item back, as far as Plex still shows it. Pure. */
import {
  type Change,
  type ImageField,
  type ListField,
  listFields,
  type PlexItem,
  type ScalarField,
  scalarFields,
} from '../../../shared/domain.ts'
import { keptBecause } from '../../../shared/kept.ts'
import type { Base } from './base.ts'
import { type Draft, draftFrom, finish, type ItemPlan, writeList, writeScalar } from './item-plan.ts'
import { sameScalar, scalarOf, taggingsOf } from './plex-fields.ts'
import { nameKey } from './text-equality.ts'

export interface UndoInput {
  readonly item: PlexItem
  /** The changes of the last write, the base before it, and the pictures that were shown before it. */
  readonly lastWrite: {
    readonly changes: readonly Change[]
    readonly baseBefore: Base
    readonly images?: Partial<Readonly<Record<ImageField, { readonly key: string | null } | undefined>>> | undefined
  }
  /** The base now. */
  readonly base: Base
}

export interface UndoPlan extends ItemPlan {
  /** Pictures to be selected again, by their key in Plex; null stands for none. */
  readonly images: readonly { readonly field: ImageField; readonly key: string | null }[]
}

/**
 * The edit that brings back the values from before the last write. Single values that the user changed since stay, and so
 * do names that the user added or removed since. The fields stay locked: the values are the user's choice now.
 */
export function planUndo({ item, lastWrite, base }: UndoInput): UndoPlan {
  const draft = draftFrom(base)
  const images: UndoPlan['images'][number][] = []
  for (const change of lastWrite.changes) {
    const { field } = change
    if (isOneOf(scalarFields, field))
      undoScalar(draft, change, scalarOf(item, field), { field, ours: lastWrite.baseBefore.scalars[field] })
    else if (isOneOf(listFields, field)) undoList(draft, field, change, item)
    else {
      const former = lastWrite.images?.[field]
      if (former === undefined) draft.kept.push(keptBecause(field, 'former_image'))
      else images.push({ field, key: former.key })
    }
  }
  return { ...finish(draft, item), images }
}

/** The base once a picture of the last write is no longer shown: it is uploaded again when its scene is written again. */
export function withoutImage(base: Base, field: ImageField, before: Base): Base {
  if (field === 'background') return { ...base, background: before.background }
  const { poster, posterFrom, posterRecipe, posterKey } = before
  return { ...base, poster, posterFrom, posterRecipe, posterKey }
}

/** @param of `ours`: what was in the base before the last write. */
function undoScalar(
  draft: Draft,
  change: Change,
  theirs: string,
  { field, ours }: { readonly field: ScalarField; readonly ours: string | undefined },
): void {
  const before = textOf(change.before)
  if (sameScalar(field, theirs, before)) return
  if (!sameScalar(field, theirs, textOf(change.after))) draft.kept.push(keptBecause(field, 'changed_since'))
  else if (before === '' && field === 'title') draft.kept.push(keptBecause(field, 'never_cleared'))
  else {
    if (ours && sameScalar(field, ours, before)) draft.after.scalars[field] = ours
    else delete draft.after.scalars[field]
    writeScalar(draft, field, theirs, before)
  }
}

function undoList(draft: Draft, field: ListField, change: Change, item: PlexItem): void {
  const theirs = taggingsOf(item, field)
  const before = namesOf(change.before)
  const added = without(namesOf(change.after), before)
  const takenOut = without(before, namesOf(change.after))
  const removed = theirs.map(({ name }) => name).filter((name) => includes(added, name))
  const restored = without(
    takenOut,
    theirs.map(({ name }) => name),
  )
  // Only what was ours is ever taken out by a write, so what comes back is ours again.
  draft.after.lists[field] = [...without(draft.after.lists[field] ?? [], added), ...restored]
  if (removed.length + restored.length === 0) return
  const staying = theirs.filter(({ name }) => !includes(removed, name))
  const wanted = [
    ...staying.map(({ name, role, photo }) => ({
      name,
      ...(role === '' ? {} : { role }),
      ...(photo === '' ? {} : { photo }),
    })),
    ...restored.map((name) => ({ name })),
  ]
  writeList(draft, field, theirs, { wanted, removed })
}

function isOneOf<T extends string>(list: readonly T[], field: string): field is T {
  return list.some((known) => known === field)
}

function textOf(value: Change['before']): string {
  return typeof value === 'string' ? value : ''
}

function namesOf(value: Change['before']): readonly string[] {
  return Array.isArray(value) ? value : []
}

function includes(names: readonly string[], name: string): boolean {
  return names.some((other) => nameKey(other) === nameKey(name))
}

function without(names: readonly string[], dropped: readonly string[]): string[] {
  return names.filter((name) => !includes(dropped, name))
}

/** What a Plex item shows, as the merge takes it: what is Plex's own or its scanner's is not an edit. */
import { type Field, imageFields, type PlexItem, type ScalarField } from '../../../shared/domain.ts'
import type { Base } from './base.ts'
import type { FieldInput } from './item-plan.ts'
import { plexNames, scalarOf } from './plex-fields.ts'
import { sameText } from './text-equality.ts'
import { stemOf } from './titles.ts'

/**
 * What Plex shows. A sort title that equals the title, with its article or without, is Plex's own as long as the user has not locked
 * it, and counts as empty; and Plex may not mention one of ours that equals the title.
 */
export function theirScalar(
  { item, base, pending }: Pick<FieldInput, 'item' | 'base' | 'pending'>,
  field: ScalarField,
): string {
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

/** Plex's scanner names an item after its file. Such a title is not an edit, as long as we never wrote one or it was reset. */
export function isScannersTitle({ item, base }: Pick<FieldInput, 'item' | 'base'>): boolean {
  if (item.locks.includes(plexNames.title)) return false
  const isUntouched = base.scalars.title === undefined || wasReset(item, base)
  return isUntouched && item.parts.some(({ file }) => sameText(stemOf(file), item.title))
}

/**
 * Whether Plex has the item as its scanner made it. Plex: an edit by hand locks what it saves, so where not one lock of ours
 * is left the item was reset or scanned again, and the user did not take out what is missing.
 */
export function wasReset(item: PlexItem, base: Base): boolean {
  const ours = base.locked.filter((field) => !imageFields.some((image) => image === field))
  return ours.length > 0 && !ours.some((field) => item.locks.includes(plexNames[field]))
}

/** Locks we know to be ours, and those of a write that was cut off, if it got as far as that. */
export function ourLocks(item: PlexItem, base: Base, pending: Base | null): Field[] {
  const landed = (pending?.locked ?? []).filter((field) => item.locks.includes(plexNames[field]))
  return [...new Set([...base.locked, ...landed])]
}

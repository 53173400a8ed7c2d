/** How the fields of a scene are called in Plex, and how their values are read from an item and compared. */
import type { Field, ListField, PlexActor, PlexItem, ScalarField } from '../../../shared/domain.ts'
import { sameText } from './text-equality.ts'

/** Plex: the name of a field is also the name of its lock. */
export const plexNames = {
  title: 'title',
  title_sort: 'titleSort',
  studio: 'studio',
  summary: 'summary',
  date: 'originallyAvailableAt',
  rating: 'userRating',
  content_rating: 'contentRating',
  tagline: 'tagline',
  original_title: 'originalTitle',
  performers: 'actor',
  tags: 'genre',
  collection: 'collection',
  director: 'director',
  labels: 'label',
  poster: 'thumb',
  background: 'art',
} as const satisfies Readonly<Record<Field, string>>

/** An item without a title is no item: the title and its sorted form are overwritten, never cleared. */
export function isTitle(field: ScalarField): boolean {
  return field === 'title' || field === 'title_sort'
}

/** Locked in Plex, and not by us. */
export function isLockedByUser(item: PlexItem, field: Field, ours: ReadonlySet<Field>): boolean {
  return item.locks.includes(plexNames[field]) && !ours.has(field)
}

/** The text of a field as the item has it; empty if it has none. */
export function scalarOf(item: PlexItem, field: ScalarField): string {
  switch (field) {
    case 'title_sort':
      return item.titleSort
    case 'rating':
      return item.rating === null ? '' : toTenths(String(item.rating))
    case 'content_rating':
      return item.contentRating
    case 'original_title':
      return item.originalTitle
    default:
      return item[field]
  }
}

const listProperties = { tags: 'genres', collection: 'collections', director: 'directors', labels: 'labels' } as const

/** Roles and photos are empty for anything but actors. */
export function taggingsOf(item: PlexItem, field: ListField): readonly PlexActor[] {
  if (field === 'performers') return item.actors
  return item[listProperties[field]].map((name) => ({ name, role: '', photo: '' }))
}

export function sameScalar(field: ScalarField, one: string, other: string): boolean {
  return field === 'rating' ? toTenths(one) === toTenths(other) : sameText(one, other)
}

/** Plex keeps ratings as floating point numbers and may give 8.7 back as 8.699999; 0 is its way of saying unrated. */
function toTenths(rating: string): string {
  const tenths = Math.round(Number(rating) * 10)
  return tenths === 0 ? '' : String(tenths / 10)
}

/** Which fields are taken back because their option is off. Pure. */
import type { Field } from '../../../shared/domain.ts'
import type { Settings } from '../../../shared/settings.ts'

export type TakeBackSettings = Pick<
  Settings,
  'sync_master' | 'sync_tags' | 'sync_collection' | 'tags_as' | 'collections'
>

/**
 * Fields that are not wanted because an option says so, and not because a switch (`sync_master`, `sync_…`) stops the
 * writing: of these, what PlexSync wrote is removed. A field that is wanted is never taken back, listed here or not.
 */
export function takenBack(settings: TakeBackSettings): ReadonlySet<Field> {
  if (!settings.sync_master) return new Set()
  return new Set<Field>([
    ...optionalFields,
    ...(settings.sync_tags && !hasGenres(settings) ? (['tags'] as const) : []),
    ...(settings.sync_collection && settings.collections === '' ? (['collection'] as const) : []),
  ])
}

/** Fields of options that are off by default. */
const optionalFields = [
  'title_sort',
  'content_rating',
  'tagline',
  'original_title',
  'director',
  'labels',
] as const satisfies readonly Field[]

export function hasGenres({ tags_as }: Pick<Settings, 'tags_as'>): boolean {
  return tags_as === 'genres' || tags_as === 'both'
}

export function hasLabels({ tags_as }: Pick<Settings, 'tags_as'>): boolean {
  return tags_as === 'labels' || tags_as === 'both'
}

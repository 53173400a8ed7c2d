/** The fields of an item in German. */
import type { Field } from './domain.ts'

export const germanFields: Readonly<Record<Field, string>> = {
  title: 'Titel',
  title_sort: 'Sortiertitel',
  studio: 'Studio',
  summary: 'Beschreibung',
  date: 'Datum',
  rating: 'Bewertung',
  performers: 'Darsteller',
  tags: 'Tags',
  collection: 'Sammlung',
  content_rating: 'Altersfreigabe',
  tagline: 'Slogan',
  original_title: 'Originaltitel',
  director: 'Regie',
  labels: 'Labels',
  poster: 'Poster',
  background: 'Hintergrund',
}

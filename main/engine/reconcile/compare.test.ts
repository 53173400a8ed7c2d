import { describe, expect, it } from 'vitest'
import type { PlexItem } from '../../../shared/domain.ts'
import { settingsWith } from '../../../test/property/plan-samples.ts'
import { type Base, emptyBase } from '../merge/base.ts'
import type { Desired } from '../merge/desired.ts'
import { planFor } from '../sync/aims.ts'
import { compareListed, kindOf } from './compare.ts'

const settings = settingsWith()
const names = (...list: string[]) => list.map((name) => ({ name, photo: '' }))
const wanted: Desired = {
  scalars: { title: 'Title', studio: 'Studio' },
  lists: { performers: names('One', 'Two', 'Three', 'Four'), tags: names('A', 'B', 'C'), collection: names('Studio') },
  titleFromFile: false,
}
const bare: PlexItem = {
  ratingKey: '1',
  sectionId: '1',
  title: 'file',
  titleSort: '',
  studio: '',
  summary: '',
  contentRating: '',
  tagline: '',
  originalTitle: '',
  date: '',
  rating: null,
  actors: [],
  genres: [],
  collections: [],
  directors: [],
  labels: [],
  thumb: '',
  art: '',
  locks: [],
  parts: [{ file: '/media/file.mp4', size: 1000, duration: 60 }],
  updatedAt: 1,
}
const actors = (...list: string[]) => list.map((name) => ({ name, role: '', photo: '' }))
const full: PlexItem = {
  ...bare,
  title: 'Title',
  studio: 'Studio',
  actors: actors('One', 'Two', 'Three', 'Four'),
  genres: ['A', 'B', 'C'],
  collections: ['Studio'],
}
/** As a listing cuts it short. */
const listed: PlexItem = { ...full, actors: full.actors.slice(0, 3), genres: full.genres.slice(0, 2), collections: [] }
const compared = (item: PlexItem, more: { wanted?: Desired } = {}) =>
  compareListed({ wanted, settings, ...more }, item, null)
const needed = (item: PlexItem, base: Base | null) =>
  planFor({ wanted, settings }, item, base && { base, pending: null })

describe('a row of a listing', () => {
  it.each([
    ['a bare item surely lacks everything', bare, ['title', 'studio', 'performers', 'tags', 'collection']],
    ['one scalar is enough', { ...listed, studio: 'Other' }, ['studio', 'performers', 'tags', 'collection']],
    ['fewer tags than a listing would show', { ...listed, genres: ['A'] }, ['performers', 'tags', 'collection']],
  ])('%s', (_, item, fields) => {
    const changes = compared(item)
    expect(Array.isArray(changes) && changes.map(({ field }) => field)).toEqual(fields)
  })

  it('cannot say whether tags it does not show are there', () => {
    expect(compared(listed)).toBe('unsure')
  })

  it('is equal where all that is wanted is shown', () => {
    const few: Desired = { ...wanted, lists: { performers: names('One'), tags: names('a', 'B') } }
    expect(compared(listed, { wanted: few })).toBe('equal')
  })

  it('shows no photos, which is no reason to send them', () => {
    const pictured: Desired = { ...wanted, lists: { performers: [{ name: 'One', photo: 'http://stash/1' }] } }
    expect(compared({ ...listed, actors: actors('One') }, { wanted: pictured })).toBe('equal')
  })
})

describe('an item read whole', () => {
  it('is in sync where nothing would be written', () => {
    expect(needed(full, null).changes).toEqual([])
  })

  it('keeps what the user added', () => {
    const item = { ...full, genres: ['A', 'B', 'C', 'Theirs'] }
    expect(needed(item, emptyBase).changes).toEqual([])
  })
})

describe('the kind of a gap', () => {
  const filling = [{ field: 'studio', before: null, after: 'Studio' }] as const
  const replacing = [{ field: 'studio', before: 'Other', after: 'Studio' }] as const
  const titleOnly = [{ field: 'title', before: null, after: 'Title' }] as const

  it.each([
    ['a new item that lacks something', filling, false, false, 'empty'],
    ['a new item with other values', replacing, false, false, 'stale'],
    ['a new item with the title of its file', titleOnly, false, false, 'stale'],
    ['a known item, Stash has changed', replacing, true, true, 'stale'],
    ['a known item, Stash has not', replacing, true, false, 'drifted'],
    ['a known item that was emptied in Plex', filling, true, false, 'drifted'],
  ] as const)('%s', (_, changes, met, stashChanged, kind) => {
    expect(kindOf(changes, { met, stashChanged })).toBe(kind)
  })
})

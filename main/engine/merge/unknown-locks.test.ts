import { describe, expect, it } from 'vitest'
import type { PlexItem } from '../../../shared/domain.ts'
import { actorsNamed, anItem, aScene, settingsWith, wantedFrom } from '../../../test/property/plan-samples.ts'
import { type Base, emptyBase } from './base.ts'
import { adopted, unknownLocks } from './unknown-locks.ts'

const allLocks = ['title', 'studio', 'summary', 'originallyAvailableAt', 'actor', 'genre', 'collection']

const written: Partial<PlexItem> = {
  title: 'A Walk in the Park',
  studio: 'Studio A',
  summary: 'Two people walk.\nIt rains.',
  date: '2024-05-01',
  actors: actorsNamed('Ann', 'Bob'),
  genres: ['outdoor', 'Rain'],
  collections: ['Studio A'],
  locks: allLocks,
}

function locksOf(more: Partial<PlexItem> = {}, base: Base | null = null, pending: Base | null = null) {
  const wanted = wantedFrom(aScene(), settingsWith())
  const found = unknownLocks({ wanted, item: anItem({ ...written, ...more }), base, pending })
  const fields = (isEqual: boolean) => found.filter((one) => one.isEqual === isEqual).map(({ field }) => field)
  return { found, equal: fields(true), differing: fields(false) }
}

describe('unknown locks', () => {
  it('are those of fields that would be written, the spelling of shared names aside', () => {
    expect(locksOf().equal).toEqual(['title', 'studio', 'summary', 'date', 'performers', 'tags', 'collection'])
    expect(locksOf().differing).toEqual([])
    expect(locksOf({ locks: [] }).found).toEqual([])
    expect(locksOf({ locks: ['studio', 'editionTitle', 'thumb'] }).equal).toEqual(['studio'])
  })

  it.each<[string, Partial<PlexItem>, string]>([
    ['a text', { summary: 'Mine.' }, 'summary'],
    ['a text that was taken out', { studio: '' }, 'studio'],
    ['a date', { date: '2024-05-02' }, 'date'],
    ['a name more', { genres: ['Outdoor', 'Rain', 'Mine'] }, 'tags'],
    ['a name less', { actors: actorsNamed('Ann') }, 'performers'],
    ['no name at all', { collections: [] }, 'collection'],
  ])('differ by %s', (_name, more, field) => {
    expect(locksOf(more).differing).toEqual([field])
    expect(locksOf(more).equal).not.toContain(field)
  })

  it('are none if the lock is ours, or that of a write which was cut off', () => {
    const ours: Base = { ...emptyBase, locked: ['title', 'studio'] }
    expect(locksOf({}, ours).equal).not.toContain('studio')
    expect(locksOf({}, null, ours).equal).not.toContain('title')
  })

  it('do not count a field that is empty on both sides', () => {
    const wanted = wantedFrom(aScene({ details: '' }), settingsWith())
    const item = anItem({ ...written, summary: '' })
    expect(unknownLocks({ wanted, item, base: null, pending: null }).map(({ field }) => field)).not.toContain('summary')
  })
})

it('what is adopted is the base, with the values of Plex and its lock; the rest stays unknown', () => {
  const item = anItem({ ...written, studio: 'Mine' })
  const { found } = locksOf({ studio: 'Mine' })
  const base = adopted(
    { item, base: null, pending: null },
    found.filter(({ isEqual }) => isEqual),
  )
  expect(base.scalars).toEqual({ title: 'A Walk in the Park', summary: written.summary, date: '2024-05-01' })
  expect(base.lists).toEqual({ performers: ['Ann', 'Bob'], tags: ['outdoor', 'Rain'], collection: ['Studio A'] })
  expect(base.locked).not.toContain('studio')
  expect(locksOf({ studio: 'Mine' }, base)).toMatchObject({ equal: [], differing: ['studio'] })
})

/** Bugs of Stash2Plex in what it wrote, each named after what its users saw. None may ever come back. */
import { describe, expect, it } from 'vitest'
import type { PlexItem, StashScene } from '../../../shared/domain.ts'
import type { Settings } from '../../../shared/settings.ts'
import { actorsNamed, anItem, aScene, settingsWith, wantedFrom } from '../../../test/property/plan-samples.ts'
import { type Base, emptyBase, withImage } from './base.ts'
import { desiredOf } from './desired.ts'
import { imagesWanted } from './images-wanted.ts'
import { planItem } from './plan.ts'

const handMade = {
  studio: 'By hand',
  summary: 'Typed',
  date: '2020-01-01',
  genres: ['Typed'],
  actors: actorsNamed('Typed'),
}
const noMetadata: Partial<StashScene> = { studio: null, details: '', date: '', performers: [], tags: [] }

function plan(
  scene: Partial<StashScene>,
  item: Partial<PlexItem>,
  more: Partial<Settings> = {},
  base: Base = emptyBase,
) {
  const settings = settingsWith(more)
  return planItem({ wanted: wantedFrom(aScene(scene), settings), item: anItem(item), base, pending: null, settings })
}

describe('never again', () => {
  it('saving a scene without metadata wipes studio, summary and date', () => {
    expect(desiredOf(aScene(noMetadata), settingsWith()).kind).toBe('skipped')
  })

  it('a scene that lost its metadata wipes what was written before', () => {
    // The gate comes before the merge: the merge would clear, since all of it is ours.
    expect(desiredOf(aScene({ ...noMetadata, organized: true, rating100: 90 }), settingsWith()).kind).toBe('skipped')
  })

  it.each([false, true])('hand-made values are cleared where Stash is empty, preserve_plex_edits %s', (preserve) => {
    const scene = { ...noMetadata, tags: [{ id: '1', name: 'Rain' }] }
    const { edit, kept } = plan(scene, handMade, { preserve_plex_edits: preserve })
    expect(edit?.scalars).toEqual({ title: 'A Walk in the Park' })
    expect(edit?.lists).toEqual({ genre: { wanted: [{ name: 'Rain' }, { name: 'Typed' }], removed: [] } })
    expect(kept.map(({ field }) => field)).toEqual(['studio', 'summary', 'date'])
  })

  it('line breaks are deleted and glue words together', () => {
    expect(wantedFrom(aScene({ details: 'One\r\ntwo\rthree', title: 'One\r\ntwo' })).scalars).toMatchObject({
      summary: 'One\ntwo\nthree',
      title: 'One two',
    })
  })

  it('performers and tags that Stash dropped are never removed', () => {
    const base: Base = { ...emptyBase, lists: { performers: ['Ann', 'Gone'], tags: ['Rain', 'Gone'] } }
    const item = { actors: actorsNamed('Ann', 'Gone', 'Typed'), genres: ['Rain', 'Gone', 'Typed'] }
    const { edit } = plan({}, item, {}, base)
    expect(edit?.lists.actor?.removed).toEqual(['Gone'])
    expect(edit?.lists.genre?.removed).toEqual(['Gone'])
  })

  it('clearing a field only locks it', () => {
    const base: Base = { ...emptyBase, scalars: { summary: 'Ours' }, lists: { tags: ['Rain'] } }
    const { edit } = plan({ details: '', tags: [] }, { summary: 'Ours', genres: ['Rain'] }, {}, base)
    expect(edit?.scalars.summary).toBe('')
    expect(edit?.lists.genre).toEqual({ wanted: [], removed: ['Rain'] })
  })

  it('values are sent without a lock, so that a refresh reverts them', () => {
    const { changes, after } = plan({}, {})
    expect(after.locked).toEqual(changes.map(({ field }) => field))
  })

  it('poster and art are uploaded again at every sync', () => {
    const settings = settingsWith({ sync_background: true })
    const base = withImage(withImage(emptyBase, 'poster', 'abc'), 'background', 'abc')
    expect(imagesWanted({ settings, item: anItem(), base, coverSha1: 'abc' })).toEqual({
      poster: false,
      background: false,
      kept: [],
    })
  })

  it.each([
    ['/data/Advent Calendar 5.mp4', 'Advent Calendar 5'],
    ['/data/A 4K DVD Story.mp4', 'A 4K DVD Story'],
    ['/data/Studio.2024.DV.HDR.mkv', 'Studio.2024.DV.HDR'],
  ])('the title of %s is cut at words that look like qualities', (path, title) => {
    expect(wantedFrom(aScene({ title: '', files: [{ path, size: 1, duration: 1 }] })).scalars.title).toBe(title)
  })

  it('tags past fifty are cut off', () => {
    const tags = Array.from({ length: 100 }, (_, place) => ({ id: String(place), name: `Tag ${place}` }))
    expect(plan({ tags }, {}).edit?.lists.genre?.wanted).toHaveLength(100)
  })

  it('an unchanged scene is written again', () => {
    const first = plan({}, {})
    const item = {
      title: 'A Walk in the Park',
      studio: 'Studio A',
      summary: 'Two people walk.\nIt rains.',
      date: '2024-05-01',
      actors: actorsNamed('Ann', 'Bob'),
      genres: ['Outdoor', 'Rain'],
      collections: ['Studio A'],
      locks: ['title', 'studio', 'summary', 'originallyAvailableAt', 'actor', 'genre', 'collection'],
    }
    expect(plan({}, item, {}, first.after)).toMatchObject({ edit: null, changes: [], kept: [], after: first.after })
  })

  it('strict_mode is a dead setting', () => {
    expect(desiredOf(aScene({ title: 'A\u0007' }), settingsWith({ strict_mode: true }))).toMatchObject({
      kind: 'failed',
      fault: { code: 'invalid_metadata' },
    })
  })
})

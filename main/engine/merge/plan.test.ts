import { describe, expect, it } from 'vitest'
import type { PlexItem, StashScene } from '../../../shared/domain.ts'
import type { Settings } from '../../../shared/settings.ts'
import { actorsNamed, anItem, aScene, settingsWith, wantedFrom } from '../../../test/property/plan-samples.ts'
import { type Base, emptyBase } from './base.ts'
import type { ItemPlan } from './item-plan.ts'
import { planItem } from './plan.ts'

interface Given {
  readonly scene?: Partial<StashScene>
  readonly item?: Partial<PlexItem>
  readonly base?: Base | null
  readonly pending?: Base | null
  readonly settings?: Partial<Settings>
}

function plan({ scene, item, base = null, pending = null, settings: more }: Given = {}): ItemPlan {
  const settings = settingsWith(more)
  return planItem({ wanted: wantedFrom(aScene(scene), settings), item: anItem(item), base, pending, settings })
}

/** The item as it is once the sample scene is written. */
const synced: Partial<PlexItem> = {
  title: 'A Walk in the Park',
  studio: 'Studio A',
  summary: 'Two people walk.\nIt rains.',
  date: '2024-05-01',
  actors: actorsNamed('Ann', 'Bob'),
  genres: ['Outdoor', 'Rain'],
  collections: ['Studio A'],
}

describe('a first sync', () => {
  it('writes all that differs, in one edit, and owns it afterwards', () => {
    expect(plan()).toEqual({
      changes: [
        { field: 'title', before: 'walk', after: 'A Walk in the Park' },
        { field: 'studio', before: null, after: 'Studio A' },
        { field: 'summary', before: null, after: 'Two people walk.\nIt rains.' },
        { field: 'date', before: null, after: '2024-05-01' },
        { field: 'performers', before: null, after: ['Ann', 'Bob'] },
        { field: 'tags', before: null, after: ['Outdoor', 'Rain'] },
        { field: 'collection', before: null, after: ['Studio A'] },
      ],
      kept: [],
      refused: {},
      edit: {
        ratingKey: '4711',
        sectionId: '1',
        scalars: {
          title: 'A Walk in the Park',
          studio: 'Studio A',
          summary: 'Two people walk.\nIt rains.',
          originallyAvailableAt: '2024-05-01',
        },
        lists: {
          actor: { wanted: [{ name: 'Ann' }, { name: 'Bob' }], removed: [] },
          genre: { wanted: [{ name: 'Outdoor' }, { name: 'Rain' }], removed: [] },
          collection: { wanted: [{ name: 'Studio A' }], removed: [] },
        },
      },
      after: {
        scalars: {
          title: 'A Walk in the Park',
          studio: 'Studio A',
          summary: 'Two people walk.\nIt rains.',
          date: '2024-05-01',
        },
        lists: { performers: ['Ann', 'Bob'], tags: ['Outdoor', 'Rain'], collection: ['Studio A'] },
        locked: ['title', 'studio', 'summary', 'date', 'performers', 'tags', 'collection'],
        photos: {},
      },
    })
  })

  it('writes nothing where Plex has it all already, and owns nothing then', () => {
    const { edit, changes, kept, after } = plan({ item: synced })
    expect({ edit, changes, kept }).toEqual({ edit: null, changes: [], kept: [] })
    expect(after).toEqual({ ...emptyBase, lists: { performers: [], tags: [], collection: [] } })
  })

  it('sends only the field that differs', () => {
    const { edit } = plan({ item: { ...synced, studio: 'Studio B' } })
    expect(edit).toMatchObject({ scalars: { studio: 'Studio A' }, lists: {} })
    expect(Object.keys(edit?.scalars ?? {})).toEqual(['studio'])
  })

  it('does not see a difference in line ends, composition, case of tags or the precision of a rating', () => {
    const item = {
      ...synced,
      studio: 'Cafe\u0301',
      summary: 'One\r\ntwo',
      rating: Math.fround(8.7),
      genres: ['RAIN', 'outdoor'],
    }
    const scene = { studio: { id: '1', name: 'Café', parentName: null }, details: 'One\ntwo', rating100: 87 }
    expect(plan({ scene, item: { ...item, collections: ['CAFÉ'] }, settings: { sync_rating: true } }).edit).toBeNull()
  })

  it('leaves its inputs as they were', () => {
    const base: Base = { ...emptyBase, scalars: { studio: 'Old' }, lists: { tags: ['Old'] } }
    const copy = structuredClone(base)
    plan({ base, item: { studio: 'Old', genres: ['Old'] } })
    expect(base).toEqual(copy)
    expect(emptyBase).toEqual({ scalars: {}, lists: {}, locked: [], photos: {} })
  })
})

describe('the title', () => {
  const preserve = { preserve_plex_edits: true }

  it('of the scanner counts as empty, for any file of the item, also after a write that never arrived', () => {
    expect(plan({ settings: preserve }).edit?.scalars.title).toBe('A Walk in the Park')
    const twoFiles = {
      title: 'Cafe\u0301',
      parts: ['D:\\x\\other.mp4', 'D:\\x\\Café.mp4'].map((file) => ({ file, size: 1, duration: 1 })),
    }
    expect(plan({ settings: preserve, item: twoFiles }).edit?.scalars.title).toBe('A Walk in the Park')
    const pending: Base = { ...emptyBase, scalars: { title: 'A Walk in the Park' }, locked: ['title'] }
    expect(plan({ settings: preserve, pending }).edit?.scalars.title).toBe('A Walk in the Park')
  })

  it('is the user’s once it is locked, or once PlexSync wrote another', () => {
    expect(plan({ settings: preserve, item: { locks: ['title'] } }).kept).toContainEqual({
      field: 'title',
      reason: 'locked in Plex',
      code: 'locked',
    })
    expect(plan({ settings: preserve, base: { ...emptyBase, scalars: { title: 'Ours' } } }).kept).toContainEqual({
      field: 'title',
      reason: 'kept your edit',
      code: 'edited',
    })
  })

  it('is never cleared', () => {
    const wanted = { scalars: { title: '', title_sort: '' }, lists: {}, titleFromFile: false }
    const base: Base = { ...emptyBase, scalars: { title: 'Ours', title_sort: 'Ours' } }
    const item = anItem({ title: 'Ours', titleSort: 'Ours' })
    expect(planItem({ wanted, item, base, pending: null, settings: settingsWith() })).toMatchObject({
      edit: null,
      after: base,
    })
  })

  it('made of a file’s name replaces ours and what is not locked, not what the user locked', () => {
    const scene = { title: '' }
    const base: Base = { ...emptyBase, scalars: { title: 'Ours' }, locked: ['title'] }
    expect(plan({ scene, base, item: { title: 'Ours', locks: ['title'] } }).edit?.scalars.title).toBe('walk')
    expect(plan({ scene, item: { title: 'Agent' } }).edit?.scalars.title).toBe('walk')
    const typed = plan({ scene, item: { title: 'Typed', locks: ['title'] } })
    expect(typed.edit?.scalars).not.toHaveProperty('title')
    expect(typed.kept).toContainEqual({ field: 'title', reason: 'locked in Plex', code: 'locked' })
  })

  it('is written as sort title too, once, although Plex does not return one that equals the title', () => {
    const settings = { title_sort_format: '{title}' }
    const first = plan({ settings, item: synced })
    expect(first.edit?.scalars).toEqual({ titleSort: 'A Walk in the Park' })
    expect(plan({ settings, item: synced, base: first.after }).edit).toBeNull()
    expect(plan({ settings, item: synced, base: emptyBase, pending: first.after }).edit).toBeNull()
  })
})

describe('the date', () => {
  it('that is only a year gives way to a day in that year', () => {
    expect(plan({ scene: { date: '2023' }, item: { date: '2023-06-11' } }).edit?.scalars).not.toHaveProperty(
      'originallyAvailableAt',
    )
    expect(plan({ scene: { date: '2023' }, item: { date: '2022-06-11' } }).edit?.scalars.originallyAvailableAt).toBe(
      '2023-01-01',
    )
    expect(plan({ scene: { date: '2023-05' } }).edit?.scalars.originallyAvailableAt).toBe('2023-05-01')
  })

  it('that is impossible is neither written nor does it clear', () => {
    const base: Base = { ...emptyBase, scalars: { date: '2024-05-01' } }
    const planned = plan({ scene: { date: '2024-02-30' }, item: { date: '2024-05-01' }, base })
    expect(planned.edit?.scalars).not.toHaveProperty('originallyAvailableAt')
    expect(planned.after.scalars.date).toBe('2024-05-01')
  })
})

describe('ownership', () => {
  it('of a switched-off field is kept as it was', () => {
    const base: Base = { ...emptyBase, scalars: { studio: 'Studio A' }, lists: { tags: ['Rain'] } }
    const { after } = plan({ base, item: synced, settings: { sync_studio: false, sync_tags: false } })
    expect(after).toMatchObject({ scalars: { studio: 'Studio A' }, lists: { tags: ['Rain'] } })
  })

  it('is known after a write that was cut off', () => {
    const { after } = plan()
    const scene = { studio: null, details: '', date: '', tags: [] }
    const planned = plan({ scene, item: synced, base: null, pending: after })
    expect(planned.edit).toMatchObject({
      scalars: { studio: '', summary: '', originallyAvailableAt: '' },
      lists: { genre: { wanted: [], removed: ['Outdoor', 'Rain'] } },
    })
  })

  it('of the lock that it set is known after a write that was cut off', () => {
    const { after } = plan()
    const item = { ...synced, studio: 'Studio A', locks: ['studio'] }
    const scene = { studio: { id: '2', name: 'Studio B', parentName: null } }
    const settings = { preserve_plex_edits: true, sync_collection: false }
    expect(plan({ scene, item, pending: after, settings }).edit?.scalars).toEqual({ studio: 'Studio B' })
  })

  it('ends when the user changes the value, and does not come back by chance', () => {
    const settings = { preserve_plex_edits: true }
    const ours: Base = { ...emptyBase, scalars: { studio: 'Studio A' }, locked: ['studio'] }
    const edited = plan({ settings, base: ours, item: { ...synced, studio: 'Typed', locks: ['studio'] } })
    expect(edited.kept).toEqual([{ field: 'studio', reason: 'kept your edit', code: 'edited' }])
    const typedBack = plan({
      settings,
      base: edited.after,
      item: { ...synced, locks: ['studio'] },
      scene: { studio: null },
    })
    expect(typedBack.edit?.scalars).toBeUndefined()
    expect(typedBack.kept).toContainEqual({
      field: 'studio',
      reason: 'empty in Stash, and not written by PlexSync',
      code: 'not_ours',
    })
  })

  it('does not stand in the way when the user empties the field again', () => {
    const base: Base = { ...emptyBase, locked: ['studio'] }
    const item = { ...synced, studio: '', locks: ['studio'] }
    expect(plan({ base, item, settings: { preserve_plex_edits: true } }).edit?.scalars).toEqual({ studio: 'Studio A' })
  })
})

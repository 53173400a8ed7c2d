import { describe, expect, it } from 'vitest'
import type { StashScene } from '../../../shared/domain.ts'
import { aScene, settingsWith, wantedFrom } from '../../../test/property/plan-samples.ts'
import { desiredOf } from './desired.ts'
import { stemOf } from './titles.ts'

const bare: Partial<StashScene> = { studio: null, performers: [], tags: [], date: '', details: '' }
const named = (...names: string[]) => names.map((name, place) => ({ id: String(place + 1), name }))
const namesOf = (list: readonly { readonly name: string }[] | undefined) => list?.map(({ name }) => name)

describe('desiredOf', () => {
  it('gives all fields with their default settings', () => {
    expect(wantedFrom(aScene())).toEqual({
      scalars: {
        title: 'A Walk in the Park',
        studio: 'Studio A',
        summary: 'Two people walk.\nIt rains.',
        date: '2024-05-01',
      },
      lists: {
        performers: [
          { name: 'Ann', photo: '' },
          { name: 'Bob', photo: '' },
        ],
        tags: [
          { name: 'Outdoor', photo: '' },
          { name: 'Rain', photo: '' },
        ],
        collection: [{ name: 'Studio A', photo: '' }],
      },
      titleFromFile: false,
    })
  })

  it('says what Stash has none of by empty values', () => {
    const { scalars, lists } = wantedFrom(aScene({ ...bare, date: '2024' }), settingsWith({ sync_rating: true }))
    expect(scalars).toEqual({ title: 'A Walk in the Park', studio: '', summary: '', date: '2024', rating: '' })
    expect(lists).toEqual({ performers: [], tags: [], collection: [] })
  })

  it('leaves switched-off fields out', () => {
    const off = settingsWith({
      sync_studio: false,
      sync_summary: false,
      sync_date: false,
      sync_performers: false,
      sync_tags: false,
      sync_collection: false,
    })
    expect(wantedFrom(aScene(), off)).toEqual({
      scalars: { title: 'A Walk in the Park' },
      lists: {},
      titleFromFile: false,
    })
    expect(wantedFrom(aScene(), settingsWith({ sync_master: false }))).toMatchObject({ scalars: {}, lists: {} })
  })

  it('writes the sort title only if asked', () => {
    expect(wantedFrom(aScene(), settingsWith({ title_sort_format: '{title}' })).scalars.title_sort).toBe(
      'A Walk in the Park',
    )
  })

  it('names the collection after the parent studio if asked, where there is one', () => {
    const settings = settingsWith({ collections: 'parent_studio or studio' })
    expect(namesOf(wantedFrom(aScene(), settings).lists.collection)).toEqual(['Network'])
    const orphan = aScene({ studio: { id: '1', name: 'Studio A', parentName: null } })
    expect(namesOf(wantedFrom(orphan, settings).lists.collection)).toEqual(['Studio A'])
  })
})

describe('gates', () => {
  it('a scene without a file fails, before anything else is looked at', () => {
    expect(desiredOf(aScene({ ...bare, files: [] }), settingsWith({ only_organized: true }))).toEqual({
      kind: 'failed',
      fault: { code: 'no_file_path', message: 'No file path for scene 123, cannot sync to Plex' },
    })
  })

  it('a scene without metadata waits for some, whatever else it has', () => {
    const titled = aScene({ ...bare, rating100: 80, organized: true, groupIds: ['1'] })
    expect(desiredOf(titled, settingsWith())).toEqual({ kind: 'skipped', reason: 'no_metadata' })
  })

  it.each<Partial<StashScene>>([
    { studio: { id: '1', name: 'S', parentName: null } },
    { performers: named('Ann') },
    { tags: named('Rain') },
    { date: '2024' },
    { details: 'x' },
  ])('any of %j is metadata, even where that field is switched off', (more) => {
    const off = settingsWith({ sync_studio: false, sync_performers: false, sync_tags: false, tag_deny: 'Rain' })
    expect(desiredOf(aScene({ ...bare, ...more }), off).kind).toBe('wanted')
  })

  it.each<Partial<StashScene>>([{ details: ' \r\n\u0000' }, { tags: named(' ', '\u200b') }, { date: ' ' }])(
    'blank %j is none',
    (more) => {
      expect(desiredOf(aScene({ ...bare, ...more }), settingsWith()).kind).toBe('skipped')
    },
  )

  it('only_organized holds the others back', () => {
    const settings = settingsWith({ only_organized: true })
    expect(desiredOf(aScene(), settings)).toEqual({ kind: 'skipped', reason: 'not_organized' })
    expect(desiredOf(aScene({ organized: true }), settings).kind).toBe('wanted')
  })
})

describe('the title', () => {
  const titleOf = (path: string) => wantedFrom(aScene({ title: '', files: [{ path, size: 1, duration: 1 }] }))

  it('is the file’s name where Stash has none', () => {
    expect(titleOf('/data/Studio A/My Scene.mp4')).toMatchObject({
      scalars: { title: 'My Scene' },
      titleFromFile: true,
    })
    expect(
      wantedFrom(aScene({ title: ' \u0000 ', files: [{ path: '/x/y.mp4', size: 1, duration: 1 }] })).scalars.title,
    ).toBe('y')
  })

  it('does not depend on the order of the files, which Stash does not define', () => {
    const files = ['/b/two.mp4', '/a/one.mp4'].map((path) => ({ path, size: 1, duration: 1 }))
    const titles = [files, files.toReversed()].map(
      (list) => wantedFrom(aScene({ title: '', files: list })).scalars.title,
    )
    expect(titles).toEqual(['one', 'one'])
  })

  it.each([
    ['/data/Vol. 2.5 - 4K.DV.Part.1.mp4', 'Vol. 2.5 - 4K.DV.Part.1'],
    ['D:\\Media\\My Scene.mkv', 'My Scene'],
    ['\\\\nas\\media\\My.Scene.mkv', 'My.Scene'],
    ['/data/with\\backslash.mp4', 'with\\backslash'],
    ['/data/folder.with.dots/noextension', 'noextension'],
    ['/data/.hidden', '.hidden'],
    ['/data/trailing.', 'trailing'],
  ])('%s → %s', (path, stem) => {
    expect(stemOf(path)).toBe(stem)
  })
})

describe('names', () => {
  it('keep the order of Stash; the second of two equal ones goes, whatever its case', () => {
    const scene = aScene({ performers: named('Zoe', 'ann', 'Ann', 'Cafe\u0301', 'CAFÉ', 'Bob') })
    expect(namesOf(wantedFrom(scene).lists.performers)).toEqual(['Zoe', 'ann', 'Café', 'Bob'])
  })

  it('obey the lists of allowed and denied tags, and the limit after them', () => {
    const tags = named('Rain', 'outdoor', 'todo', 'Sun')
    const tagsWith = (more: Parameters<typeof settingsWith>[0]) =>
      namesOf(wantedFrom(aScene({ tags }), settingsWith(more)).lists.tags)
    expect(tagsWith({ tag_deny: 'TODO, nothing' })).toEqual(['Rain', 'outdoor', 'Sun'])
    expect(tagsWith({ tag_allow: 'Outdoor, todo, sun' })).toEqual(['outdoor', 'todo', 'Sun'])
    expect(tagsWith({ tag_allow: 'Outdoor, todo, sun', tag_deny: 'todo' })).toEqual(['outdoor', 'Sun'])
    const many = named(...Array.from({ length: 30 }, (_, place) => `Tag ${place}`))
    expect(
      namesOf(wantedFrom(aScene({ tags: many }), settingsWith({ max_tags: 10, tag_deny: 'Tag 0' })).lists.tags),
    ).toEqual(many.slice(1, 11).map(({ name }) => name))
  })

  it('are one after they were cleaned, not before', () => {
    expect(namesOf(wantedFrom(aScene({ tags: named('Rain\u200b', 'rain', '\u0000') })).lists.tags)).toEqual(['Rain'])
  })
})

describe('photos', () => {
  const photosOf = (address: string | null, performer_photos = true) => {
    const outcome = desiredOf(aScene({ performers: named('Ann') }), settingsWith({ performer_photos }), () => address)
    return outcome.kind === 'wanted' ? outcome.wanted.lists.performers?.[0]?.photo : undefined
  }

  it('are sent only if asked, and only from an address without a key', () => {
    const address = 'http://stash:9999/performer/1/image?t=1714640000'
    expect(photosOf(address)).toBe(address)
    expect(photosOf(address, false)).toBe('')
    expect(photosOf(null)).toBe('')
    expect(photosOf('http://stash:9999/performer/1/image?apikey=ey.secret')).toBe('')
    expect(photosOf('http://stash:9999/performer/1/image?t=1&ApiKey=ey.secret')).toBe('')
    expect(photosOf('http://user:secret@stash:9999/performer/1/image')).toBe('')
  })
})

describe('rating', () => {
  it.each([
    [null, ''],
    [0, ''],
    [1, '0.1'],
    [50, '5'],
    [87, '8.7'],
    [100, '10'],
    [101, undefined],
    [-1, undefined],
    [Number.NaN, undefined],
  ])('%s → %j', (rating100, rating) => {
    expect(wantedFrom(aScene({ rating100 }), settingsWith({ sync_rating: true })).scalars.rating).toBe(rating)
  })
})

describe('dates', () => {
  it.each([
    ['2024', '2024'],
    [' 2024-05 ', '2024-05'],
    ['2024-02-30', undefined],
    ['soon', undefined],
  ])('%j → %j', (date, wanted) => {
    expect(wantedFrom(aScene({ date })).scalars.date).toBe(wanted)
  })
})

describe('strict_mode', () => {
  const strict = settingsWith({ strict_mode: true, sync_rating: true })

  it('lets valid metadata through, whatever its form', () => {
    expect(desiredOf(aScene({ title: ' Cafe\u0301 ', details: 'a\r\n\tb', date: '2024' }), strict).kind).toBe('wanted')
  })

  it('names the scene, each field and its problem', () => {
    const scene = aScene({
      title: 'A\u0007',
      details: 'x'.repeat(10_001),
      date: '2024-02-30',
      rating100: 101,
      studio: { id: '1', name: 'Studio\nA', parentName: null },
      performers: named('Ann\u200b'),
      tags: named('t'.repeat(256)),
    })
    expect(desiredOf(scene, strict)).toEqual({
      kind: 'failed',
      fault: {
        code: 'invalid_metadata',
        message:
          'scene 123: title contains control characters; studio contains line breaks or tabs; ' +
          "details is longer than 10,000 characters; date '2024-02-30' is not a possible date; " +
          "rating 101 is not between 0 and 100; performer 'Ann' contains invisible format characters; " +
          `tag '${'t'.repeat(40)}…' is longer than 255 characters; collection 'Studio A' contains line breaks or tabs`,
      },
    })
  })

  it('does not judge what is not written, nor a file’s name', () => {
    const scene = aScene({
      title: '',
      details: 'A\u0007',
      tags: named('todo\u0007'),
      files: [{ path: '/x/a\u0007.mp4', size: 1, duration: 1 }],
    })
    expect(desiredOf(scene, { ...strict, sync_summary: false, tag_deny: 'todo' }).kind).toBe('wanted')
  })

  it('comes after the gates', () => {
    expect(desiredOf(aScene({ ...bare, title: 'A\u0007' }), strict).kind).toBe('skipped')
  })
})

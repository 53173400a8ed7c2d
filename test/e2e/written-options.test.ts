/** What each option of "what is written" does to Plex: written, changed, taken back, respected, and quiet afterwards. */
import { describe, expect, it } from 'vitest'
import type { Settings } from '../../shared/settings.ts'
import { tagNames } from '../harness/plex-item.ts'
import type { TagKind, TextField } from '../harness/plex-model.ts'
import type { SceneChange } from '../harness/stash-scene-change.ts'
import { startTestEngine, type TestEngine, type TestEngineOptions } from './test-engine.ts'

interface OptionCase {
  readonly name: string
  readonly on: Partial<Settings>
  readonly off: Partial<Settings>
  /** What Stash has, and what it has afterwards. */
  readonly before: SceneChange
  readonly after: SceneChange
  readonly field: { readonly text: TextField } | { readonly tags: TagKind }
  readonly written: string | readonly string[]
  readonly changed: string | readonly string[]
  /** What is there once the option is off. */
  readonly left: string | readonly string[]
}

const cases: readonly OptionCase[] = [
  {
    name: 'title_format',
    on: { title_format: '[{studio} - ]{title}[ ({year})]' },
    off: { title_format: '{title}' },
    before: { title: 'Harbour', studio: 'North', date: '2021-02-03' },
    after: { date: null },
    field: { text: 'title' },
    written: 'North - Harbour (2021)',
    changed: 'North - Harbour',
    left: 'Harbour',
  },
  {
    name: 'title_sort_format',
    on: { title_sort_format: '{studio} {date}' },
    off: { title_sort_format: '' },
    before: { title: 'Harbour', studio: 'North', date: '2021-02-03' },
    after: { date: '2022-02-03' },
    field: { text: 'titleSort' },
    written: 'North 2021-02-03',
    changed: 'North 2022-02-03',
    left: '',
  },
  {
    name: 'content_rating',
    on: { content_rating: 'tag: Soft => R\nXXX' },
    off: { content_rating: '' },
    before: { tags: ['Soft'] },
    after: { tags: ['Hard'] },
    field: { text: 'contentRating' },
    written: 'R',
    changed: 'XXX',
    left: '',
  },
  {
    name: 'code_as tagline',
    on: { code_as: 'tagline' },
    off: { code_as: 'none' },
    before: { code: 'ABC-1' },
    after: { code: 'ABC-2' },
    field: { text: 'tagline' },
    written: 'ABC-1',
    changed: 'ABC-2',
    left: '',
  },
  {
    name: 'code_as original_title',
    on: { code_as: 'original_title' },
    off: { code_as: 'none' },
    before: { code: 'ABC-1' },
    after: { code: 'ABC-2' },
    field: { text: 'originalTitle' },
    written: 'ABC-1',
    changed: 'ABC-2',
    left: '',
  },
  {
    name: 'code_as label',
    on: { code_as: 'label' },
    off: { code_as: 'none' },
    before: { code: 'abc-1' },
    after: { code: 'abc-2' },
    field: { tags: 'label' },
    written: ['Abc-1'],
    changed: ['Abc-2'],
    left: [],
  },
  {
    name: 'sync_director',
    on: { sync_director: true },
    off: { sync_director: false },
    before: { director: 'Dee Moss, Eli Wren' },
    after: { director: 'Eli Wren' },
    field: { tags: 'director' },
    written: ['Dee Moss', 'Eli Wren'],
    changed: ['Eli Wren'],
    left: [],
  },
  {
    name: 'tags_as labels',
    on: { tags_as: 'labels' },
    off: { tags_as: 'genres' },
    before: { tags: ['outdoor', 'rain'] },
    after: { tags: ['rain'] },
    field: { tags: 'label' },
    written: ['Outdoor', 'Rain'],
    changed: ['Rain'],
    left: [],
  },
  {
    name: 'label_tags',
    on: { label_tags: '"Big, Bold", rain' },
    off: { label_tags: '' },
    before: { tags: ['outdoor', 'rain', 'Big, Bold'] },
    after: { tags: ['outdoor', 'rain'] },
    field: { tags: 'label' },
    written: ['Big, Bold', 'Rain'],
    changed: ['Rain'],
    left: [],
  },
  {
    name: 'collections',
    on: { collections: 'studio => Site: {name}\ngroup\ntag: A, "B, C" => Tag: {name}\norganized => Done\nrating' },
    off: { collections: '' },
    before: { studio: 'North', groups: ['Series'], tags: ['A', 'B, C', 'D'], organized: true, rating100: 79 },
    after: { studio: 'South', tags: ['A'], organized: false },
    field: { tags: 'collection' },
    written: ['7 Stars', 'Done', 'Series', 'Site: North', 'Tag: A', 'Tag: B, C'],
    changed: ['7 Stars', 'Series', 'Site: South', 'Tag: A'],
    left: [],
  },
  {
    name: 'performer_disambiguation',
    on: { performer_disambiguation: true },
    off: { performer_disambiguation: false },
    before: { performers: [{ name: 'Ann', disambiguation: 'actress' }] },
    after: { performers: [{ name: 'Eve', disambiguation: 'dancer' }] },
    field: { tags: 'actor' },
    written: ['Ann (actress)'],
    changed: ['Eve (dancer)'],
    left: ['Eve'],
  },
  {
    name: 'performer_genders',
    on: { performer_genders: 'female' },
    off: { performer_genders: '' },
    before: {
      performers: [
        { name: 'Ann', gender: 'FEMALE' },
        { name: 'Bob', gender: 'MALE' },
      ],
    },
    after: {
      performers: [
        { name: 'Eve', gender: 'FEMALE' },
        { name: 'Bob', gender: 'MALE' },
      ],
    },
    field: { tags: 'actor' },
    written: ['Ann'],
    changed: ['Eve'],
    left: ['Bob', 'Eve'],
  },
  {
    name: 'performer_tags',
    on: { performer_tags: true },
    off: { performer_tags: false },
    before: { tags: ['one'], performers: [{ name: 'Ann', tags: ['blonde'] }] },
    after: { performers: [{ name: 'Eve', tags: ['dark'] }] },
    field: { tags: 'genre' },
    written: ['blonde', 'one'],
    changed: ['dark', 'one'],
    left: ['one'],
  },
  {
    name: 'tag_rename',
    on: { tag_rename: 'rain => Weather', tag_deny: 'outdoor' },
    off: { tag_rename: '', tag_deny: '' },
    before: { tags: ['outdoor', 'rain'] },
    after: { tags: ['rain', 'night'] },
    field: { tags: 'genre' },
    written: ['Weather'],
    changed: ['Weather', 'night'],
    left: ['night', 'rain'],
  },
]

const options = (more: TestEngineOptions = {}): TestEngineOptions => ({ scenes: 1, ...more })

async function sync(app: TestEngine): Promise<void> {
  await app.hook(1)
  await app.settled()
}

function shown(app: TestEngine, { field }: OptionCase): string | string[] {
  const item = app.item(1)
  return 'text' in field ? (item.text[field.text] ?? '') : tagNames(item, field.tags).sort()
}

async function writtenBy(app: TestEngine, one: OptionCase): Promise<void> {
  app.stash.actions.updateScene(1, one.before)
  await app.call('saveSettings', { values: { ...one.on } })
  await sync(app)
}

describe.each(cases)('$name', (one) => {
  it.each(['add', 'replace'] as const)('is written, follows Stash and is taken back (tags: %s)', async (tagEdits) => {
    await using app = await startTestEngine(options({ plex: { tagEdits } }))
    await writtenBy(app, one)
    expect(shown(app, one)).toEqual(one.written)
    const writes = app.writes()
    await sync(app)
    expect(app.writes()).toBe(writes)
    app.stash.actions.updateScene(1, one.after)
    await sync(app)
    expect(shown(app, one)).toEqual(one.changed)
    await app.call('saveSettings', { values: { ...one.off } })
    await sync(app)
    expect(shown(app, one)).toEqual(one.left)
    const afterwards = app.writes()
    await sync(app)
    expect(app.writes()).toBe(afterwards)
    expect(app.crashes).toEqual([])
  })

  it('leaves what the user made of it', async () => {
    await using app = await startTestEngine(options({ settings: { preserve_plex_edits: true } }))
    await writtenBy(app, one)
    const key = app.keys[0] ?? 0
    const { field } = one
    if ('text' in field) app.plex.library.editByPerson(key, { text: { [field.text]: 'By hand' } })
    else
      app.plex.library.editByPerson(key, { tags: { [field.tags]: [...tagNames(app.item(1), field.tags), 'By hand'] } })
    await app.call('saveSettings', { values: { ...one.off } })
    await sync(app)
    if ('text' in field) expect(shown(app, one)).toBe('By hand')
    else expect(shown(app, one)).toContain('By hand')
  })
})

describe.each(cases.flatMap((one) => ('tags' in one.field ? [{ ...one, kind: one.field.tags }] : [])))(
  '$name beside names of other people',
  ({ kind, ...one }) => {
    it.each(['add', 'replace'] as const)('never touches them (tags: %s)', async (tagEdits) => {
      await using app = await startTestEngine(options({ plex: { tagEdits } }))
      const others = ['First stranger', 'Second stranger']
      const withOthers = (names: string | readonly string[]): string[] => [...names, ...others].sort()
      const item = app.item(1)
      app.plex.library.editByPerson(item.ratingKey, { tags: { [kind]: [...tagNames(item, kind), others[0] ?? ''] } })
      await writtenBy(app, one)
      app.plex.library.editByPerson(item.ratingKey, {
        tags: { [kind]: [...tagNames(app.item(1), kind), others[1] ?? ''] },
      })
      await sync(app)
      expect(shown(app, one)).toEqual(withOthers(one.written))
      app.stash.actions.updateScene(1, one.after)
      await sync(app)
      expect(shown(app, one)).toEqual(withOthers(one.changed))
      await app.call('saveSettings', { values: { ...one.off } })
      await sync(app)
      expect(shown(app, one)).toEqual(withOthers(one.left))
    })
  },
)

describe('options together', () => {
  it('several at the same time are one request per item, and none afterwards', async () => {
    await using app = await startTestEngine(options())
    app.stash.actions.updateScene(1, {
      code: 'X-1',
      director: 'Dee',
      tags: ['a', 'b'],
      studio: 'North',
      performers: [
        { name: 'Ann', disambiguation: 'actress', gender: 'FEMALE', tags: ['blonde'] },
        { name: 'Bob', gender: 'MALE' },
      ],
    })
    await app.call('saveSettings', {
      values: {
        title_format: '{performers}: {title}',
        code_as: 'label',
        sync_director: true,
        tags_as: 'both',
        performer_disambiguation: true,
        performer_genders: 'female',
        performer_tags: true,
        content_rating: 'XXX',
        collections: 'performer => Actor: {name}',
        sync_poster: false,
      },
    })
    const before = app.writes()
    await sync(app)
    expect(app.writes() - before).toBe(1)
    const item = app.item(1)
    expect(item.text.title).toBe('Ann (actress): Scene 1')
    expect(tagNames(item, 'actor')).toEqual(['Ann (actress)'])
    expect(tagNames(item, 'genre').sort()).toEqual(['a', 'b', 'blonde'])
    expect(tagNames(item, 'label').sort()).toEqual(['A', 'B', 'Blonde', 'X-1'])
    expect(tagNames(item, 'collection')).toEqual(['Actor: Ann (actress)'])
    await sync(app)
    expect(app.writes() - before).toBe(1)
  })

  it('genre_parents keeps the tags below it, however far', async () => {
    await using app = await startTestEngine(options())
    app.stash.library.tag('Genre')
    app.stash.library.tag('Drama', 'Genre')
    app.stash.library.tag('Sad', 'Drama')
    app.stash.actions.updateScene(1, { tags: ['Sad', 'Outdoor', 'Genre'] })
    await app.call('saveSettings', { values: { genre_parents: 'genre', tags_as: 'both' } })
    await sync(app)
    expect(app.tags(1, 'genre').sort()).toEqual(['Genre', 'Sad'])
    expect(tagNames(app.item(1), 'label').sort()).toEqual(['Genre', 'Outdoor', 'Sad'])
  })

  it('collection_min_scenes counts the scenes of Stash', async () => {
    await using app = await startTestEngine({ scenes: 3 })
    await app.call('saveSettings', { values: { collections: 'performer\ntag: *', collection_min_scenes: 2 } })
    app.stash.actions.updateScene(1, { performers: ['Ann', 'Bob'], tags: ['rare'] })
    app.stash.actions.updateScene(2, { performers: ['Ann'], tags: ['often'] })
    app.stash.actions.updateScene(3, { performers: [], tags: ['often'] })
    await app.hookAll(3)
    await app.settled()
    expect(app.tags(1, 'collection')).toEqual(['Ann'])
    expect(app.tags(2, 'collection').sort()).toEqual(['Ann', 'often'])
  })

  it('sync_tags off leaves the labels that came from tags, and the code label still follows', async () => {
    await using app = await startTestEngine(options())
    app.stash.actions.updateScene(1, { code: 'A-1', tags: ['soft'] })
    await app.call('saveSettings', { values: { code_as: 'label', label_tags: 'soft' } })
    await sync(app)
    app.stash.actions.updateScene(1, { code: 'A-2', tags: [] })
    await app.call('saveSettings', { values: { sync_tags: false } })
    await sync(app)
    expect(tagNames(app.item(1), 'label').sort()).toEqual(['A-2', 'Soft'])
    await app.call('saveSettings', { values: { code_as: 'none' } })
    await sync(app)
    expect(tagNames(app.item(1), 'label')).toEqual(['Soft'])
  })

  it('sync_master off takes nothing back', async () => {
    await using app = await startTestEngine(options({ settings: { content_rating: 'XXX' } }))
    await sync(app)
    await app.call('saveSettings', { values: { content_rating: '', sync_master: false } })
    await sync(app)
    expect(app.item(1).text.contentRating).toBe('XXX')
  })

  it.each([
    [{ only_with_stash_id: true }, { stashIds: [{ endpoint: 'https://box.test/graphql', stash_id: 'x' }] }],
    [{ only_with_url: true }, { urls: ['https://example.test/1'] }],
    [{ only_tagged: 'show' }, { tags: ['Show'] }],
    [{ not_tagged: 'hide' }, { tags: ['other'] }],
  ])('%o holds scenes back and empties none', async (gate, passes) => {
    await using app = await startTestEngine(options({ settings: gate }))
    app.stash.actions.updateScene(1, { tags: ['hide'], details: 'First' })
    await sync(app)
    expect(app.writes()).toBe(0)
    expect(await app.lastJob(1)).toMatchObject({ state: 'filtered' })
    app.stash.actions.updateScene(1, passes)
    await sync(app)
    expect(app.text(1, 'title')).toBe('Scene 1')
    app.stash.actions.updateScene(1, { tags: ['hide'], urls: [], stashIds: [], details: 'Second' })
    await sync(app)
    expect(app.item(1).text.summary).toBe('First')
  })
})

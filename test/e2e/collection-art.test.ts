/** Text and poster of collections: only of those that PlexSync made, once per content, and taken back. */
import { describe, expect, it, vi } from 'vitest'
import { sampleJpeg } from '../harness/sample-images.ts'
import { imageOf } from '../harness/stash-library.ts'
import { startTestEngine, type TestEngine, type TestEngineOptions } from './test-engine.ts'

vi.setConfig({ testTimeout: 120_000 })

const minute = 60_000
const day = 24 * 60 * minute

async function start(settings: Record<string, string | boolean> = {}, options: TestEngineOptions = {}) {
  const app = await startTestEngine({ scenes: 3, ...options, settings: { collection_art: true, ...settings } })
  describeStudio(app, 'About the studio', 'logo')
  return app
}

function describeStudio(app: TestEngine, details: string, seed: string): void {
  const studio = app.stash.library.studio('Studio')
  studio.details = details
  studio.image = imageOf(sampleJpeg(seed))
  studio.updated_at = app.stash.library.time.text(app.clock.now())
}

async function synced(app: TestEngine, count = 3): Promise<void> {
  await app.hookAll(count)
  await app.settled()
  await app.pass(minute)
}

const collection = (app: TestEngine, title = 'Studio', section = 1) =>
  app.plex.library.collections.named(section, title)
const uploads = (app: TestEngine, title = 'Studio'): string[] =>
  (collection(app, title)?.shelves.posters.images ?? []).map(({ key }) => key)
const artRequests = (app: TestEngine): number =>
  app.plex.requests.count({ label: 'collectionEdit' }) +
  app.plex.requests.filter({ label: 'poster' }).filter(({ path }) => !path.includes(String(app.keys[0]))).length

describe('a collection that PlexSync made', () => {
  it('gets text and image of its studio once, and again only when they change', async () => {
    await using app = await start()
    await synced(app)
    expect(collection(app)).toMatchObject({ text: { summary: 'About the studio' } })
    expect(collection(app)?.locked.has('summary')).toBe(true)
    expect(uploads(app)).toHaveLength(1)

    app.plex.requests.reset()
    await app.call('enqueueScenes', { scope: 'all' })
    await app.settled()
    await app.pass(day)
    expect(artRequests(app)).toBe(0)

    describeStudio(app, 'Another text', 'logo')
    await app.hook(app.stash.library.studio('Studio').id, { type: 'Studio.Update.Post', fields: ['details'] })
    await app.pass(minute)
    expect(collection(app)?.text.summary).toBe('Another text')
    expect(uploads(app)).toHaveLength(1)
    describeStudio(app, 'Another text', 'new logo')
    await app.pass(day)
    expect(uploads(app)).toHaveLength(2)
    expect(collection(app)?.shelves.posters.selected).toBe(uploads(app)[1])
  })

  it.each([
    ['performer => Actor: {name}', 'Actor: Ann Lee', '0.30'],
    ['tag: one => Tag: {name}', 'Tag: one', '0.30'],
    ['group', 'The Set', '0.30'],
    // Stash: groups were movies before 0.27.
    ['group', 'The Set', '0.24'],
    ['group', 'The Set', '0.26'],
  ] as const)('by the line %s too: %s (Stash %s)', async (collections, title, version) => {
    await using app = await start({ collections }, { stash: { version } })
    const { library } = app.stash
    library.performer('Ann Lee').details = 'Told'
    library.tag('one').description = 'Told'
    const group = library.group('The Set')
    group.synopsis = 'Told'
    for (const one of [library.performer('Ann Lee'), library.tag('one'), group]) one.image = imageOf(sampleJpeg('a'))
    library.scene(1).groups.push({ group, scene_index: null })
    await synced(app)
    expect(collection(app, title)).toMatchObject({ text: { summary: 'Told' } })
    expect(uploads(app, title)).toHaveLength(1)
  })

  it('loses its text when the setting goes off, keeps its poster, and gets no second one when it is on again', async () => {
    await using app = await start()
    await synced(app)
    await app.call('saveSettings', { values: { collection_art: false } })
    await app.pass(minute)
    expect(collection(app)?.text.summary).toBeUndefined()
    expect(collection(app)?.locked.has('summary')).toBe(false)
    expect(uploads(app)).toHaveLength(1)
    await app.call('saveSettings', { values: { collection_art: true } })
    await app.pass(minute)
    expect(collection(app)?.text.summary).toBe('About the studio')
    expect(uploads(app)).toHaveLength(1)
  })

  it('keeps what it has while sync_collection is off', async () => {
    await using app = await start()
    await synced(app)
    await app.call('saveSettings', { values: { sync_collection: false } })
    describeStudio(app, 'Not to be written', 'other')
    await app.pass(day)
    expect(collection(app)?.text.summary).toBe('About the studio')
    expect(uploads(app)).toHaveLength(1)
  })

  it('is left alone where the user changed its text or its poster', async () => {
    await using app = await start()
    await synced(app)
    const made = collection(app)
    if (made === undefined) throw new Error('no collection')
    app.plex.library.collections.editByPerson(made, 'My own words')
    const mine = { key: 'upload://posters/mine', bytes: sampleJpeg('mine'), contentType: 'image/jpeg', source: '' }
    made.shelves.posters.images.push(mine)
    made.shelves.posters.selected = mine.key
    describeStudio(app, 'Another text', 'new logo')
    await app.pass(day)
    expect(collection(app)?.text.summary).toBe('My own words')
    expect(collection(app)?.shelves.posters.selected).toBe(mine.key)
    await app.call('saveSettings', { values: { collection_art: false } })
    await app.pass(minute)
    expect(collection(app)?.text.summary).toBe('My own words')
  })

  it('leaves nothing behind when its source is renamed or emptied', async () => {
    await using app = await start()
    await synced(app)
    const studio = app.stash.library.studio('Studio')
    app.stash.actions.renameStudio(studio.id, 'House')
    await app.hook(studio.id, { type: 'Studio.Update.Post', fields: ['name'] })
    await app.settled()
    await app.pass(minute)
    expect(collection(app)).toBeUndefined()
    expect(collection(app, 'House')).toMatchObject({ text: { summary: 'About the studio' } })
    expect(uploads(app, 'House')).toHaveLength(1)
    studio.details = ''
    await app.hook(studio.id, { type: 'Studio.Update.Post', fields: ['details'] })
    await app.pass(minute)
    expect(collection(app, 'House')?.text.summary).toBeUndefined()
    expect(collection(app, 'House')?.locked.has('summary')).toBe(false)
  })

  it('that others have joined loses our text when nothing of ours is in it any more', async () => {
    await using app = await start()
    const other = app.plex.library.addItem({ section: 1, file: '/media/other.mp4' })
    await synced(app)
    app.plex.library.editByPerson(other.ratingKey, { tags: { collection: ['Studio'] } })
    const studio = app.stash.library.studio('Studio')
    app.stash.actions.renameStudio(studio.id, 'House')
    await app.hook(studio.id, { type: 'Studio.Update.Post', fields: ['name'] })
    await app.settled()
    await app.pass(day)
    expect(collection(app)?.items.map(({ ratingKey }) => ratingKey)).toEqual([other.ratingKey])
    expect(collection(app)?.text.summary).toBeUndefined()
  })
})

describe('a collection that the user created', () => {
  it('that was there before is never touched', async () => {
    await using app = await start()
    const other = app.plex.library.addItem({ section: 1, file: '/media/other.mp4' })
    app.plex.library.editByPerson(other.ratingKey, { tags: { collection: ['studio'] } })
    await synced(app)
    await app.pass(day)
    const [only] = app.plex.library.collections.of(app.plex.library.section(1))
    expect(only?.items).toHaveLength(4)
    expect(only?.text).toEqual({})
    expect(only?.shelves.posters.images).toEqual([])
  })

  it('is distinguished from one that an earlier version made by its members', async () => {
    await using app = await start({ collection_art: false })
    await synced(app)
    await app.call('saveSettings', { values: { collection_art: true } })
    await app.call('rewriteItems', {})
    await app.settled()
    await app.pass(minute)
    expect(collection(app)?.text.summary).toBe('About the studio')
  })

  it('that took the place of ours is another one', async () => {
    await using app = await start()
    await synced(app)
    // The user renames ours, and makes a new one of the old name.
    const made = collection(app)
    if (made === undefined) throw new Error('no collection')
    app.plex.library.tags.rename(made.tag, 'Kept by me')
    const other = app.plex.library.addItem({ section: 1, file: '/media/other.mp4' })
    app.plex.library.editByPerson(other.ratingKey, { tags: { collection: ['Studio'] } })
    describeStudio(app, 'Another text', 'new logo')
    await app.pass(day)
    expect(collection(app, 'Kept by me')?.text.summary).toBe('About the studio')
    expect(collection(app)?.text).toEqual({})
  })
})

describe('the setting', () => {
  it('counts for one library only', async () => {
    await using app = await start({ collection_art: false })
    await app.call('saveSettings', { values: { collection_art: true }, library: 'Scenes' })
    await synced(app)
    expect(collection(app)?.text.summary).toBe('About the studio')
  })

  it('makes no item wait for a rewrite, and off asks Plex for nothing', async () => {
    await using app = await start({ collection_art: false })
    await synced(app)
    const preview = await app.call('previewSettings', {
      values: { collection_art: true, collections: 'studio\nperformer\nrating' },
    })
    expect(preview.collections).toBe(2)
    await app.call('saveSettings', { values: { collection_art: true } })
    expect((await app.call('getStatus', {})).pending_rewrite).toBe(0)
    expect((await app.call('previewSettings', { values: { collection_art: true } })).collections).toBe(0)
    await app.call('saveSettings', { values: { collection_art: false } })
    app.plex.requests.reset()
    await synced(app)
    expect(app.plex.requests.count({ label: 'collections' })).toBe(0)
  })

  it('costs one list per batch with new names, and one text and one poster per collection', async () => {
    await using app = await start({ collections: 'performer' }, { scenes: 60 })
    const { library } = app.stash
    for (let scene = 1; scene <= 60; scene++) {
      const performer = library.performer(`Performer ${scene % 20}`)
      performer.details = `About ${performer.name}`
      performer.image = imageOf(sampleJpeg(performer.name))
      library.scene(scene).performers = [performer]
    }
    app.plex.requests.reset()
    await synced(app, 60)
    expect(app.plex.requests.count({ label: 'collectionEdit' })).toBe(20)
    expect(app.plex.requests.count({ label: 'poster' })).toBe(20)
    expect(app.plex.requests.count({ label: 'collections' })).toBeLessThanOrEqual(6)
  })

  it('refuses an image that is none, says so once, and continues', async () => {
    await using app = await start({ poster_style: 'fill' })
    app.stash.library.studio('Studio').image = imageOf(Buffer.from('no picture at all'))
    await synced(app)
    await app.pass(2 * day)
    expect(collection(app)?.text.summary).toBe('About the studio')
    expect(uploads(app)).toEqual([])
    expect(app.logs.filter(({ line }) => line.includes('no poster can be made'))).toHaveLength(1)
  })
})

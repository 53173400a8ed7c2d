/** Settings of one library, previews of a change, and the rewrite. */
import { describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from './test-engine.ts'

const hour = 60 * 60_000

/** A second library, with a separate scene; returns the number of the scene. */
function addSecondLibrary(app: TestEngine, title = 'Clips'): number {
  const section = app.plex.library.addSection({ title, locations: ['/media2'] })
  const file = { path: '/data2/clip.mp4', size: 5_000_123 }
  const scene = app.stash.library.addScene({ title: 'Clip', studio: 'North', tags: ['one'], files: [file] })
  app.plex.library.addItem({ section: section.id, file: { file: '/media2/clip.mp4', size: file.size } })
  return scene.id
}

function textOf(app: TestEngine, file: string, field: 'title' | 'contentRating'): string {
  return app.plex.library.itemsByFile(file)[0]?.text[field] ?? ''
}

async function twoLibraries(
  settings: Record<string, string | number | boolean> = {},
): Promise<TestEngine & { clip: number }> {
  const app = await startTestEngine({
    scenes: 1,
    settings: { path_map: '/data => /media; /data2 => /media2', sync_poster: false, ...settings },
  })
  return Object.assign(app, { clip: addSecondLibrary(app) })
}

/** A comparison of everything, to its end. */
async function compared(app: TestEngine) {
  const { id } = await app.call('startReconcile', { scope: 'all', dry_run: false })
  await app.until(async () => (await app.call('getReconcile', { id })).run?.state !== 'running')
  return (await app.call('getReconcile', { id })).run
}

async function syncBoth(app: TestEngine & { clip: number }): Promise<void> {
  await app.hook(1)
  await app.hook(app.clip)
  await app.settled()
}

describe('settings of one library', () => {
  it('count there and nowhere else, stay when the library is renamed, and go when unset', async () => {
    await using app = await twoLibraries({ content_rating: 'R' })
    await app.call('saveSettings', {
      values: { content_rating: 'XXX', title_format: '{studio}: {title}' },
      library: 'clips',
    })
    await syncBoth(app)
    expect(textOf(app, '/media2/clip.mp4', 'title')).toBe('North: Clip')
    expect(textOf(app, '/media2/clip.mp4', 'contentRating')).toBe('XXX')
    expect(textOf(app, '/media/scene 1.mp4', 'title')).toBe('Scene 1')
    expect(textOf(app, '/media/scene 1.mp4', 'contentRating')).toBe('R')

    const clips = app.plex.library.section(2)
    clips.title = 'Short films'
    const listed = await app.call('listSettings', { library: 'Short films' })
    expect(listed.settings.find(({ name }) => name === 'content_rating')).toMatchObject({
      value: 'XXX',
      source: 'library',
    })
    expect(listed.settings.find(({ name }) => name === 'tags_as')).toMatchObject({ value: 'genres', source: 'default' })
    const plain = await app.call('listSettings', {})
    expect(plain.settings.find(({ name }) => name === 'content_rating')).toMatchObject({ value: 'R', source: 'stored' })

    await app.call('resetSettings', { names: ['content_rating', 'title_format'], library: 'Short films' })
    await syncBoth(app)
    expect(textOf(app, '/media2/clip.mp4', 'title')).toBe('Clip')
    expect(textOf(app, '/media2/clip.mp4', 'contentRating')).toBe('R')
  })

  it('may hold scenes back in one library only', async () => {
    await using app = await twoLibraries()
    await app.call('saveSettings', { values: { only_organized: true }, library: 'Clips' })
    await syncBoth(app)
    expect(textOf(app, '/media/scene 1.mp4', 'title')).toBe('Scene 1')
    expect(textOf(app, '/media2/clip.mp4', 'title')).toBe('clip')
  })

  it('read from Stash what only one library needs', async () => {
    await using app = await twoLibraries()
    app.stash.library.scene(app.clip).director = 'Dee'
    await app.call('saveSettings', { values: { sync_director: true }, library: 'Clips' })
    await syncBoth(app)
    expect(app.plex.library.itemsByFile('/media2/clip.mp4')[0]?.tags.director?.map(({ tag }) => tag.tag)).toEqual([
      'Dee',
    ])
  })

  it('refuse what no library can have, an unknown library, and a title that two have', async () => {
    await using app = await twoLibraries()
    const save = async (name: string, library: string) => {
      const response = await app.tryCall('saveSettings', { values: { [name]: 'x' }, library })
      return response.ok ? 'saved' : `${response.fault.code}: ${response.fault.message}`
    }
    expect(await save('plex_library', 'Clips')).toContain('invalid_input: plex_library: cannot be set for one library')
    expect(await save('title_format', 'Films')).toContain(
      'unknown_name: library: Plex has no library named "Films"; it has Scenes, Clips',
    )
    app.plex.library.addSection({ title: 'clips', locations: ['/media3'] })
    expect(await save('title_format', 'Clips')).toContain('name one by its key: 2 and 3')
    expect(await save('title_format', '3')).toBe('saved')
  })

  it('are known while Plex is away', async () => {
    await using app = await twoLibraries()
    await app.call('saveSettings', { values: { max_tags: 20 }, library: 'Clips' })
    await app.plex.down()
    const listed = await app.call('listSettings', { library: 'Clips' })
    expect(listed.settings.find(({ name }) => name === 'max_tags')).toMatchObject({ value: 20, source: 'library' })
    expect(await app.tryCall('listSettings', { library: 'Films' })).toMatchObject({ fault: { code: 'unreachable' } })
    const foreign = { values: { quiet_time: 3 }, library: 'Films' }
    expect(await app.tryCall('saveSettings', foreign)).toMatchObject({ fault: { code: 'invalid_input' } })
  })

  it('travel in an export of version 2, by uuid or title, or are named as left out', async () => {
    await using app = await twoLibraries()
    expect(JSON.parse((await app.call('exportSettings', {})).document)).toMatchObject({ version: 1 })
    await app.call('saveSettings', { values: { max_tags: 20 }, library: 'Clips' })
    const { document } = await app.call('exportSettings', {})
    const exported = JSON.parse(document)
    expect(exported).toMatchObject({ version: 2, libraries: [{ title: 'Clips', settings: { max_tags: 20 } }] })
    await app.call('resetSettings', { names: ['max_tags'], library: 'Clips' })
    exported.libraries[0].uuid = 'elsewhere'
    exported.libraries.push({ server: 'x', uuid: 'y', title: 'Films', settings: { max_tags: 30 } })
    await app.call('importSettings', { document: JSON.stringify(exported) })
    const listed = await app.call('listSettings', { library: 'Clips' })
    expect(listed.settings.find(({ name }) => name === 'max_tags')).toMatchObject({ value: 20, source: 'library' })
    expect(app.logs.map(({ line }) => line).join('\n')).toContain(
      'Import: Settings of the library "Films": Plex has no such library',
    )
  })
})

describe('a change of what is written', () => {
  it('is counted and shown before it happens, and nothing is written', async () => {
    await using app = await startTestEngine({ scenes: 30, settings: { sync_poster: false } })
    await app.hookAll(30)
    await app.settled()
    const writes = app.writes()
    const preview = await app.call('previewSettings', { values: { title_format: '{studio}: {title}' } })
    expect(preview).toMatchObject({ items: 30, changed: 30 })
    expect(preview.sample).toHaveLength(20)
    expect(preview.sample[0]).toMatchObject({
      rating_key: String(app.keys[0]),
      changes: [{ field: 'title', before: 'Scene 1', after: 'Studio: Scene 1' }],
    })
    expect((await app.call('previewSettings', { values: { tag_allow: 'one, two' } })).changed).toBe(0)
    expect(app.writes()).toBe(writes)
    expect((await app.call('listSettings', {})).settings.find(({ name }) => name === 'title_format')?.changed).toBe(
      false,
    )
    const scene = await app.call('previewScene', { scene_id: '2', values: { content_rating: 'XXX' } })
    expect(scene.plans[0]?.changes).toEqual([{ field: 'content_rating', before: null, after: 'XXX' }])
  })

  it('waits for a rewrite, which asks Plex once per changed item', async () => {
    await using app = await startTestEngine({ scenes: 60, settings: { sync_poster: false } })
    await app.hookAll(60)
    await app.settled()
    await app.pass(hour)
    await app.call('saveSettings', { values: { content_rating: 'XXX' } })
    expect((await app.call('getStatus', {})).pending_rewrite).toBe(60)
    const before = app.writes()
    const run = await compared(app)
    await app.settled()
    expect(app.writes()).toBe(before)
    expect(run).toMatchObject({ enqueued: 0, pending_rewrite: 60 })
    app.stash.actions.updateScene(1, { details: 'New' })
    await app.hook(1)
    await app.settled()
    expect(app.item(1).text.contentRating).toBe('XXX')

    app.plex.requests.reset()
    expect(await app.call('rewriteItems', {})).toMatchObject({ scenes: 59, enqueued: 59 })
    await app.settled()
    expect(app.item(60).text.contentRating).toBe('XXX')
    expect(app.plex.requests.total).toBeLessThanOrEqual(59 * 1.1)
    await compared(app)
    expect((await app.call('getStatus', {})).pending_rewrite).toBe(0)
    expect(await app.call('rewriteItems', {})).toMatchObject({ scenes: 0 })
  })

  it('drift and Stash’s own changes are still found while a rewrite is pending', async () => {
    await using app = await startTestEngine({ scenes: 3, settings: { sync_poster: false } })
    await app.hookAll(3)
    await app.settled()
    await app.pass(hour)
    await app.call('saveSettings', { values: { content_rating: 'XXX' } })
    app.plex.library.editByPerson(app.keys[1] ?? 0, { text: { studio: '' }, lock: false })
    await compared(app)
    await app.settled()
    expect(app.item(2).text.studio).toBe('Studio')
    expect(app.item(1).text.contentRating).toBeUndefined()
  })
})

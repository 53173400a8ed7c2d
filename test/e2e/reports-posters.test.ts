/** What people reported of posters and art: a chosen one is theirs, one that fell back to a frame comes back, nothing is sent twice. */
import { describe, expect, it } from 'vitest'
import { sampleJpeg } from '../harness/sample-images.ts'
import { startTestEngine, type TestEngine, type TestEngineOptions } from './test-engine.ts'

/** Time for one daily comparison. */
const day = 25 * 3_600_000
const posters = { sync_poster: true, reconcile_interval: 'daily', poll_interval: 60 }

async function started(settings: TestEngineOptions['settings'] = {}): Promise<TestEngine> {
  const app = await startTestEngine({ scenes: 1, settings: { ...posters, ...settings } })
  await covered(app, 1)
  // Long enough for what was written to be read back.
  await app.pass(60_000)
  app.plex.requests.reset()
  return app
}

/** Gives scene 1 another cover, as its editor does. */
async function covered(app: TestEngine, seed: number): Promise<void> {
  // Stash's stamps have whole seconds.
  await app.pass(3_000)
  app.stash.actions.updateScene(1, { cover: sampleJpeg(seed) })
  await app.hook(1, { fields: ['cover_image'] })
  await app.settled()
}

const shelf = (app: TestEngine) => app.item(1).shelves.posters
const uploadsIn = (app: TestEngine) => shelf(app).images.filter(({ key }) => key.startsWith('upload://'))
const keyOf = (app: TestEngine, seed: number) =>
  uploadsIn(app).find(({ bytes }) => bytes.equals(sampleJpeg(seed)))?.key ?? `no cover ${seed}`
const counted = (app: TestEngine, label: string) => app.plex.requests.count({ label })

describe('a poster that its owner chose in Plex', () => {
  it('preserve_plex_edits on: kept through new covers, reported, and not looked at again without need', async () => {
    await using app = await started({ preserve_plex_edits: true })
    const chosen = app.plex.library.posterByPerson(app.keys[0] ?? 0, sampleJpeg(50))
    await covered(app, 2)
    expect(shelf(app).selected).toBe(chosen)
    const story = await app.call('getScene', { scene_id: '1' })
    expect(story.items[0]?.kept).toEqual([{ field: 'poster', reason: 'kept your edit', code: 'edited' }])
    app.plex.requests.reset()
    await app.hook(1)
    await app.settled()
    await app.pass(day)
    expect(shelf(app).selected).toBe(chosen)
    expect(counted(app, 'images')).toBe(0)
    expect(counted(app, 'poster')).toBe(0)
    // A choice that is taken back: the scene's cover is shown again.
    await app.call('saveSettings', { values: { preserve_plex_edits: false } })
    await app.call('enqueueScenes', { scope: 'scenes', scene_ids: ['1'] })
    await app.settled()
    expect(shelf(app).selected).toBe(keyOf(app, 2))
  })

  it('chosen twice: each choice is kept, and the cover comes when edits are no longer preserved', async () => {
    await using app = await started({ preserve_plex_edits: true, reconcile_interval: 'never' })
    const key = app.keys[0] ?? 0
    app.plex.library.posterByPerson(key, sampleJpeg(50))
    await covered(app, 2)
    const second = app.plex.library.posterByPerson(key, sampleJpeg(51))
    await covered(app, 3)
    expect(shelf(app).selected).toBe(second)
    // The first choice again.
    const first = app.plex.library.posterByPerson(key, sampleJpeg(50))
    await covered(app, 4)
    expect(shelf(app).selected).toBe(first)
    expect(counted(app, 'poster')).toBe(0)
    await app.call('saveSettings', { values: { preserve_plex_edits: false } })
    await app.call('enqueueScenes', { scope: 'scenes', scene_ids: ['1'] })
    await app.settled()
    expect(shelf(app).selected).toBe(keyOf(app, 4))
    expect(counted(app, 'poster')).toBe(1)
  })

  it('on an item that is re-keyed afterwards: the new item shows the cover', async () => {
    await using app = await started({ preserve_plex_edits: true, reconcile_interval: 'never' })
    app.plex.library.posterByPerson(app.keys[0] ?? 0, sampleJpeg(50))
    app.plex.library.removeItem(app.keys[0] ?? 0)
    const item = app.plex.library.addItem({ section: 1, file: { file: '/media/scene 1.mp4', size: 1_000_001 } })
    await app.pass(15 * 60_000)
    const { images, selected } = item.shelves.posters
    expect(images.find(({ key }) => key === selected)?.bytes.equals(sampleJpeg(1))).toBe(true)
  })

  it('off: the scene’s cover is selected again, without sending its bytes', async () => {
    await using app = await started()
    app.plex.library.posterByPerson(app.keys[0] ?? 0, sampleJpeg(50))
    await app.pass(day)
    expect(shelf(app).selected).toBe(keyOf(app, 1))
    expect(counted(app, 'poster')).toBe(0)
    expect(counted(app, 'select')).toBe(1)
  })

  it('before PlexSync wrote the item for the first time: kept with preserve_plex_edits', async () => {
    await using app = await startTestEngine({ scenes: 1, settings: { ...posters, preserve_plex_edits: true } })
    const chosen = app.plex.library.posterByPerson(app.keys[0] ?? 0, sampleJpeg(50))
    app.item(1).locked.delete('thumb')
    await covered(app, 1)
    expect(shelf(app).selected).toBe(chosen)
    expect(app.text(1, 'title')).toBe('Scene 1')
  })
})

describe.each([false, true])('a poster that fell back to a frame (preserve_plex_edits %s)', (preserve) => {
  it('comes back with the daily comparison, and no bytes are sent', async () => {
    await using app = await started({ preserve_plex_edits: preserve })
    app.plex.library.posterFallsBack(app.keys[0] ?? 0)
    await app.pass(day)
    expect(shelf(app).selected).toBe(keyOf(app, 1))
    expect(uploadsIn(app)).toHaveLength(1)
    expect(counted(app, 'poster')).toBe(0)
    expect(counted(app, 'images')).toBeLessThanOrEqual(3)
    app.plex.requests.reset()
    await app.pass(day)
    expect(counted(app, 'images')).toBe(0)
  })

  it('comes back by a sync that is asked for by hand', async () => {
    await using app = await started({ preserve_plex_edits: preserve, reconcile_interval: 'never' })
    app.plex.library.posterFallsBack(app.keys[0] ?? 0)
    await app.call('enqueueScenes', { scope: 'scenes', scene_ids: ['1'] })
    await app.settled()
    expect(shelf(app).selected).toBe(keyOf(app, 1))
    expect(uploadsIn(app)).toHaveLength(1)
  })

  it('and is replaced by the new cover, if that has changed', async () => {
    await using app = await started({ preserve_plex_edits: preserve })
    app.plex.library.posterFallsBack(app.keys[0] ?? 0)
    await covered(app, 2)
    expect(shelf(app).selected).toBe(keyOf(app, 2))
  })
})

it('a cover that returns is selected: Plex has its bytes', async () => {
  await using app = await started()
  await covered(app, 2)
  expect(shelf(app).selected).toBe(keyOf(app, 2))
  app.plex.requests.reset()
  await covered(app, 1)
  expect(shelf(app).selected).toBe(keyOf(app, 1))
  expect(uploadsIn(app)).toHaveLength(2)
  expect(counted(app, 'poster')).toBe(0)
})

it('undo selects the poster that was shown before, whether it was sent or selected', async () => {
  await using app = await started()
  await covered(app, 2)
  await covered(app, 1)
  await app.call('undoScene', { scene_id: '1' })
  expect(shelf(app).selected).toBe(keyOf(app, 2))
})

it('an upload that is gone from the server is sent again', async () => {
  await using app = await started()
  shelf(app).images = shelf(app).images.filter(({ key }) => !key.startsWith('upload://'))
  shelf(app).selected = null
  shelf(app).stamp += 1
  app.plex.library.touch(app.item(1))
  await app.pass(day)
  expect(shelf(app).selected).toBe(keyOf(app, 1))
})

describe('background art', () => {
  it('ours follows the cover; a foreign one is never replaced', async () => {
    await using app = await started({ sync_background: true })
    const { arts } = app.item(1).shelves
    expect(arts.images).toHaveLength(1)
    await covered(app, 2)
    expect(arts.images.find(({ key }) => key === arts.selected)?.bytes.equals(sampleJpeg(2))).toBe(true)
    arts.images.push({ key: 'upload://arts/by-hand', bytes: sampleJpeg(51), contentType: 'image/jpeg', source: '' })
    arts.selected = 'upload://arts/by-hand'
    await covered(app, 3)
    expect(arts.selected).toBe('upload://arts/by-hand')
    app.plex.requests.reset()
    await app.hook(1)
    await app.settled()
    expect(counted(app, 'images')).toBe(0)
  })
})

describe('a dry run shows what would happen to poster and art, and uploads nothing', () => {
  const dryRun = async (app: TestEngine) => {
    const [plan] = (await app.work('planScenes', { selection: { scope: 'scenes', scene_ids: ['1'] } })).plans
    const { plans } = await app.work('previewScene', { scene_id: '1', values: {} })
    expect(plans).toEqual([plan])
    const images = (fields: readonly { readonly field: string }[] = []) =>
      fields.map(({ field }) => field).filter((field) => field === 'poster' || field === 'background')
    return { changes: images(plan?.changes), kept: plan?.kept.filter(({ field }) => field === 'poster') ?? [] }
  }

  it.each([false, true])('preserve_plex_edits %s', async (preserve) => {
    await using app = await started({ preserve_plex_edits: preserve, sync_background: true })
    // In sync.
    expect(await dryRun(app)).toEqual({ changes: [], kept: [] })
    // Another cover.
    await app.pass(3_000)
    app.stash.actions.updateScene(1, { cover: sampleJpeg(2) })
    expect(await dryRun(app)).toEqual({ changes: ['poster', 'background'], kept: [] })
    await covered(app, 2)
    // A frame of the video.
    app.plex.library.posterFallsBack(app.keys[0] ?? 0)
    expect(await dryRun(app)).toEqual({ changes: ['poster'], kept: [] })
    // The owner's choice.
    const chosen = app.plex.library.posterByPerson(app.keys[0] ?? 0, sampleJpeg(50))
    const kept = { field: 'poster', reason: 'kept your edit', code: 'edited' }
    expect(await dryRun(app)).toEqual(preserve ? { changes: [], kept: [kept] } : { changes: ['poster'], kept: [] })
    app.plex.requests.reset()
    await dryRun(app)
    expect(app.writes()).toBe(0)
    expect(counted(app, 'select')).toBe(0)
    expect(shelf(app).selected).toBe(chosen)
  })

  it('before the first write, and where covers are not written', async () => {
    await using app = await startTestEngine({ scenes: 1, settings: { ...posters, sync_background: true } })
    app.stash.actions.updateScene(1, { cover: sampleJpeg(1) })
    expect((await dryRun(app)).changes).toEqual(['poster', 'background'])
    await app.call('saveSettings', { values: { sync_poster: false, sync_background: false } })
    expect((await dryRun(app)).changes).toEqual([])
    expect(app.writes()).toBe(0)
  })
})

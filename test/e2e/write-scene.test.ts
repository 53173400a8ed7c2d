/** One scene written on its own, read back and taken back: the trial of the setup, and `sync --scene ID --verify`. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { CallName, RequestOf, ResponseOf } from '../../shared/contract.ts'
import type { Result } from '../../shared/result.ts'
import { paintedJpeg } from '../harness/painted-jpeg.ts'
import { startTestEngine, type TestEngine } from './test-engine.ts'

const longMs = 2 * 60 * 60_000
const inSetup = { inSetup: true, settings: { stash_poll_seconds: 3600, sync_poster: true } }

const picture = (colour: string): Buffer => paintedJpeg(64, 36, colour)

/** Calls and lets time pass until the response is there: reading back waits for what Plex shows late. */
async function timed<N extends CallName>(app: TestEngine, name: N, request: RequestOf<N>): Promise<ResponseOf<N>> {
  const responses: Result<ResponseOf<N>>[] = []
  void app.tryCall(name, request).then((result) => responses.push(result))
  await app.until(() => responses.length > 0)
  const [response] = responses
  if (response?.ok !== true) throw new Error(JSON.stringify(response))
  return response.value
}

const write = (app: TestEngine, scene: number) => timed(app, 'writeScene', { scene_id: String(scene) })
const posters = (app: TestEngine) => app.item(1).shelves.posters

/** Scene 1 has a cover, and its item the frame that Plex's scanner took. */
function withPictures(app: TestEngine): void {
  app.stash.actions.updateScene(1, { cover: picture('red') })
  const shelf = posters(app)
  const bytes = picture('grey')
  shelf.images.push({ key: 'media://frame/1', bytes, contentType: 'image/jpeg', source: '' })
  shelf.selected = 'media://frame/1'
}

describe('writing one scene before the setup is finished', () => {
  it('writes this one, reads it back, and gives no consent to any other', async () => {
    await using app = await startTestEngine(inSetup)
    withPictures(app)
    await app.hookAll(3)
    const result = await write(app, 1)

    expect(result).toMatchObject({ scene_id: '1', title: 'Scene 1', rating_key: String(app.keys[0]), differs: [] })
    expect(result.written).toEqual(expect.arrayContaining(['title', 'studio', 'performers', 'tags', 'poster']))
    expect(result.verified).toEqual(result.written)
    expect(app.text(1, 'studio')).toBe('Studio')
    await app.pass(longMs)
    expect(app.text(2, 'studio')).toBe('')
    expect(await app.call('getStatus')).toMatchObject({ state: 'setup', setup_finished: false })
  })

  it('keeps the former poster as a picture, and shows both', async () => {
    await using app = await startTestEngine(inSetup)
    withPictures(app)
    const result = await write(app, 1)
    const poster = result.items[0]?.changes.find(({ field }) => field === 'poster')
    expect(poster?.pictures).toEqual({
      before: createHash('sha256').update(picture('grey')).digest('hex'),
      after: createHash('sha256').update(picture('red')).digest('hex'),
    })
  })

  it('takes everything back: the fields, and the former poster is selected again', async () => {
    await using app = await startTestEngine(inSetup)
    withPictures(app)
    const before = { ...app.item(1).text, tags: app.tags(1, 'genre'), actors: app.tags(1, 'actor') }
    await write(app, 1)
    expect(posters(app).selected).toMatch(/^upload:/)

    const { changes, kept } = await timed(app, 'undoScene', { scene_id: '1' })
    expect(kept).toEqual([])
    expect(changes.map(({ field }) => field)).toEqual(expect.arrayContaining(['studio', 'tags', 'poster']))
    expect({ ...app.item(1).text, tags: app.tags(1, 'genre'), actors: app.tags(1, 'actor') }).toEqual(before)
    expect(posters(app).selected).toBe('media://frame/1')
    // Nothing of it comes back without being asked for.
    await app.pass(longMs)
    expect(posters(app).selected).toBe('media://frame/1')
    expect(app.text(1, 'studio')).toBe('')
  })

  it('after that, Start writes the scene like any other, its poster too, without a second file in Plex', async () => {
    await using app = await startTestEngine(inSetup)
    withPictures(app)
    await write(app, 1)
    await timed(app, 'undoScene', { scene_id: '1' })
    await app.call('finishSetup', { library: 'all' })
    await timed(app, 'enqueueScenes', { scope: 'all' })
    await app.until(() => posters(app).selected?.startsWith('upload:') === true)
    expect(posters(app).images.filter(({ key }) => key.startsWith('upload:'))).toHaveLength(1)
    await app.until(() => app.text(3, 'studio') === 'Studio')
    expect(app.text(1, 'studio')).toBe('Studio')
  })

  it('leaves a poster alone that the user chose since', async () => {
    await using app = await startTestEngine(inSetup)
    withPictures(app)
    await write(app, 1)
    posters(app).images.push({ key: 'media://own', bytes: picture('blue'), contentType: 'image/jpeg', source: '' })
    posters(app).selected = 'media://own'
    const { changes, kept } = await timed(app, 'undoScene', { scene_id: '1' })
    expect(changes.map(({ field }) => field)).not.toContain('poster')
    expect(kept).toEqual([{ field: 'poster', reason: 'changed in Plex since', code: 'changed_since' }])
    expect(posters(app).selected).toBe('media://own')
  })
})

describe('what cannot be written now', () => {
  it('is not written later: a Plex that is down fails the trial and leaves nothing behind', async () => {
    await using app = await startTestEngine(inSetup)
    await app.plex.down()
    const result = await app.tryCall('writeScene', { scene_id: '1' })
    expect(result).toMatchObject({ ok: false, fault: { code: 'unreachable' } })
    await app.plex.up()
    await app.pass(longMs)
    expect(app.writes()).toBe(0)
    expect((await app.call('getStatus')).queue).toEqual({ ready: 0, delayed: 0, in_progress: 0 })
    expect(await app.lastJob(1)).toMatchObject({ state: 'discarded' })
  })

  it('leaves a change that waited before as it waited', async () => {
    await using app = await startTestEngine(inSetup)
    await app.hook(1)
    await app.plex.down()
    expect(await app.tryCall('writeScene', { scene_id: '1' })).toMatchObject({ ok: false })
    await app.plex.up()
    await app.pass(longMs)
    expect(app.writes()).toBe(0)
    expect((await app.call('getStatus')).queue.ready).toBe(1)
    await app.call('finishSetup', { library: 'new' })
    await app.until(() => app.text(1, 'studio') === 'Studio')
  })

  it('says why: no such scene, no metadata, nothing in Plex', async () => {
    await using app = await startTestEngine(inSetup)
    app.stash.library.addScene({ title: 'Bare', files: [{ path: '/data/bare.mp4', size: 5 }] })
    app.stash.library.addScene({ title: 'Away', studio: 'Studio', files: [{ path: '/data/away.mp4', size: 6 }] })
    expect(await app.tryCall('writeScene', { scene_id: '99' })).toMatchObject({ fault: { code: 'unknown_name' } })
    expect(await app.tryCall('writeScene', { scene_id: '4' })).toMatchObject({
      fault: {
        code: 'held_back',
        message: expect.stringContaining('no Stash metadata yet'),
        remark: { code: 'no_metadata', values: {} },
      },
    })
    expect(await app.tryCall('writeScene', { scene_id: '5' })).toMatchObject({ fault: { code: 'not_in_plex' } })
    await app.pass(longMs)
    expect(app.writes()).toBe(0)
  })

  it('shows what Plex does not show, and proves it again half a minute later', async () => {
    await using app = await startTestEngine({ ...inSetup, plex: { tagDelayMs: 20_000 } })
    const result = await write(app, 1)
    expect(result.verified).toEqual(expect.arrayContaining(['title', 'studio', 'summary', 'date']))
    expect(result.differs).toContainEqual({ field: 'tags', want: ['one', 'two'], have: null })
    await app.pass(5 * 60_000)
    expect(app.tags(1, 'genre')).toEqual(['one', 'two'])
    const story = await app.call('getScene', { scene_id: '1' })
    expect(story.timeline.map(({ step }) => step)).toContain('verified')
  })
})

describe('one scene beside its item', () => {
  it('is a good match, without a request that writes', async () => {
    await using app = await startTestEngine(inSetup)
    const { scene } = await app.call('compareScene', {})
    expect(scene).toMatchObject({ scene_id: '1', confidence: 'high', rating_key: String(app.keys[0]), reason: null })
    expect(scene?.rows).toContainEqual({ field: 'studio', stash: 'Studio', plex: null, after: 'Studio' })
    const { scene: other } = await app.call('compareScene', { except: ['1'] })
    expect(other?.scene_id).toBe('2')
    expect(app.writes()).toBe(0)
  })

  it('says why a scene cannot be written', async () => {
    await using app = await startTestEngine(inSetup)
    app.stash.library.addScene({ title: 'Bare', files: [{ path: '/data/bare.mp4', size: 5 }] })
    const { scene } = await app.call('compareScene', { scene_id: '4' })
    expect(scene).toMatchObject({
      rating_key: null,
      rows: [],
      reason: expect.stringContaining('no Stash metadata yet'),
    })
  })

  it('is found by words, and by its id', async () => {
    await using app = await startTestEngine({ scenes: 12 })
    expect((await app.call('findScenes', { text: 'scene 11' })).scenes.map(({ scene_id }) => scene_id)).toEqual(['11'])
    const byId = await app.call('findScenes', { text: '7' })
    expect(byId.scenes[0]).toEqual({ scene_id: '7', title: 'Scene 7', path: '/data/scene 7.mp4' })
  })
})

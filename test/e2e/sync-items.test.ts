/** Which items are written: libraries, versions, moved files, destroyed scenes, replaced servers. */
import { describe, expect, it } from 'vitest'
import { tagNames } from '../harness/plex-item.ts'
import { startTestEngine } from './test-engine.ts'

describe('files and items', () => {
  it('a file in two libraries updates both items', async () => {
    await using app = await startTestEngine()
    const other = app.plex.library.addSection({ title: 'Favourites', locations: ['/media'] })
    const twin = app.plex.library.addItem({ section: other.id, file: { file: '/media/scene 1.mp4', size: 1_000_001 } })
    await app.hook(1)
    await app.settled()
    expect(app.plex.requests.count({ label: 'edit' })).toBe(2)
    expect(app.plex.library.item(twin.ratingKey).text.title).toBe('Scene 1')
    expect(app.text(1, 'title')).toBe('Scene 1')
  })

  it('two versions of one scene are one item, written once', async () => {
    await using app = await startTestEngine()
    const scene = app.stash.library.addScene({
      title: 'Versions',
      studio: 'Studio',
      files: ['/data/v 1080.mp4', '/data/v 2160.mp4'],
    })
    app.plex.library.addItem({
      section: 1,
      media: [{ parts: ['/media/v 1080.mp4'] }, { parts: ['/media/v 2160.mp4'] }],
    })
    await app.hook(scene.id)
    await app.settled()
    expect(app.plex.requests.count({ label: 'edit' })).toBe(1)
  })

  it('one item for two scenes: the first one writes, the second one needs the user, and there is no ping-pong', async () => {
    await using app = await startTestEngine()
    const [one, two] = ['/data/cd1.mp4', '/data/cd2.mp4'].map((file, at) =>
      app.stash.library.addScene({ title: `Part ${at + 1}`, studio: 'Studio', files: [file] }),
    )
    const item = app.plex.library.addItem({
      section: 1,
      media: [{ parts: ['/media/cd1.mp4', '/media/cd2.mp4'] }],
    })
    for (let round = 0; round < 5; round++) {
      await app.hook(one?.id ?? 0)
      await app.hook(two?.id ?? 0)
      await app.settled()
    }
    expect(app.plex.requests.count({ label: 'edit' })).toBe(1)
    expect(item.text.title).toBe('Part 1')
    expect(await app.deadLetters()).toMatchObject([{ scene_id: String(two?.id), code: 'item_taken', needs_you: true }])
  })

  it('one item for two scenes that come in at the same time in two batches: still only one of them writes', async () => {
    await using app = await startTestEngine()
    const scenes = ['/data/cd1.mp4', '/data/cd2.mp4'].map((file, at) =>
      app.stash.library.addScene({ title: `Part ${at + 1}`, studio: 'Studio', files: [file] }),
    )
    app.plex.library.addItem({ section: 1, media: [{ parts: ['/media/cd1.mp4', '/media/cd2.mp4'] }] })
    await app.hook(1)
    await app.settled()
    app.plex.requests.reset()
    // The first one hangs in its write while the second batch plans.
    app.plex.faults.add({ method: 'PUT', times: 1, fault: { kind: 'delay', ms: 5_000 } })
    await app.hook(scenes[0]?.id ?? 0)
    await app.pass(100)
    await app.hook(scenes[1]?.id ?? 0)
    await app.pass(10_000)
    await app.settled()
    expect(app.plex.requests.count({ label: 'edit' })).toBe(1)
    expect((await app.deadLetters()).map(({ code }) => code)).toEqual(['item_taken'])
  })

  it('an item that another scene begins to write while a batch still asks for owners is not written by both', async () => {
    await using app = await startTestEngine()
    const add = (title: string, files: string[]) =>
      app.stash.library.addScene({ title, studio: 'Studio', files: files.map((file) => `/data/${file}`) }).id
    const item = (files: string[]) =>
      app.plex.library.addItem({ section: 1, media: [{ parts: files.map((file) => `/media/${file}`) }] })
    item(['x1.mp4', 'x2.mp4'])
    const contested = item(['y1.mp4', 'y2.mp4'])
    const former = add('Former', ['x1.mp4'])
    await app.hook(former)
    await app.settled()
    // Gone without a hook: the slow one must read it again, and in between the quick one takes the other item.
    app.stash.actions.destroyScene(former)
    const quick = add('Quick', ['y1.mp4'])
    const slow = add('Slow', ['x2.mp4', 'y2.mp4'])
    app.stash.faults.add({
      method: 'POST',
      times: 1,
      where: ({ body }) => body.includes(`[${former}]`) || body.includes(`["${former}"]`),
      fault: { kind: 'delay', ms: 3_000 },
    })
    await app.hook(slow)
    await app.pass(100)
    await app.hook(quick)
    await app.pass(10_000)
    await app.settled()
    const edits = app.plex.requests.filter({
      label: 'edit',
      where: ({ params }) => params.get('id') === String(contested.ratingKey),
    })
    expect(edits).toHaveLength(1)
    expect(contested.text.title).toBe('Quick')
    expect(await app.deadLetters()).toMatchObject([{ scene_id: String(slow), code: 'item_taken' }])
  })

  it('a scene that gave way may write once the other scene is gone', async () => {
    await using app = await startTestEngine()
    const scenes = ['/data/cd1.mp4', '/data/cd2.mp4'].map((file, at) =>
      app.stash.library.addScene({ title: `Part ${at + 1}`, studio: 'Studio', files: [file] }),
    )
    const item = app.plex.library.addItem({ section: 1, media: [{ parts: ['/media/cd1.mp4', '/media/cd2.mp4'] }] })
    for (const scene of scenes) await app.hook(scene.id)
    await app.settled()
    app.stash.actions.destroyScene(scenes[0]?.id ?? 0)
    await app.hook(scenes[0]?.id ?? 0, { type: 'Scene.Destroy.Post' })
    await app.call('retryDeadLetters', { select: 'all' })
    await app.settled()
    expect(item.text.title).toBe('Part 2')
    expect(await app.deadLetters()).toEqual([])
  })

  it('a file moved in Plex under the same rating key is followed', async () => {
    await using app = await startTestEngine()
    await app.hook(1)
    await app.settled()
    app.plex.library.renameFile('/media/scene 1.mp4', '/media/new/scene 1.mp4')
    app.stash.actions.moveFile(1, '/data/scene 1.mp4', '/data/new/scene 1.mp4')
    app.stash.actions.updateScene(1, { title: 'Moved' })
    await app.hook(1)
    await app.settled()
    expect(app.text(1, 'title')).toBe('Moved')
  })

  it('a file that came back under a new rating key is written there, and nothing to the old key', async () => {
    await using app = await startTestEngine()
    await app.hook(1)
    await app.settled()
    app.plex.library.removeItem(app.keys[0] ?? 0)
    const again = app.plex.library.addItem({ section: 1, file: { file: '/media/scene 1.mp4', size: 1_000_001 } })
    app.plex.requests.reset()
    await app.hook(1)
    await app.settled()
    expect(again.text.title).toBe('Scene 1')
    expect(app.plex.requests.filter({ label: 'edit' }).map((one) => one.params.get('id'))).toEqual([
      String(again.ratingKey),
    ])
  })

  it('an item that plays another file by now is not written (stale index)', async () => {
    await using app = await startTestEngine()
    await app.hook(2)
    await app.settled()
    // The index knows item 1 by its file; Plex gives that key to another file before the next hook.
    app.plex.library.renameFile('/media/scene 1.mp4', '/media/holiday.mp4')
    app.plex.requests.reset()
    await app.hook(1)
    await app.settled()
    expect(app.writes()).toBe(0)
    expect(app.text(1, 'title')).toBe('scene 1')
    expect(await app.lastJob(1)).toMatchObject({ state: 'delayed' })
  })

  it('same base name in another folder is not the file (the incumbent wrote StudioB/scene1 to StudioA/scene1)', async () => {
    await using app = await startTestEngine()
    const item = app.plex.library.addItem({ section: 1, file: { file: '/media/StudioA/scene1.mp4', size: 5 } })
    const scene = app.stash.library.addScene({
      title: 'B',
      studio: 'B',
      files: [{ path: '/data/StudioB/scene1.mp4', size: 7 }],
    })
    await app.hook(scene.id)
    await app.settled()
    expect(item.text.title).toBe('scene1')
    expect(await app.lastJob(scene.id)).toMatchObject({ state: 'delayed' })
  })

  it('a file that Plex scans later is found when it is there (the incumbent caches "not found" past its retries)', async () => {
    await using app = await startTestEngine()
    const scene = app.stash.library.addScene({ title: 'New', studio: 'S', files: ['/data/new.mp4'] })
    await app.hook(scene.id)
    await app.pass(60 * 60_000)
    expect(await app.deadLetters()).toEqual([])
    const item = app.plex.library.addItem({ section: 1, file: '/media/new.mp4' })
    await app.until(async () => (await app.lastJob(scene.id))?.state === 'synced')
    expect(item.text.title).toBe('New')
  })

  it('every file of a scene counts (the incumbent: only the first)', async () => {
    await using app = await startTestEngine()
    const scene = app.stash.library.addScene({
      title: 'Second',
      studio: 'S',
      files: ['/data/not in plex.mp4', '/data/second.mp4'],
    })
    const item = app.plex.library.addItem({ section: 1, file: '/media/second.mp4' })
    await app.hook(scene.id)
    await app.settled()
    expect(item.text.title).toBe('Second')
  })

  it('a file that Plex has renamed since, and that a scene with another file takes over, is written as well', async () => {
    await using app = await startTestEngine({ scenes: 1 })
    const item = app.plex.library.addItem({ section: 1, file: { file: '/media/new.mp4', size: 77 } })
    await app.hook(1)
    await app.settled()
    app.plex.library.renameFile('/media/new.mp4', '/media/moved.mp4')
    app.stash.actions.addFile(1, { path: '/data/moved.mp4', size: 77 })
    await app.hook(1)
    await app.settled()
    expect(item.text.title).toBe('Scene 1')
  })

  it('a file that Plex never has costs one request per sync of its scene', async () => {
    await using app = await startTestEngine({ scenes: 1 })
    app.stash.actions.addFile(1, { path: '/data/not in plex.mp4', size: 77 })
    await app.hook(1)
    await app.settled()
    app.plex.requests.reset()
    app.stash.actions.updateScene(1, { title: 'Another title' })
    await app.hook(1)
    await app.settled()
    expect(app.plex.requests.counts()).toEqual({ lookup: 1, metadata: 1, edit: 1 })
  })
})

describe('scenes that are destroyed', () => {
  it('while waiting: the job ends, Plex is left alone', async () => {
    await using app = await startTestEngine({ settings: { quiet_time: 5 } })
    await app.hook(1)
    app.stash.actions.destroyScene(1)
    expect(await app.hook(1, { type: 'Scene.Destroy.Post' })).toBe(202)
    await app.settled()
    expect(app.writes()).toBe(0)
    expect(await app.lastJob(1)).toMatchObject({ state: 'scene_gone' })
  })

  it('while in progress: it leaves nothing that would keep its file from the next scene', async () => {
    await using app = await startTestEngine()
    app.plex.faults.add({ method: 'PUT', times: 1, fault: { kind: 'delay', ms: 3_000 } })
    await app.hook(1)
    await app.pass(100)
    app.stash.actions.destroyScene(1)
    await app.hook(1, { type: 'Scene.Destroy.Post' })
    await app.pass(5_000)
    await app.settled()
    expect((await app.call('getStatus')).synced_scenes).toBe(0)
    const next = app.stash.library.addScene({
      title: 'Again',
      studio: 'Studio',
      files: [{ path: '/data/scene 1.mp4', size: 1_000_001 }],
    })
    await app.hook(next.id, { type: 'Scene.Create.Post' })
    await app.settled()
    expect(await app.deadLetters()).toEqual([])
    expect(app.text(1, 'title')).toBe('Again')
  })

  it('without a hook, before the job runs: it ends as gone', async () => {
    await using app = await startTestEngine({ settings: { quiet_time: 5 } })
    await app.hook(1)
    await app.hook(2)
    app.stash.actions.destroyScene(1)
    await app.settled()
    expect(await app.lastJob(1)).toMatchObject({ state: 'scene_gone' })
    expect(await app.lastJob(2)).toMatchObject({ state: 'synced' })
  })

  it('merged into another scene: that one takes the item over, without the user', async () => {
    await using app = await startTestEngine()
    for (const scene of [1, 2]) await app.hook(scene)
    await app.settled()
    app.stash.actions.mergeScenes(1, [2])
    await app.hook(1)
    await app.settled()
    await app.pass(20 * 60_000)
    await app.settled()
    expect(await app.deadLetters()).toEqual([])
    expect(app.text(2, 'title')).toBe('Scene 1')
  })
})

describe('another Plex server behind the same address', () => {
  it('nothing is written by rating keys of the old one, and no value of the new one is taken for ours', async () => {
    await using app = await startTestEngine()
    for (const scene of [1, 2, 3]) await app.hook(scene)
    await app.settled()
    await app.plex.down()
    app.stash.actions.updateScene(1, { tags: ['one'] })
    await app.hook(1)
    await app.until(async () => (await app.call('getStatus')).circuit.plex === 'open', 5 * 60_000)
    // The new server gave the very same key to the same file; its tags are the user's.
    app.plex.settings.machineIdentifier = 'another0000000000000000000000000000server'
    await app.plex.up()
    await app.until(async () => (await app.lastJob(1))?.state !== 'ready', 10 * 60_000)
    await app.settled()
    expect(app.logs.some((line) => line.line.includes('Plex server changed'))).toBe(true)
    expect(tagNames(app.item(1), 'genre')).toContain('two')
  })
})

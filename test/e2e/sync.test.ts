/** The promises about writing, held by the whole engine between simulated servers: written once, never twice, never late. */
import { describe, expect, it } from 'vitest'
import { sampleJpeg } from '../harness/sample-images.ts'
import { startTestEngine } from './test-engine.ts'

const day = 24 * 60 * 60_000

describe('a scene is written once', () => {
  it('a hook becomes one write, with every field', async () => {
    await using app = await startTestEngine()
    expect(await app.hook(1)).toBe(202)
    await app.settled()
    expect(await app.lastJob(1)).toMatchObject({ state: 'synced' })
    expect(app.plex.requests.counts()).toMatchObject({ edit: 1 })
    expect(app.text(1, 'title')).toBe('Scene 1')
    expect(app.text(1, 'summary')).toBe('About scene 1')
    expect(app.tags(1, 'genre')).toEqual(['one', 'two'])
    expect(app.tags(1, 'actor')).toEqual(['Ann Lee'])
  })

  it('a second sync of everything writes nothing, also after a restart', async () => {
    await using app = await startTestEngine({ scenes: 30 })
    await app.call('enqueueScenes', { scope: 'all' })
    await app.settled()
    expect(app.writes()).toBe(30)
    app.plex.requests.reset()
    await app.call('enqueueScenes', { scope: 'all' })
    await app.settled()
    await app.restart()
    await app.call('enqueueScenes', { scope: 'all' })
    await app.settled()
    expect(app.writes()).toBe(0)
    expect(await app.lastJob(30)).toMatchObject({ state: 'unchanged' })
  })

  it('100 hooks for one scene within the quiet time are one write', async () => {
    await using app = await startTestEngine({ settings: { quiet_time: 2 } })
    for (let n = 0; n < 100; n++) {
      expect(await app.hook(1)).toBe(202)
      await app.pass(15)
    }
    expect(app.writes()).toBe(0)
    await app.settled()
    expect(app.writes()).toBe(1)
  })

  it('covers are uploaded once, and not again after a restart', async () => {
    await using app = await startTestEngine({ settings: { sync_poster: true } })
    app.stash.actions.generateCover(1, sampleJpeg(1))
    await app.hook(1)
    await app.settled()
    expect(app.plex.requests.count({ label: 'poster' })).toBe(1)
    await app.restart()
    await app.hook(1)
    await app.settled()
    expect(app.plex.requests.count({ label: 'poster' })).toBe(1)
  })

  it('a cover is looked at after a change of its scene, and when the user asks for the scene', async () => {
    await using app = await startTestEngine({ settings: { sync_poster: true } })
    app.stash.actions.generateCover(1, sampleJpeg(1))
    await app.hook(1)
    await app.settled()
    const looks = () => app.stash.requests.count({ label: 'screenshot' })
    const before = looks()
    await app.hook(1)
    await app.settled()
    expect(looks()).toBe(before)
    await app.call('enqueueScenes', { scope: 'scenes', scene_ids: ['1'] })
    await app.settled()
    expect(looks()).toBe(before + 1)
  })

  it('an item that never shows what was written is followed up once, not forever', async () => {
    await using app = await startTestEngine()
    app.plex.faults.add({ method: 'PUT', fault: { kind: 'status', status: 200, body: ' ' } })
    await app.hook(1)
    await app.settled()
    await app.pass(60 * 60_000)
    expect(app.plex.requests.count({ method: 'PUT' })).toBe(2)
  })
})

describe('order', () => {
  it('a delayed job never blocks ready ones (the incumbent: one job in backoff blocks all behind it)', async () => {
    await using app = await startTestEngine({ scenes: 20 })
    app.plex.library.removeItem(app.keys[0] ?? 0)
    await app.hook(1)
    await app.settled()
    expect(await app.lastJob(1)).toMatchObject({ state: 'delayed' })
    for (let scene = 2; scene <= 20; scene++) await app.hook(scene)
    await app.settled()
    expect(app.writes()).toBe(19)
    expect(await app.lastJob(1)).toMatchObject({ state: 'delayed' })
  })

  it('an edit during a write in flight is not lost', async () => {
    await using app = await startTestEngine()
    app.plex.faults.add({ method: 'PUT', times: 1, fault: { kind: 'delay', ms: 3_000 } })
    await app.hook(1)
    await app.pass(100)
    expect((await app.call('getStatus')).queue.in_progress).toBe(1)
    app.stash.actions.updateScene(1, { title: 'Later', tags: ['two', 'three'] })
    await app.hook(1)
    await app.settled()
    expect(app.text(1, 'title')).toBe('Later')
    expect(app.tags(1, 'genre')).toEqual(['two', 'three'])
    expect(app.writes()).toBe(2)
  })

  it('a second edit right after the queue ran dry is not stranded (the incumbent strands it for 8 s or forever)', async () => {
    await using app = await startTestEngine()
    for (const title of ['One', 'Two', 'Three', 'Four']) {
      app.stash.actions.updateScene(1, { title })
      await app.hook(1)
      await app.settled()
      expect(app.text(1, 'title')).toBe(title)
    }
  })

  it('bulk edits reach Plex, each scene once (the incumbent: bulk edits trigger nothing)', async () => {
    await using app = await startTestEngine({ scenes: 25 })
    const ids = Array.from({ length: 25 }, (_, at) => at + 1)
    const hooks = app.stash.actions.bulkUpdateScenes(ids, { studio: 'Other' })
    for (const hook of hooks) await app.hook(hook.id, { type: hook.type, fields: hook.inputFields ?? [] })
    await app.settled()
    expect(app.writes()).toBe(25)
    expect(app.text(25, 'studio')).toBe('Other')
  })
})

describe('time', () => {
  it('a clock that jumps a day ahead loses and repeats nothing', async () => {
    await using app = await startTestEngine({ scenes: 5 })
    app.plex.library.removeItem(app.keys[0] ?? 0)
    await app.hook(1)
    await app.hook(2)
    await app.settled()
    app.clock.jump(day)
    await app.hook(3)
    await app.settled()
    expect(await app.lastJob(3)).toMatchObject({ state: 'synced' })
    expect(app.plex.requests.count({ label: 'edit' })).toBe(2)
    expect(await app.deadLetters()).toEqual([])
  })

  it('a clock set back a day starves nothing: neither a retry nor a new hook', async () => {
    await using app = await startTestEngine({ scenes: 3 })
    app.plex.faults.status(500, { method: 'PUT', times: 1 })
    await app.hook(1)
    await app.settled()
    expect(await app.lastJob(1)).toMatchObject({ state: 'delayed' })
    app.clock.jump(-day)
    await app.hook(2)
    await app.settled()
    expect(await app.lastJob(2)).toMatchObject({ state: 'synced' })
    await app.until(async () => (await app.lastJob(1))?.state === 'synced', 10 * 60_000)
  })

  it('a lost hook is found by the sweep within a day, also where the clocks were set back two days', async () => {
    await using app = await startTestEngine({ settings: { stash_poll_seconds: 3600 } })
    app.clock.jump(-2 * day)
    app.stash.actions.updateScene(1, { title: 'Untold' })
    await app.pass(day + 60 * 60_000)
    expect(app.text(1, 'title')).toBe('Untold')
  })

  it('a clock set back a day while a server is down does not stop the probes', async () => {
    await using app = await startTestEngine()
    await app.plex.down()
    await app.hook(1)
    await app.until(async () => (await app.call('getStatus')).circuit.plex === 'open', 5 * 60_000)
    await app.pass(7_000)
    app.clock.jump(-day)
    await app.pass(20_000)
    await app.plex.up()
    await app.until(async () => (await app.lastJob(1))?.state === 'synced', 3 * 60_000)
  })

  it('a clock set back during a pause that the server asked for does not prolong it by a day', async () => {
    await using app = await startTestEngine()
    app.plex.faults.status(429, { method: 'PUT', times: 1, headers: { 'Retry-After': '30' } })
    await app.hook(1)
    await app.settled()
    app.clock.jump(-day)
    await app.hook(2)
    await app.until(async () => (await app.lastJob(2))?.state === 'synced', 10 * 60_000)
    await app.until(async () => (await app.lastJob(1))?.state === 'synced', 10 * 60_000)
  })
})

describe('a changed concurrency', () => {
  it('counts for the batch under way and for those after it, together', async () => {
    await using app = await startTestEngine({ scenes: 8, settings: { concurrency: 1 } })
    app.plex.faults.add({ method: 'PUT', fault: { kind: 'delay', ms: 10_000 } })
    const begun = (): number => app.plex.requests.count({ method: 'PUT' })
    for (const scene of [1, 2, 3]) await app.hook(scene)
    await app.pass(1_000)
    expect(begun()).toBe(1)
    await app.call('saveSettings', { values: { concurrency: 2 } })
    await app.pass(1_000)
    expect(begun()).toBe(2)
    for (const scene of [4, 5, 6]) await app.hook(scene)
    await app.pass(2_000)
    expect(begun()).toBe(2)
    app.plex.faults.clear()
    await app.pass(20_000)
    await app.settled()
    expect(app.writes()).toBe(6)
  })
})

describe('the end of the process', () => {
  it('a shutdown waits for the write in flight and lets go of the rest', async () => {
    await using app = await startTestEngine({ scenes: 10, settings: { concurrency: 1 } })
    app.plex.faults.add({ method: 'PUT', times: 1, fault: { kind: 'delay', ms: 5_000 } })
    await app.call('enqueueScenes', { scope: 'all' })
    await app.pass(1_000)
    let finished: boolean | null = null
    const stopping = app.stop(30_000).then((done) => {
      finished = done
    })
    await app.pass(1_000)
    expect(finished).toBe(null)
    await app.pass(4_000)
    await stopping
    expect(finished).toBe(true)
    expect(app.writes()).toBe(1)
    expect((await app.call('getStatus')).queue).toMatchObject({ in_progress: 0, ready: 9 })
    await app.restart()
    await app.settled()
    expect(app.writes()).toBe(10)
  })

  it('over the limit it leaves the write to recovery, which repeats it without harm', async () => {
    await using app = await startTestEngine()
    app.plex.faults.add({ method: 'PUT', times: 1, fault: { kind: 'delay', ms: 25_000 } })
    await app.hook(1)
    await app.pass(1_000)
    const stopping = app.stop(10_000)
    await app.pass(10_000)
    expect(await stopping).toBe(false)
    expect(app.logs.some((line) => line.line.includes('Timeout waiting for queue (1 items'))).toBe(true)
    await app.restart()
    await app.pass(30_000)
    await app.settled()
    expect(await app.lastJob(1)).toMatchObject({ state: expect.stringMatching(/synced|unchanged/) })
    expect(app.text(1, 'title')).toBe('Scene 1')
    expect(app.crashes).toEqual([])
  })
})

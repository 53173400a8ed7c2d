/** Rewrites and previews as tasks, and what a change of the poster's style counts for. */
import { once } from 'node:events'
import { describe, expect, it, vi } from 'vitest'
import type { Task } from '../../shared/tasks.ts'
import { appEnvironment, startApp } from '../harness/app-process.ts'
import { paintedJpeg } from '../harness/painted-jpeg.ts'
import { startServedProcess } from '../harness/served-process.ts'
import { makeMemoryFolder } from '../harness/temp-folder.ts'
import { startTestEngine, type TestEngine } from './test-engine.ts'
import { uploadedPosters } from './uploaded-posters.ts'

vi.setConfig({ testTimeout: 180_000 })

async function taskOf(app: TestEngine, id: number): Promise<Task> {
  const [task] = (await app.call('listTasks', { id })).tasks
  if (task === undefined) throw new Error(`task ${id} is gone`)
  return task
}

async function written(app: TestEngine, count: number): Promise<void> {
  await app.hookAll(count)
  await app.settled()
  await app.pass(60 * 60_000)
}

describe('a rewrite', () => {
  it('counts the scenes it looked at, stops where it is asked to, and costs one request per changed item', async () => {
    await using app = await startTestEngine({ scenes: 120 })
    await written(app, 120)
    await app.call('saveSettings', { values: { content_rating: 'XXX' } })
    app.plex.requests.reset()
    const { id } = await app.call('beginTask', { kind: 'rewrite', request: {} })
    await app.until(async () => (await taskOf(app, id)).state !== 'running')
    expect(await taskOf(app, id)).toMatchObject({ state: 'done', done: 120, total: 120, result: { enqueued: 120 } })
    await app.settled()
    expect(app.item(120).text.contentRating).toBe('XXX')
    expect(app.plex.requests.total).toBeLessThanOrEqual(120 * 1.1)

    await app.call('saveSettings', { values: { content_rating: 'R' } })
    app.stash.faults.add({ where: ({ body }) => body.includes('ScenePage'), fault: { kind: 'hang' } })
    const stopped = await app.call('beginTask', { kind: 'rewrite', request: {} })
    expect(await app.call('cancelTask', { id: stopped.id })).toMatchObject({ state: 'cancelled' })
  })

  it('continues after a restart where it was, and repeats no scene', async () => {
    await using app = await startTestEngine({ scenes: 620 })
    await written(app, 620)
    await app.call('saveSettings', { values: { content_rating: 'XXX' } })
    // The first page of 500 is enqueued when the second one does not come.
    app.stash.faults.add({
      where: ({ body }) => body.includes('ScenePage') || body.includes('ScenesAfter'),
      skip: 1,
      fault: { kind: 'hang' },
    })
    const { id } = await app.call('beginTask', { kind: 'rewrite', request: {} })
    await app.until(async () => (await taskOf(app, id)).done >= 500)
    await app.restart(() => app.stash.faults.clear())
    await app.until(async () => (await taskOf(app, id)).state !== 'running')
    expect(await taskOf(app, id)).toMatchObject({ state: 'done', done: 620, total: 620, result: { scenes: 620 } })
    await app.settled()
    expect(app.item(1).text.contentRating).toBe('XXX')
    expect(app.item(620).text.contentRating).toBe('XXX')
  })

  it('survives a kill of the process', async () => {
    await using servers = await startServedProcess({ scenes: 60, covers: false, plex: { maxRequestLine: 65_536 } })
    await using folder = await makeMemoryFolder('plexsync-rewrite-')
    const environment = { ...appEnvironment(servers), PLEXSYNC_QUIET_TIME: '0', PLEXSYNC_SYNC_POSTER: 'false' }
    const app = await startApp({ dataFolder: folder.path, environment })
    await app.call('enqueueScenes', { scope: 'all' })
    await app.call('processQueue', { timeout_seconds: 120 })
    await app.call('saveSettings', { values: { content_rating: 'XXX' } })
    const { pending_rewrite: pending } = await app.call('getStatus')
    expect(pending).toBeGreaterThan(50)
    await servers.command('fault', { server: 'stash', rule: { fault: { kind: 'hang' } } })
    const { id } = await app.call('beginTask', { kind: 'rewrite', request: {} })
    const ended = once(app.child, 'exit')
    app.child.kill('SIGKILL')
    await ended
    await servers.command('clearFaults')
    await using again = await startApp({ dataFolder: folder.path, environment })
    await expect
      .poll(async () => (await again.call('listTasks', { id })).tasks[0]?.state, { timeout: 60_000 })
      .toBe('done')
    await again.call('processQueue', { timeout_seconds: 120 })
    expect((await again.call('getStatus')).pending_rewrite).toBe(0)
  })
})

describe('a preview', () => {
  it('is a task that counts and can be stopped', async () => {
    await using app = await startTestEngine({ scenes: 3 })
    await written(app, 3)
    const request = { values: { content_rating: 'XXX' } }
    const { id } = await app.call('beginTask', { kind: 'preview', request })
    await app.until(async () => (await taskOf(app, id)).state !== 'running')
    expect(await taskOf(app, id)).toMatchObject({ state: 'done', done: 3, total: 3, result: { changed: 3 } })
  })
})

it('a preview starts again after a restart, unless it holds a secret', async () => {
  await using app = await startTestEngine({ scenes: 3 })
  await written(app, 3)
  app.stash.faults.add({ where: ({ body }) => body.includes('ScenePage'), fault: { kind: 'hang' } })
  const preview = async (values: Readonly<Record<string, string>>): Promise<number> =>
    (await app.call('beginTask', { kind: 'preview', request: { values } })).id
  const plain = await preview({ content_rating: 'XXX' })
  const secret = await preview({ content_rating: 'XXX', stash_api_key: 'planted-key' })
  await app.restart(() => app.stash.faults.clear())
  await app.until(async () => (await taskOf(app, plain)).state !== 'running')
  expect(await taskOf(app, plain)).toMatchObject({ state: 'done', result: { items: 3, changed: 3 } })
  expect(await taskOf(app, secret)).toMatchObject({ state: 'interrupted' })
})

describe('poster_style', () => {
  it('is counted by the dry run, and stays pending until the posters are written', async () => {
    await using app = await startTestEngine({ scenes: 2, settings: { sync_poster: true } })
    app.stash.actions.updateScene(1, { cover: paintedJpeg(640, 360, 'black') })
    await app.hookAll(2)
    await app.settled()
    await app.pass(60 * 60_000)
    const preview = await app.call('previewSettings', { values: { poster_style: 'fill' } })
    expect(preview).toMatchObject({ items: 2, changed: 1 })
    expect(preview.sample[0]?.changes).toMatchObject([{ field: 'poster' }])
    await app.call('saveSettings', { values: { poster_style: 'fill' } })
    expect((await app.call('getStatus', {})).pending_rewrite).toBe(2)
    const writes = app.writes()
    const { id } = await app.call('startReconcile', { scope: 'all', dry_run: false })
    await app.until(async () => (await app.call('getReconcile', { id })).run?.state !== 'running')
    await app.settled()
    expect(app.writes()).toBe(writes)
    expect((await app.call('getStatus', {})).pending_rewrite).toBe(2)

    await app.call('rewriteItems', {})
    // Posters are made in another process, which the test's clock does not move.
    await vi.waitFor(
      async () => {
        await app.pass(1_000)
        expect((await app.call('getStatus', {})).queue).toEqual({ ready: 0, delayed: 0, in_progress: 0 })
      },
      { timeout: 60_000, interval: 50 },
    )
    expect(uploadedPosters(app)).toHaveLength(2)
    expect((await app.call('getStatus', {})).pending_rewrite).toBe(0)
  })
})

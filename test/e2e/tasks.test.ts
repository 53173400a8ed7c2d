/** Long work as tasks: begun, watched, cancelled, and continued after a restart. */
import { describe, expect, it } from 'vitest'
import { calls } from '../../shared/contract.ts'
import type { Task } from '../../shared/tasks.ts'
import { appEnvironment, startApp } from '../harness/app-process.ts'
import { jsonOf, runCli } from '../harness/run-cli.ts'
import { startServedProcess } from '../harness/served-process.ts'
import { makeMemoryFolder } from '../harness/temp-folder.ts'
import { startTestEngine, type TestEngine } from './test-engine.ts'

async function ended(app: TestEngine, id: number): Promise<Task> {
  const read = async () => (await app.call('listTasks', { id })).tasks[0]
  await app.until(async () => (await read())?.state !== 'running')
  const task = await read()
  if (task === undefined) throw new Error(`task ${id} is gone`)
  return task
}

describe('a sync of all scenes', () => {
  it('reads ids only, and counts what is skipped by filters of Stash', async () => {
    await using app = await startTestEngine({ scenes: 6, settings: { only_organized: true }, inSetup: true })
    const [empty, bare, tidy] = [1, 2, 3].map((id) => app.stash.library.scenes.get(id))
    if (!empty || !bare || !tidy) throw new Error('no such scenes')
    empty.files = []
    Object.assign(bare, { studio: null, performers: [], tags: [], date: null, details: '' })
    tidy.organized = true
    app.stash.requests.reset()
    const begun = await app.call('beginTask', { kind: 'sync_all', request: {} })
    expect(begun).toMatchObject({ kind: 'sync_all', state: 'running' })
    expect(await ended(app, begun.id)).toMatchObject({
      state: 'done',
      done: 1,
      total: 1,
      result: { scenes: 6, enqueued: 1, skipped: { no_file: 1, no_metadata: 1, already_queued: 0, filtered: 3 } },
    })
    expect(app.stash.requests.count({ label: 'ScenePage' })).toBe(0)
  })

  it('continues after a restart with the scenes that are left', async () => {
    await using app = await startTestEngine({ scenes: 5, inSetup: true })
    // Stash does not answer: the task is under way when the engine stops.
    app.stash.faults.add({ fault: { kind: 'hang' }, label: 'SceneIdPage', times: 1 })
    const { id } = await app.call('beginTask', { kind: 'sync_all', request: {} })
    await app.restart()
    expect(await ended(app, id)).toMatchObject({ id, state: 'done', result: { scenes: 5, enqueued: 5 } })
  })
})

describe('a dry run of all scenes', () => {
  it('is planned in portions; a scene that goes away in between hides no other one', async () => {
    await using app = await startTestEngine({ scenes: 5, inSetup: true })
    const portion = (after?: string) => app.call('planScenes', { selection: { scope: 'all' }, limit: 2, after })
    const first = await portion()
    expect(first).toMatchObject({ plans: [{ scene_id: '1' }, { scene_id: '2' }], next: '2' })
    app.stash.library.scenes.delete(1)
    const second = await portion('2')
    expect(second).toMatchObject({ plans: [{ scene_id: '3' }, { scene_id: '4' }], next: '4' })
    expect(await portion('4')).toMatchObject({ plans: [{ scene_id: '5' }], next: null })
  })
})

describe('a dry run of recent scenes', () => {
  it('is a task that shows its progress, in portions by id', async () => {
    await using app = await startTestEngine({ scenes: 120, inSetup: true })
    const plan = async (limit: number, after?: string) => {
      const request = { selection: { scope: 'recent' as const }, limit, after }
      return ended(app, (await app.call('beginTask', { kind: 'plan', request })).id)
    }
    const first = await plan(70)
    expect(first).toMatchObject({ kind: 'plan', state: 'done', done: 70, total: 70, result: { next: '70' } })
    const second = await plan(70, '70')
    expect(second).toMatchObject({ done: 50, total: 50, result: { next: null } })
    const { plans } = calls.planScenes.response.parse(second.result)
    expect(plans.map(({ scene_id }) => Number(scene_id))).toEqual(Array.from({ length: 50 }, (_, at) => 71 + at))
    // What it found is long: the next one takes its place in the list.
    expect((await app.call('listTasks')).tasks.filter(({ kind }) => kind === 'plan')).toHaveLength(1)
  })

  it('is stopped like any task', async () => {
    await using app = await startTestEngine({ scenes: 60, inSetup: true })
    app.stash.faults.add({ fault: { kind: 'hang' } })
    const { id } = await app.call('beginTask', { kind: 'plan', request: { selection: { scope: 'recent' } } })
    expect(await app.call('cancelTask', { id })).toMatchObject({ state: 'cancelled' })
  })

  it('leaves no task for a few named scenes, and one for many', async () => {
    await using app = await startTestEngine({ scenes: 60, inSetup: true })
    const named = (count: number) => Array.from({ length: count }, (_, at) => String(at + 1))
    await app.call('planScenes', { selection: { scope: 'scenes', scene_ids: named(50) } })
    expect((await app.call('listTasks')).tasks).toEqual([])
    const { plans } = await app.call('planScenes', { selection: { scope: 'scenes', scene_ids: named(51) } })
    expect(plans).toHaveLength(51)
    expect((await app.call('listTasks')).tasks).toMatchObject([{ kind: 'plan', state: 'done', total: 51 }])
  })
})

describe('putting gaps into the queue', () => {
  it('is a task, which counts each gap once also where a restart cuts it', async () => {
    await using app = await startTestEngine({ scenes: 450, inSetup: true })
    const { id } = await app.call('startReconcile', { scope: 'all', dry_run: true })
    await app.until(async () => (await app.call('getReconcile', {})).run?.state === 'done')
    const begun = await app.call('beginTask', { kind: 'gaps', request: { id } })
    await app.restart()
    const task = await ended(app, begun.id)
    expect(task).toMatchObject({ state: 'done', result: { scenes: 450, enqueued: 450 } })
    expect((await app.call('getStatus')).queue).toMatchObject({ ready: 450 })
  })

  it('is a task also where the window asks for some of them', async () => {
    await using app = await startTestEngine({ scenes: 3, inSetup: true })
    const { id } = await app.call('startReconcile', { scope: 'all', dry_run: true })
    await app.until(async () => (await app.call('getReconcile', {})).run?.state === 'done')
    expect(await app.call('enqueueGaps', { id, scene_ids: ['2'] })).toMatchObject({ scenes: 1, enqueued: 1 })
    const { tasks } = await app.call('listTasks')
    expect(tasks[0]).toMatchObject({ kind: 'gaps', state: 'done', done: 1, total: 1 })
    expect(await app.call('cancelTask', { id: tasks[0]?.id ?? 0 })).toMatchObject({ state: 'done' })
  })
})

describe('a task', () => {
  it('is joined, not begun twice, and can be cancelled', async () => {
    await using app = await startTestEngine({ scenes: 2, inSetup: true })
    app.stash.faults.add({ fault: { kind: 'hang' }, label: 'SceneIdPage', times: 1 })
    const first = await app.call('beginTask', { kind: 'sync_all', request: {} })
    const second = await app.call('beginTask', { kind: 'sync_all', request: {} })
    expect(second.id).toBe(first.id)
    expect(await app.call('cancelTask', { id: first.id })).toMatchObject({ state: 'cancelled' })
    expect(await app.tryCall('cancelTask', { id: 99 })).toMatchObject({ fault: { code: 'unknown_name' } })
  })

  it('is what each call of long work is, for every caller', async () => {
    await using app = await startTestEngine({ scenes: 2, inSetup: true })
    await app.call('purgeDeadLetters', { older_than_days: 30 })
    // Into a folder of the data folder, which the first one makes.
    expect(await app.call('createBackup', {})).toMatchObject({ file: expect.stringMatching(/backups.plexsync-/) })
    const { document } = await app.call('exportSettings', {})
    await app.call('importSettings', { document })
    await app.tryCall('installPlugin', { consent: false })
    const { tasks } = await app.call('listTasks')
    expect(tasks.map(({ kind, state }) => [kind, state])).toEqual([
      ['plugin_install', 'failed'],
      ['import', 'done'],
      ['backup', 'done'],
      ['purge', 'done'],
    ])
  })

  it('that cannot continue is reported as interrupted', async () => {
    await using app = await startTestEngine({ scenes: 2, inSetup: true })
    app.stash.faults.add({ fault: { kind: 'hang' }, times: 1 })
    const { id } = await app.call('beginTask', { kind: 'plugin_install', request: { consent: true } })
    await app.restart()
    expect((await app.call('listTasks', { id })).tasks).toMatchObject([{ state: 'interrupted', resumes: false }])
  })
})

describe('the command line', () => {
  it('begins, lists, watches and cancels tasks, with and without a running serve', async () => {
    await using servers = await startServedProcess({ plex: { maxRequestLine: 65_536 } })
    await using folder = await makeMemoryFolder('plexsync-tasks-')
    const environment = appEnvironment(servers)
    const cli = (...args: string[]) => runCli([...args, '--data-dir', folder.path, '--json'], environment)

    // Without a running serve the work ends with the command.
    expect(jsonOf(await cli('sync', '--all'))).toMatchObject({ scenes: 200, enqueued: 194 })
    expect(jsonOf(await cli('tasks', 'list'))).toMatchObject([{ id: 1, kind: 'sync_all', state: 'done', done: 194 }])
    expect(await cli('reconcile', '--detach')).toMatchObject({ code: 2 })

    await using _app = await startApp({ dataFolder: folder.path, environment })
    expect(jsonOf(await cli('reconcile', '--dry-run', '--detach'))).toEqual({ task: 2 })
    const watched = await Promise.all([cli('tasks', 'watch', '2'), cli('tasks', 'watch', '2')])
    for (const one of watched) {
      expect(one.code).toBe(0)
      expect(jsonOf(one)).toMatchObject({ id: 2, kind: 'reconcile', state: 'done', started_at: expect.any(String) })
    }
    expect(await cli('tasks', 'cancel', '77')).toMatchObject({ code: 1 })

    // One that never ends automatically is stopped by another process, and so ends the one that watches it.
    await servers.command('fault', { server: 'stash', rule: { fault: { kind: 'hang' } } })
    expect(jsonOf(await cli('sync', '--all', '--detach'))).toEqual({ task: 3 })
    const watching = cli('tasks', 'watch', '3')
    expect(jsonOf(await cli('tasks', 'cancel', '3'))).toMatchObject({ id: 3, state: 'cancelled' })
    expect(await watching).toMatchObject({ code: 1 })
  })
})

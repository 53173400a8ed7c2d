/** Pulls and undos as tasks: who watches them sees how far they are, can stop them, and they continue after a restart. */
import { afterEach, expect, test, vi } from 'vitest'
import type { Task } from '../../shared/tasks.ts'
import { startTestEngine, type TestEngine } from './test-engine.ts'

// Days of test time with a pull every quarter of an hour: work for a loaded machine.
vi.setConfig({ testTimeout: 180_000 })

const minute = 60_000
const on = { activity_plays: 'plex_to_stash', activity_from: '2024-01-01' }
let app: TestEngine
afterEach(() => app[Symbol.asyncDispose]())

async function start(scenes: number): Promise<void> {
  app = await startTestEngine({ scenes })
  await app.hookAll(scenes)
  await app.settled()
  app.plex.playback.onPlaying = () => {}
  await app.call('saveSettings', { values: on })
  await app.pass(1_000)
}
const seconds = (): number => Math.floor(app.clock.now() / 1000)
const history = (scene: number): number[] => app.stash.library.scene(scene).playTimes
const added = (): number => app.keys.reduce((sum, _key, at) => sum + history(at + 1).length, 0)
const watchAll = (): void => {
  for (const [at, key] of app.keys.entries()) app.plex.playback.watch(key, { viewedAt: seconds() - at * 3600 })
}
async function taskOf(id: number): Promise<Task> {
  const [task] = (await app.call('listTasks', { id })).tasks
  if (task === undefined) throw new Error(`task ${id} is gone`)
  return task
}
async function ended(id: number): Promise<Task> {
  await app.until(async () => (await taskOf(id)).state !== 'running')
  return taskOf(id)
}
/** Stash takes this number of requests, and then does not answer any more. */
function stallAfter(count: number, name: string): void {
  app.stash.faults.add({ where: ({ body }) => body.includes(name), skip: count, fault: { kind: 'hang' } })
}

test('a pull counts the rows it read and the items it settled, and returns what the call returns', async () => {
  await start(6)
  watchAll()
  const begun = await app.call('beginTask', { kind: 'activity_pull', request: { dry_run: false } })
  expect(begun).toMatchObject({ kind: 'activity_pull', state: 'running' })
  // Six rows, then the six items that have them.
  expect(await ended(begun.id)).toMatchObject({ state: 'done', done: 12, total: 12, result: { applied: 6, runs: [1] } })
  const undo = await app.call('beginTask', { kind: 'activity_undo', request: { select: 'all' } })
  expect(await ended(undo.id)).toMatchObject({ state: 'done', done: 6, total: 6, result: { undone: 6 } })
  expect(added()).toBe(0)
})

test('a pull that is stopped keeps what it wrote, and the next one adds the rest once', async () => {
  await start(6)
  watchAll()
  stallAfter(2, 'sceneAddPlay')
  const { id } = await app.call('beginTask', { kind: 'activity_pull', request: { dry_run: false } })
  await app.until(async () => (await taskOf(id)).done >= 8)
  expect(await taskOf(id)).toMatchObject({ state: 'running', total: 12 })
  expect(await app.call('cancelTask', { id })).toMatchObject({ state: 'cancelled', problem: null })
  app.stash.faults.clear()
  expect(added()).toBe(2)
  expect((await app.call('getPlays', {})).problem).toBe(null)
  await app.pass(2 * minute)
  expect(await app.call('pullPlays', {})).toMatchObject({ applied: 4 })
  expect(added()).toBe(6)
  expect((await app.call('getPlays', {})).runs.map(({ plays }) => plays)).toEqual([4, 2])
})

test('an undo that a restart cuts off is completed by the next start', async () => {
  await start(6)
  watchAll()
  await app.call('pullPlays', {})
  history(1).push(1_600_000_000)
  stallAfter(2, 'sceneDeletePlay')
  const { id } = await app.call('beginTask', { kind: 'activity_undo', request: { select: 'all' } })
  await app.until(async () => (await taskOf(id)).done >= 2)
  await app.restart(() => app.stash.faults.clear())
  expect(await ended(id)).toMatchObject({ state: 'done' })
  expect(added()).toBe(1)
  expect(history(1)).toEqual([1_600_000_000])
})

test('a call for a pull is a task too; its caller may leave, a dry run ends with its caller', async () => {
  await start(3)
  watchAll()
  stallAfter(0, 'sceneAddPlay')
  const abort = new AbortController()
  const left = app.tryCall('pullPlays', {}, abort.signal)
  await app.until(() => app.stash.requests.all.some(({ body }) => body.includes('sceneAddPlay')))
  const [task] = (await app.call('listTasks', {})).tasks
  abort.abort()
  expect(await left).toMatchObject({ ok: false, fault: { code: 'cancelled' } })
  expect(await taskOf(task?.id ?? 0)).toMatchObject({ kind: 'activity_pull', state: 'running' })
  app.stash.faults.clear()
  await app.call('cancelTask', { id: task?.id ?? 0 })

  app.plex.faults.add({ path: /history/, fault: { kind: 'hang' } })
  app.plex.requests.reset()
  const look = new AbortController()
  const dry = app.tryCall('pullPlays', { dry_run: true }, look.signal)
  await app.until(() => app.plex.requests.all.some(({ path }) => path.includes('/history/')))
  look.abort()
  expect(await dry).toMatchObject({ ok: false, fault: { code: 'cancelled' } })
  const [last] = (await app.call('listTasks', {})).tasks
  expect(await ended(last?.id ?? 0)).toMatchObject({ kind: 'activity_pull', state: 'cancelled' })
})

test('of the pulls of the schedule only the latest is kept', async () => {
  await start(2)
  await app.pass(3 * 60 * minute)
  const { tasks } = await app.call('listTasks', {})
  expect(tasks.map(({ kind, state }) => [kind, state])).toEqual([['activity_pull', 'done']])
  expect(Date.parse(tasks[0]?.started_at ?? '')).toBeGreaterThan(app.clock.now() - 16 * minute)
})

/** Work that was one long request before it became a task: it is seen, stopped, and continued after a restart. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import type { RequestOf } from '../../shared/contract.ts'
import type { Task } from '../../shared/tasks.ts'
import { startTestEngine, type TestEngine } from './test-engine.ts'

async function taskOf(app: TestEngine, id: number): Promise<Task> {
  const [task] = (await app.call('listTasks', { id })).tasks
  if (task === undefined) throw new Error(`task ${id} is gone`)
  return task
}

async function ended(app: TestEngine, request: RequestOf<'beginTask'>): Promise<Task> {
  const { id } = await app.call('beginTask', request)
  await app.until(async () => (await taskOf(app, id)).state !== 'running')
  return taskOf(app, id)
}

/** Dead letters of scenes that do not exist, numbered from 1. */
function bury(app: TestEngine, count: number): void {
  const db = new BetterSqlite3(join(app.folder, 'plexsync.db'))
  const insert = db.prepare(`
    INSERT INTO job (kind, subject_id, origin, received_at, burst_at, scheduled_at, due_at, state, code, finished_at, title)
    VALUES ('scene', ?, 'hook', 0, 0, 0, 0, 'dead', 'rejected', 0, '')`)
  db.transaction(() => {
    for (let id = 1; id <= count; id++) insert.run(10_000 + id)
  })()
  db.close()
}

describe('many dead letters', () => {
  const many = 1_700

  it('are all retried, each once, although a restart comes in between', async () => {
    await using app = await startTestEngine({ inSetup: true })
    bury(app, many)
    const { id } = await app.call('beginTask', { kind: 'retry', request: { select: 'all' } })
    await app.restart()
    await app.until(async () => (await taskOf(app, id)).state === 'done')
    expect(await taskOf(app, id)).toMatchObject({ done: many, total: many, result: { retried: many } })
    expect(await app.call('getStatus')).toMatchObject({ dead_letters: 0, queue: { ready: many } })
  })

  it('are discarded, and all of them come back', async () => {
    await using app = await startTestEngine({ inSetup: true })
    bury(app, many)
    const { discarded, ids } = await app.call('discardDeadLetters', { select: 'like', code: 'rejected' })
    expect([discarded, ids.length]).toEqual([many, many])
    expect(await app.call('getStatus')).toMatchObject({ dead_letters: 0 })
    expect(await ended(app, { kind: 'undo_discard', request: { ids } })).toMatchObject({ result: { restored: many } })
    expect(await app.call('getStatus')).toMatchObject({ dead_letters: many })
  })

  it('are purged in portions; a task that is stopped leaves the rest', async () => {
    await using app = await startTestEngine({ inSetup: true })
    bury(app, many)
    const { id } = await app.call('beginTask', { kind: 'purge', request: { older_than_days: 1 } })
    expect(await app.call('cancelTask', { id })).toMatchObject({ state: 'cancelled' })
    const { dead_letters: left } = await app.call('getStatus')
    expect(left).toBeGreaterThan(0)
    expect(await ended(app, { kind: 'purge', request: { older_than_days: 1 } })).toMatchObject({
      done: left,
      total: left,
      result: { purged: left },
    })
  })

  it('leave no task where they are few, and one for those of a whole cause', async () => {
    await using app = await startTestEngine({ inSetup: true })
    bury(app, 3)
    const [first] = await app.deadLetters()
    await app.call('retryDeadLetters', { select: 'ids', ids: [first?.id ?? 0] })
    await app.call('enqueueScenes', { scope: 'scenes', scene_ids: ['1'] })
    expect(await app.call('listTasks')).toEqual({ tasks: [] })
    await app.call('retryDeadLetters', { select: 'all' })
    expect((await app.call('listTasks')).tasks).toMatchObject([{ kind: 'retry', result: { retried: 2 } }])
  })
})

describe('what asks both servers', () => {
  it.each<RequestOf<'beginTask'>>([
    { kind: 'doctor', request: {} },
    { kind: 'paths_test', request: { samples: 2 } },
    { kind: 'paths_suggest', request: {} },
    { kind: 'sync_some', request: { scope: 'recent' } },
  ])('$kind continues after a restart while a server does not answer', async (request) => {
    await using app = await startTestEngine({ inSetup: true })
    const before = await ended(app, request)
    expect(before).toMatchObject({ kind: request.kind, state: 'done' })
    // Jobs that wait already would count differently the second time.
    if (request.kind !== 'sync_some') expect(before.result).not.toBeNull()
    app.stash.faults.add({ fault: { kind: 'hang' } })
    const { id } = await app.call('beginTask', request)
    expect(await taskOf(app, id)).toMatchObject({ state: 'running' })
    await app.restart(() => app.stash.faults.clear())
    await app.until(async () => (await taskOf(app, id)).state === 'done')
    expect(await taskOf(app, id)).toMatchObject({ result: expect.any(Object) })
  })

  it('is stopped like any task, and a look at the health keeps one row only', async () => {
    await using app = await startTestEngine({ inSetup: true })
    await app.work('runHealthChecks')
    await app.work('runHealthChecks')
    expect((await app.call('listTasks')).tasks.map(({ kind }) => kind)).toEqual(['doctor'])
    app.stash.faults.add({ fault: { kind: 'hang' } })
    const { id } = await app.call('beginTask', { kind: 'paths_test', request: {} })
    expect(await app.call('cancelTask', { id })).toMatchObject({ state: 'cancelled' })
  })

  it('shows how far it is', async () => {
    await using app = await startTestEngine({ scenes: 450, inSetup: true })
    expect(await ended(app, { kind: 'paths_test', request: { samples: 300 } })).toMatchObject({ done: 4, total: 4 })
    expect(
      await ended(app, { kind: 'sync_some', request: { scope: 'scenes', scene_ids: ['1', '2', '3'] } }),
    ).toMatchObject({
      done: 3,
      total: 3,
      result: { scenes: 3, enqueued: 3 },
    })
  })
})

describe('a restore', () => {
  it('is watched to its end under the number with which it began, and stays in the restored database', async () => {
    await using app = await startTestEngine({ inSetup: true })
    const file = join(app.folder, 'copy.db')
    await app.call('createBackup', { file })
    bury(app, 5)
    await app.call('retryDeadLetters', { select: 'all' })
    const { id } = await app.call('beginTask', { kind: 'restore', request: { file } })
    // Calls wait while the database is replaced; none is refused.
    await app.until(async () => (await taskOf(app, id)).state !== 'running')
    const task = await taskOf(app, id)
    expect(task).toMatchObject({
      kind: 'restore',
      state: 'done',
      result: { kept_aside: expect.stringContaining('.kept-') },
    })
    expect(task.done).toBe(task.total)
    expect((await app.call('getStatus')).queue).toMatchObject({ ready: 0 })
    expect((await app.call('listTasks')).tasks.map(({ kind }) => kind)).toEqual(['restore', 'backup'])
    await app.restart()
    expect(await taskOf(app, id)).toMatchObject({ state: 'done' })
    expect(app.crashes).toEqual([])
  })

  it('of a file that is none fails as a task, and everything continues on the database that was there', async () => {
    await using app = await startTestEngine({ inSetup: true })
    const file = join(app.folder, 'missing.db')
    expect(await ended(app, { kind: 'restore', request: { file } })).toMatchObject({
      state: 'failed',
      problem: { code: 'unknown_name' },
    })
    expect(await app.hook(1)).toBe(202)
    expect(readdirSync(app.folder).filter((name) => /restor|kept/.test(name))).toEqual([])
  })
})

it('kept pictures are removed by a task', async () => {
  await using app = await startTestEngine({ inSetup: true })
  expect(await ended(app, { kind: 'clear_pictures', request: {} })).toMatchObject({ result: { pictures: 0, bytes: 0 } })
})

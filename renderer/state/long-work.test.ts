import { expect, test } from 'vitest'
import type { EngineEvent, Invoke } from '../../shared/contract.ts'
import { fail, ok } from '../../shared/result.ts'
import type { Task } from '../../shared/tasks.ts'
import { workOf } from './long-work.ts'

const running: Task = {
  id: 7,
  kind: 'purge',
  state: 'running',
  done: 0,
  total: null,
  started_at: '2026-11-21T12:00:00.000Z',
  finished_at: null,
  result: null,
  problem: null,
  resumes: true,
}
const done: Task = { ...running, state: 'done', result: { purged: 4 } }
const request = { kind: 'purge', request: { older_than_days: 30 } } as const

/** An engine that begins one task; `listed` is its state when asked for. */
function engine(begun: Task, listed: Task = begun) {
  const listeners = new Set<(event: EngineEvent) => void>()
  const asked: string[] = []
  const beginning = Promise.withResolvers<void>()
  const invoke = (async (name: string) => {
    asked.push(name)
    if (name === 'listTasks') return ok({ tasks: [listed] })
    await beginning.promise
    return ok(begun)
  }) as unknown as Invoke
  return {
    asked,
    begins: beginning.resolve,
    send: (event: EngineEvent) => {
      for (const listener of listeners) listener(event)
    },
    listeners,
    backend: {
      invoke,
      subscribe: (listener: (event: EngineEvent) => void) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
  }
}
const taskEvent = (data: Task): EngineEvent => ({ name: 'task', data })
/** What was sent has been received: that takes no time, only turns of the queue of promises. */
async function aTurn(): Promise<void> {
  for (let turns = 0; turns < 20; turns++) await null
}

test('gives the result of the task, whose end an event shows', async () => {
  const { backend, begins, send, asked, listeners } = engine(running)
  const work = workOf(backend, 'purgeDeadLetters', request)
  begins()
  await aTurn()
  send(taskEvent({ ...done, id: 8, result: { purged: 1 } }))
  send(taskEvent({ ...running, state: 'interrupted' }))
  send(taskEvent(done))
  expect(await work).toEqual(ok({ purged: 4 }))
  expect(asked).toEqual(['beginTask'])
  expect(listeners.size).toBe(0)
})

test('notices an end that comes before the answer', async () => {
  const { backend, begins, send } = engine(running)
  const work = workOf(backend, 'purgeDeadLetters', request)
  send(taskEvent(done))
  begins()
  expect(await work).toEqual(ok({ purged: 4 }))
})

test('asks for the task after events were lost', async () => {
  const { backend, begins, send } = engine(running, done)
  const work = workOf(backend, 'purgeDeadLetters', request)
  begins()
  await aTurn()
  send({ name: 'overflow', data: { event: '*' } })
  expect(await work).toEqual(ok({ purged: 4 }))
})

test('a task that failed gives its fault, one that was stopped is cancelled, and so is one that is no longer waited for', async () => {
  const problem = { code: 'cannot_store', message: 'The disk is full' } as const
  const failed = engine({ ...running, state: 'failed', problem })
  failed.begins()
  expect(await workOf(failed.backend, 'purgeDeadLetters', request)).toEqual({ ok: false, fault: problem })
  const stopped = engine({ ...running, state: 'cancelled' })
  stopped.begins()
  expect(await workOf(stopped.backend, 'purgeDeadLetters', request)).toEqual(fail('cancelled', 'Stopped'))
  const left = engine(running)
  left.begins()
  const leaving = new AbortController()
  const work = workOf(left.backend, 'purgeDeadLetters', request, { signal: leaving.signal })
  await aTurn()
  leaving.abort()
  expect(await work).toMatchObject({ ok: false, fault: { code: 'cancelled' } })
})

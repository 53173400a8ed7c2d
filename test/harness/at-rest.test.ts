import { expect, it } from 'vitest'
import type { WorkerProcess } from '../../main/engine/ports.ts'
import { Rest } from './at-rest.ts'
import { aMoment } from './moment.ts'

function fakeWorker() {
  const listeners: ((message: unknown) => void)[] = []
  const ends: (() => void)[] = []
  const worker: WorkerProcess = {
    send: () => {},
    onMessage: (listener) => void listeners.push(listener),
    onExit: (listener) => void ends.push(listener),
    kill: () => {},
  }
  return {
    worker,
    reply: () => {
      for (const listener of listeners) listener({})
    },
    exit: () => {
      for (const end of ends) end()
    },
  }
}

it.each(['reply', 'exit'] as const)('waits for the %s of a worker that draws', async (end) => {
  const rest = new Rest([])
  const fake = fakeWorker()
  const worker = rest.watch(fake.worker)
  worker.send({})
  let rested = false
  const come = rest.come().then(() => {
    rested = true
  })
  for (let turn = 0; turn < 20; turn++) await aMoment(1)
  expect(rested).toBe(false)
  fake[end]()
  await come
  expect(rested).toBe(true)
})

it('waits for nothing of a worker that draws nothing', async () => {
  const rest = new Rest([])
  const fake = fakeWorker()
  rest.watch(fake.worker).send({})
  fake.reply()
  fake.reply()
  fake.exit()
  await rest.come()
})

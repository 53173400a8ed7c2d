import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import type { WorkerProcess } from '../../main/engine/ports.ts'
import { Rest } from './at-rest.ts'
import { aMoment } from './moment.ts'
import { RequestLog } from './request-log.ts'

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

/** Rest does not come, however long one waits, before `end`; after it, it does. */
async function expectToWaitFor(rest: Rest, end: () => void): Promise<void> {
  let rested = false
  const come = rest.come().then(() => {
    rested = true
  })
  for (let turn = 0; turn < 20; turn++) await aMoment(1)
  expect(rested).toBe(false)
  end()
  await come
  expect(rested).toBe(true)
}

/** Both ends of a connection to a listener of this process, whose end reads nothing yet, and what waits for them. */
async function connected() {
  const accepted = Promise.withResolvers<Socket>()
  const listener = createServer({ pauseOnConnect: true }, accepted.resolve)
  await new Promise<void>((listening) => listener.listen(0, '127.0.0.1', listening))
  const { port } = listener.address() as AddressInfo
  const client = connect(port, '127.0.0.1')
  const [server] = await Promise.all([accepted.promise, once(client, 'connect')])
  const rest = new Rest([{ url: `http://127.0.0.1:${port}`, requests: new RequestLog(), connections: 1 }])
  const close = async (): Promise<void> => {
    client.destroy()
    server.destroy()
    await new Promise((closed) => listener.close(closed))
  }
  return { client, server, rest, [Symbol.asyncDispose]: close }
}

it.each(['reply', 'exit'] as const)('waits for the %s of a worker that draws', async (end) => {
  const rest = new Rest([])
  const fake = fakeWorker()
  const worker = rest.watch(fake.worker)
  worker.send({})
  await expectToWaitFor(rest, fake[end])
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

it('waits for work that gives way to the event loop, however often', async () => {
  let turns = 0
  const work = (): void => {
    turns += 1
    if (turns < 200) setImmediate(work)
  }
  setImmediate(work)
  await new Rest([]).come()
  expect(turns).toBe(200)
})

it('waits for a file that is being read', async () => {
  let text = ''
  const read = readFile(fileURLToPath(import.meta.url), 'utf8').then((found) => {
    text = found
  })
  await new Rest([]).come()
  expect(text).toContain('waits for a file')
  await read
})

it('waits for bytes that the other end has not received', async () => {
  await using both = await connected()
  await both.rest.come()
  both.client.write('something')
  await expectToWaitFor(both.rest, () => both.server.resume())
})

it('waits for the end of a connection that the other end has not noticed', async () => {
  await using both = await connected()
  both.client.destroy()
  await expectToWaitFor(both.rest, () => both.server.resume())
})

it('waits for nothing of a connection to another port', async () => {
  await using both = await connected()
  both.client.write('something')
  await new Rest([]).come()
})

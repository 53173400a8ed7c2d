import { afterEach, beforeEach, expect, test } from 'vitest'
import { type StashServer, startStashServer } from './stash-server.ts'
import { askStash } from './test-requests.ts'

let stash: StashServer

beforeEach(async () => {
  stash = await startStashServer()
})
afterEach(() => stash.close())

/** Opens a socket that remembers what it got and can wait for more. */
async function open(protocol: string, key = stash.apiKey) {
  const socket = new WebSocket(`${stash.url.replace('http', 'ws')}/graphql?apikey=${key}`, protocol)
  const got: unknown[] = []
  let wake: () => void = () => {}
  socket.addEventListener('message', (event) => {
    got.push(JSON.parse(String(event.data)))
    wake()
  })
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true })
    socket.addEventListener('error', () => reject(new Error('refused')), { once: true })
  })
  const until = async (count: number) => {
    while (got.length < count) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    return got
  }
  return { socket, until, send: (message: unknown) => socket.send(JSON.stringify(message)) }
}

test('scans and jobs are reported over graphql-transport-ws', async () => {
  const peer = await open('graphql-transport-ws')
  peer.send({ type: 'connection_init', payload: { ignored: true } })
  expect(await peer.until(1)).toEqual([{ type: 'connection_ack' }])
  peer.send({ type: 'ping' })
  await peer.until(2)
  peer.send({ id: '1', type: 'subscribe', payload: { query: 'subscription{scanCompleteSubscribe}' } })
  peer.send({ id: '2', type: 'subscribe', payload: { query: 'subscription{jobsSubscribe{type job{id status}}}' } })
  peer.send({ id: '3', type: 'subscribe', payload: { query: 'subscription{sceneSubscribe}' } })
  expect((await peer.until(3))[2]).toMatchObject({ id: '3', type: 'error' })
  stash.actions.putOnDisk('/data/new.mp4')
  await askStash(stash, 'mutation{metadataScan(input:{})}')
  const got = await peer.until(6)
  expect(got.slice(3)).toEqual([
    {
      id: '2',
      type: 'next',
      payload: { data: { jobsSubscribe: { type: 'ADD', job: { id: '1', status: 'RUNNING' } } } },
    },
    { id: '1', type: 'next', payload: { data: { scanCompleteSubscribe: true } } },
    {
      id: '2',
      type: 'next',
      payload: { data: { jobsSubscribe: { type: 'REMOVE', job: { id: '1', status: 'FINISHED' } } } },
    },
  ])
  expect(stash.library.scenes.size).toBe(1)
  peer.socket.close()
})

test('the legacy protocol and the log', async () => {
  const peer = await open('graphql-ws')
  peer.send({ type: 'connection_init' })
  expect(await peer.until(2)).toEqual([{ type: 'connection_ack' }, { type: 'ka' }])
  peer.send({ id: 'a', type: 'start', payload: { query: 'subscription{loggingSubscribe{level message}}' } })
  await askStash(stash, '{version{version}}')
  stash.jobs.write('Trace', 'S2P {}')
  expect((await peer.until(3))[2]).toMatchObject({
    type: 'data',
    payload: { data: { loggingSubscribe: [{ level: 'Trace', message: 'S2P {}' }] } },
  })
  peer.socket.close()
})

test('authentication happens at the upgrade', async () => {
  await expect(open('graphql-transport-ws', 'wrong')).rejects.toThrow('refused')
})

import { afterEach, beforeEach, expect, test } from 'vitest'
import { type PlexServer, startPlexServer } from './plex-server.ts'
import { askPlex, editPlex } from './test-requests.ts'

let plex: PlexServer

beforeEach(async () => {
  plex = await startPlexServer()
  plex.library.addSection({ title: 'Scenes', locations: ['/media'] })
  plex.library.addItem({ section: 1, file: '/media/a.mp4' })
})
afterEach(() => plex.close())

test('a status with headers, a given number of times, after a given number of requests', async () => {
  plex.faults.add({
    path: '/library/*',
    skip: 1,
    times: 2,
    fault: { kind: 'status', status: 429, headers: { 'Retry-After': '7' }, body: 'slow down' },
  })
  const statuses: number[] = []
  for (let i = 0; i < 4; i++) statuses.push((await askPlex(plex, '/library/sections')).status)
  expect(statuses).toEqual([200, 429, 429, 200])
  const hit = plex.requests.filter({ where: (request) => request.fault !== null })
  expect(hit.map((request) => request.status)).toEqual([429, 429])
  expect((await askPlex(plex, '/identity')).status).toBe(200)
})

test('a chance is repeatable by its seed', async () => {
  const run = async () => {
    plex.faults.clear()
    plex.faults.add({ path: /identity/, probability: 0.5, seed: 3, fault: { kind: 'status', status: 500 } })
    const statuses: number[] = []
    for (let i = 0; i < 12; i++) statuses.push((await askPlex(plex, '/identity')).status)
    return statuses
  }
  const first = await run()
  expect(new Set(first)).toEqual(new Set([200, 500]))
  expect(await run()).toEqual(first)
})

test('a reset before and after the edit was carried out', async () => {
  const edit = () => editPlex(plex, '/library/sections/1/all?type=1&id=1001', { 'title.value': 'New' })
  plex.faults.add({ method: 'PUT', times: 1, fault: { kind: 'reset' } })
  await expect(edit()).rejects.toThrow()
  expect(plex.library.item(1001).text.title).toBe('a')
  plex.faults.add({ method: 'PUT', times: 1, applied: true, fault: { kind: 'reset' } })
  await expect(edit()).rejects.toThrow()
  expect(plex.library.item(1001).text.title).toBe('New')
})

test('a hanging request is never answered and ends when the server goes down', async () => {
  plex.faults.add({ path: '/identity', fault: { kind: 'hang' } })
  const response = askPlex(plex, '/identity').then(
    () => 'answered',
    () => 'cut',
  )
  while (plex.requests.total === 0) await new Promise((resolve) => setImmediate(resolve))
  expect(plex.connections).toBe(1)
  await plex.down()
  expect(await response).toBe('cut')
})

test('down refuses connections, up listens on the same port', async () => {
  const { port } = plex
  await plex.down()
  await expect(askPlex(plex, '/identity')).rejects.toThrow()
  await plex.up()
  expect(plex.port).toBe(port)
  expect((await askPlex(plex, '/identity')).status).toBe(200)
})

test('a truncated body breaks off, a dripping one arrives whole', async () => {
  plex.faults.add({ path: '/library/sections', times: 1, fault: { kind: 'truncate', bytes: 20 } })
  await expect(askPlex(plex, '/library/sections')).rejects.toThrow()
  plex.faults.add({ path: '/library/sections', times: 1, fault: { kind: 'drip', chunk: 64, everyMs: 1 } })
  expect((await askPlex(plex, '/library/sections')).text).toContain('"title":"Scenes"')
})

test('a web page, and a redirect to another host', async () => {
  plex.faults.add({ path: '/identity', times: 1, fault: { kind: 'html' } })
  const page = await askPlex(plex, '/identity')
  expect([page.status, page.headers.get('content-type'), page.json]).toEqual([200, 'text/html; charset=utf-8', null])
  plex.faults.add({ path: '/identity', times: 1, fault: { kind: 'redirect', to: 'http://other.example/identity' } })
  const redirect = await askPlex(plex, '/identity')
  expect([redirect.status, redirect.headers.get('location')]).toEqual([302, 'http://other.example/identity'])
})

test('latency and delays go through the given timer', async () => {
  const waits: number[] = []
  await using slow = await startPlexServer({
    timer: (ms, fn) => {
      waits.push(ms)
      fn()
    },
  })
  slow.faults.latencyMs = 20
  slow.faults.add({ path: '/identity', times: 1, fault: { kind: 'delay', ms: 300 } })
  await askPlex(slow, '/identity')
  await askPlex(slow, '/identity')
  expect(waits).toEqual([320, 20])
})

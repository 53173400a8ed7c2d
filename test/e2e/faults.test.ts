/** Each fault, met once by each kind of request: it ends in its declared disposition, and what was to be written is written. */
import { describe, expect, it } from 'vitest'
import { startTestServer } from '../../main/engine/http/server.fixture.ts'
import { sampleJpeg } from '../harness/sample-images.ts'
import { imageOf } from '../harness/stash-library.ts'
import { editRows, type FaultRow, faultRows, readRows, writeRows } from './faults.ts'
import { startTestEngine, type TestEngine } from './test-engine.ts'

type Server = 'plex' | 'stash'

interface Request {
  readonly server: Server
  readonly name: string
  readonly match: { readonly method: string; readonly path: string | RegExp }
  readonly rows: readonly FaultRow[]
}

const plexRequests: readonly Request[] = [
  {
    server: 'plex',
    name: 'listing',
    match: { method: 'GET', path: '/library/sections/1/all' },
    rows: [...faultRows, ...readRows],
  },
  {
    server: 'plex',
    name: 'metadata',
    match: { method: 'GET', path: /^\/library\/metadata\/[\d,]+$/ },
    rows: [...faultRows, ...readRows],
  },
  {
    server: 'plex',
    name: 'edit',
    match: { method: 'PUT', path: '/library/sections/1/all' },
    rows: [...editRows, ...writeRows],
  },
  {
    server: 'plex',
    name: 'poster',
    match: { method: 'POST', path: /\/posters$/ },
    // An upload that Plex refuses for good costs the scene its cover, not its fields: see the separate test below.
    rows: [...editRows, ...writeRows].filter(({ disposition }) => disposition !== 'dead'),
  },
]
const stashRequests: readonly Request[] = [
  { server: 'stash', name: 'query', match: { method: 'POST', path: '/graphql' }, rows: [...faultRows, ...readRows] },
  {
    server: 'stash',
    name: 'cover',
    match: { method: 'GET', path: '/scene/1/screenshot' },
    rows: [...faultRows, ...readRows].filter(({ disposition }) => disposition !== 'dead'),
  },
]

describe.each([...plexRequests, ...stashRequests])('$server, $name', ({ server, match, rows }) => {
  it.each(rows)('$name: $code → $disposition', async (row) => {
    await using app = await startTestEngine({ settings: { sync_poster: true } })
    app.stash.library.scene(1).cover = imageOf(sampleJpeg(1))
    const endFault = app[server].faults.add({
      ...match,
      fault: row.fault,
      applied: row.applied ?? false,
      // What sweeps ask is not what is tested here.
      where: ({ body }) => !body.includes('updated_at\n') && !/SceneStamps|Version/.test(body),
      ...(['pause', 'held', 'dead'].includes(row.disposition) ? {} : { times: row.times ?? 1 }),
    })
    await app.hook(1)
    await check(app, row, server)
    endFault()

    if (row.disposition === 'dead') await app.call('retryDeadLetters', { select: 'all' })
    if (row.disposition === 'pause') await app.pass(60_000)
    await app.until(async () => /synced|unchanged/.test((await app.lastJob(1))?.state ?? ''), 30 * 60_000)
    expect(app.text(1, 'title')).toBe('Scene 1')
    expect(app.tags(1, 'genre')).toEqual(['one', 'two'])
    expect(app.item(1).shelves.posters.selected).toMatch(/^upload:/)
    expect(await app.deadLetters()).toEqual([])
    expect((await app.call('getStatus')).circuit).toEqual({ plex: 'closed', stash: 'closed' })
  })
})

async function check(app: TestEngine, { disposition, code, fault }: FaultRow, server: Server): Promise<void> {
  // Time-outs need their time; everything else shows immediately.
  const needsTime = fault.kind === 'hang' || fault.kind === 'drip'
  if (needsTime) await app.until(async () => ((await app.lastJob(1))?.attempts ?? 0) > 0, 5 * 60_000)
  else await app.quiesce()
  // The picture before an upload is kept on the disk, which the test's clock does not see.
  while (disposition !== 'wait' && (await app.lastJob(1))?.state === 'in_progress')
    await new Promise((resume) => setImmediate(resume))
  const row = await app.lastJob(1)
  const status = await app.call('getStatus')
  if (disposition === 'retry') {
    expect(row).toMatchObject({ state: 'delayed', attempts: 1 })
    if (code === 'server_busy' && fault.kind === 'status' && fault.headers !== undefined)
      expect(Date.parse(row?.due_at ?? '') - app.clock.now()).toBeGreaterThanOrEqual(90_000)
  }
  if (disposition === 'wait')
    expect(row).toMatchObject({ state: expect.stringMatching(/ready|in_progress/), attempts: 0 })
  if (disposition === 'pause') {
    expect(row).toMatchObject({ state: 'ready', attempts: 0 })
    expect(status[server].auth_refused).toBe(true)
  }
  if (disposition === 'held') {
    expect(row).toMatchObject({ state: 'ready', attempts: 0 })
    expect(status.waiting_for?.code).toBe(code)
    expect(status[server].auth_refused).toBe(false)
  }
  if (disposition === 'dead') expect(await app.deadLetters()).toMatchObject([{ code }])
}

describe('separate faults', () => {
  it('404 of the edit, the item vanished between match and write: looked up again, then written to the new item', async () => {
    await using app = await startTestEngine()
    app.plex.faults.status(404, { method: 'PUT', times: 2 })
    await app.hook(1)
    await app.settled()
    expect(await app.lastJob(1)).toMatchObject({ state: 'delayed', attempts: 1 })
    app.plex.library.removeItem(app.keys[0] ?? 0)
    const again = app.plex.library.addItem({ section: 1, file: { file: '/media/scene 1.mp4', size: 1_000_001 } })
    await app.until(async () => (await app.lastJob(1))?.state === 'synced')
    expect(again.text.title).toBe('Scene 1')
    expect((await app.call('getStatus')).circuit.plex).toBe('closed')
  })

  it('a half-open server: the connection is open, nothing comes back. It is waited for, nothing is counted', async () => {
    await using app = await startTestEngine()
    app.plex.faults.add({ fault: { kind: 'hang' } })
    await app.hook(1)
    await app.pass(30 * 60_000)
    expect(await app.lastJob(1)).toMatchObject({ state: 'ready', attempts: 0 })
    expect((await app.call('getStatus')).circuit.plex).not.toBe('closed')
    app.plex.faults.clear()
    await app.until(async () => (await app.lastJob(1))?.state === 'synced', 10 * 60_000)
  })

  it('400 "starting up" is busy, not refused', async () => {
    await using app = await startTestEngine()
    app.plex.faults.status(400, {
      method: 'PUT',
      times: 1,
      body: 'The server is still starting up. Please retry later',
    })
    await app.hook(1)
    await app.settled()
    expect(await app.lastJob(1)).toMatchObject({ state: 'delayed', attempts: 1 })
    await app.until(async () => (await app.lastJob(1))?.state === 'synced')
  })

  it('another 400 is refused for good', async () => {
    await using app = await startTestEngine()
    app.plex.faults.status(400, { method: 'PUT', body: 'bad' })
    await app.hook(1)
    await app.settled()
    expect(await app.deadLetters()).toMatchObject([{ code: 'rejected' }])
  })

  it.each(['plex', 'stash'] as const)(
    'a redirect of %s to another host: the token is not sent there',
    async (server) => {
      const stranger = await startTestServer()
      try {
        await using app = await startTestEngine()
        app[server].faults.add({ fault: { kind: 'redirect', to: `${stranger.url}/x` } })
        await app.hook(1)
        await app.pass(20_000)
        expect(stranger.seen).toEqual([])
        expect(await app.lastJob(1)).toMatchObject({ state: expect.stringMatching(/delayed|ready/) })
        app[server].faults.clear()
        await app.until(async () => (await app.lastJob(1))?.state === 'synced')
      } finally {
        await stranger.close()
      }
    },
  )

  it('429 with Retry-After pauses the server: no other job asks it in that time', async () => {
    await using app = await startTestEngine({ scenes: 10 })
    app.plex.faults.status(429, { method: 'PUT', times: 1, headers: { 'Retry-After': '120' } })
    await app.hook(1)
    await app.quiesce()
    app.plex.requests.reset()
    for (let scene = 2; scene <= 10; scene++) await app.hook(scene)
    await app.pass(119_000)
    expect(app.plex.requests.count()).toBe(0)
    await app.pass(5 * 60_000)
    expect(app.plex.requests.count({ label: 'edit' })).toBe(10)
  })

  it('a Retry-After of a year is not obeyed for a year', async () => {
    await using app = await startTestEngine()
    app.plex.faults.status(503, { method: 'PUT', times: 1, headers: { 'Retry-After': '31536000' } })
    await app.hook(1)
    await app.until(async () => (await app.lastJob(1))?.state === 'synced', 61 * 60_000)
  })

  it('an upload that Plex refuses for good costs the cover, not the fields', async () => {
    await using app = await startTestEngine({ settings: { sync_poster: true } })
    app.stash.actions.generateCover(1, sampleJpeg(1))
    app.plex.faults.status(409, { method: 'POST' })
    await app.hook(1)
    await app.settled()
    expect(app.text(1, 'title')).toBe('Scene 1')
    expect(await app.lastJob(1)).toMatchObject({ state: 'synced' })
  })

  it('500 on every edit ends in the dead letters after max_retries, with each try on record', async () => {
    await using app = await startTestEngine()
    app.plex.faults.status(500, { method: 'PUT' })
    await app.hook(1)
    await app.until(async () => (await app.deadLetters()).length > 0, 30 * 60_000)
    const [letter] = await app.deadLetters()
    expect(letter).toMatchObject({ code: 'edit_failed', class: 'transient', attempts: 5 })
    expect(letter?.attempts_log).toHaveLength(5)
    // Once, at the second try, a single value is looked for that Plex might fail at.
    expect(app.plex.requests.count({ method: 'PUT' })).toBeLessThanOrEqual(5 + 16)
    // Spread by full jitter up to 5, 10, 20 and 40 s.
    expect(app.clock.now() - Date.parse('2025-01-15T12:00:00Z')).toBeLessThanOrEqual(75_000)
  })

  it('a scene that one fault hits does not hold up the others of its batch', async () => {
    await using app = await startTestEngine({ scenes: 30 })
    app.plex.faults.status(500, { method: 'PUT', where: ({ params }) => params.get('id') === String(app.keys[4]) })
    await app.hookAll(30)
    await app.settled()
    expect(app.plex.requests.count({ label: 'edit' })).toBe(29)
  })
})

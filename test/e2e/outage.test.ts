/** A server that is away costs no retries, no dead letters and no hammering; the queue drains automatically. Simulated time. */
import { describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from './test-engine.ts'

const hour = 60 * 60_000

describe.each(['plex', 'stash'] as const)('%s is down for an hour', (server) => {
  it('5,000 hooks: no attempt, no dead letter, one probe per step and nothing else, drains alone', async () => {
    await using app = await startTestEngine({ scenes: 5_000, settings: { concurrency: 16 } })
    const real = app[server]
    const dialled: number[] = []
    const startedAt = app.clock.now()
    // A refused connection never reaches the server's log: requests are counted where they are answered with nothing.
    real.faults.add({ fault: { kind: 'reset' }, where: ({ at }) => dialled.push(at - startedAt) > 0 })
    expect(await app.hookAll(5_000)).toBe(202)
    await app.until(async () => (await app.call('getStatus')).circuit[server] === 'open', 5 * 60_000)
    const openedAt = app.clock.now() - startedAt
    const before = dialled.length
    await app.pass(hour)

    const probes = dialled.slice(before).map((at) => Math.round((at - openedAt) / 1000))
    expect(probes.slice(0, 6)).toEqual([5, 10, 20, 40, 100, 160])
    expect(probes).toHaveLength(4 + Math.floor((3_600 - 40) / 60))
    expect(await app.deadLetters()).toEqual([])
    expect(await attempts(app)).toBe(0)
    const status = await app.call('getStatus')
    expect(status).toMatchObject({
      state: 'waiting',
      waiting_for: { code: 'server_down', values: { server } },
      queue: { ready: 5_000 },
    })
    expect((await app.call('listOutages')).outages).toMatchObject([{ server, ended_at: null }])

    real.faults.clear()
    await app.until(async () => (await app.call('getStatus')).queue.ready === 0, hour)
    await app.settled()
    expect(app.plex.requests.count({ label: 'edit' })).toBe(5_000)
    expect(await app.deadLetters()).toEqual([])
    expect(await attempts(app)).toBe(0)
    const { outages } = await app.call('listOutages')
    expect(outages).toMatchObject([{ server, ended_at: expect.any(String), jobs_delayed: 5_000 }])
    expect(outages[0]?.seconds).toBeGreaterThan(3_600)
    expect(outages[0]?.seconds).toBeLessThan(3_600 + 120)
    expect(app.notices.map(({ kind }) => kind)).toEqual(['outage_started', 'outage_ended'])
  })
})

describe('after an outage', () => {
  it('a slow server is brought back slowly: 5 writes a second at first', async () => {
    await using app = await startTestEngine({ scenes: 200, settings: { concurrency: 16 } })
    await app.plex.down()
    expect(await app.hookAll(200)).toBe(202)
    await app.until(async () => (await app.call('getStatus')).circuit.plex === 'open', 5 * 60_000)
    await app.plex.up()
    app.plex.faults.add({ method: 'PUT', fault: { kind: 'delay', ms: 400 } })
    app.plex.faults.add({ method: 'GET', fault: { kind: 'delay', ms: 400 } })
    await app.until(async () => (await app.call('getStatus')).circuit.plex === 'closed', 5 * 60_000)
    const from = app.clock.now()
    await app.pass(11_000)
    const written = app.plex.requests.filter({ method: 'PUT', where: ({ at }) => at < from + 11_000 }).length
    expect(written).toBeGreaterThan(30)
    expect(written).toBeLessThanOrEqual(60)
  })

  it('a server that answers immediately is not slowed down', async () => {
    await using app = await startTestEngine({ scenes: 200, settings: { concurrency: 4 } })
    await app.plex.down()
    expect(await app.hookAll(200)).toBe(202)
    await app.until(async () => (await app.call('getStatus')).circuit.plex === 'open', 5 * 60_000)
    await app.plex.up()
    await app.until(async () => (await app.call('getStatus')).circuit.plex === 'closed', 5 * 60_000)
    const from = app.clock.now()
    await app.settled()
    expect(app.clock.now() - from).toBeLessThan(5_000)
  })
})

describe('state of the gates', () => {
  it('an open circuit survives a restart, and the same steps continue', async () => {
    await using app = await startTestEngine()
    await app.plex.down()
    await app.hook(1)
    await app.until(async () => (await app.call('getStatus')).circuit.plex === 'open', 5 * 60_000)
    await app.restart()
    const status = await app.call('getStatus')
    expect(status.circuit.plex).toBe('open')
    expect(status.waiting_for).toMatchObject({ code: 'server_down', values: { server: 'plex' } })
    expect((await app.call('listOutages')).outages).toHaveLength(1)
  })

  it('an outage that a kill left open is closed at start when the server answers (the original: ONGOING 2d 14h)', async () => {
    await using app = await startTestEngine()
    await app.plex.down()
    await app.hook(1)
    await app.until(async () => (await app.call('getStatus')).circuit.plex === 'open', 5 * 60_000)
    await app.restart(async () => {
      app.clock.jump(62 * hour)
      await app.plex.up()
    })
    expect((await app.call('getStatus')).circuit.plex).toBe('closed')
    expect((await app.call('listOutages')).outages).toMatchObject([{ ended_at: expect.any(String) }])
    await app.settled()
    expect(app.text(1, 'title')).toBe('Scene 1')
  })

  it('five ambiguous files do not open the breaker (the incumbent opens it)', async () => {
    await using app = await startTestEngine({ settings: { path_map: '' } })
    for (let n = 0; n < 8; n++) {
      const scene = app.stash.library.addScene({ title: 'X', studio: 'S', files: [{ path: `/x/${n}/a.mp4`, size: 1 }] })
      for (const folder of ['p', 'q'])
        app.plex.library.addItem({ section: 1, file: { file: `/media/${folder}${n}/a.mp4`, size: 2 } })
      await app.hook(scene.id)
    }
    await app.settled()
    expect((await app.deadLetters()).map(({ code }) => code)).toEqual(Array(8).fill('low_confidence'))
    expect((await app.call('getStatus')).circuit).toEqual({ plex: 'closed', stash: 'closed' })
  })

  it('a second of Stash being away costs nothing (the incumbent: straight to the dead letters)', async () => {
    await using app = await startTestEngine()
    await app.stash.down()
    await app.hook(1)
    await app.pass(1_000)
    await app.stash.up()
    await app.pass(10_000)
    await app.settled()
    expect(await app.lastJob(1)).toMatchObject({ state: 'synced', attempts: 0 })
  })

  it('hooks that come in during an outage are taken and stored', async () => {
    await using app = await startTestEngine({ scenes: 20 })
    await app.plex.down()
    await app.stash.down()
    expect(await app.hookAll(20)).toBe(202)
    await app.pass(10 * 60_000)
    await app.restart()
    expect((await app.call('getStatus')).queue.ready).toBe(20)
    await app.plex.up()
    await app.stash.up()
    await app.until(async () => (await app.call('getStatus')).queue.ready === 0, 10 * 60_000)
    await app.settled()
    expect(app.plex.requests.count({ label: 'edit' })).toBe(20)
  })
})

describe('a refused token', () => {
  it('pauses everything with one notice and no dead letter; tries every 60 s', async () => {
    await using app = await startTestEngine({ scenes: 20 })
    app.plex.settings.token = 'another-token-0002'
    app.plex.requests.reset()
    expect(await app.hookAll(20)).toBe(202)
    await app.pass(hour)
    expect(await app.deadLetters()).toEqual([])
    expect(await attempts(app)).toBe(0)
    expect(app.notices.map(({ kind }) => kind)).toEqual(['auth'])
    expect(app.logs.filter(({ line }) => line.includes('Authentication failed'))).toHaveLength(1)
    expect(await app.call('getStatus')).toMatchObject({ state: 'waiting', plex: { auth_refused: true } })
    const asked = app.plex.requests.count()
    expect(asked).toBeGreaterThanOrEqual(59)
    expect(asked).toBeLessThanOrEqual(65)
  })

  it('continues automatically within 60 s once the token is valid again', async () => {
    await using app = await startTestEngine()
    const { token } = app.plex
    app.plex.settings.token = 'another-token-0002'
    await app.hook(1)
    await app.pass(5 * 60_000)
    app.plex.settings.token = token
    await app.pass(61_000)
    expect(await app.lastJob(1)).toMatchObject({ state: 'synced', attempts: 0 })
  })

  it('resumes immediately when the setting changes', async () => {
    await using app = await startTestEngine()
    app.plex.settings.token = 'another-token-0002'
    await app.hook(1)
    await app.pass(5_000)
    expect(await app.call('getStatus')).toMatchObject({ plex: { auth_refused: true } })
    const before = app.clock.now()
    await app.call('saveSettings', { values: { plex_token: 'another-token-0002' } })
    await app.quiesce()
    await app.settled()
    expect(app.clock.now() - before).toBeLessThan(1_000)
    expect(await app.lastJob(1)).toMatchObject({ state: 'synced', attempts: 0 })
  })

  it('continues immediately also while a probe of the old address hangs', async () => {
    await using app = await startTestEngine()
    app.plex.settings.token = 'another-token-0002'
    await app.hook(1)
    await app.pass(5_000)
    app.plex.faults.add({ times: 1, fault: { kind: 'hang' } })
    await app.pass(60_000)
    await app.call('saveSettings', { values: { plex_token: 'another-token-0002' } })
    await app.quiesce()
    expect(await app.lastJob(1)).toMatchObject({ state: 'synced' })
  })

  it('the key of Stash: the same', async () => {
    await using app = await startTestEngine()
    app.stash.settings.apiKey = 'another-key-0002'
    await app.hook(1)
    await app.pass(10 * 60_000)
    expect(await app.deadLetters()).toEqual([])
    expect(app.notices.map(({ kind }) => kind)).toEqual(['auth'])
    await app.call('saveSettings', { values: { stash_api_key: 'another-key-0002' } })
    await app.quiesce()
    await app.settled()
    expect(await app.lastJob(1)).toMatchObject({ state: 'synced', attempts: 0 })
  })

  it('survives a restart without a second notice', async () => {
    await using app = await startTestEngine()
    app.plex.settings.token = 'another-token-0002'
    await app.hook(1)
    await app.pass(5_000)
    await app.restart()
    await app.pass(10 * 60_000)
    expect(app.notices.map(({ kind }) => kind)).toEqual(['auth'])
  })

  it('a token that may read but not write (a shared user) is one notice, not one a minute', async () => {
    await using app = await startTestEngine()
    app.plex.faults.status(403, { method: 'PUT' })
    await app.hook(1)
    await app.pass(hour)
    expect(await app.deadLetters()).toEqual([])
    expect(app.notices.map(({ kind }) => kind)).toEqual(['waiting'])
    app.plex.faults.clear()
    await app.until(async () => (await app.lastJob(1))?.state === 'synced', 61 * 60_000)
  })
})

/** Failed tries of all jobs together. */
async function attempts(app: TestEngine): Promise<number> {
  let sum = 0
  for (let offset = 0; ; offset += 500) {
    const { rows } = await app.call('listActivity', { limit: 500, offset })
    sum += rows.reduce((all, row) => all + row.attempts, 0)
    if (rows.length < 500) return sum
  }
}

/** The Stash client against the simulated server, whose schema is that of each version. */
import { afterEach, describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../../shared/errors.ts'
import type { Result } from '../../../shared/result.ts'
import { placeholderSvg, sampleJpeg } from '../../../test/harness/sample-images.ts'
import { type StashServer, type StashServerOptions, startStashServer } from '../../../test/harness/stash-server.ts'
import { Exchanges } from '../http/exchanges.ts'
import { collect } from '../http/server.fixture.ts'
import { systemClock } from '../ports.ts'
import { wholeProbe } from './change-probe.ts'
import { createStashClient, type StashClient } from './client.ts'

let server: StashServer
let client: StashClient
let apiKey: string

async function start(options: StashServerOptions = {}) {
  server = await startStashServer(options)
  apiKey = server.apiKey
  client = createStashClient({
    address: () => ({ url: server.url, apiKey }),
    timeouts: () => ({ connectMs: 200, readMs: 2_000 }),
    clock: systemClock,
  })
}

afterEach(async () => {
  client.close()
  await server.close()
})

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.fault.code}: ${result.fault.message}`)
  return result.value
}

const scene = {
  title: 'A title',
  details: 'Two\nlines',
  date: '2023-05-01',
  rating100: 80,
  files: [{ path: '/data/a.mp4', size: 5_000_000_000, duration: 61.5 }],
  studio: 'Studio',
  parentStudio: 'Network',
  performers: ['One', 'Two'],
  tags: ['Tag'],
  groups: ['Group'],
}

describe('a Stash without a database that it uses', () => {
  it.each([
    ['SETUP', 'stash_setup', 'setup'],
    ['NEEDS_MIGRATION', 'stash_migration', 'needs_migration'],
  ] as const)(
    '%s is distinguished from a failing one by every query of the database and by images',
    async (status, code, state) => {
      await start({ status })
      server.library.addScene(scene)
      expect(value(await client.version())).toBe('v0.30.1')
      expect(client.state()).toBe(null)
      const asked = [
        client.scenes(['1']),
        client.sceneStamps({ page: 1, perPage: 1 }),
        client.cover('1'),
        client.ready(),
      ]
      for (const result of await Promise.all(asked)) expect(result).toMatchObject({ ok: false, fault: { code } })
      expect(client.state()).toBe(state)
      server.settings.status = 'OK'
      value(await client.scenes(['1']))
      expect(client.state()).toBe('ok')
      value(await client.ready())
    },
  )

  it('is reported to the gate, as a server that lives', async () => {
    const reports: (ErrorCode | undefined)[] = []
    const exchanges = new Exchanges()
    exchanges.onReport(({ ok, fault }) => {
      if (fault !== undefined) expect(ok).toBe(true)
      reports.push(fault?.code)
    })
    await start({ status: 'NEEDS_MIGRATION' })
    client.close()
    client = createStashClient({
      address: () => ({ url: server.url, apiKey }),
      timeouts: () => ({ connectMs: 200, readMs: 2_000 }),
      clock: systemClock,
      exchanges,
    })
    await client.scenes(['1'])
    expect(reports).toContain('stash_migration')
  })

  it('is not suspected where one scene is missing', async () => {
    await start()
    server.library.addScene(scene)
    value(await client.scenes(['1', '9']))
    expect(server.requests.count({ label: 'systemStatus' })).toBe(0)
  })
})

describe.each(['0.24', '0.25', '0.26', '0.27', '0.28', '0.29', '0.30'] as const)('Stash %s', (version) => {
  it('is asked in its own words', async () => {
    await start({ version })
    server.library.addScene(scene)
    server.library.addScene({})
    const found = value(await client.scenes(['1', '7', '2']))
    expect([...found.keys()]).toEqual(['1', '2'])
    expect(found.get('1')).toMatchObject({
      title: 'A title',
      details: 'Two\nlines',
      date: '2023-05-01',
      rating100: 80,
      studio: { name: 'Studio', parentName: 'Network' },
      performers: [{ name: 'One' }, { name: 'Two' }],
      tags: [{ name: 'Tag' }],
      groupIds: ['1'],
      files: [{ path: '/data/a.mp4', size: 5_000_000_000, duration: 61.5 }],
    })
    expect(found.get('2')).toMatchObject({ title: '', date: '', studio: null, files: [] })
    expect(value(await client.scenePage(1, 10))).toMatchObject({ count: 2, scenes: [{ id: '1' }, { id: '2' }] })
    for (const kind of ['performer', 'studio', 'tag', 'group'] as const) {
      expect((await collect(client.sceneIdsCarrying(kind, '1'))).flatMap(value), kind).toEqual(['1'])
    }
    expect(value(await client.version())).toContain(version)
    expect(value(await client.systemStatus())).toEqual({ status: 'OK', os: 'linux' })
  })

  it('refuses a wrong key', async () => {
    await start({ version })
    apiKey = 'wrong-key'
    expect(await client.version()).toMatchObject({ ok: false, fault: { code: 'token_refused' } })
    expect(await client.cover('1')).toMatchObject({ ok: false, fault: { code: 'token_refused' } })
    apiKey = ''
    expect(await client.version()).toMatchObject({ ok: false, fault: { code: 'token_refused' } })
  })
})

it('a Stash without a password, behind a prefix', async () => {
  await start({ apiKey: null, prefix: '/stash' })
  server.library.addScene(scene)
  expect(value(await client.scenes(['1'])).size).toBe(1)
})

it('sub-studios count, sub-tags do not matter', async () => {
  await start()
  server.library.addScene(scene)
  const network = server.library.studio('Network')
  expect((await collect(client.sceneIdsCarrying('studio', String(network.id)))).flatMap(value)).toEqual(['1'])
})

it('stamps: all at the same time, in pages, and since a moment', async () => {
  await start({ offsetMinutes: -300 })
  for (let index = 0; index < 30; index++) server.library.addScene({ updatedAt: Date.UTC(2025, 0, 1, 12, index) })
  const all = value(await client.sceneStamps({ page: 1, perPage: -1 }))
  expect(all.count).toBe(30)
  expect(all.stamps.map(({ id }) => Number(id))).toEqual(Array.from({ length: 30 }, (_, index) => index + 1))
  expect(value(await client.sceneStamps({ page: 2, perPage: 20 })).stamps).toHaveLength(10)
  const since = all.stamps[24]?.updatedAt ?? ''
  expect(since).toMatch(/-05:00$/)
  const recent = value(await client.sceneStamps({ since, page: 1, perPage: 100 }))
  expect(recent.stamps.map(({ id }) => id)).toEqual(['30', '29', '28', '27', '26'])
})

it('covers: an image, unchanged, none', async () => {
  await start()
  const bytes = sampleJpeg(1)
  server.library.addScene({ cover: bytes })
  server.library.addScene({})
  const cover = value(await client.cover('1'))
  if (cover.status !== 'image') throw new Error(cover.status)
  expect(cover).toMatchObject({ bytes, type: 'image/jpeg' })
  expect(value(await client.cover('1', cover.etag))).toEqual({ status: 'unchanged' })
  expect(value(await client.cover('2'))).toEqual({ status: 'none' })
  expect(value(await client.cover('99'))).toEqual({ status: 'none' })
  server.library.addScene({ cover: placeholderSvg })
  expect(value(await client.cover('3'))).toEqual({ status: 'none' })
})

it.each<[Parameters<StashServer['faults']['add']>[0]['fault'], ErrorCode]>([
  [{ kind: 'hang' }, 'timeout'],
  [{ kind: 'reset' }, 'unreachable'],
  [{ kind: 'html' }, 'bad_answer'],
  [{ kind: 'truncate' }, 'bad_answer'],
  [{ kind: 'redirect', to: 'http://127.0.0.1:9/' }, 'redirected'],
  [{ kind: 'status', status: 429, headers: { 'Retry-After': '1' } }, 'server_busy'],
  [{ kind: 'status', status: 500 }, 'server_error'],
])('fault %j', async (fault, code) => {
  await start()
  const hasty = createStashClient({
    address: () => ({ url: server.url, apiKey }),
    // Only what never answers is waited for: a busy machine may be slow with everything else.
    timeouts: () => ({ connectMs: 10_000, readMs: fault.kind === 'hang' ? 100 : 10_000 }),
    clock: systemClock,
  })
  server.library.addScene(scene)
  server.faults.add({ fault })
  expect(await hasty.scenes(['1'])).toMatchObject({ ok: false, fault: { code } })
  hasty.close()
})

describe.each(['0.24', '0.27', '0.29', '0.30'] as const)('the change probe of Stash %s', (version) => {
  it('reads counts and newest stamps in one document, and what is read after it', async () => {
    await start({ version })
    server.library.addScene({ ...scene, updatedAt: Date.now() - 60_000 })
    server.library.addScene({ ...scene, files: ['/data/b_c.mp4', '/data/bxc.mp4'] })
    value(await client.version())
    server.requests.reset()
    const reading = value(await client.changeProbe(wholeProbe))
    if (version > '0.27') expect(server.requests.total).toBe(1)
    const stamp = server.library.scene(2).updated_at
    expect(reading.scene).toEqual({ count: 2, newest: { id: '2', updatedAt: stamp } })
    expect(reading.performer.count).toBe(2)
    expect(reading.group).toMatchObject({ count: 1, newest: { id: '1' } })
    expect(reading.file === null).toBe(version < '0.29')
    if (reading.file !== null) expect(reading.file.count).toBe(3)

    expect(value(await client.changeProbe({ below: stamp, known: {} })).scene).toMatchObject({
      count: 2,
      newest: { id: '1' },
    })
    const { scene: one } = reading
    server.library.addScene({ ...scene, updatedAt: Date.now() - 120_000 })
    server.requests.reset()
    expect(value(await client.changeProbe({ below: null, known: { scene: one } })).scene).toEqual(one)
    expect(server.requests.total).toBe(1)
    // What was the newest is there no more: everything is looked at.
    const lost = { count: 2, newest: { id: '9', updatedAt: '2999-01-01T00:00:00Z' } }
    const again = value(await client.changeProbe({ below: null, known: { scene: lost } }))
    expect(again.scene).toEqual({ count: 3, newest: { id: '2', updatedAt: stamp } })
    server.library.scenes.delete(3)

    expect(Math.abs((client.now() ?? 0) - Date.now())).toBeLessThan(5_000)
    expect(value(await client.entities('performer')).map(({ name }) => name)).toEqual(['One', 'Two'])
    expect(value(await client.entities('studio'))).toContainEqual(
      expect.objectContaining({ name: 'Studio', parents: ['2'] }),
    )
    expect(value(await client.entity('group', '1'))).toMatchObject({ name: 'Group' })
    expect(value(await client.entity('tag', '99'))).toBe(null)
    const found = value(await client.scenesWithPaths(['/data/b_c.mp4', '/data/a.mp4']))
    expect(found.map(({ id }) => id)).toEqual(['1', '2'])
    if (version >= '0.29') {
      const [page] = await collect(client.filesSince('1970-01-01T00:00:00Z'))
      expect(page && value(page)).toHaveLength(3)
    }
  })
})

describe('a Stash with a password', () => {
  it('says in words whether it wants a key or refuses the one it got', async () => {
    await start({ apiKey: 'the-right-key' })
    apiKey = 'another-key'
    expect(await client.version()).toMatchObject({
      fault: { code: 'token_refused', message: 'Stash refuses this API key' },
    })
    apiKey = ''
    const keyless = await client.version()
    expect(keyless.ok ? '' : keyless.fault.message).toBe('Stash wants its API key')
  })
})

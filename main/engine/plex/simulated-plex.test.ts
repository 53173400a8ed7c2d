/** The Plex client against the simulated server, which rejects what the real one rejects. */
import { afterEach, describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../../shared/errors.ts'
import type { ItemEdit } from '../../../shared/item-edit.ts'
import type { Result } from '../../../shared/result.ts'
import { type PlexServer, type PlexServerOptions, startPlexServer } from '../../../test/harness/plex-server.ts'
import { sampleJpeg } from '../../../test/harness/sample-images.ts'
import { collect } from '../http/server.fixture.ts'
import { systemClock } from '../ports.ts'
import { createPlexClient, type PlexClient } from './client.ts'

let server: PlexServer
let client: PlexClient

async function start(options: PlexServerOptions = {}, timeouts = { connectMs: 5_000, readMs: 5_000 }) {
  server = await startPlexServer(options)
  client = createPlexClient({
    address: () => ({ url: server.url, token: server.token }),
    clientIdentifier: 'install-1',
    version: '1.0.0',
    timeouts: () => timeouts,
    clock: systemClock,
  })
  return server.library.addSection({ title: 'Scenes', locations: ['/media'] })
}

afterEach(async () => {
  client.close()
  await server.close()
})

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.fault.code}: ${result.fault.message}`)
  return result.value
}

const named = (names: readonly string[]) => names.map((name) => ({ name }))
const many = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}, & "${index}" äé`)

describe('reading what the documents of Plex promise', () => {
  it.each([['both', 'in the body and the header'] as const, ['header', 'in the header alone'] as const])(
    'a server that gives 40 rows where 500 were asked: all are read, the total is %s',
    async (totals, _where) => {
      await start({ pageCap: 40, totals })
      const keys = Array.from(
        { length: 130 },
        (_, at) => server.library.addItem({ section: 1, file: `/media/${at}.mp4` }).ratingKey,
      )
      expect((await collect(client.parts('1'))).flatMap(value)).toHaveLength(130)
      expect(value(await client.items(keys.map(String))).size).toBe(130)
      expect(value(await client.viewingsOf(keys.slice(0, 40).map(String))).size).toBe(40)
    },
  )

  it('a server that shows no total: the short page ends the listing', async () => {
    await start({ totals: 'none' })
    for (let at = 0; at < 501; at++) server.library.addItem({ section: 1, file: `/media/${at}.mp4` })
    server.requests.reset()
    expect((await collect(client.parts('1'))).flatMap(value)).toHaveLength(501)
    expect(server.requests.count({ label: 'listing' })).toBe(2)
  })

  it('items are read without making the server read their files again', async () => {
    await start()
    const { ratingKey } = server.library.addItem({ section: 1, file: '/media/a.mp4' })
    await client.items([String(ratingKey)])
    expect(server.localRefreshes).toBe(0)
    const [request] = server.requests.all.filter(({ label }) => label === 'metadata')
    expect(request?.headers).toMatchObject({ 'x-plex-container-start': '0', 'x-plex-container-size': '1' })
  })

  it('numbers that come as text are numbers', async () => {
    await start({ numbersAsText: true })
    const item = server.library.addItem({ section: 1, file: { file: '/media/a.mp4', size: 4711 }, userRating: 7 })
    const [page] = await collect(client.parts('1'))
    expect(page && value(page)).toMatchObject([{ ratingKey: String(item.ratingKey), size: 4711 }])
    expect(value(await client.countItems('1'))).toBe(1)
    const read = value(await client.items([String(item.ratingKey)])).get(String(item.ratingKey))
    expect(read).toMatchObject({ rating: 7, sectionId: '1' })
  })

  it.each(['actor', 'role'] as const)('the lock of the cast is called %s', async (castLock) => {
    await start({ castLock })
    const { ratingKey } = server.library.addItem({ section: 1, file: '/media/a.mp4', locked: ['actor'] })
    expect(value(await client.items([String(ratingKey)])).get(String(ratingKey))?.locks).toEqual(['actor'])
  })

  it('an image goes with its own content type, and 10,000,000 bytes are the most', async () => {
    await start()
    const { ratingKey } = server.library.addItem({ section: 1, file: '/media/a.mp4' })
    value(await client.uploadPoster(String(ratingKey), sampleJpeg('one')))
    expect(server.requests.all.find(({ label }) => label === 'poster')?.headers['content-type']).toBe('image/jpeg')
    const refused = await client.uploadPoster(String(ratingKey), Buffer.alloc(10_000_001, 1))
    expect(refused).toMatchObject({ ok: false, fault: { code: 'rejected' } })
    expect(server.requests.count({ label: 'poster' })).toBe(1)
  })

  it('a section route that answers 404 while the item exists: the item is written by its own route', async () => {
    await start({ sectionEdits: false })
    const { ratingKey } = server.library.addItem({ section: 1, file: '/media/a.mp4' })
    const edit = { ratingKey: String(ratingKey), sectionId: '1', scalars: { title: 'New' }, lists: {} }
    value(await client.edit(edit))
    expect(server.library.item(ratingKey).text.title).toBe('New')
    expect(server.requests.count({ label: 'edit' })).toBe(2)
    expect(await client.edit({ ...edit, ratingKey: '999' })).toMatchObject({ fault: { code: 'item_gone' } })
  })

  it('an expired token is said to be expired', async () => {
    await start({ tokenState: 'expired' })
    const sections = await client.sections()
    expect(sections).toMatchObject({ ok: false, fault: { code: 'token_refused', status: 498 } })
    expect(!sections.ok && sections.fault.message).toContain('expired')
  })

  it('a server that takes secure connections only: the cure names https', async () => {
    await start({ secureConnections: 'required' })
    const identity = await client.identity()
    expect(identity).toMatchObject({ ok: false, fault: { code: 'unreachable' } })
    expect(!identity.ok && identity.fault.message).toContain('https://')
  })
})

describe('reading', () => {
  it('lists a library in pages of 500, and only what changed since', async () => {
    await start()
    for (let index = 0; index < 1200; index++)
      server.library.addItem({ section: 1, file: `/media/${index}.mp4`, addedAt: 1000 + index })
    const pages = await collect(client.parts('1'))
    expect(pages.map((page) => value(page).length)).toEqual([500, 500, 200])
    expect(value(await client.countItems('1'))).toBe(1200)
    const recent = await collect(client.parts('1', { since: (1000 + 1195) * 1000 }))
    expect(recent.flatMap((page) => value(page).map(({ file }) => file)).sort()).toContain('/media/1195.mp4')
    expect(recent.flatMap(value).length).toBeLessThanOrEqual(6)
  })

  it.each(['contains', 'basename', 'ignored', 'error'] as const)(
    'looks for a file where the filter is %s',
    async (fileFilter) => {
      await start({ fileFilter })
      for (let index = 0; index < 120; index++)
        server.library.addItem({ section: 1, file: `/media/${index}/Part, ${index}.mp4` })
      const wanted = server.library.addItem({ section: 1, file: '/media/x/One, two & three.mp4' })
      const found = value(await client.findByFile('1', 'One, two & three.mp4'))
      const works = fileFilter === 'contains' || fileFilter === 'basename'
      expect(found.map(({ ratingKey }) => ratingKey)).toEqual(works ? [String(wanted.ratingKey)] : [])
      expect(server.requests.total).toBeLessThanOrEqual(2)
    },
  )

  it('reads items whole, without those that are gone', async () => {
    await start()
    const genres = many('Genre', 30)
    const item = server.library.addItem({
      section: 1,
      file: '/media/a.mp4',
      tags: { genre: genres, actor: ['One'] },
      locked: ['title'],
    })
    const items = value(await client.items([String(item.ratingKey), '999999']))
    expect([...items.keys()]).toEqual([String(item.ratingKey)])
    expect(items.get(String(item.ratingKey))).toMatchObject({
      sectionId: '1',
      genres,
      actors: [{ name: 'One', role: '' }],
      locks: ['title'],
      parts: [expect.objectContaining({ file: '/media/a.mp4' })],
    })
  })

  it('knows the server and its sections', async () => {
    await start()
    server.library.addSection({ title: 'Series', type: 'show', locations: ['/tv'] })
    expect(value(await client.identity()).machineIdentifier).toBe(server.settings.machineIdentifier)
    const sections = value(await client.sections())
    expect(sections.map(({ id, type, locations }) => [id, type, locations])).toEqual([
      ['1', 'movie', ['/media']],
      ['2', 'show', ['/tv']],
    ])
    const before = sections[0]?.revision
    server.library.addItem({ section: 1, file: '/media/new.mp4' })
    expect(value(await client.sections())[0]?.revision).not.toBe(before)
  })
})

describe.each(['add', 'replace'] as const)('writing where tags %s', (tagEdits) => {
  async function write(more: Partial<ItemEdit>, genre: string[] = []) {
    const item = server.library.addItem({ section: 1, file: '/media/a.mp4', tags: { genre, actor: genre } })
    const ratingKey = String(item.ratingKey)
    value(await client.edit({ ratingKey, sectionId: '1', scalars: {}, lists: {}, ...more }))
    return value(await client.items([ratingKey])).get(ratingKey)
  }

  it('one request writes, locks, clears, adds and removes', async () => {
    await start({ tagEdits })
    const written = await write(
      {
        scalars: {
          title: `It's "5%" + ünï, 名`,
          summary: 'Two\nlines',
          studio: '',
          originallyAvailableAt: '2024-05-01',
          userRating: '8',
        },
        lists: {
          genre: { wanted: named(['Keep', 'New, one']), removed: ['Old, one', 'Older'] },
          actor: { wanted: [{ name: 'A', role: 'B' }], removed: ['Old, one', 'Older', 'Keep'] },
        },
        lockOnly: ['thumb'],
      },
      ['Old, one', 'Older', 'Keep'],
    )
    expect(server.requests.counts()).toMatchObject({ edit: 1 })
    expect(written).toMatchObject({
      title: `It's "5%" + ünï, 名`,
      summary: 'Two\nlines',
      studio: '',
      date: '2024-05-01',
      rating: 8,
      genres: ['Keep', 'New, one'],
      actors: [{ name: 'A', role: 'B' }],
    })
    expect([...(written?.locks ?? [])].sort()).toEqual(
      ['actor', 'genre', 'originallyAvailableAt', 'studio', 'summary', 'thumb', 'title', 'userRating'].sort(),
    )
  })

  it('a long edit comes in pieces that the server takes', async () => {
    await start({ tagEdits })
    const [wanted, removed] = [many('New', 90), many('Old', 90)]
    const summary = 'ü'.repeat(1200)
    const lists = { genre: { wanted: named(wanted), removed }, actor: { wanted: named(wanted), removed } }
    const written = await write({ scalars: { title: 'T', summary }, lists }, removed)
    expect(written).toMatchObject({ title: 'T', summary, genres: wanted })
    expect(written?.actors.map(({ name }) => name)).toEqual(wanted)
  })

  it('changes no other item', async () => {
    await start({ tagEdits })
    const other = server.library.addItem({ section: 1, file: '/media/other.mp4' })
    await write({ scalars: { title: 'T' } })
    expect(server.library.item(other.ratingKey).text.title).toBe('other')
  })
})

it('images are uploaded and shown, and a scan is asked for', async () => {
  await start()
  const item = server.library.addItem({ section: 1, file: '/media/a.mp4' })
  const ratingKey = String(item.ratingKey)
  const poster = sampleJpeg(1)
  value(await client.uploadPoster(ratingKey, poster))
  value(await client.uploadArt(ratingKey, sampleJpeg(2)))
  expect(item.shelves.posters.images.find(({ key }) => key === item.shelves.posters.selected)?.bytes).toEqual(poster)
  expect(item.shelves.arts.selected).not.toBeNull()
  value(await client.scanFolder('1', '/media/new folder'))
  expect(server.requests.last?.params.get('path')).toBe('/media/new folder')
})

describe('faults', () => {
  const timeouts = { connectMs: 200, readMs: 150 }
  const edit = () => client.edit({ ratingKey: '1001', sectionId: '1', scalars: { title: 'T' }, lists: {} })

  it.each<[string, (plex: PlexServer) => void, ErrorCode]>([
    ['starting', (plex) => plex.setMode('settling'), 'server_busy'],
    ['maintenance', (plex) => plex.setMode('maintenance'), 'server_busy'],
    ['hang', (plex) => void plex.faults.add({ fault: { kind: 'hang' } }), 'timeout'],
    ['reset', (plex) => void plex.faults.add({ fault: { kind: 'reset' } }), 'unreachable'],
    ['html', (plex) => void plex.faults.add({ fault: { kind: 'html' } }), 'bad_answer'],
    [
      'redirect',
      (plex) => void plex.faults.add({ fault: { kind: 'redirect', to: 'http://127.0.0.1:9/' } }),
      'redirected',
    ],
    ['token', (plex) => void Object.assign(plex.settings, { token: 'another-token' }), 'token_refused'],
    ['502', (plex) => void plex.faults.status(502), 'server_error'],
  ])('of a write: %s', async (_name, spoil, code) => {
    await start({}, timeouts)
    server.library.addItem({ section: 1, file: '/media/a.mp4' })
    const address = { url: server.url, token: server.token }
    const own = createPlexClient({
      address: () => address,
      clientIdentifier: 'install-1',
      version: '1.0.0',
      timeouts: () => timeouts,
      clock: systemClock,
    })
    spoil(server)
    const result = await own.edit({ ratingKey: '1001', sectionId: '1', scalars: { title: 'T' }, lists: {} })
    own.close()
    expect(result).toMatchObject({ ok: false, fault: { code } })
  })

  it.each<[string, Parameters<PlexServer['faults']['add']>[0]['fault'], ErrorCode]>([
    ['truncated', { kind: 'truncate' }, 'bad_answer'],
    ['dripping', { kind: 'drip', everyMs: 20 }, 'timeout'],
  ])('of a read: %s', async (_name, fault, code) => {
    await start({}, timeouts)
    server.library.addItem({ section: 1, file: '/media/a.mp4' })
    server.faults.add({ fault })
    expect(await client.items(['1001'])).toMatchObject({ ok: false, fault: { code } })
  })

  it('an item that vanished, and a server that is down and comes back', async () => {
    await start({}, timeouts)
    server.library.addItem({ section: 1, file: '/media/a.mp4' })
    value(await edit())
    server.library.removeItem(1001)
    expect(await edit()).toMatchObject({ ok: false, fault: { code: 'item_gone' } })
    await server.down()
    expect(await edit()).toMatchObject({ ok: false, fault: { code: 'unreachable' } })
    await server.up()
    expect(value(await client.identity()).version).toBe(server.settings.version)
  })

  it('idle connections that the server cut cost nothing', async () => {
    await start({}, timeouts)
    server.library.addItem({ section: 1, file: '/media/a.mp4' })
    value(await edit())
    server.dropConnections()
    value(await edit())
  })
})

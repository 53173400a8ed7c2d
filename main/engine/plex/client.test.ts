import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PlexPart } from '../../../shared/domain.ts'
import type { ErrorCode } from '../../../shared/errors.ts'
import type { Result } from '../../../shared/result.ts'
import { type ExchangeReport, Exchanges } from '../http/exchanges.ts'
import {
  collect,
  type Handler,
  quickTimeouts,
  sendHtml,
  sendJson,
  startTestServer,
  type TestServer,
  testClock,
} from '../http/server.fixture.ts'
import { createPlexClient, type PlexClient } from './client.ts'
import { isUsable } from './sections.ts'

const token = 'plex-t0ken/A+b'
let server: TestServer
let client: PlexClient
let reports: ExchangeReport[]
let address: { url: string; token: string }

beforeEach(async () => {
  server = await startTestServer()
  address = { url: server.url, token }
  reports = []
  const exchanges = new Exchanges()
  exchanges.onReport((report) => reports.push(report))
  client = createPlexClient({
    address: () => address,
    clientIdentifier: 'install-1',
    version: '1.2.3',
    timeouts: () => quickTimeouts,
    clock: testClock(),
    exchanges,
  })
})
afterEach(async () => {
  client.close()
  await server.close()
})

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.fault.code}: ${result.fault.message}`)
  return result.value
}

async function faultOf<T>(pending: Promise<Result<T>>) {
  const result = await pending
  if (result.ok) throw new Error('expected a fault')
  expect(result.fault.message).not.toContain(token)
  return result.fault
}

const container = (fields: object) => ({ MediaContainer: fields })
const row = (ratingKey: number | string, file = `/media/${ratingKey}.mp4`) => ({
  ratingKey: String(ratingKey),
  title: `Item ${ratingKey}`,
  Media: [{ duration: 61_000, Part: [{ file, size: 5_000_000_000, duration: 61_500 }] }],
})
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)

/** A library that pages as asked. */
function library(rows: readonly unknown[]): Handler {
  return (request, response) => {
    const start = Number(request.headers['x-plex-container-start'])
    const size = Number(request.headers['x-plex-container-size'])
    const page = rows.slice(start, start + size)
    sendJson(response, container({ size: page.length, ...(page.length > 0 && { Metadata: page }) }))
  }
}

const keysOf = (pages: Result<PlexPart[]>[]) => pages.flatMap((page) => value(page).map(({ ratingKey }) => ratingKey))

describe('a request', () => {
  it('asks for JSON, says who asks, and has the token as header only', async () => {
    server.handler = library([])
    await client.sections()
    expect(server.seen[0]?.headers).toMatchObject({
      accept: 'application/json',
      'x-plex-token': token,
      'x-plex-client-identifier': 'install-1',
      'x-plex-product': 'PlexSync',
      'x-plex-version': '1.2.3',
    })
    expect(server.seen[0]?.target).toBe('/library/sections')
  })

  it('for the identity needs no token, and lets links be made', async () => {
    expect(client.webUrl('5')).toBeNull()
    server.handler = (_request, response) =>
      sendJson(response, container({ machineIdentifier: 'abc', version: '1.43', claimed: true }))
    expect(value(await client.identity())).toEqual({ machineIdentifier: 'abc', version: '1.43' })
    expect(server.seen[0]?.headers).not.toHaveProperty('x-plex-token')
    expect(client.webUrl('5')).toBe(`${server.url}/web/index.html#!/server/abc/details?key=%2Flibrary%2Fmetadata%2F5`)
    address = { ...address, url: `${server.url}/other` }
    expect(client.webUrl('5')).toBeNull()
  })

  it('is not made where no address is set', async () => {
    address = { url: '', token }
    expect(await faultOf(client.sections())).toMatchObject({ code: 'not_configured' })
    expect(reports).toEqual([])
  })
})

it('sections come with all that marks a change; only movie libraries are usable', async () => {
  const Directory = [
    {
      key: '1',
      uuid: 'a-b',
      type: 'movie',
      title: 'Scenes',
      agent: 'com.plexapp.agents.none',
      refreshing: true,
      updatedAt: 20,
      scannedAt: 30,
      contentChangedAt: 10,
      Location: [
        { id: 1, path: '/media/a' },
        { id: 2, path: 'D:\\b' },
      ],
    },
    { key: 2, type: 'show', title: 'Series' },
  ]
  server.handler = (_request, response) => sendJson(response, container({ size: 2, Directory }))
  const sections = value(await client.sections())
  expect(sections).toEqual([
    {
      id: '1',
      uuid: 'a-b',
      title: 'Scenes',
      type: 'movie',
      locations: ['/media/a', 'D:\\b'],
      revision: '10-20-30',
      refreshing: true,
    },
    { id: '2', uuid: '', title: 'Series', type: 'show', locations: [], revision: '0-0-0', refreshing: false },
  ])
  expect(sections.map(isUsable)).toEqual([true, false])
  server.handler = (_request, response) => sendJson(response, container({ size: 0 }))
  expect(value(await client.sections())).toEqual([])
})

describe('a listing', () => {
  it('continues until a page is short, and ignores what Plex says of the total', async () => {
    const rows = numbers(1, 1201).map((key) => row(key))
    server.handler = library(rows)
    const pages = await collect(client.parts('1'))
    expect(pages.map((page) => value(page).length)).toEqual([500, 500, 200])
    expect(server.seen.map(({ headers }) => headers['x-plex-container-start'])).toEqual(['0', '500', '1000'])
    expect(server.seen[0]?.query.get('type')).toBe('1')
    expect(server.seen[0]?.query.get('sort')).toBe('addedAt:asc')
    expect(server.seen[0]?.query.get('excludeElements')).not.toContain('Media')
  })

  it('of a whole number of pages ends with an empty one', async () => {
    server.handler = library(numbers(1, 501).map((key) => row(key)))
    expect(keysOf(await collect(client.parts('1')))).toHaveLength(500)
    expect(server.seen).toHaveLength(2)
  })

  it('gives an item once that slipped to the next page', async () => {
    server.handler = library([...numbers(1, 501), 500, 501].map((key) => row(key)))
    const keys = keysOf(await collect(client.parts('1')))
    expect(keys).toHaveLength(501)
    expect(new Set(keys).size).toBe(501)
  })

  it('ends where the server does not page: everything at the same time, or one page forever', async () => {
    const rows = numbers(1, 1201).map((key) => row(key))
    server.handler = (_request, response) => sendJson(response, container({ Metadata: rows }))
    expect(keysOf(await collect(client.parts('1')))).toHaveLength(1200)
    expect(server.seen).toHaveLength(1)
    server.handler = (_request, response) => sendJson(response, container({ Metadata: rows.slice(0, 500) }))
    expect(keysOf(await collect(client.parts('1')))).toHaveLength(500)
    expect(server.seen).toHaveLength(3)
  })

  it('has every file of every version, and survives damaged rows', async () => {
    const rows = [
      {
        ratingKey: 7,
        title: 'Two versions',
        Media: [
          {
            duration: 90_000,
            Part: [
              { file: '/a/cd1.avi', size: '10' },
              { file: '/a/cd2.avi', duration: 45_000 },
            ],
          },
          { duration: 90_000, Part: [{ file: '/a/hd.mp4', size: 0 }, { key: 'no file' }] },
          { id: 1 },
        ],
      },
      { title: 'no key' },
      { ratingKey: '0', Media: [] },
      'nonsense',
      { ratingKey: '8' },
      row(9),
    ]
    server.handler = library(rows)
    const parts = value((await collect(client.parts('3')))[0] ?? { ok: true, value: [] })
    expect(parts).toEqual([
      { sectionId: '3', ratingKey: '7', title: 'Two versions', file: '/a/cd1.avi', size: 10, duration: null },
      { sectionId: '3', ratingKey: '7', title: 'Two versions', file: '/a/cd2.avi', size: null, duration: 45 },
      { sectionId: '3', ratingKey: '7', title: 'Two versions', file: '/a/hd.mp4', size: null, duration: null },
      { sectionId: '3', ratingKey: '9', title: 'Item 9', file: '/media/9.mp4', size: 5_000_000_000, duration: 61.5 },
    ])
  })

  it('of what changed asks from one second earlier', async () => {
    server.handler = library([])
    await collect(client.parts('1', { since: 1_700_000_000_500 }))
    expect(server.seen[0]?.target).toContain('&updatedAt%3E%3E=1699999999&')
  })

  it('ends with the first fault', async () => {
    let count = 0
    server.handler = (request, response) =>
      ++count === 2 ? response.writeHead(503).end() : library(numbers(1, 900).map((key) => row(key)))(request, response)
    const pages = await collect(client.parts('1'))
    expect(pages.map(({ ok }) => ok)).toEqual([true, false])
  })

  it('stops when the caller stops', async () => {
    const controller = new AbortController()
    server.handler = library(numbers(1, 900).map((key) => row(key)))
    const seen: Result<PlexPart[]>[] = []
    for await (const page of client.parts('1', { signal: controller.signal })) {
      seen.push(page)
      controller.abort()
    }
    expect(seen).toMatchObject([{ ok: true }, { ok: false, fault: { code: 'cancelled' } }])
    expect(server.seen).toHaveLength(1)
  })
})

describe('the number of items', () => {
  it.each([
    ['totalSize', { size: 0, totalSize: 40_000 }, {}, 40_000],
    ['a header', { size: 0 }, { 'X-Plex-Container-Total-Size': '7' }, 7],
    ['the rows of a server that does not page', { Metadata: [row(1), row(2)], size: 2 }, {}, 2],
  ])('is read from %s', async (_name, fields, headers: Record<string, string>, expected) => {
    server.handler = (_request, response) => {
      for (const [name, text] of Object.entries(headers)) response.setHeader(name, text)
      sendJson(response, container(fields))
    }
    expect(value(await client.countItems('1'))).toBe(expected)
    expect(server.seen[0]?.headers).toMatchObject({ 'x-plex-container-start': '0', 'x-plex-container-size': '0' })
  })
})

describe('looking for a file name', () => {
  const files = (parts: PlexPart[]) => parts.map(({ file }) => file)

  it('asks for the longest piece without a comma and compares the whole name', async () => {
    server.handler = library([
      row(1, '/a/Hello, big World.mp4'),
      row(2, '/a/Bye, big World.mp4'),
      row(3, 'D:\\b\\hello, BIG world.mp4'),
    ])
    const found = value(await client.findByFile('1', 'Hello, big World.mp4'))
    expect(files(found)).toEqual(['/a/Hello, big World.mp4', 'D:\\b\\hello, BIG world.mp4'])
    expect(server.seen[0]?.query.get('file')).toBe('big World.mp4')
    expect(server.seen[0]?.query.get('type')).toBe('1')
    expect(server.seen[0]?.headers['x-plex-container-size']).toBe('50')
  })

  it('gives an item with all its files', async () => {
    const item = { ratingKey: '1', Media: [{ Part: [{ file: '/a/x cd1.avi' }, { file: '/a/x cd2.avi' }] }] }
    server.handler = library([item])
    expect(files(value(await client.findByFile('1', 'x cd1.avi')))).toEqual(['/a/x cd1.avi', '/a/x cd2.avi'])
  })

  it('finds decomposed names, and encodes what has a meaning in addresses', async () => {
    server.handler = library([row(1, '/a/Cafe\u0301 & 100%+#.mp4')])
    expect(value(await client.findByFile('1', 'Caf\u00e9 & 100%+#.mp4'))).toHaveLength(1)
    expect(server.seen[0]?.query.get('file')).toBe('Caf\u00e9 & 100%+#.mp4')
  })

  it('does not ask for nothing, which would match everything', async () => {
    expect(value(await client.findByFile('1', ' ,, '))).toEqual([])
    expect(server.seen).toHaveLength(0)
  })

  it('reads on while the name is shared by many', async () => {
    server.handler = library(numbers(1, 121).map((key) => row(key, `/folder ${key}/scene.mp4`)))
    expect(value(await client.findByFile('1', 'scene.mp4'))).toHaveLength(120)
    expect(server.seen).toHaveLength(3)
  })

  it('does not read a whole library from a server that ignores the filter', async () => {
    server.handler = library(numbers(1, 40_000).map((key) => row(key)))
    expect(value(await client.findByFile('1', 'scene.mp4'))).toEqual([])
    expect(server.seen).toHaveLength(1)
  })

  it('finds nothing where the server fails on the filter alone', async () => {
    server.handler = (request, response) =>
      request.query.has('file') ? sendHtml(response, 500, 'Internal') : sendJson(response, container({ totalSize: 3 }))
    expect(value(await client.findByFile('1', 'scene.mp4'))).toEqual([])
    server.handler = (_request, response) => sendHtml(response, 500, 'Internal')
    expect(await faultOf(client.findByFile('1', 'scene.mp4'))).toMatchObject({ code: 'server_error' })
  })
})

describe('items', () => {
  const whole = {
    ratingKey: '4711',
    librarySectionID: 2,
    title: 'A title',
    titleSort: 'title',
    studio: 'Studio',
    summary: 'Two\nlines',
    originallyAvailableAt: '2024-05-01',
    userRating: 8.5,
    thumb: '/library/metadata/4711/thumb/1',
    art: '/library/metadata/4711/art/1',
    updatedAt: 1_700_000_000,
    Genre: [{ id: 1, tag: 'Drama' }, { tag: '' }],
    Role: [{ tag: 'One', role: 'Her', thumb: 'https://a/x.jpg' }, { tag: 'Two' }],
    Collection: [{ tag: 'Studio' }],
    Field: [
      { name: 'title', locked: true },
      { name: 'genre', locked: 1 },
      { name: 'summary', locked: false },
    ],
    contentRating: 'R',
    tagline: 'ABC-1',
    originalTitle: 'Ein Titel',
    Director: [{ id: 8, tag: 'Dee' }],
    Label: [{ id: 9, tag: 'Shared' }],
    Media: [{ Part: [{ file: '/a.mp4' }] }, { Part: [{ file: '/b.mp4' }] }],
  }

  it('come whole', async () => {
    server.handler = (_request, response) => sendJson(response, container({ Metadata: [whole] }))
    expect(value(await client.items(['4711'])).get('4711')).toEqual({
      ratingKey: '4711',
      sectionId: '2',
      title: 'A title',
      titleSort: 'title',
      studio: 'Studio',
      summary: 'Two\nlines',
      contentRating: 'R',
      tagline: 'ABC-1',
      originalTitle: 'Ein Titel',
      date: '2024-05-01',
      rating: 8.5,
      actors: [
        { name: 'One', role: 'Her', photo: 'https://a/x.jpg' },
        { name: 'Two', role: '', photo: '' },
      ],
      genres: ['Drama'],
      collections: ['Studio'],
      directors: ['Dee'],
      labels: ['Shared'],
      thumb: '/library/metadata/4711/thumb/1',
      art: '/library/metadata/4711/art/1',
      locks: ['title', 'genre'],
      parts: [
        { file: '/a.mp4', size: null, duration: null },
        { file: '/b.mp4', size: null, duration: null },
      ],
      updatedAt: 1_700_000_000,
    })
  })

  it('may have nothing but a key; the container names the section', async () => {
    server.handler = (_request, response) =>
      sendJson(response, container({ librarySectionID: 3, Metadata: [{ ratingKey: '1' }] }))
    expect(value(await client.items(['1'])).get('1')).toMatchObject({
      sectionId: '3',
      title: '',
      rating: null,
      genres: [],
      locks: [],
      parts: [],
    })
  })

  it.each(['known ones come back', 'one unknown makes a 404'])('are absent if Plex has none: %s', async (reading) => {
    server.handler = (request, response) => {
      const ids = request.path.split('/').at(-1)?.split(',') ?? []
      const known = ids.filter((id) => !['2', '5'].includes(id))
      if (known.length === 0 || (reading.startsWith('one') && known.length < ids.length))
        sendHtml(response, 404, 'Not Found')
      else sendJson(response, container({ Metadata: known.map((ratingKey) => ({ ratingKey })) }))
    }
    expect([...value(await client.items(['1', '2', '3', '4', '5', '1'])).keys()].sort()).toEqual(['1', '3', '4'])
    expect(value(await client.items(['2']))).toEqual(new Map())
  })

  it('come 50 at a time, and none without a request', async () => {
    server.handler = (_request, response) => sendJson(response, container({}))
    await client.items(numbers(1, 121).map(String))
    expect(server.seen.map(({ path }) => path.split(',').length)).toEqual([50, 50, 20])
    expect(value(await client.items([]))).toEqual(new Map())
    expect(server.seen).toHaveLength(3)
  })

  it('need real keys', async () => {
    await expect(client.items([''])).rejects.toThrow(RangeError)
  })
})

describe('writes', () => {
  const edit = { ratingKey: '4711', sectionId: '2', scalars: { title: 'T' }, lists: {} } as const

  it('an edit is one PUT with an empty body, and its answer is empty too', async () => {
    server.handler = (_request, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end()
    value(await client.edit(edit))
    expect(server.seen).toHaveLength(1)
    expect(server.seen[0]).toMatchObject({
      method: 'PUT',
      target: '/library/sections/2/all?type=1&id=4711&title.value=T&title.locked=1',
    })
    expect(server.seen[0]?.body).toHaveLength(0)
  })

  it('a long edit is two PUTs below 8,000 bytes, also behind a prefix; the first fault ends it', async () => {
    address = { ...address, url: `${server.url}/plex` }
    const wanted = numbers(0, 120).map((index) => ({ name: `A tag of some length ${index}` }))
    const long = { ...edit, scalars: { summary: 'x'.repeat(3000) }, lists: { genre: { wanted, removed: [] } } }
    value(await client.edit(long))
    expect(server.seen).toHaveLength(2)
    for (const { method, target } of server.seen) expect(`${method} ${target} HTTP/1.1`.length).toBeLessThan(8000)
    server.handler = (_request, response) => sendHtml(response, 404, 'Not Found')
    expect(await faultOf(client.edit(long))).toMatchObject({ code: 'item_gone' })
    expect(server.seen).toHaveLength(4)
  })

  it('images go as raw bytes', async () => {
    const bytes = Buffer.from('ffd8ffe0', 'hex')
    value(await client.uploadPoster('7', bytes))
    value(await client.uploadArt('7', bytes))
    expect(server.seen.map(({ method, target }) => `${method} ${target}`)).toEqual([
      'POST /library/metadata/7/posters',
      'POST /library/metadata/7/arts',
    ])
    expect(server.seen[0]?.body).toEqual(bytes)
    expect(server.seen[0]?.headers['content-type']).toBe('image/jpeg')
  })

  it('images that Plex cannot take are not sent', async () => {
    expect(await faultOf(client.uploadPoster('7', Buffer.alloc(0)))).toMatchObject({ code: 'rejected' })
    const fault = await faultOf(client.uploadPoster('7', Buffer.alloc(10_000_001)))
    expect(fault).toMatchObject({
      code: 'rejected',
      message: 'The image has 10.01 MB; Plex takes at most 10 MB. Use a smaller image in Stash',
    })
    expect(server.seen).toHaveLength(0)
  })

  it('a scan names its folder, or is not asked for', async () => {
    value(await client.scanFolder('2', '/media/R&B #1'))
    expect(server.seen[0]?.target).toBe('/library/sections/2/refresh?path=%2Fmedia%2FR%26B%20%231')
    expect(await faultOf(client.scanFolder('2', ''))).toMatchObject({ code: 'invalid_input' })
    expect(server.seen).toHaveLength(1)
  })

  const table: [string, Handler, ErrorCode, boolean][] = [
    [
      'starting up',
      (_request, response) => sendHtml(response, 400, 'the server is still starting up. Please retry later'),
      'server_busy',
      false,
    ],
    ['bad request', (_request, response) => sendHtml(response, 400, 'Bad Request'), 'rejected', true],
    [
      'maintenance',
      (_request, response) => response.writeHead(503).end('<Response code="503" title="Maintenance"/>'),
      'server_busy',
      false,
    ],
    ['token', (_request, response) => sendHtml(response, 401, `Unauthorized ${token}`), 'token_refused', true],
    ['shared user', (_request, response) => sendHtml(response, 403, 'Forbidden'), 'edits_refused', true],
    ['gone', (_request, response) => sendHtml(response, 404, 'Not Found'), 'item_gone', true],
    ['conflict', (_request, response) => sendHtml(response, 409, 'Conflict'), 'rejected', true],
    ['failure', (_request, response) => sendHtml(response, 500, 'Internal Server Error'), 'edit_failed', true],
    [
      'web page of another',
      (_request, response) => sendHtml(response, 200, 'Log in to the hotel network'),
      'bad_answer',
      false,
    ],
    [
      'elsewhere',
      (_request, response) => response.writeHead(301, { Location: 'https://other.example/?a=b' }).end(),
      'redirected',
      true,
    ],
  ]
  it.each(table)('fail: %s', async (_name, handler, code, alive) => {
    server.handler = handler
    const fault = await faultOf(client.edit(edit))
    expect(fault).toMatchObject({ code })
    expect(fault.message).not.toContain('title.value')
    // An item that is gone is asked for by its own route too.
    expect(reports.slice(-1)).toEqual([{ ok: alive, fault, milliseconds: 0 }])
  })
})

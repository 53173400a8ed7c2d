import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { ErrorCode } from '../../../shared/errors.ts'
import type { Result } from '../../../shared/result.ts'
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
import { createStashClient, type StashClient } from './client.ts'

const key = 'eyJ.stash-key'
let server: TestServer
let apiKey: string
let prefix: string
let client: StashClient

beforeEach(async () => {
  server = await startTestServer()
  apiKey = key
  prefix = ''
  client = createStashClient({
    address: () => ({ url: `${server.url}${prefix}`, apiKey }),
    timeouts: () => quickTimeouts,
    clock: testClock(),
  })
})
afterEach(async () => {
  client.close()
  await server.close()
})

const operationSchema = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()) })
function operation(index: number) {
  const request = server.seen.at(index)
  if (!request) throw new Error(`no request ${index}`)
  return operationSchema.parse(JSON.parse(request.body.toString()))
}

/** Answers scenes by id, and fails as Stash does when one is missing. */
function library(ids: readonly string[], complain = (id: string) => `scene with id ${id} not found`): Handler {
  return (request, response) => {
    const { variables } = operationSchema.parse(JSON.parse(request.body.toString()))
    const wanted = z.array(z.coerce.string()).parse(variables.ids)
    const missing = wanted.find((id) => !ids.includes(id))
    if (missing !== undefined) {
      sendJson(response, { data: null, errors: [{ message: complain(missing), path: ['findScenes'] }] })
    } else sendJson(response, { data: { findScenes: { scenes: wanted.map((id) => ({ id, title: `Scene ${id}` })) } } })
  }
}

async function faultOf<T>(pending: Promise<Result<T>>) {
  const result = await pending
  if (result.ok) throw new Error('expected a fault')
  expect(result.fault.message).not.toContain(key)
  return result.fault
}

describe('a request', () => {
  it('asks for JSON with the key as header, below the prefix of a proxy', async () => {
    prefix = '/stash'
    server.handler = library(['1'])
    await client.scenes(['1'])
    expect(server.seen[0]).toMatchObject({ method: 'POST', target: '/stash/graphql' })
    expect(server.seen[0]?.headers).toMatchObject({
      accept: 'application/json',
      'content-type': 'application/json',
      apikey: key,
    })
  })

  it('has no key header where there is no key: Stash would refuse it', async () => {
    apiKey = ''
    server.handler = library(['1'])
    await client.scenes(['1'])
    expect(server.seen[0]?.headers).not.toHaveProperty('apikey')
  })

  it('is not made where no address is set', async () => {
    const unset = createStashClient({
      address: () => ({ url: '', apiKey }),
      timeouts: () => quickTimeouts,
      clock: testClock(),
    })
    expect(await faultOf(unset.version())).toMatchObject({ code: 'not_configured' })
  })
})

describe('scenes by id', () => {
  it('come in one query, each asked for once', async () => {
    server.handler = library(['1', '2', '3'])
    const result = await client.scenes(['3', '1', '3', '2'])
    expect(result.ok && [...result.value.keys()]).toEqual(['3', '1', '2'])
    expect(server.seen).toHaveLength(1)
    expect(operation(0).variables).toEqual({ ids: ['3', '1', '2'] })
  })

  it('need no query where none is wanted: Stash would send the first page of everything', async () => {
    expect(await client.scenes([])).toEqual({ ok: true, value: new Map() })
    expect(server.seen).toHaveLength(0)
  })

  it('survive missing ones that Stash names', async () => {
    server.handler = library(['1', '3'])
    const result = await client.scenes(['1', '2', '3', '4'])
    expect(result.ok && [...result.value.keys()]).toEqual(['1', '3'])
    expect(server.seen).toHaveLength(3)
  })

  it('survive missing ones that Stash does not name', async () => {
    server.handler = library(['1', '2', '4', '5'], () => 'scene not found')
    const result = await client.scenes(['1', '2', '3', '4', '5'])
    expect(result.ok && [...result.value.keys()]).toEqual(['1', '2', '4', '5'])
  })

  it('are absent if all are missing', async () => {
    server.handler = library([])
    expect(await client.scenes(['1', '2'])).toEqual({ ok: true, value: new Map() })
  })

  it('come in portions where there are many', async () => {
    const ids = Array.from({ length: 250 }, (_, index) => String(index + 1))
    server.handler = library(ids)
    const result = await client.scenes(ids)
    expect(result.ok && result.value.size).toBe(250)
    expect(server.seen).toHaveLength(3)
  })
})

describe('an older Stash', () => {
  /** Answers 422 to names it does not have, and what it has to those who ask. */
  function older(names: { groups: boolean; ids: boolean }): Handler {
    return (request, response) => {
      const { query } = operationSchema.parse(JSON.parse(request.body.toString()))
      const refuse = (message: string) =>
        sendJson(
          response,
          { errors: [{ message, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }], data: null },
          422,
        )
      if (query.includes('__type')) {
        const args = [{ name: 'scene_ids' }, ...(names.ids ? [{ name: 'ids' }] : [])]
        sendJson(response, {
          data: {
            scene: { fields: [{ name: 'id' }, { name: names.groups ? 'groups' : 'movies' }] },
            query: { fields: [{ name: 'findScenes', args }] },
          },
        })
      } else if (!names.groups && /groups \{/.test(query)) refuse('Cannot query field "groups" on type "Scene".')
      else if (!names.ids && /\(ids:/.test(query)) refuse('Unknown argument "ids" on field "Query.findScenes".')
      else if (names.groups && /movies/.test(query)) refuse('deprecated')
      else {
        const scenes = [{ id: '1', groups: [{ group: { id: '8' } }] }]
        sendJson(response, { data: { findScenes: { count: 1, scenes } } })
      }
    }
  }

  it('0.26 is asked for movies, after one look at what it has', async () => {
    server.handler = older({ groups: false, ids: true })
    const result = await client.scenes(['1'])
    expect(result.ok && result.value.get('1')?.groupIds).toEqual(['8'])
    await client.scenes(['1'])
    await client.scenePage(1, 10)
    expect(server.seen).toHaveLength(5)
    expect(operation(2).query).toContain('movies')
  })

  it('0.24 takes the ids as numbers', async () => {
    server.handler = older({ groups: false, ids: false })
    expect(await client.scenes(['1'])).toMatchObject({ ok: true })
    expect(operation(2).variables).toEqual({ ids: [1] })
  })

  it('that came back as a newer one is asked again', async () => {
    server.handler = older({ groups: false, ids: true })
    await client.scenes(['1'])
    server.handler = (request) => request.socket.resetAndDestroy()
    expect(await faultOf(client.scenes(['1']))).toMatchObject({ code: 'unreachable' })
    server.handler = older({ groups: true, ids: true })
    expect(await client.scenes(['1'])).toMatchObject({ ok: true })
  })

  it('a query that no version knows is a fault of the whole server', async () => {
    server.handler = (_request, response) => sendJson(response, { errors: [{ message: 'no' }] }, 400)
    expect(await faultOf(client.scenes(['1']))).toMatchObject({
      code: 'stash_schema',
      message: expect.stringContaining('no'),
    })
  })
})

describe('ids of scenes that carry something', () => {
  it.each([
    ['performer', { performers: { value: ['5'], modifier: 'INCLUDES' } }],
    ['studio', { studios: { value: ['5'], modifier: 'INCLUDES', depth: -1 } }],
    ['tag', { tags: { value: ['5'], modifier: 'INCLUDES', depth: 0 } }],
    ['group', { groups: { value: ['5'], modifier: 'INCLUDES', depth: 0 } }],
  ] as const)('%s', async (kind, filter) => {
    server.handler = (_request, response) => sendJson(response, { data: { findScenes: { scenes: [{ id: '1' }] } } })
    const pages = await collect(client.sceneIdsCarrying(kind, '5'))
    expect(pages).toEqual([{ ok: true, value: ['1'] }])
    expect(operation(0).variables.scenes).toEqual({ ...filter, id: { value: 0, modifier: 'GREATER_THAN' } })
  })

  it('come in pages, and none is lost when scenes vanish in between', async () => {
    let ids = Array.from({ length: 2500 }, (_, index) => index + 1)
    const filterSchema = z.object({ scenes: z.object({ id: z.object({ value: z.number() }) }) })
    server.handler = (request, response) => {
      const { variables } = operationSchema.parse(JSON.parse(request.body.toString()))
      const after = filterSchema.parse(variables).scenes.id.value
      const scenes = ids.filter((id) => id > after).slice(0, 1000)
      ids = ids.slice(10)
      sendJson(response, { data: { findScenes: { scenes: scenes.map((id) => ({ id: String(id) })) } } })
    }
    const seen = (await collect(client.sceneIdsCarrying('tag', '5'))).flatMap((page) => (page.ok ? page.value : []))
    expect(seen).toHaveLength(2500)
    expect(server.seen).toHaveLength(3)
  })

  it('end with the first fault', async () => {
    server.handler = (_request, response) => response.writeHead(503).end()
    const pages = await collect(client.sceneIdsCarrying('tag', '5'))
    expect(pages).toMatchObject([{ ok: false, fault: { code: 'server_busy' } }])
  })
})

describe('stamps and pages', () => {
  const answer: Handler = (_request, response) =>
    sendJson(response, {
      data: { findScenes: { count: 7, scenes: [{ id: '1', updated_at: '2026-01-01T00:00:00-05:00' }] } },
    })

  it('of all scenes, by id', async () => {
    server.handler = answer
    expect(await client.sceneStamps({ page: 1, perPage: -1 })).toEqual({
      ok: true,
      value: { count: 7, stamps: [{ id: '1', updatedAt: '2026-01-01T00:00:00-05:00' }] },
    })
    expect(operation(0).variables).toEqual({
      filter: { page: 1, per_page: -1, sort: 'id', direction: 'ASC' },
      scenes: null,
    })
  })

  it('of what changed, the latest first', async () => {
    server.handler = answer
    await client.sceneStamps({ since: '2025-12-31T22:00:00-05:00', page: 2, perPage: 100 })
    expect(operation(0).variables).toEqual({
      filter: { page: 2, per_page: 100, sort: 'updated_at', direction: 'DESC' },
      scenes: { updated_at: { value: '2025-12-31T22:00:00-05:00', modifier: 'GREATER_THAN' } },
    })
  })

  it('of whole scenes, by id', async () => {
    server.handler = answer
    expect(await client.scenePage(3, 50)).toMatchObject({ ok: true, value: { count: 7, scenes: [{ id: '1' }] } })
    expect(operation(0).variables).toEqual({ filter: { page: 3, per_page: 50, sort: 'id', direction: 'ASC' } })
  })
})

describe('a fault', () => {
  const page = (status: number, text: string) => (response: ServerResponse) => sendHtml(response, status, text)
  const table: [string, (response: ServerResponse) => void, ErrorCode][] = [
    ['wrong key', (response) => response.writeHead(401, { 'WWW-Authenticate': 'FormBased' }).end(), 'token_refused'],
    ['wrong key up to 0.25', (response) => response.writeHead(500).end('unauthorized\n'), 'token_refused'],
    ['login page', (response) => response.writeHead(302, { Location: '/stash/login?r=1' }).end(), 'token_refused'],
    ['tripwire', (response) => response.writeHead(403).end('Stash is exposed'), 'token_refused'],
    ['elsewhere', (response) => response.writeHead(302, { Location: 'https://other.example/' }).end(), 'redirected'],
    ['panic', page(500, 'Internal'), 'server_error'],
    ['proxy', page(502, 'Bad Gateway'), 'server_error'],
    ['too many', (response) => response.writeHead(429, { 'Retry-After': '3' }).end(), 'server_busy'],
    ['captive portal', page(200, 'Welcome'), 'bad_answer'],
    ['not a query answer', (response) => sendJson(response, [1]), 'bad_answer'],
    ['other data', (response) => sendJson(response, { data: { findScenes: { scenes: 5 } } }), 'bad_answer'],
    ['busy database', (response) => sendJson(response, { errors: [{ message: `locked ${key}` }] }), 'server_error'],
    ['wrong transport', (response) => response.writeHead(400).end('transport not supported'), 'stash_schema'],
  ]
  it.each(table)('%s', async (_name, answer, code) => {
    server.handler = (_request, response) => answer(response)
    expect(await faultOf(client.scenes(['1']))).toMatchObject({ code })
  })
})

describe('the cover', () => {
  const jpeg = Buffer.from('ffd8ffe000104a464946', 'hex')
  const image =
    (type: string, bytes: Buffer | string): Handler =>
    (_request, response) =>
      response.writeHead(200, { 'Content-Type': type, ETag: '"abc"' }).end(bytes)

  it('is an image with its tag', async () => {
    server.handler = image('image/jpeg; x=1', jpeg)
    expect(await client.cover('12')).toEqual({
      ok: true,
      value: { status: 'image', bytes: jpeg, type: 'image/jpeg', etag: '"abc"' },
    })
    expect(server.seen[0]).toMatchObject({ method: 'GET', target: '/scene/12/screenshot' })
    expect(server.seen[0]?.headers).toMatchObject({ apikey: key })
    expect(server.seen[0]?.headers).not.toHaveProperty('if-none-match')
  })

  it('is unchanged where its tag still holds', async () => {
    server.handler = (request, response) =>
      response.writeHead(request.headers['if-none-match'] === '"abc"' ? 304 : 500).end()
    expect(await client.cover('12', '"abc"')).toEqual({ ok: true, value: { status: 'unchanged' } })
  })

  it.each([
    ['placeholder', image('image/svg+xml', '<svg/>')],
    ['placeholder in disguise', image('image/jpeg', '<?xml version="1.0"?><svg/>')],
    ['nothing', image('image/jpeg', '')],
    ['unknown scene', (_request: unknown, response: ServerResponse) => response.writeHead(404).end()],
  ] as [string, Handler][])('is none: %s', async (_name, handler) => {
    server.handler = handler
    expect(await client.cover('12')).toEqual({ ok: true, value: { status: 'none' } })
  })

  it.each([
    [
      'login page',
      (_request: unknown, response: ServerResponse) => response.writeHead(302, { Location: '/login' }).end(),
      'token_refused',
    ],
    ['web page', image('text/html', '<html>login</html>'), 'bad_answer'],
    ['too large', image('image/png', Buffer.alloc(10 * 1024 * 1024 + 1)), 'rejected'],
    ['far too large', image('image/png', Buffer.alloc(41 * 1024 * 1024)), 'bad_answer'],
  ] as [string, Handler, ErrorCode][])('fails: %s', async (_name, handler, code) => {
    server.handler = handler
    expect(await faultOf(client.cover('12'))).toMatchObject({ code })
  })
})

describe('the server', () => {
  it('shows its version', async () => {
    server.handler = (_request, response) =>
      sendJson(response, { data: { version: { version: 'v0.30.1', hash: 'cf3489efd' } } })
    expect(await client.version()).toEqual({ ok: true, value: 'v0.30.1' })
    server.handler = (_request, response) =>
      sendJson(response, { data: { version: { version: null, hash: 'cf3489efd' } } })
    expect(await client.version()).toEqual({ ok: true, value: 'cf3489efd' })
  })

  it('shows its state', async () => {
    server.handler = (_request, response) =>
      sendJson(response, { data: { systemStatus: { status: 'OK', os: 'linux' } } })
    expect(await client.systemStatus()).toEqual({ ok: true, value: { status: 'OK', os: 'linux' } })
  })
})

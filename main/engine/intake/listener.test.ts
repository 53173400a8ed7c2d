import BetterSqlite3 from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import * as z from 'zod'
import { ManualClock } from '../../../test/harness/clock.ts'
import { makeMemoryFolder } from '../../../test/harness/temp-folder.ts'
import { Authenticator } from './authentication.ts'
import { HookLog } from './hook-log.ts'
import { HookStorage } from './hook-storage.ts'
import { hookToken, signedHeaders, startListener } from './listener.fixture.ts'
import { createIntakeListener } from './listener.ts'

const update = { type: 'Scene.Update.Post', id: '123', inputFields: ['title', 'tag_ids'] }
const statusesSchema = z.array(z.object({ status: z.string() }))
const withToken = { apikey: hookToken, 'content-type': 'application/json' }
const rawHead = `POST /hooks/stash HTTP/1.1\r\nHost: localhost\r\nApiKey: ${hookToken}\r\nContent-Type: application/json\r\n`

/** A body that is valid JSON and `size` bytes long. */
function bodyOfSize(size: number): string {
  const frame = JSON.stringify({ ...update, padding: '' })
  return JSON.stringify({ ...update, padding: 'x'.repeat(size - frame.length) })
}

function rawPost(value: object): string {
  const body = JSON.stringify(value)
  return `${rawHead}Content-Length: ${body.length}\r\n\r\n${body}`
}

function chunked(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`
}

describe('POST /hooks/stash', () => {
  it('stores a change before it answers', async () => {
    await using intake = await startListener()
    const reply = await intake.post(update)
    expect([reply.status, reply.json]).toEqual([202, { status: 'queued', scene_id: '123' }])
    expect(intake.waiting()).toEqual(['scene 123 ["tag_ids","title"]'])
    expect(intake.hooks).toMatchObject([{ status: 'queued', hook: { id: '123' } }])
    expect(intake.lines[0]?.line).toMatch(/^\[PlexSync Hook\] Enqueued sync job for scene 123 in \d+\.\dms$/)
  })

  it('merges into the job that waits', async () => {
    await using intake = await startListener()
    await intake.post(update)
    const reply = await intake.post({ hookContext: { ...update, id: 123, inputFields: ['details'] } })
    expect([reply.status, reply.json]).toEqual([202, { status: 'coalesced', scene_id: '123' }])
    expect(intake.waiting()).toEqual(['scene 123 ["details","tag_ids","title"]'])
  })

  it('filters with a reason and a line in the log, without a commit', async () => {
    await using intake = await startListener()
    const reply = await intake.post({ ...update, inputFields: ['play_count'] })
    expect([reply.status, reply.json]).toEqual([
      202,
      { status: 'filtered', scene_id: '123', reason: 'no metadata changes' },
    ])
    expect(intake.lines).toEqual([
      { level: 'info', line: '[PlexSync Hook] Scene 123 update filtered (no metadata changes)' },
    ])
    expect([intake.commits(), intake.waiting()]).toEqual([0, []])
  })

  it('filters types that it does not know', async () => {
    await using intake = await startListener()
    for (const body of [{ type: 'Chapter.Update.Post', id: 5 }, { type: 'nonsense' }])
      expect((await intake.post(body)).json).toMatchObject({ status: 'filtered', scene_id: null })
  })

  it('answers the connection test', async () => {
    await using intake = await startListener()
    const reply = await intake.post({ type: 'ping' })
    expect([reply.status, reply.json]).toEqual([202, { status: 'pong', scene_id: null }])
  })

  it('follows the settings from one request to the next', async () => {
    await using intake = await startListener()
    intake.settings = { ...intake.settings, enabled: false }
    expect((await intake.post(update)).json).toMatchObject({ status: 'filtered' })
    intake.settings = { ...intake.settings, enabled: true }
    expect((await intake.post(update)).json).toMatchObject({ status: 'queued' })
  })

  it('drops job and state of a destroyed scene in one commit', async () => {
    await using intake = await startListener()
    await intake.post(update)
    const reply = await intake.post({ type: 'Scene.Destroy.Post', id: 123 })
    expect(reply.json).toEqual({
      status: 'filtered',
      scene_id: '123',
      reason: 'scene destroyed; its waiting job and state were dropped',
    })
    expect([intake.waiting(), intake.destroyed, intake.commits()]).toEqual([[], ['123'], 2])
    expect(intake.lines.at(-1)?.line).toContain('Scene 123 destroy filtered (scene destroyed')
  })

  it('drops what came before a scene was destroyed, and keeps what comes after, in one request', async () => {
    await using intake = await startListener()
    const destroy = { type: 'Scene.Destroy.Post', id: 123 }
    const reply = await intake.post([update, { ...update, id: 7 }, destroy, { ...update, inputFields: ['date'] }])
    const statuses = statusesSchema.parse(reply.json).map(({ status }) => status)
    expect(statuses).toEqual(['queued', 'queued', 'filtered', 'queued'])
    expect([intake.waiting(), intake.commits()]).toEqual([['scene 7 ["tag_ids","title"]', 'scene 123 ["date"]'], 1])
  })

  it('takes what scenes carry as separate jobs', async () => {
    await using intake = await startListener()
    const reply = await intake.post({ type: 'Performer.Update.Post', id: 5, inputFields: ['name'] })
    expect(reply.json).toEqual({ status: 'queued', scene_id: null })
    expect(intake.waiting()).toEqual(['performer 5 ["name"]'])
  })

  it('answers an array by an array, stored in one commit', async () => {
    await using intake = await startListener()
    const reply = await intake.post([
      update,
      { ...update, id: 124 },
      update,
      { type: 'ping' },
      { ...update, id: 9, inputFields: ['o_counter'] },
    ])
    expect([reply.status, reply.json]).toEqual([
      202,
      [
        { status: 'queued', scene_id: '123' },
        { status: 'queued', scene_id: '124' },
        { status: 'coalesced', scene_id: '123' },
        { status: 'pong', scene_id: null },
        { status: 'filtered', scene_id: '9', reason: 'no metadata changes' },
      ],
    ])
    expect([intake.commits(), intake.waiting().length]).toEqual([1, 2])
    expect((await intake.post([])).json).toEqual([])
  })

  it('stores nothing of an array with one bad element', async () => {
    await using intake = await startListener()
    const reply = await intake.post([update, { ...update, id: -1 }, { ...update, id: 125 }])
    expect([reply.status, reply.json]).toEqual([
      400,
      { error: { code: 'bad_request', message: 'element 1: id must be a positive whole number' } },
    ])
    expect([intake.commits(), intake.waiting()]).toEqual([0, []])
  })

  it.each(['', '{', '[', '"text"', '{}', '{"type":"Scene.Update.Post"}', '{"type":"Scene.Update.Post","id":0}'])(
    'answers 400 to %j',
    async (body) => {
      await using intake = await startListener()
      const reply = await intake.post(body)
      expect(reply.status).toBe(400)
      expect(reply.json).toMatchObject({ error: { code: 'bad_request', message: expect.any(String) } })
      expect(intake.waiting()).toEqual([])
    },
  )
})

describe('authentication', () => {
  const body = JSON.stringify(update)
  const json = { 'content-type': 'application/json' }

  it.each([{ authorization: `Bearer ${hookToken}` }, { apikey: hookToken }, { 'x-plexsync-token': hookToken }])(
    'accepts %j',
    async (headers) => {
      await using intake = await startListener()
      expect((await intake.send({ headers: { ...json, ...headers }, body })).status).toBe(202)
    },
  )

  it('accepts a signature', async () => {
    await using intake = await startListener()
    expect((await intake.postSigned('msg_1', update)).json).toEqual({ status: 'queued', scene_id: '123' })
  })

  it('answers every wrong credential by the same body, and stores nothing', async () => {
    await using intake = await startListener()
    const now = Math.floor(intake.clock.now() / 1000)
    const signed = (timestamp: number) => signedHeaders('msg_1', String(timestamp), body)
    const right = signed(now)
    const wrong = [
      {},
      { authorization: 'Bearer' },
      { authorization: `Basic ${hookToken}` },
      { apikey: '' },
      { apikey: hookToken.slice(1) },
      { authorization: `Bearer ${hookToken}x` },
      { 'x-plexsync-token': hookToken.toUpperCase() },
      signed(now - 301),
      signed(now + 301),
      { ...right, 'webhook-signature': 'v1,' },
      { ...right, 'webhook-signature': `v2${String(right['webhook-signature']).slice(2)}` },
      { ...right, 'webhook-id': 'msg_2' },
      { ...right, 'webhook-id': undefined },
      { ...right, 'webhook-timestamp': undefined },
      { ...right, 'webhook-signature': 'v1,AAAA', apikey: hookToken },
    ].map((headers) => Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)))
    for (const headers of wrong) {
      const reply = await intake.send({ headers: { ...json, ...headers }, body })
      expect([reply.status, reply.text], JSON.stringify(headers)).toEqual([
        401,
        '{"error":{"code":"unauthorized","message":"wrong or no credentials"}}',
      ])
      expect(reply.headers['www-authenticate']).toBe('Bearer')
    }
    expect(intake.waiting()).toEqual([])
    expect(intake.lines.filter(({ line }) => line.includes('401'))).toHaveLength(1)
  })

  it('refuses everybody while there is no token', async () => {
    await using intake = await startListener()
    intake.token = ''
    for (const headers of [{}, { apikey: '' }, { authorization: 'Bearer ' }, { apikey: hookToken }])
      expect((await intake.send({ headers: { ...json, ...headers }, body })).status).toBe(401)
  })

  it('knows a delivery that comes twice, also after a restart', async () => {
    const folder = await makeMemoryFolder()
    onTestFinished(folder.close)
    {
      await using intake = await startListener({ folder })
      const both = await Promise.all([intake.postSigned('msg_1', update), intake.postSigned('msg_1', update)])
      expect(both.map(({ status, json }) => [status, json])).toEqual([
        [202, { status: 'queued', scene_id: '123' }],
        [202, { status: 'duplicate', scene_id: '123' }],
      ])
    }
    await using intake = await startListener({ folder })
    const reply = await intake.postSigned('msg_1', [update, { ...update, id: 124 }])
    expect([reply.status, reply.json]).toEqual([
      202,
      [
        { status: 'duplicate', scene_id: '123' },
        { status: 'duplicate', scene_id: '124' },
      ],
    ])
    expect(intake.waiting()).toHaveLength(1)
    expect(intake.lines[0]?.line).toBe('[PlexSync Hook] Scene 123 update filtered (sent twice)')
    expect((await intake.postSigned('msg_2', update)).json).toMatchObject({ status: 'coalesced' })
  })

  it('does not burn the id of a delivery that could not be stored', async () => {
    await using intake = await startListener()
    intake.commitFailures.push(new BetterSqlite3.SqliteError('database or disk is full', 'SQLITE_FULL'))
    expect((await intake.postSigned('msg_1', update)).status).toBe(503)
    expect(intake.waiting()).toEqual([])
    expect((await intake.postSigned('msg_1', update)).json).toEqual({ status: 'queued', scene_id: '123' })
  })
})

describe('POST /hooks/stash/ack', () => {
  const acknowledged = { data: { me: { name: 'PlexSync' } } }
  const path = '/hooks/stash/ack?type=Scene.Update.Post&id=123&fields=title,o_counter'
  const headers = { apikey: hookToken, 'content-type': 'application/json; charset=utf-8' }
  const body = '{"query":"query Me {me {name}}","operationName":"Me"}'

  it('acknowledges once it is stored, whatever the body holds', async () => {
    await using intake = await startListener()
    for (const any of [body, '', 'not json'])
      expect((await intake.send({ path, headers, body: any })).json).toEqual(acknowledged)
    expect(intake.waiting()).toEqual(['scene 123 ["title"]'])
  })

  it('acknowledges what it filters, and the connection test', async () => {
    await using intake = await startListener()
    for (const query of [
      'type=Scene.Update.Post&id=1&fields=play_count',
      'type=ping',
      'type=Gallery.Create.Post&id=2',
    ]) {
      const reply = await intake.send({ path: `/hooks/stash/ack?${query}`, headers, body })
      expect([reply.status, reply.json]).toEqual([200, acknowledged])
    }
    expect(intake.waiting()).toEqual([])
  })

  it('does not acknowledge what it cannot believe, read or store', async () => {
    await using intake = await startListener()
    expect((await intake.send({ path, headers: { apikey: 'wrong' }, body })).status).toBe(401)
    const signed = signedHeaders('msg_1', String(Math.floor(intake.clock.now() / 1000)), body)
    expect((await intake.send({ path, headers: signed, body })).status).toBe(401)
    expect((await intake.send({ path: '/hooks/stash/ack?type=Scene.Update.Post&id=x', headers, body })).status).toBe(
      400,
    )
    expect((await intake.send({ path: '/hooks/stash/ack', headers, body })).status).toBe(400)
    expect((await intake.send({ path, headers, body: bodyOfSize(1024 * 1024 + 1) })).status).toBe(413)
    intake.commitFailures.push(new BetterSqlite3.SqliteError('locked', 'SQLITE_BUSY'))
    expect((await intake.send({ path, headers, body })).status).toBe(503)
    expect(intake.waiting()).toEqual([])
  })
})

describe('hosts and origins', () => {
  const paths = [
    { method: 'POST', path: '/hooks/stash', headers: withToken, body: JSON.stringify(update) },
    { method: 'POST', path: '/hooks/stash/ack?type=ping', headers: withToken },
    { method: 'GET', path: '/healthz', headers: {} },
    { method: 'GET', path: '/stash-plugin/index.yml', headers: {} },
    { method: 'GET', path: '/nowhere', headers: {} },
  ]

  it.each(paths)('$method $path is refused under another name, and to web pages', async (call) => {
    await using intake = await startListener({ files: () => ({ bytes: Buffer.from('x'), type: 'text/plain' }) })
    const hosts = ['evil.example', `evil.example:${intake.port}`, 'localhost.evil.example', '192.168.1.10']
    const bad = [
      ...hosts.map((host) => ({ host })),
      ...['http://evil.example', `http://127.0.0.1:${intake.port}`, 'null', ''].map((origin) => ({ origin })),
    ]
    for (const headers of bad) {
      const reply = await intake.send({ ...call, headers: { ...call.headers, ...headers } })
      expect(reply.status, JSON.stringify(headers)).toBe(403)
      expect(reply.json).toMatchObject({ error: { code: 'forbidden' } })
    }
    expect(intake.waiting()).toEqual([])
  })

  it('answers under its own names and those of webhook_hosts', async () => {
    await using intake = await startListener()
    const status = async (host: string) =>
      (await intake.send({ method: 'GET', path: '/healthz', headers: { host } })).status
    for (const host of ['localhost', 'LOCALHOST:1', '127.0.0.1', '[::1]:80', 'host.docker.internal:9797'])
      expect(await status(host), host).toBe(200)
    expect(await status('plexsync:9797')).toBe(403)
    intake.settings = { ...intake.settings, webhook_hosts: 'plexsync' }
    expect(await status('plexsync:9797')).toBe(200)
  })

  it('answers under the names of the machine when it listens everywhere', async () => {
    await using intake = await startListener({ host: '0.0.0.0', machine: { names: () => ['nas'] } })
    const status = async (host: string) =>
      (await intake.send({ method: 'GET', path: '/healthz', headers: { host } })).status
    expect([await status('nas:9797'), await status('other:9797')]).toEqual([200, 403])
    expect(intake.url).toBe(`http://127.0.0.1:${intake.port}/hooks/stash`)
  })

  it('says in the log under which name it was called', async () => {
    await using intake = await startListener()
    await intake.post(update, { host: 'plexsync:9797' })
    expect(intake.lines).toEqual([
      {
        level: 'warning',
        line: "[PlexSync Hook] Request refused with 403: called as 'plexsync', which is not in webhook_hosts",
      },
    ])
  })
})

describe('the rest of the table', () => {
  it('GET /healthz says ok to everybody, and nothing else', async () => {
    await using intake = await startListener()
    const reply = await intake.send({ method: 'GET', path: '/healthz' })
    expect([reply.status, reply.json]).toEqual([200, { status: 'ok' }])
  })

  it('serves the files of the plugin', async () => {
    const files = (path: string) => (path === 'index.yml' ? { bytes: Buffer.from('- id: x'), type: 'text/yaml' } : null)
    await using intake = await startListener({ files })
    const reply = await intake.send({ method: 'GET', path: '/stash-plugin/index.yml' })
    expect([reply.status, reply.text, reply.headers['content-type']]).toEqual([200, '- id: x', 'text/yaml'])
    expect((await intake.send({ method: 'GET', path: '/stash-plugin/../index.yml' })).status).toBe(404)
    expect((await intake.send({ method: 'POST', path: '/stash-plugin/index.yml' })).status).toBe(405)
  })

  it.each(['/', '/hooks', '/hooks/stash/', '/hooks/stash/x', '/HOOKS/STASH', '//hooks/stash', '/stash-plugin/x'])(
    '404: %s',
    async (path) => {
      await using intake = await startListener()
      expect((await intake.send({ path, headers: withToken, body: JSON.stringify(update) })).status).toBe(404)
    },
  )

  it.each([
    ['GET', '/hooks/stash', 'POST'],
    ['PUT', '/hooks/stash', 'POST'],
    ['OPTIONS', '/hooks/stash', 'POST'],
    ['GET', '/hooks/stash/ack', 'POST'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['DELETE', '/healthz', 'GET, HEAD'],
  ])('405: %s %s', async (method, path, allow) => {
    await using intake = await startListener()
    const reply = await intake.send({ method, path, headers: withToken })
    expect([reply.status, reply.headers.allow]).toEqual([405, allow])
  })

  it.each([
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/x-www-form-urlencoded' },
    { 'content-type': 'application/jsonp' },
    { 'content-type': '' },
    { 'content-encoding': 'gzip' },
  ])('415: %j', async (headers) => {
    await using intake = await startListener()
    expect((await intake.post(update, headers)).status).toBe(415)
    expect(intake.waiting()).toEqual([])
  })

  it('takes JSON with parameters, in any case', async () => {
    await using intake = await startListener()
    for (const type of ['application/json; charset=utf-8', 'Application/JSON', 'application/json ;charset=utf-8'])
      expect((await intake.post(update, { 'content-type': type })).status).toBe(202)
  })

  it('413: more than 1 MiB, announced or not, and the connection lives on', async () => {
    await using intake = await startListener()
    expect((await intake.post(bodyOfSize(1024 * 1024))).status).toBe(202)
    expect((await intake.post(bodyOfSize(1024 * 1024 + 1))).status).toBe(413)
    const connection = intake.raw()
    onTestFinished(() => connection.close())
    connection.write(`${rawHead}Transfer-Encoding: chunked\r\n\r\n`)
    for (let kib = 0; kib < 1025; kib += 64) connection.write(chunked('x'.repeat(64 * 1024)))
    await connection.until(/^HTTP\/1.1 413 .*"too_large"/s)
    connection.write(`${chunked('x')}0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    expect(await connection.until(/HTTP\/1.1 200 .*"ok"/s)).not.toContain('408')
    expect(intake.waiting()).toHaveLength(1)
  })

  it('408: a head that does not end', async () => {
    await using intake = await startListener({ requestTimeoutMs: 50 })
    const connection = intake.raw()
    connection.write('POST /hooks/stash HTTP/1.1\r\nHost: localhost\r\nX-Slow: ')
    const received = await connection.untilClosed()
    expect(received).toMatch(/^HTTP\/1.1 408 Request Timeout\r\nConnection: close\r\n/)
    expect(received).toMatch(/"code":"request_timeout"/)
    expect(received).toMatch(/X-Content-Type-Options: nosniff/)
  })

  it('408: a body that does not end, announced or chunked', async () => {
    await using intake = await startListener({ requestTimeoutMs: 50 })
    for (const slow of [
      'Content-Length: 80\r\n\r\n{"type":',
      `Transfer-Encoding: chunked\r\n\r\n${chunked('{"type":')}`,
    ]) {
      const connection = intake.raw()
      connection.write(rawHead + slow)
      expect(await connection.untilClosed()).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n/)
    }
    expect(intake.waiting()).toEqual([])
  })

  it('ends a connection that continues sending after its answer, without a second answer', async () => {
    await using intake = await startListener({ requestTimeoutMs: 50 })
    const connection = intake.raw()
    connection.write('POST /hooks/stash HTTP/1.1\r\nHost: localhost\r\nContent-Length: 80\r\n\r\n{')
    expect((await connection.untilClosed()).match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 401'])
  })

  it('400 and 431: what is not HTTP, and too large a head', async () => {
    await using intake = await startListener()
    for (const [bytes, status] of [
      ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
      ['POST /hooks/stash HTTP/1.1\r\n\r\n', 400],
      ['POST /hooks/stash HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n', 400],
      [`GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ] as const) {
      const connection = intake.raw()
      connection.write(bytes)
      expect(await connection.untilClosed(), bytes.slice(0, 40)).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    }
  })

  it('carries on when a sender goes away', async () => {
    await using intake = await startListener()
    const connection = intake.raw()
    connection.write(`${rawHead}Content-Length: 80\r\n\r\n{"type":`)
    connection.close()
    await connection.untilClosed()
    expect((await intake.post(update)).status).toBe(202)
    expect(intake.lines.filter(({ level }) => level === 'error')).toEqual([])
  })

  it.each(['SQLITE_FULL', 'SQLITE_BUSY', 'SQLITE_READONLY_DBMOVED', 'SQLITE_IOERR_WRITE'])(
    '503 with Retry-After and nothing stored: %s',
    async (code) => {
      await using intake = await startListener()
      intake.commitFailures.push(new BetterSqlite3.SqliteError('no', code))
      const reply = await intake.post([update, { ...update, id: 124 }])
      expect([reply.status, reply.headers['retry-after']]).toEqual([503, '5'])
      expect(reply.json).toMatchObject({ error: { code: 'cannot_store' } })
      expect([intake.waiting(), intake.hooks]).toEqual([[], []])
      expect(intake.lines.map(({ level }) => level)).toEqual(['error'])
      expect((await intake.post(update)).status).toBe(202)
    },
  )

  it('503 as long as the disk is really full, read-only or locked by another program', async () => {
    await using intake = await startListener()
    const { db } = intake
    db.pragma('busy_timeout = 0')
    const other = new BetterSqlite3(db.name)
    onTestFinished(() => void other.close())
    const pages = db.pragma('page_count', { simple: true })
    const troubles: [begin: () => void, end: () => void][] = [
      [() => db.pragma(`max_page_count = ${pages}`), () => db.pragma('max_page_count = 1000000')],
      [() => db.pragma('query_only = 1'), () => db.pragma('query_only = 0')],
      [() => other.exec('BEGIN IMMEDIATE'), () => other.exec('ROLLBACK')],
    ]
    const many = Array.from({ length: 1000 }, (_, n) => ({ ...update, id: n + 1 }))
    for (const [n, [begin, end]] of troubles.entries()) {
      begin()
      const reply = await intake.postSigned(`msg_${n}`, many)
      expect([reply.status, reply.headers['retry-after']], `trouble ${n}`).toEqual([503, '5'])
      end()
      expect(intake.waiting()).toEqual([])
    }
    for (const n of troubles.keys()) expect((await intake.postSigned(`msg_${n}`, many)).status).toBe(202)
    expect(intake.waiting()).toHaveLength(1000)
  })

  it('503 when the database is closed under it', async () => {
    await using intake = await startListener()
    intake.db.close()
    expect((await intake.post(update)).status).toBe(503)
  })

  it('429 with Retry-After past the backlog', async () => {
    await using intake = await startListener({ backlog: 1 })
    const connection = intake.raw()
    onTestFinished(() => connection.close())
    // Sent in one piece: both are read before the first commit.
    connection.write(rawPost(update).repeat(2))
    const received = await connection.until(/"queued".*"too_many_requests"/s)
    expect(received).toMatch(/HTTP\/1.1 202 .*HTTP\/1.1 429 .*Retry-After: 1\r\n/s)
  })

  it('has the same protective headers on every answer', async () => {
    await using intake = await startListener()
    const replies = await Promise.all([
      intake.post(update),
      intake.post('{'),
      intake.send({ path: '/nowhere' }),
      intake.send({ headers: { host: 'evil.example' } }),
      intake.send({ method: 'GET', path: '/healthz' }),
    ])
    for (const { headers } of replies) {
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'referrer-policy': 'no-referrer',
      })
      expect(Object.keys(headers)).not.toContain('access-control-allow-origin')
      expect(Object.keys(headers)).not.toContain('x-powered-by')
    }
  })
})

describe('under load', () => {
  it('50 senders at the same time share few commits', async () => {
    await using intake = await startListener()
    const senders = Array.from({ length: 50 }, () => intake.raw())
    onTestFinished(() => senders.forEach((sender) => void sender.close()))
    for (const sender of senders) {
      sender.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
      await sender.until(/"ok"/)
    }
    for (const [n, sender] of senders.entries()) sender.write(rawPost({ ...update, id: n + 1 }))
    for (const sender of senders) await sender.until(/ 202 .*"queued"/s)
    expect(intake.waiting()).toHaveLength(50)
    expect(intake.commits()).toBeLessThanOrEqual(10)
  })

  it('pipelined requests share one commit', async () => {
    await using intake = await startListener()
    const connection = intake.raw()
    onTestFinished(() => connection.close())
    connection.write(Array.from({ length: 50 }, (_, n) => rawPost({ ...update, id: n + 1 })).join(''))
    const received = await connection.until(/"scene_id":"50"/)
    expect(received.match(/HTTP\/1.1 202 /g)).toHaveLength(50)
    expect([intake.waiting().length, intake.commits()]).toEqual([50, 1])
  })

  it('1,000 hooks for one scene become one job', async () => {
    await using intake = await startListener()
    const burst = Array.from({ length: 1000 }, () => update)
    const halves = await Promise.all([intake.post(burst.slice(500)), intake.post(burst.slice(500))])
    const statuses = halves.flatMap(({ json }) => statusesSchema.parse(json)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 'queued')).toHaveLength(1)
    expect(statuses.filter((status) => status === 'coalesced')).toHaveLength(999)
    expect(intake.waiting()).toEqual(['scene 123 ["tag_ids","title"]'])
  })

  it('warns when an answer takes longer than 100 ms', async () => {
    let ticks = 0
    await using intake = await startListener({ stopwatch: () => 156.31 * ticks++ })
    await intake.post(update)
    expect(intake.lines).toEqual([
      { level: 'info', line: '[PlexSync Hook] Enqueued sync job for scene 123 in 156.3ms' },
      { level: 'warning', line: '[PlexSync Hook] Hook handler exceeded 100ms target (156.3ms)' },
    ])
  })
})

describe('listening and closing', () => {
  it('says what is wrong with a port or an address', async () => {
    await using first = await startListener()
    const clock = new ManualClock()
    const second = createIntakeListener({
      settings: { settings: () => first.settings, ofLibraries: () => [] },
      authenticator: new Authenticator({ hookToken: () => hookToken }, clock),
      storage: new HookStorage({
        jobs: { inTransaction: () => {}, enqueueMany: (jobs) => jobs.map(() => 'queued'), dropWaiting: () => false },
        webhookIds: { remember: (ids) => ids.map(() => true) },
        sceneDestroyed: () => {},
      }),
      log: new HookLog({ log: () => {} }, clock),
      clock,
    })
    expect(await second.listen('127.0.0.1', first.port)).toMatchObject({
      ok: false,
      fault: { code: 'port_in_use', message: `webhook_port ${first.port} is in use by another program` },
    })
    expect(await second.listen('203.0.113.1', 0)).toMatchObject({
      ok: false,
      fault: { code: 'invalid_input', message: 'webhook_host: 203.0.113.1 is not an address of this machine' },
    })
    // And it can still listen where it may.
    const listening = await second.listen('localhost', 0)
    expect(listening).toMatchObject({ ok: true, value: { host: 'localhost' } })
    await second.close()
    await second.close()
  })

  it('answers what is in flight before it ends, and takes nothing after', async () => {
    const folder = await makeMemoryFolder()
    onTestFinished(folder.close)
    await using intake = await startListener({ folder })
    const connection = intake.raw()
    const request = rawPost(update)
    connection.write(request.slice(0, -10))
    // A response on another connection proves that the first half has arrived.
    await intake.send({ method: 'GET', path: '/healthz' })
    const stopped = intake.stop()
    connection.write(request.slice(-10))
    expect(await connection.untilClosed()).toMatch(/^HTTP\/1.1 202 .*Connection: close.*"queued"/s)
    await stopped
    await expect(intake.post(update)).rejects.toThrow(/ECONNREFUSED/)
    await using again = await startListener({ folder })
    expect(again.waiting()).toHaveLength(1)
  })

  it('does not wait forever for a sender that stands still', async () => {
    await using intake = await startListener()
    const connection = intake.raw()
    connection.write('POST /hooks/stash HTTP/1.1\r\nHost: localhost\r\n')
    await intake.send({ method: 'GET', path: '/healthz' })
    const stopped = intake.stop()
    await intake.clock.advance(2000)
    await stopped
    expect(await connection.untilClosed()).toBe('')
  })
})

import type { ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../../shared/errors.ts'
import { sendByAxios } from './axios-sender.ts'
import { sendDirectly } from './direct-sender.ts'
import { createHttp, type Exchange, type Http } from './exchange.ts'
import { type ExchangeReport, Exchanges } from './exchanges.ts'
import {
  sendHtml,
  sendJson,
  startTestServer,
  type TestServer,
  testClock,
  quickTimeouts as timeouts,
} from './server.fixture.ts'

const token = 'tok3n-Ab9/Zz=secret'
const clock = testClock()
let server: TestServer
let reports: ExchangeReport[]
/** Exchanges that have begun and not ended. */
let underWay: number
let http: Http

describe.each([
  ['node:http', sendDirectly],
  ['axios', sendByAxios],
])('by %s', (_name, sender) => {
  beforeEach(async () => {
    server = await startTestServer()
    reports = []
    underWay = 0
    const exchanges = new Exchanges(() => {
      underWay += 1
      return () => {
        underWay -= 1
      }
    })
    exchanges.onReport((report) => reports.push(report))
    http = createHttp({ server: 'Plex', clock, sender, exchanges })
  })
  afterEach(async () => {
    http.close()
    await server.close()
  })

  function get(path: string, more: Partial<Exchange> = {}) {
    return http.exchange({
      method: 'GET',
      url: `${server.url}${path}`,
      timeouts,
      headers: { 'X-Plex-Token': token },
      ...more,
    })
  }

  async function faultOf(exchange: ReturnType<Http['exchange']>) {
    const result = await exchange
    if (result.ok) throw new Error(`expected a fault, got ${result.value.status}`)
    expect(result.fault.message).not.toContain(token)
    expect(result.fault.message).not.toContain('?q=')
    return result.fault
  }

  describe('rows of a long answer', () => {
    const rows: unknown[] = []
    const at = ['list', 'rows']
    const take = (row: unknown): void => void rows.push(row)
    beforeEach(() => {
      rows.length = 0
    })

    it('are given one by one, and the rest is what the answer holds, also when it is compressed', async () => {
      const sent = { list: { count: 2, rows: [{ a: 'ä"]' }, { a: [1, { b: 2 }] }], more: { rows: [3] } } }
      for (const packed of [false, true]) {
        rows.length = 0
        server.handler = (_request, response) => {
          response.writeHead(200, packed ? { 'Content-Encoding': 'gzip' } : {})
          response.end(packed ? gzipSync(JSON.stringify(sent)) : JSON.stringify(sent))
        }
        const answer = await get('/', { accept: 'json', rows: { at, take } })
        expect(answer).toMatchObject({
          ok: true,
          value: { json: { list: { count: 2, rows: [], more: { rows: [3] } } } },
        })
        expect(rows).toEqual(sent.list.rows)
      }
    })

    it('that are damaged or cut off are a fault', async () => {
      for (const text of ['{"list":{"rows":[{"a":1},{"a":]}}', '{"list":{"rows":[{"a":1},{"a"']) {
        server.handler = (_request, response) => void response.end(text)
        expect(await faultOf(get('/', { accept: 'json', rows: { at, take } }))).toMatchObject({ code: 'bad_answer' })
      }
    })

    it('are not looked for in a web page or in the answer of a server that fails', async () => {
      server.handler = (_request, response) => sendHtml(response, 200, '<!doctype html><p>[1,2]</p>')
      expect((await faultOf(get('/', { accept: 'json', rows: { at, take } }))).message).toContain('a web page')
      server.handler = (_request, response) => {
        response.writeHead(500)
        response.end('{"list":{"rows":[1]}}')
      }
      expect((await faultOf(get('/', { accept: 'json', rows: { at, take } }))).message).toContain('"rows":[1]')
      expect(rows).toEqual([])
    })
  })

  describe('an answer', () => {
    it('is parsed where JSON was asked for, also when it is compressed', async () => {
      server.handler = (_request, response) => {
        response.writeHead(200, { 'Content-Encoding': 'gzip', 'X-Count': '2' })
        response.end(gzipSync('{"a":[1,2]}'))
      }
      const result = await get('/a', { accept: 'json' })
      expect(result).toMatchObject({ ok: true, value: { status: 200, json: { a: [1, 2] } } })
      expect(result.ok && result.value.header('X-Count')).toBe('2')
      expect(server.seen[0]?.headers).toMatchObject({ accept: 'application/json', 'x-plex-token': token })
      expect(reports).toEqual([{ ok: true, milliseconds: 0 }])
    })

    it('may be empty if nothing is to be read, whatever its type says', async () => {
      server.handler = (_request, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end()
      expect(await get('/a', { method: 'PUT' })).toMatchObject({ ok: true, value: { status: 200 } })
    })

    it('keeps the connection for the next request', async () => {
      await get('/a')
      await get('/b')
      expect(server.seen[0]?.socket).toBe(server.seen[1]?.socket)
    })

    it('carries the body and its type, and no type where there is none', async () => {
      await get('/a', { method: 'POST', body: Buffer.from([1, 2, 0xff]) })
      await get('/a', { method: 'PUT' })
      expect([...(server.seen[0]?.body ?? [])]).toEqual([1, 2, 0xff])
      expect(server.seen[0]?.headers['content-type']).toBe('application/octet-stream')
      expect(server.seen[1]?.headers['content-type']).toBeUndefined()
      expect(server.seen[1]?.headers['content-length']).toBe('0')
    })
  })

  describe('an address', () => {
    it('with a user carries that user to the proxy before the server', async () => {
      await get('', { url: `${server.url.replace('//', '//ann:p%40ss@')}/a` })
      expect(server.seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from('ann:p@ss').toString('base64')}`)
    })

    it('keeps its query to the byte', async () => {
      await get('/a?b=%27c%2C%C3%A9&d[]=1')
      expect(server.seen[0]?.target).toBe('/a?b=%27c%2C%C3%A9&d[]=1')
    })

    it('of another protocol is none', async () => {
      expect(await faultOf(get('', { url: 'file:///etc/passwd' }))).toMatchObject({ code: 'not_configured' })
    })
  })

  describe('a status', () => {
    const table: [number, ErrorCode, boolean][] = [
      [400, 'rejected', true],
      [401, 'token_refused', true],
      [403, 'token_refused', true],
      [404, 'item_gone', true],
      [408, 'server_busy', false],
      [409, 'rejected', true],
      [422, 'rejected', true],
      [429, 'server_busy', false],
      [500, 'server_error', false],
      [502, 'server_error', false],
      [503, 'server_busy', false],
      [504, 'server_error', false],
      [307, 'redirected', true],
    ]
    it.each(table)('%i is %s', async (status, code, alive) => {
      server.handler = (_request, response) => sendHtml(response, status, `said ${token}`)
      const fault = await faultOf(get('/library?q=1'))
      expect(fault).toMatchObject({ code, status })
      expect(reports).toEqual([{ ok: alive, fault, milliseconds: 0 }])
    })

    it('brings Retry-After with it', async () => {
      server.handler = (_request, response) => response.writeHead(429, { 'Retry-After': '7' }).end()
      expect(await faultOf(get('/a'))).toMatchObject({ code: 'server_busy', retryAfterMs: 7000 })
    })

    it('of a redirect leads nowhere: the token stays here', async () => {
      const elsewhere = await startTestServer()
      server.handler = (_request, response) =>
        response.writeHead(302, { Location: `${elsewhere.url}/x?q=${token}` }).end()
      const fault = await faultOf(get('/a?q=1'))
      expect(fault).toMatchObject({ code: 'redirected', message: `Plex redirects /a to ${elsewhere.url}/x` })
      expect(elsewhere.seen).toEqual([])
      await elsewhere.close()
    })
  })

  describe('an answer that makes no sense', () => {
    it('HTML instead of JSON', async () => {
      server.handler = (_request, response) => sendHtml(response, 200, 'Welcome')
      expect(await faultOf(get('/a', { accept: 'json' }))).toMatchObject({ code: 'bad_answer' })
      expect(await faultOf(get('/a', { method: 'PUT' }))).toMatchObject({ code: 'bad_answer' })
      expect(reports.map(({ ok }) => ok)).toEqual([false, false])
    })

    it('damaged JSON, and nothing at all', async () => {
      server.handler = (_request, response) => response.end('{"a":')
      expect(await faultOf(get('/a', { accept: 'json' }))).toMatchObject({ code: 'bad_answer' })
      server.handler = (_request, response) => response.end()
      expect(await faultOf(get('/a', { accept: 'json' }))).toMatchObject({ code: 'bad_answer' })
    })

    it.each(['plain', 'gzip'])('cut off (%s)', async (kind) => {
      const body = kind === 'gzip' ? gzipSync(JSON.stringify('x'.repeat(5000))) : Buffer.from('{"a":1}')
      server.handler = (_request, response) => {
        response.writeHead(200, {
          'Content-Length': body.length,
          ...(kind === 'gzip' && { 'Content-Encoding': 'gzip' }),
        })
        response.write(body.subarray(0, 5), () => response.destroy())
      }
      expect(await faultOf(get('/a', { accept: 'json' }))).toMatchObject({ code: 'bad_answer' })
    })

    it('longer than allowed', async () => {
      server.handler = (_request, response) => response.end(Buffer.alloc(2000))
      expect(await faultOf(get('/a', { accept: 'bytes', maxBytes: 1000 }))).toMatchObject({ code: 'bad_answer' })
    })

    it('longer than allowed only once it is decompressed', async () => {
      server.handler = (_request, response) => {
        response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(Buffer.alloc(200_000)))
      }
      expect(await faultOf(get('/a', { accept: 'bytes', maxBytes: 10_000 }))).toMatchObject({
        code: 'bad_answer',
        message: 'Plex sent more than was asked for',
      })
      expect(await get('/a', { accept: 'bytes', maxBytes: 200_000 })).toMatchObject({ ok: true })
    })

    it('compressed, and damaged on the way', async () => {
      server.handler = (_request, response) => {
        response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('this is no gzip at all')
      }
      expect(await faultOf(get('/a', { accept: 'bytes' }))).toMatchObject({ code: 'bad_answer' })
    })

    it('no HTTP at all', async () => {
      const tcp = createTcpServer((socket) => socket.end('\x15\x03\x01\x00\x02\x02\x46'))
      await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve))
      const { port } = tcp.address() as AddressInfo
      const fault = await faultOf(get('', { url: `http://127.0.0.1:${port}/a?q=${token}` }))
      expect(fault).toMatchObject({ code: 'bad_answer', message: expect.stringContaining('https') })
      tcp.close()
    })
  })

  describe('no answer', () => {
    it('refused', async () => {
      const { url } = server
      await server.close()
      expect(await faultOf(get('', { url: `${url}/a?q=${token}` }))).toMatchObject({
        code: 'unreachable',
        message: `Plex refused the connection at ${url.slice(7)}`,
      })
      const named = url.replace('127.0.0.1', 'localhost')
      expect(await faultOf(get('', { url: named }))).toMatchObject({ code: 'unreachable' })
      expect(reports.map(({ ok }) => ok)).toEqual([false, false])
      server = await startTestServer()
    })

    it('unknown name', async () => {
      expect(await faultOf(get('', { url: 'http://plex.invalid/' }))).toMatchObject({ code: 'unreachable' })
    })

    it('TLS where there is none', async () => {
      const fault = await faultOf(get('', { url: `${server.url.replace('http:', 'https:')}/a?q=${token}` }))
      expect(fault).toMatchObject({ code: 'unreachable', message: expect.stringContaining('does not speak TLS') })
    })

    it('accepted and never answered', async () => {
      server.handler = () => {}
      const [fault] = await Promise.all([faultOf(get('/a')), clock.expire(timeouts.readMs)])
      expect(fault).toMatchObject({ code: 'timeout', message: 'Plex did not answer within 30 s' })
      expect(reports).toMatchObject([{ ok: false }])
    })

    it('dripping forever', async () => {
      const begun = new Promise<void>((resolve) => {
        server.handler = (_request, response) => {
          response.writeHead(200, { 'Content-Length': 100 })
          response.write('{', () => resolve())
        }
      })
      const pending = faultOf(get('/a', { accept: 'json' }))
      await begun
      await new Promise((resolve) => setImmediate(resolve))
      await clock.expire(timeouts.readMs)
      expect(await pending).toMatchObject({ code: 'timeout' })
    })

    it('no TLS handshake within connect_timeout', async () => {
      const silent = createTcpServer((socket) => sockets.push(socket))
      const sockets: Socket[] = []
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
      const { port } = silent.address() as AddressInfo
      const pending = faultOf(get('', { url: `https://127.0.0.1:${port}/a` }))
      await clock.expire(timeouts.connectMs)
      expect(await pending).toMatchObject({
        code: 'unreachable',
        message: `Plex did not accept a connection at 127.0.0.1:${port} within 5 s`,
      })
      for (const socket of sockets) socket.destroy()
      silent.close()
    })

    it('cut before the first byte', async () => {
      server.handler = (request) => request.socket.resetAndDestroy()
      expect(await faultOf(get('/a'))).toMatchObject({ code: 'unreachable' })
      expect(server.seen).toHaveLength(1)
    })
  })

  describe('a kept connection that the server has closed', () => {
    function cutSecond() {
      let count = 0
      server.handler = (request, response) => {
        if (++count === 2) request.socket.resetAndDestroy()
        else response.end('{}')
      }
    }

    it('costs nothing: the request goes over a fresh one', async () => {
      cutSecond()
      await get('/a')
      expect(await get('/b', { method: 'PUT' })).toMatchObject({ ok: true })
      expect(server.seen.map(({ path }) => path)).toEqual(['/a', '/b', '/b'])
      expect(reports).toHaveLength(2)
    })

    it('is not repeated where twice is not once', async () => {
      cutSecond()
      await get('/a')
      expect(await faultOf(get('/b', { method: 'POST' }))).toMatchObject({ code: 'unreachable' })
      expect(server.seen).toHaveLength(2)
    })

    it('is repeated once only', async () => {
      await get('/a')
      server.handler = (request) => request.socket.resetAndDestroy()
      expect(await faultOf(get('/b'))).toMatchObject({ code: 'unreachable' })
      expect(server.seen).toHaveLength(3)
    })
  })

  describe('an exchange is reported while it is under way', () => {
    it('whatever comes of it, and once though it is sent twice', async () => {
      const seen: number[] = []
      const answers = [
        (response: ServerResponse) => sendJson(response, {}),
        (response: ServerResponse) => response.socket?.resetAndDestroy(),
        (response: ServerResponse) => response.writeHead(503).end(),
      ]
      server.handler = (_request, response) => {
        seen.push(underWay)
        answers[Math.min(seen.length, 3) - 1]?.(response)
      }
      expect(await get('/a')).toMatchObject({ ok: true })
      expect(underWay).toBe(0)
      // Cut on a kept connection, so it is sent again.
      expect(await faultOf(get('/b'))).toMatchObject({ status: 503 })
      expect(underWay).toBe(0)
      expect(seen).toEqual([1, 1, 1])
    })

    it('also if it is stopped by its caller', async () => {
      const controller = new AbortController()
      server.handler = () => {
        expect(underWay).toBe(1)
        controller.abort()
      }
      expect(await faultOf(get('/a', { signal: controller.signal }))).toMatchObject({ code: 'cancelled' })
      expect(underWay).toBe(0)
    })
  })

  describe('a caller that stops', () => {
    it('before and during the exchange', async () => {
      const controller = new AbortController()
      server.handler = () => controller.abort()
      expect(await faultOf(get('/a', { signal: controller.signal }))).toMatchObject({ code: 'cancelled' })
      expect(await faultOf(get('/a', { signal: controller.signal }))).toMatchObject({ code: 'cancelled' })
      expect(server.seen).toHaveLength(1)
      expect(reports).toEqual([])
    })
  })

  it('an address that is none, and a proxy of the environment', async () => {
    expect(await faultOf(get('', { url: 'not an address' }))).toMatchObject({ code: 'not_configured' })
    process.env.http_proxy = 'http://127.0.0.1:9'
    try {
      server.handler = (_request, response) => sendJson(response, {})
      expect(await get('/a', { accept: 'json' })).toMatchObject({ ok: true })
    } finally {
      delete process.env.http_proxy
    }
  })
})

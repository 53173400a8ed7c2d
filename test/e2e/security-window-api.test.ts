/** The window's API as a stranger meets it: hosts, origins, methods, bodies, sessions, files, and the headers around. */

import { request } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { startApiServer } from '../../main/host/api-server.ts'
import { Sessions } from '../../main/host/session.ts'
import { calls, type EngineEvent } from '../../shared/contract.ts'

const apiKey = 'a-key-that-the-command-line-has'

interface Reply {
  readonly status: number
  readonly header: (name: string) => string
  readonly text: string
}
interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** A server with a recording engine behind it; every call that reaches it is in `invoked`. */
async function startWindow(options: { readonly hosts?: readonly string[]; readonly requestTimeoutMs?: number } = {}) {
  let ids = 0
  const invoked: string[] = []
  const requests: unknown[] = []
  const sessions = new Sessions(() => `id-${++ids}`.padEnd(32, 'x'), apiKey)
  const listeners = new Set<(event: EngineEvent) => void>()
  const started = await startApiServer(
    {
      engine: {
        run: async (name, request) => {
          invoked.push(name)
          requests.push(request)
          if (name === 'pause') throw new Error('secret details of a bug')
          return { ok: true, value: {} as never }
        },
        subscribe: (listener) => {
          listeners.add(listener)
          return () => listeners.delete(listener)
        },
        picture: async () => null,
      },
      sessions,
      logger: { log: () => {} },
      version: '1.2.3',
      extraHosts: () => options.hosts ?? [],
      ...(options.requestTimeoutMs === undefined ? {} : { requestTimeoutMs: options.requestTimeoutMs }),
    },
    '127.0.0.1',
    0,
  )
  if (!started.ok) throw new Error(started.fault.message)
  const { port } = new URL(started.value.url)
  const ask = (path: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Reply> =>
    new Promise((resolve, reject) => {
      // node:http and not fetch: fetch tidies paths up and sets Host and Origin itself.
      const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
        })
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            header: (name) => String(response.headers[name] ?? ''),
            text,
          }),
        )
      })
      sent.on('error', reject)
      sent.end(body)
    })
  const enter = async (): Promise<string> => {
    const entered = await ask(`/?token=${sessions.issueTicket()}`)
    return entered.header('set-cookie').split(';')[0] ?? ''
  }
  const post = (name: string, headers: Readonly<Record<string, string>>, body = '{}'): Promise<Reply> =>
    ask(`/api/${name}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })
  return {
    ...{ port, invoked, requests, sessions, listeners, ask, enter, post },
    [Symbol.asyncDispose]: () => started.value.close(),
  }
}

describe('host and origin', () => {
  it.each(['evil.example', 'evil.example:80', '127.0.0.1.evil.example', 'localhost', '192.168.1.5:9798'])(
    'refuses to be called as %j: a name that was pointed here (DNS rebinding)',
    async (host) => {
      await using window = await startWindow()
      const cookie = await window.enter()
      for (const path of ['/', '/api/getStatus', '/api/events', '/api/openapi.json'])
        expect((await window.ask(path, { headers: { host, cookie } })).status).toBe(403)
      expect((await window.post('getStatus', { host, cookie })).status).toBe(403)
      expect(window.invoked).toEqual([])
    },
  )

  it.each(['', 'Host:\r\n', 'Host: \r\n'])('refuses to be called without a name (%j)', async (line) => {
    await using window = await startWindow()
    const response = await rawAnswer(Number(window.port), `GET / HTTP/1.1\r\n${line}Connection: close\r\n\r\n`)
    expect(response).toMatch(/^HTTP\/1\.1 40[03] /)
  })

  it('answers under its own names and those of ui_hosts', async () => {
    await using window = await startWindow({ hosts: ['nas.local', 'proxy.example:8443', 'tls.example:443', 'fe80::1'] })
    const cookie = await window.enter()
    const names = [
      `localhost:${window.port}`,
      `127.0.0.1:${window.port}`,
      'nas.local',
      'NAS.local',
      'proxy.example:8443',
      // Browsers leave out the port of https.
      'tls.example',
      `[fe80::1]:${window.port}`,
    ]
    for (const host of names) expect((await window.post('getStatus', { host, cookie })).status).toBe(200)
    expect((await window.post('getStatus', { host: 'proxy.example', cookie })).status).toBe(403)
  })

  it.each(['http://evil.example', 'null', 'https://localhost.evil.example', 'http://127.0.0.1:1', 'file://'])(
    'refuses a page of %j, also with a session',
    async (origin) => {
      await using window = await startWindow()
      const cookie = await window.enter()
      expect((await window.post('getStatus', { cookie, origin })).status).toBe(403)
      expect((await window.ask('/api/events', { headers: { cookie, origin } })).status).toBe(403)
      expect(window.invoked).toEqual([])
    },
  )

  it('takes calls from its own page', async () => {
    await using window = await startWindow()
    const cookie = await window.enter()
    const origin = `http://127.0.0.1:${window.port}`
    expect((await window.post('getStatus', { cookie, origin })).status).toBe(200)
  })

  it('gives no page of another origin leave to read', async () => {
    await using window = await startWindow()
    const reply = await window.ask('/api/getStatus', {
      method: 'OPTIONS',
      headers: { origin: 'http://evil.example', 'access-control-request-method': 'POST' },
    })
    expect(reply.status).toBe(403)
    expect(reply.header('access-control-allow-origin')).toBe('')
  })
})

describe('session', () => {
  it('is needed for every call of the contract, for events, for the description and for unknown names', async () => {
    await using window = await startWindow()
    for (const name of [...Object.keys(calls), 'window-ticket', 'nothing', '../api/getStatus'])
      expect([name, (await window.post(name, {})).status]).toEqual([name, 401])
    for (const path of ['/api/events', '/api/openapi.json', '/api/getStatus'])
      expect([path, (await window.ask(path)).status]).toEqual([path, 401])
    expect(window.invoked).toEqual([])
    expect(window.listeners.size).toBe(0)
  })

  it.each<Readonly<Record<string, string>>>([
    { cookie: 'plexsync_session=' },
    { cookie: 'plexsync_session=undefined' },
    { cookie: 'plexsync_session=id-1' },
    { authorization: 'Bearer' },
    { authorization: `Bearer ${apiKey}x` },
    { authorization: `Bearer ${apiKey.slice(1)}` },
    { authorization: `Basic ${apiKey}` },
    { authorization: apiKey },
  ])('is not had by %j', async (headers) => {
    await using window = await startWindow()
    await window.enter()
    expect((await window.post('getStatus', headers)).status).toBe(401)
  })

  it('begins with a one-time token that leaves the address immediately', async () => {
    await using window = await startWindow()
    const ticket = window.sessions.issueTicket()
    const first = await window.ask(`/?token=${ticket}`)
    expect([first.status, first.header('location')]).toEqual([303, './'])
    const cookie = first.header('set-cookie')
    expect(cookie).toMatch(/^plexsync_session=\S{32}; Path=\/; HttpOnly; SameSite=Strict$/)
    expect((await window.post('getStatus', { cookie: cookie.split(';')[0] ?? '' })).status).toBe(200)

    const second = await window.ask(`/?token=${ticket}`)
    expect([second.status, second.header('set-cookie')]).toEqual([303, ''])
    for (const guess of ['', 'x', `${ticket}x`])
      expect((await window.ask(`/?token=${guess}`)).header('set-cookie')).toBe('')
  })

  it('is also had by the command line of this machine', async () => {
    await using window = await startWindow()
    expect((await window.post('getStatus', { authorization: `Bearer ${apiKey}` })).status).toBe(200)
  })
})

describe('requests', () => {
  it.each(['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD'])('405: a call by %s', async (method) => {
    await using window = await startWindow()
    const cookie = await window.enter()
    const reply = await window.ask('/api/getStatus', { method, headers: { cookie } })
    expect([reply.status, reply.header('allow')]).toEqual([405, 'POST'])
    expect(window.invoked).toEqual([])
  })

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    '',
    'application/jsonp',
  ])('415: a body of type %j, which a form of another page could send', async (type) => {
    await using window = await startWindow()
    const cookie = await window.enter()
    expect((await window.post('getStatus', { cookie, 'content-type': type })).status).toBe(415)
    expect(window.invoked).toEqual([])
  })

  it('a request is parsed once: the engine gets it with its defaults', async () => {
    await using window = await startWindow()
    const cookie = await window.enter()
    await window.post('startReconcile', { cookie }, '{"scope":"all","unknown":1}')
    expect(window.requests).toEqual([{ scope: 'all', dry_run: false }])
  })

  it('400: no JSON, or not as the contract says; 404: no such call', async () => {
    await using window = await startWindow()
    const cookie = await window.enter()
    expect((await window.post('getStatus', { cookie }, '{')).status).toBe(400)
    expect((await window.post('getScene', { cookie }, '{"scene_id":{}}')).status).toBe(400)
    for (const name of ['__proto__', 'constructor', 'toString', 'nothing'])
      expect((await window.post(name, { cookie })).status).toBe(404)
    expect(window.invoked).toEqual([])
  })

  it('413: more than 10 MiB', async () => {
    await using window = await startWindow()
    const cookie = await window.enter()
    const reply = await window.post('getStatus', { cookie }, `"${'x'.repeat(10 * 1024 * 1024)}"`)
    expect(reply.status).toBe(413)
    expect(window.invoked).toEqual([])
  })

  it('408: a head or a body that does not end', async () => {
    await using window = await startWindow({ requestTimeoutMs: 200 })
    const cookie = await window.enter()
    const head = `POST /api/getStatus HTTP/1.1\r\nHost: 127.0.0.1:${window.port}\r\nCookie: ${cookie}\r\n`
    const stuck = [head, `${head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{`]
    for (const text of stuck) expect(await rawAnswer(Number(window.port), text)).toMatch(/^HTTP\/1\.1 408 /)
    expect(window.invoked).toEqual([])
  })

  it('reveals nothing of a bug', async () => {
    await using window = await startWindow()
    const reply = await window.post('pause', { cookie: await window.enter() })
    expect(reply.status).toBe(500)
    expect(reply.text).not.toContain('secret details')
  })
})

/** What comes back on a connection that sends `text` and then nothing more, until it is closed from the other side. */
function rawAnswer(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = ''
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(text))
    socket.on('data', (chunk) => {
      received += chunk.toString()
    })
    socket.on('close', () => resolve(received))
    socket.on('error', reject)
  })
}

describe('files', () => {
  it.each([
    '/../package.json',
    '/..%2fpackage.json',
    '/%2e%2e/%2e%2e/package.json',
    '/..%5c..%5cpackage.json',
    '/assets/../../../package.json',
    '/assets/%2e%2e%2f%2e%2e%2f%2e%2e%2fpackage.json',
    '//etc/passwd',
    '/etc/passwd',
    '/%00index.html',
    '/index.html%00.svg',
    '/%',
    '/..%252f..%252fpackage.json',
    '/file:///etc/passwd',
  ])('%s leads nowhere', async (path) => {
    await using window = await startWindow()
    const reply = await window.ask(path)
    expect([404, 400]).toContain(reply.status)
    expect(reply.text).not.toMatch(/plexsync"|root:/)
  })

  it('come with a policy that allows nothing from elsewhere and nothing inline', async () => {
    await using window = await startWindow()
    const reply = await window.ask('/')
    expect(reply.status).toBe(200)
    const policy = reply.header('content-security-policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe-|\*|https?:/)
    expect(reply.header('x-content-type-options')).toBe('nosniff')
    expect(reply.header('referrer-policy')).toBe('no-referrer')
    expect(reply.header('cross-origin-opener-policy')).toBe('same-origin')
    expect(reply.header('cross-origin-resource-policy')).toBe('same-origin')
    expect(reply.text).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>|\son\w+=|<style|javascript:/)
  })

  it('events are held back by no reverse proxy', async () => {
    await using window = await startWindow()
    const stop = new AbortController()
    const response = await fetch(`http://127.0.0.1:${window.port}/api/events`, {
      headers: { cookie: await window.enter() },
      signal: stop.signal,
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    stop.abort()
  })

  it('answers of the API are kept by no cache', async () => {
    await using window = await startWindow()
    const reply = await window.post('getStatus', { cookie: await window.enter() })
    expect(reply.header('cache-control')).toBe('no-store')
    expect(reply.header('content-security-policy')).toContain("default-src 'none'")
  })
})

it('GET /api/openapi.json describes every call of the contract', async () => {
  await using window = await startWindow()
  const reply = await window.ask('/api/openapi.json', { headers: { cookie: await window.enter() } })
  const document = JSON.parse(reply.text) as { openapi: string; paths: Record<string, unknown> }
  expect(document.openapi).toBe('3.1.0')
  expect(Object.keys(document.paths).sort()).toEqual(
    Object.keys(calls)
      .map((name) => `/api/${name}`)
      .sort(),
  )
})

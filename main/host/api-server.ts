/**
 * The window over HTTP: the built renderer, the contract's calls at POST /api/<name>, its events at GET /api/events, and
 * the derived GET /api/openapi.json. Everything is refused that does not come from this very address.
 */

import type { Server } from 'node:http'
import { isIP } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import { streamSSE } from 'hono/streaming'
import { isCallName, parseRequest } from '../../shared/contract.ts'
import { fail, ok, type Result, textOf } from '../../shared/result.ts'
import type { Engine } from '../engine/engine.ts'
import type { Logger } from '../engine/ports.ts'
import { openApiDocument } from '../headless/openapi.ts'
import { hostLines } from './host-log.ts'
import { respondWithPicture } from './picture-response.ts'
import type { Sessions } from './session.ts'
import { readAsset } from './static-files.ts'

const largestBody = 10 * 1024 * 1024
const heartbeatMs = 15_000
/** Each open window takes a few. */
const mostConnections = 500

export interface ApiServerDeps {
  readonly engine: Pick<Engine, 'run' | 'subscribe' | 'picture'>
  readonly sessions: Sessions
  readonly logger: Logger
  readonly version: string
  /** Further exact hosts (`name` or `name:port`) under which the window may be opened. */
  readonly extraHosts: () => readonly string[]
  /** How long a head or a body may take to arrive; default 10 s. Answers, events above all, may take as long as they like. */
  readonly requestTimeoutMs?: number
}

export interface ApiServer {
  /** `http://host:port` */
  readonly url: string
  close(): Promise<void>
}

const unexpected = 'A fault in PlexSync itself; the log has the details.'

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Starts listening. Port 0 means any free one. */
export async function startApiServer(deps: ApiServerDeps, host: string, port: number): Promise<Result<ApiServer>> {
  let boundPort = port
  const app = createApp(deps, () => allowedHosts(host, boundPort, deps.extraHosts()))
  return new Promise((resolve) => {
    const { requestTimeoutMs = 10_000 } = deps
    const serverOptions = {
      headersTimeout: requestTimeoutMs,
      requestTimeout: requestTimeoutMs,
      // Node looks for requests that take too long only so often, by default every 30 s; each look wakes an idle machine.
      connectionsCheckingInterval: requestTimeoutMs,
    }
    const server = serve({ fetch: app.fetch, hostname: host, port, serverOptions }, (address) => {
      boundPort = address.port
      server.removeListener('error', refused)
      resolve(
        ok({
          url: `http://${isIP(host) === 6 ? `[${host}]` : host}:${address.port}`,
          close: () => closeServer(server),
        }),
      )
    }) as Server
    server.maxConnections = mostConnections
    const refused = (error: NodeJS.ErrnoException): void =>
      resolve(
        error.code === 'EADDRINUSE'
          ? fail('port_in_use', `ui_port ${port} is in use by another program`)
          : fail('invalid_input', `ui_host: cannot listen on ${host}:${port} (${error.code ?? error.message})`),
      )
    server.once('error', refused)
  })
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

/** Exact `Host` values; a name in the settings without a port stands for the listening one. */
export function allowedHosts(host: string, port: number, extra: readonly string[]): Set<string> {
  const named = isIP(host) === 6 ? `[${host}]` : host
  const own = ['localhost', '127.0.0.1', '[::1]', named].map((name) => `${name}:${port}`)
  // Browsers leave the port out where it is the scheme's own.
  const bare = port === 80 ? ['localhost', '127.0.0.1', '[::1]', named] : []
  return new Set(
    [...own, ...bare, ...extra.flatMap((name) => asHostHeader(name, port))].map((name) => name.toLowerCase()),
  )
}

/** A name of the settings as browsers send it: IPv6 in brackets, without the port that is the scheme's own. */
function asHostHeader(name: string, port: number): string[] {
  const [, given, ownPort] = /^(.*?)(?::(\d+))?$/.exec(isIP(name) === 6 ? `[${name}]` : name) ?? []
  if (given === undefined) return []
  if (ownPort === undefined) return [given, `${given}:${port}`]
  return ownPort === '80' || ownPort === '443' ? [given, `${given}:${ownPort}`] : [`${given}:${ownPort}`]
}

export function createApp(deps: ApiServerDeps, hosts: () => Set<string>): Hono {
  const app = new Hono()
  // Hono would print the error as it is; the log takes secrets out first.
  app.onError((error, context) => {
    if (error instanceof HTTPException) return error.getResponse()
    const said = context.req.raw.signal.aborted ? hostLines.requestBrokenOff : hostLines.requestFailed
    deps.logger.log(...said({ problem: textOf(error) }), { error })
    return context.json(fail('unexpected', unexpected), 500)
  })
  app.use(async (context, next) => {
    const host = context.req.header('host')?.toLowerCase() ?? ''
    if (!hosts().has(host)) return context.json(refusal('This address is not allowed. Add it to ui_hosts.'), 403)
    const origin = context.req.header('origin')
    if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`)
      return context.json(refusal('Requests from other pages are refused.'), 403)
    await next()
    context.header('Content-Security-Policy', contentSecurityPolicy)
    context.header('X-Content-Type-Options', 'nosniff')
    context.header('Referrer-Policy', 'no-referrer')
    context.header('Cross-Origin-Opener-Policy', 'same-origin')
    context.header('Cross-Origin-Resource-Policy', 'same-origin')
    if (context.req.path.startsWith('/api/') && !context.res.headers.has('Cache-Control'))
      context.header('Cache-Control', 'no-store')
  })

  const session: MiddlewareHandler = async (context, next) => {
    const { cookie, authorization } = context.req.header()
    if (!deps.sessions.isAllowed({ cookie, authorization }))
      return context.json(refusal('No session. Open the address that PlexSync printed, or run: plexsync window'), 401)
    await next()
  }
  app.use('/api/*', session)

  app.get('/api/openapi.json', (context) => context.json(openApiDocument(deps.version)))
  app.get('/api/events', (context) => {
    // nginx: without it a reverse proxy keeps events back until its buffer is full.
    context.header('X-Accel-Buffering', 'no')
    return streamSSE(context, async (stream) => {
      const ended = Promise.withResolvers<void>()
      const end = deps.engine.subscribe(
        (event) => void stream.writeSSE({ event: event.name, data: JSON.stringify(event.data) }),
      )
      const beat = setInterval(() => void stream.write(': \n\n'), heartbeatMs)
      stream.onAbort(() => ended.resolve())
      await stream.write(': connected\n\n')
      await ended.promise
      clearInterval(beat)
      end()
    })
  })
  app.get('/api/pictures/*', async (context) => {
    const { url, signal, headers } = context.req.raw
    const {
      status,
      headers: more,
      bytes,
    } = await respondWithPicture(deps.engine.picture, new URL(url), headers.get('if-none-match'), signal)
    return new Response(bytes, { status, headers: more })
  })
  app.post('/api/window-ticket', (context) => context.json({ ticket: deps.sessions.issueTicket() }))
  app.post('/api/:name', bodyLimit({ maxSize: largestBody }), async (context) => {
    const name = context.req.param('name')
    if (!isCallName(name)) return context.json(refusal(`There is no call named ${name}.`), 404)
    if (!/^application\/json\s*(;|$)/i.test(context.req.header('content-type') ?? ''))
      return context.json(refusal('Content-Type must be application/json.'), 415)
    const body = await readJson(context.req.raw)
    if (!body.ok) return context.json(body, 400)
    const request = parseRequest(name, body.value)
    if (!request.ok) return context.json(request, 400)
    try {
      return context.json(await deps.engine.run(name, request.value, context.req.raw.signal))
    } catch (error) {
      deps.logger.log(...hostLines.callFailed({ name, problem: textOf(error) }), { error })
      return context.json(fail('unexpected', unexpected), 500)
    }
  })
  app.all('/api/*', (context) =>
    isCallName(context.req.path.slice('/api/'.length))
      ? context.json(refusal('Use POST.'), 405, { Allow: 'POST' })
      : context.json(refusal('There is no such call.'), 404),
  )

  app.get('/*', async (context) => {
    const ticket = context.req.query('token')
    if (context.req.path === '/' && ticket !== undefined) {
      const cookie = deps.sessions.redeem(ticket, context.req.url.startsWith('https:'))
      if (cookie !== null) context.header('Set-Cookie', cookie)
      // The token leaves the address, and with it history and bookmarks, immediately.
      return context.redirect('./', 303)
    }
    const asset = await readAsset(context.req.path)
    if (asset === null) return context.text('Not found', 404)
    return context.body(asset.bytes, 200, { 'Content-Type': asset.type, 'Cache-Control': asset.cacheControl })
  })
  app.all('/*', (context) => context.text('Method not allowed', 405, { Allow: 'GET' }))
  return app
}

function refusal(message: string): Result<never> {
  return fail('invalid_input', message)
}

async function readJson(request: Request): Promise<Result<unknown>> {
  const text = await request.text()
  if (text === '') return ok({})
  try {
    return ok(JSON.parse(text))
  } catch {
    return fail('invalid_input', 'The body is not JSON.')
  }
}

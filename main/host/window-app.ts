/**
 * The window over HTTP: the built renderer, the contract's calls at POST /api/<name>, its events at GET /api/events, and
 * the derived GET /api/openapi.json. Everything is refused that does not come from this very address.
 */

import type { RequestListener } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import { streamSSE } from 'hono/streaming'
import { isCallName, parseRequest } from '../../shared/contract.ts'
import { decline } from '../../shared/decline.ts'
import type { RequestProblem } from '../../shared/request-problems.ts'
import { ok, type Result, textOf } from '../../shared/result.ts'
import type { Engine } from '../engine/engine.ts'
import type { Logger } from '../engine/ports.ts'
import { openApiDocument } from '../headless/openapi.ts'
import { hostLines } from './host-log.ts'
import { respondWithPicture } from './picture-response.ts'
import type { Sessions } from './session.ts'
import { readAsset } from './static-files.ts'

const largestBody = 10 * 1024 * 1024
const heartbeatMs = 15_000

export interface WindowAppDeps {
  readonly engine: Pick<Engine, 'run' | 'subscribe' | 'picture'>
  readonly sessions: Sessions
  readonly logger: Logger
  readonly version: string
}

const unexpected = decline('unexpected', { code: 'own_fault', values: {} })

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

/** Answers requests to the window. @param hosts the exact `Host` values that are allowed. */
export function windowListener(deps: WindowAppDeps, hostname: string, hosts: () => Set<string>): RequestListener {
  const answer = getRequestListener(createApp(deps, hosts).fetch, { hostname })
  return (request, response) => void answer(request, response)
}

function createApp(deps: WindowAppDeps, hosts: () => Set<string>): Hono {
  const app = new Hono()
  // Hono would print the error as it is; the log takes secrets out first.
  app.onError((error, context) => {
    if (error instanceof HTTPException) return error.getResponse()
    const said = context.req.raw.signal.aborted ? hostLines.requestBrokenOff : hostLines.requestFailed
    deps.logger.log(...said({ problem: textOf(error) }), { error })
    return context.json(plain(unexpected), 500)
  })
  app.use(async (context, next) => {
    const host = context.req.header('host')?.toLowerCase() ?? ''
    if (!hosts().has(host)) return context.json(plain(refusal({ code: 'address_not_allowed', values: {} })), 403)
    const origin = context.req.header('origin')
    if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`)
      return context.json(plain(refusal({ code: 'foreign_page', values: {} })), 403)
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
      return context.json(plain(refusal({ code: 'no_session', values: {} })), 401)
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
    if (!isCallName(name)) return context.json(plain(refusal({ code: 'no_such_call', values: { name } })), 404)
    if (!/^application\/json\s*(;|$)/i.test(context.req.header('content-type') ?? ''))
      return context.json(plain(refusal({ code: 'not_json_type', values: {} })), 415)
    const body = await readJson(context.req.raw)
    if (!body.ok) return context.json(plain(body), 400)
    const request = parseRequest(name, body.value)
    if (!request.ok) return context.json(plain(request), 400)
    try {
      return context.json(plain(await deps.engine.run(name, request.value, context.req.raw.signal)))
    } catch (error) {
      deps.logger.log(...hostLines.callFailed({ name, problem: textOf(error) }), { error })
      return context.json(plain(unexpected), 500)
    }
  })
  app.all('/api/*', (context) =>
    isCallName(nameIn(context.req.path))
      ? context.json(plain(refusal({ code: 'not_post', values: {} })), 405, { Allow: 'POST' })
      : context.json(plain(refusal({ code: 'no_such_call', values: { name: nameIn(context.req.path) } })), 404),
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

/** For Hono, which would work out the JSON type of every fault there is. */
function plain(result: Result<unknown>): object {
  return result
}

function refusal(because: RequestProblem): Result<never> {
  return decline('invalid_input', because)
}

/** The name of the call in a path of the API. */
function nameIn(path: string): string {
  return path.slice('/api/'.length)
}

async function readJson(request: Request): Promise<Result<unknown>> {
  const text = await request.text()
  if (text === '') return ok({})
  try {
    return ok(JSON.parse(text))
  } catch {
    return decline('invalid_input', { code: 'body_not_json', values: {} })
  }
}

/**
 * One HTTP exchange with a server. Every failure comes back as a Fault of the closed table; nothing is thrown.
 *
 * Redirects are never followed and no proxy of the environment is used, so a token reaches the address that the caller
 * named and no other. Messages name host and path only: query strings and headers carry metadata and tokens.
 */
import https from 'node:https'
import { decline } from '../../../shared/decline.ts'
import { type Fault, fail, ok, type Result } from '../../../shared/result.ts'
import type { Clock } from '../ports.ts'
import { faultOfConnection, wasCut } from './connection-fault.ts'
import { sendDirectly } from './direct-sender.ts'
import type { Exchanges } from './exchanges.ts'
import { JsonRowSplitter, type JsonRows } from './json-rows.ts'
import { Agent } from './node-http.ts'
import { maskSecrets, shorten } from './quote.ts'
import type { HttpResponse } from './response.ts'
import { faultOfResponse, provesLife } from './response-fault.ts'
import type { Received, Sender } from './sender.ts'
import { type Timeouts, Watch } from './watch.ts'

export type { JsonRows } from './json-rows.ts'
export type { HttpResponse as Answer } from './response.ts'
export type { Timeouts } from './watch.ts'

export interface Exchange {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Absolute, with its query. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly timeouts: Timeouts
  readonly signal?: AbortSignal | undefined
  /** `json`: the response must be JSON. `bytes`: anything goes. `any` (default): anything but a web page. */
  readonly accept?: 'json' | 'bytes' | 'any'
  /** A longer answer is a fault; default 64 MiB. */
  readonly maxBytes?: number
  /**
   * Rows of a long answer, which are given while it arrives and are absent in the response's `json`; only with `accept`
   * json. Where the exchange ends in a fault, some may have been given.
   */
  readonly rows?: JsonRows | undefined
  /** Doing it twice equals doing it once. Default: all but POST. */
  readonly repeatable?: boolean
}

export interface HttpOptions {
  /** The server's name as people know it: begins each message. */
  readonly server: string
  readonly clock: Clock
  /** Follows each exchange: its beginning, its end, and what it says about the server. */
  readonly exchanges?: Exchanges | undefined
  /** The server's own dialect: a fault for a response that the common table would misread. */
  readonly judge?: (response: HttpResponse, request: Pick<Exchange, 'method' | 'url'>) => Fault | undefined
  /** The same for a connection that was cut before a response. Such a fault says nothing about the server's health. */
  readonly judgeCut?: (request: Pick<Exchange, 'method' | 'url'>) => Fault | undefined
  /** What carries the requests; `sendDirectly` where it is left out. */
  readonly sender?: Sender
}

export interface Http {
  exchange(request: Exchange): Promise<Result<HttpResponse>>
  /** Closes the idle connections. */
  close(): void
}

/** More would make a home server slower, not faster; further requests wait for a free connection. */
const maxSockets = 16
/** Plex drops idle connections after 20 s; ours go first, so that a request seldom meets a dying one. */
const idleMs = 15_000
const defaultMaxBytes = 64 * 1024 * 1024
const noBytes = Buffer.alloc(0)

/** One pool of kept-alive connections, for one server. */
export function createHttp(options: HttpOptions): Http {
  const { server, clock, exchanges, judge, judgeCut, sender = sendDirectly } = options
  const pool = { keepAlive: true, maxSockets, timeout: idleMs }
  const pooled = { plain: new Agent(pool), secure: new https.Agent(pool) }
  const fresh = { plain: new Agent(), secure: new https.Agent() }

  async function exchange(request: Exchange): Promise<Result<HttpResponse>> {
    const url = URL.parse(request.url)
    if (url === null || !/^https?:$/.test(url.protocol))
      return decline('not_configured', { code: 'address_invalid', values: { name: server } })
    if (request.signal?.aborted) return cancelled(server)
    const end = exchanges?.begin()
    try {
      return await carryOut(request, url)
    } finally {
      end?.()
    }
  }

  async function carryOut(request: Exchange, url: URL): Promise<Result<HttpResponse>> {
    const startedAt = clock.now()
    let result = await attempt(request, url, pooled)
    // The server may close an idle connection in the very moment we use it: nothing was lost but the way there.
    if (result === 'stale') result = await attempt(request, url, fresh)
    if (result === 'stale') throw new Error('A fresh connection cannot be stale')
    if (result.ok || !provesNothing(result.fault)) {
      const milliseconds = clock.now() - startedAt
      exchanges?.report(
        result.ok ? { ok: true, milliseconds } : { ok: provesLife(result.fault), fault: result.fault, milliseconds },
      )
    }
    return result
  }

  async function attempt(
    request: Exchange,
    url: URL,
    agents: { readonly plain: Agent; readonly secure: https.Agent },
  ): Promise<Result<HttpResponse> | 'stale'> {
    const secure = url.protocol === 'https:'
    const watch = new Watch(secure, request.timeouts, clock)
    const accept = request.accept ?? 'any'
    const rows = request.rows === undefined ? undefined : new JsonRowSplitter(request.rows)
    try {
      const received = await sender({
        method: request.method,
        url,
        headers: {
          Accept: accept === 'bytes' ? '*/*' : 'application/json',
          'Accept-Encoding': 'gzip',
          'User-Agent': 'PlexSync',
          ...(request.body !== undefined && { 'Content-Type': 'application/octet-stream' }),
          ...request.headers,
        },
        body: toBuffer(request.body),
        maxBytes: request.maxBytes ?? defaultMaxBytes,
        watch,
        agent: secure ? agents.secure : agents.plain,
        signal: request.signal,
        rows,
      })
      if (rows?.isDamaged === true) return damaged(received.status)
      return read(request, accept, responseOf(received))
    } catch (thrown) {
      if (request.signal?.aborted) return cancelled(server)
      const repeatable = request.repeatable ?? request.method !== 'POST'
      if (agents === pooled && repeatable && watch.wasStale()) return 'stale'
      const judged = wasCut(thrown, watch) ? judgeCut?.(request) : undefined
      return { ok: false, fault: judged ?? faultOfConnection(thrown, { server, url: request.url, watch }) }
    }
  }

  function read(request: Exchange, accept: 'json' | 'bytes' | 'any', response: HttpResponse): Result<HttpResponse> {
    const fault =
      judge?.(response, request) ??
      faultOfResponse(response, { server, method: request.method, url: request.url, accept, now: clock.now() })
    // The server may have echoed what we sent.
    if (fault) return { ok: false, fault: { ...fault, message: shorten(maskSecrets(fault.message, request.headers)) } }
    if (accept !== 'json' || response.status === 304) return ok(response)
    try {
      // The text is not kept beside what it says: a page of a listing has some megabytes.
      return ok({ ...response, body: noBytes, json: JSON.parse(response.body.toString('utf8')) as unknown })
    } catch {
      return damaged(response.status)
    }
  }

  function damaged(status: number): Result<never> {
    const { code, message, because } = decline('bad_answer', { code: 'answer_damaged', values: { server } }).fault
    return fail(code, message, { because, status })
  }

  return {
    exchange,
    close() {
      for (const agent of [...Object.values(pooled), ...Object.values(fresh)]) agent.destroy()
    },
  }
}

/** Stopped by us, or cut because of what was sent: whether the server lives is not known from that. */
function provesNothing({ code, status }: Fault): boolean {
  return code === 'cancelled' || (code === 'request_too_long' && status === undefined)
}

function cancelled(server: string): Result<never> {
  return fail('cancelled', `The request to ${server} was stopped`)
}

function responseOf({ status, headers, body }: Received): HttpResponse {
  return { status, header: (name) => String(headers[name.toLowerCase()] ?? ''), body, json: undefined }
}

function toBuffer(body: string | Uint8Array | undefined): Buffer | undefined {
  if (body === undefined) return undefined
  return typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength)
}

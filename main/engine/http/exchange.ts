/**
 * One HTTP exchange with a server. Every failure comes back as a Fault of the closed table; nothing is thrown.
 *
 * Redirects are never followed and no proxy of the environment is used, so a token reaches the address that the caller
 * named and no other. Messages name host and path only: query strings and headers carry metadata and tokens.
 */
import http from 'node:http'
import https from 'node:https'
import axios, { type AxiosInstance, type AxiosResponse } from 'axios'
import { type Fault, fail, ok, type Result } from '../../../shared/result.ts'
import type { Clock } from '../ports.ts'
import type { Answer } from './answer.ts'
import { faultOfAnswer, provesLife } from './answer-fault.ts'
import { faultOfConnection } from './connection-fault.ts'
import { maskSecrets, shorten } from './quote.ts'
import { type Timeouts, Watch } from './watch.ts'

export type { Answer } from './answer.ts'
export type { Timeouts } from './watch.ts'

export interface Exchange {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Absolute, with its query. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly timeouts: Timeouts
  readonly signal?: AbortSignal | undefined
  /** `json`: the answer must be JSON. `bytes`: anything goes. `any` (default): anything but a web page. */
  readonly accept?: 'json' | 'bytes' | 'any'
  /** A longer answer is a fault; default 64 MiB. */
  readonly maxBytes?: number
  /** Doing it twice equals doing it once. Default: all but POST. */
  readonly repeatable?: boolean
}

/** What one exchange says about the server, for the circuit breaker and the outage history. */
export interface ExchangeReport {
  /**
   * The server lives: it gave a whole answer with a status below 500 other than 408 and 429. A refused token or an
   * unknown item is still a sign of life; then `fault` is set too.
   */
  readonly ok: boolean
  readonly fault?: Fault
  readonly milliseconds: number
}

export interface HttpOptions {
  /** The server's name as people know it: begins each message. */
  readonly server: string
  readonly clock: Clock
  /** Told about every exchange but the cancelled ones, which prove nothing. */
  readonly onExchange?: ((report: ExchangeReport) => void) | undefined
  /** The server's own dialect: a fault for an answer that the common table would misread. */
  readonly judge?: (answer: Answer, request: Pick<Exchange, 'method'>) => Fault | undefined
}

export interface Http {
  exchange(request: Exchange): Promise<Result<Answer>>
  /** Closes the idle connections. */
  close(): void
}

/** More would make a home server slower, not faster; further requests wait for a free connection. */
const maxSockets = 16
/** Plex drops idle connections after 20 s; ours go first, so that a request seldom meets a dying one. */
const idleMs = 15_000
const defaultMaxBytes = 64 * 1024 * 1024

/** One pool of kept-alive connections, for one server. */
export function createHttp(options: HttpOptions): Http {
  const { server, clock, onExchange, judge } = options
  const pool = { keepAlive: true, maxSockets, timeout: idleMs }
  const pooled = { httpAgent: new http.Agent(pool), httpsAgent: new https.Agent(pool) }
  const fresh = { httpAgent: new http.Agent(), httpsAgent: new https.Agent() }
  const client: AxiosInstance = axios.create({
    maxRedirects: 0,
    proxy: false,
    decompress: true,
    responseType: 'arraybuffer',
    validateStatus: null,
    // The defaults would look into every body; ours are bytes already.
    transformRequest: [],
    transformResponse: [],
  })

  async function exchange(request: Exchange): Promise<Result<Answer>> {
    if (!URL.canParse(request.url)) return fail('not_configured', `The address of ${server} is not a valid URL`)
    if (request.signal?.aborted) return cancelled(server)
    const startedAt = clock.now()
    let result = await attempt(request, 'pooled')
    // The server may close an idle connection in the very moment we use it: nothing was lost but the way there.
    if (result === 'stale') result = await attempt(request, 'fresh')
    if (result === 'stale') throw new Error('A fresh connection cannot be stale')
    if (result.ok || result.fault.code !== 'cancelled') {
      const milliseconds = clock.now() - startedAt
      onExchange?.(
        result.ok ? { ok: true, milliseconds } : { ok: provesLife(result.fault), fault: result.fault, milliseconds },
      )
    }
    return result
  }

  async function attempt(request: Exchange, connection: 'pooled' | 'fresh'): Promise<Result<Answer> | 'stale'> {
    const secure = request.url.startsWith('https:')
    const watch = new Watch(secure, request.timeouts, clock)
    const accept = request.accept ?? 'any'
    try {
      const response = await client.request<Buffer>({
        ...(connection === 'pooled' ? pooled : fresh),
        method: request.method,
        url: request.url,
        headers: {
          Accept: accept === 'bytes' ? '*/*' : 'application/json',
          'Accept-Encoding': 'gzip',
          'User-Agent': 'PlexSync',
          // Axios would call an upload a form, and an empty PUT too.
          'Content-Type': request.body === undefined ? false : 'application/octet-stream',
          ...request.headers,
        },
        data: toBuffer(request.body),
        maxContentLength: request.maxBytes ?? defaultMaxBytes,
        transport: watch.transport,
        ...(request.signal && { signal: request.signal }),
      })
      return read(request, accept, answerOf(response))
    } catch (thrown) {
      if (request.signal?.aborted) return cancelled(server)
      const repeatable = request.repeatable ?? request.method !== 'POST'
      if (connection === 'pooled' && repeatable && watch.wasStale()) return 'stale'
      return { ok: false, fault: faultOfConnection(thrown, { server, url: request.url, watch }) }
    }
  }

  function read(request: Exchange, accept: 'json' | 'bytes' | 'any', answer: Answer): Result<Answer> {
    const fault =
      judge?.(answer, request) ??
      faultOfAnswer(answer, { server, method: request.method, url: request.url, accept, now: clock.now() })
    // The server may have echoed what we sent.
    if (fault) return { ok: false, fault: { ...fault, message: shorten(maskSecrets(fault.message, request.headers)) } }
    if (accept !== 'json' || answer.status === 304) return ok(answer)
    try {
      return ok({ ...answer, json: JSON.parse(answer.body.toString('utf8')) as unknown })
    } catch {
      return fail('bad_answer', `${server} sent JSON that is cut off or damaged`, { status: answer.status })
    }
  }

  return {
    exchange,
    close() {
      for (const agent of [...Object.values(pooled), ...Object.values(fresh)]) agent.destroy()
    },
  }
}

function cancelled(server: string): Result<never> {
  return fail('cancelled', `The request to ${server} was stopped`)
}

function answerOf(response: AxiosResponse<Buffer>): Answer {
  const { headers } = response
  return {
    status: response.status,
    header: (name) => String(headers[name.toLowerCase()] ?? ''),
    body: response.data,
    json: undefined,
  }
}

function toBuffer(body: string | Uint8Array | undefined): Buffer | undefined {
  if (body === undefined) return undefined
  return typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength)
}

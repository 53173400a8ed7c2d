/** Requests to a Plex Media Server: identity headers, the token, and what its responses show about it. */
import * as z from 'zod'
import { decline } from '../../../shared/decline.ts'
import { ok, type Result } from '../../../shared/result.ts'
import { type Answer, createHttp, type Exchange, type JsonRows, type Timeouts } from '../http/exchange.ts'
import type { Exchanges } from '../http/exchanges.ts'
import type { Clock } from '../ports.ts'
import { faultOfCut, faultOfPlex, lineBytes } from './plex-faults.ts'

export interface PlexAddress {
  /** Base address without a trailing slash; empty if not set up. */
  readonly url: string
  readonly token: string
}

export interface PlexIdentityHeaders {
  /** Stable for an installation: Plex notifies the owner of each new one as a new device. */
  readonly clientIdentifier: string
  /** Version of PlexSync. */
  readonly version: string
}

export interface PlexConnectionOptions extends PlexIdentityHeaders {
  /** Read before each request, so that a changed setting takes effect immediately. */
  readonly address: () => PlexAddress
  readonly timeouts: () => Timeouts
  readonly clock: Clock
  readonly exchanges?: Exchanges
  readonly observer?: PlexObserver
}

/** Called with what responses show about the server. */
interface PlexObserver {
  pageReceived(page: { readonly asked: number; readonly received: number; readonly more: boolean }): void
  lineAnswered(bytes: number, isTooLong: boolean): void
  /** By which route an item was written. */
  edited(route: 'library' | 'item'): void
}

interface PlexRequest {
  readonly method?: Exchange['method']
  /** Below the base address, with its query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  readonly signal?: AbortSignal | undefined
  /** Rows that are given while the response arrives; the path begins below the MediaContainer. */
  readonly rows?: JsonRows
  /** Default true. `/identity` needs no token, and must answer also while the token is refused. */
  readonly withToken?: boolean
}

export interface PlexConnection {
  /** A read: the response's MediaContainer, parsed. */
  read<T>(request: PlexRequest, schema: z.ZodType<T>): Promise<Result<{ value: T; answer: Answer }>>
  /** A picture or another file, as it is. Faults: those of the exchange; one that is larger than `maxBytes` is refused. */
  bytes(request: PlexRequest, maxBytes: number): Promise<Result<Answer>>
  /** A write. Plex answers an empty text/html. All writes in use may be repeated without harm, POST too. */
  write(request: PlexRequest): Promise<Result<void>>
  close(): void
}

/** One schema for all answers, since zod compiles each object that it meets for the first time. */
const envelopeSchema = z.object({ MediaContainer: z.unknown() })

export function createPlexConnection(options: PlexConnectionOptions): PlexConnection {
  const { address, timeouts, clock, exchanges, observer } = options
  const http = createHttp({ server: 'Plex', clock, exchanges, judge: faultOfPlex, judgeCut: faultOfCut })
  const identity = identityHeaders(options)

  async function exchange(
    request: PlexRequest,
    accept: 'json' | 'any' | 'bytes',
    maxBytes?: number,
  ): Promise<Result<Answer>> {
    const { url, token } = address()
    if (url === '') return decline('not_configured', { code: 'setting_missing', values: { name: 'plex_url' } })
    return http.exchange({
      method: request.method ?? 'GET',
      url: `${url}${request.path}`,
      headers: {
        ...identity,
        // The token is a header and never a parameter: addresses end up in logs. A server without an owner needs none.
        ...(token !== '' && (request.withToken ?? true) && { 'X-Plex-Token': token }),
        ...request.headers,
      },
      ...(request.body && { body: request.body }),
      timeouts: timeouts(),
      signal: request.signal,
      accept,
      ...(maxBytes !== undefined && { maxBytes }),
      ...(request.rows && { rows: { ...request.rows, at: ['MediaContainer', ...request.rows.at] } }),
      repeatable: true,
    })
  }

  return {
    async read<T>(request: PlexRequest, schema: z.ZodType<T>) {
      const response = await exchange(request, 'json')
      if (!response.ok) return response
      observePage(request, response.value.json, observer)
      const envelope = envelopeSchema.safeParse(response.value.json)
      if (!envelope.success)
        return decline('bad_answer', { code: 'answer_unknown', values: { server: 'Plex', at: null } })
      const parsed = schema.safeParse(envelope.data.MediaContainer)
      if (parsed.success) return ok({ value: parsed.data, answer: response.value })
      const where = ['MediaContainer', ...(parsed.error.issues[0]?.path ?? [])].join('.')
      return decline('bad_answer', { code: 'answer_unknown', values: { server: 'Plex', at: where } })
    },
    bytes: (request, maxBytes) => exchange(request, 'bytes', maxBytes),
    async write(request) {
      const answer = await exchange(request, 'any')
      const isTooLong = !answer.ok && answer.fault.code === 'request_too_long'
      if (answer.ok || isTooLong) observer?.lineAnswered(lineBytes(request.method ?? 'GET', request.path), isTooLong)
      return answer.ok ? ok(undefined) : answer
    },
    close: () => http.close(),
  }
}

export function identityHeaders({ clientIdentifier, version }: PlexIdentityHeaders): Record<string, string> {
  return {
    'X-Plex-Client-Identifier': clientIdentifier,
    'X-Plex-Product': 'PlexSync',
    'X-Plex-Version': version,
    'X-Plex-Platform': process.platform,
    'X-Plex-Device': process.platform,
    'X-Plex-Device-Name': 'PlexSync',
  }
}

const pageSchema = z.object({
  MediaContainer: z.object({ size: z.number(), offset: z.number().default(0), totalSize: z.number() }),
})

function observePage({ headers = {} }: PlexRequest, json: unknown, observer: PlexObserver | undefined): void {
  const asked = Number(headers['X-Plex-Container-Size'] ?? 0)
  const page = observer === undefined || asked === 0 ? null : pageSchema.safeParse(json)
  if (page?.success !== true) return
  const { size, offset, totalSize } = page.data.MediaContainer
  observer?.pageReceived({ asked, received: size, more: offset + size < totalSize })
}

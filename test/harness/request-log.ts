import type { IncomingHttpHeaders } from 'node:http'
import { QueryParams } from './query-params.ts'

/** One request as the server received it. */
export class RequestRecord {
  /** What the server took it for, e.g. `edit`, `listing`, `findScenes`; empty until the server has looked at it. */
  label = ''
  /** The answered status; 0 while unanswered or when the connection was cut. */
  status = 0
  /** Until all of the response was sent, or the connection was cut. */
  isOpen = true
  /** The kind of the fault that was injected, if any. */
  fault: string | null = null
  /** Body as text, up to 64 KiB, for text and JSON only. */
  body = ''
  /** Body length in bytes. */
  bytes = 0
  #params: QueryParams | undefined
  readonly seq: number
  readonly method: string
  /** The path without its query, as sent (still percent-encoded). */
  readonly path: string
  /** The query as sent, without the question mark. */
  readonly query: string
  readonly headers: IncomingHttpHeaders
  /** Epoch ms of the server's clock. */
  readonly at: number

  constructor(seq: number, method: string, url: string, headers: IncomingHttpHeaders, at: number) {
    const mark = url.indexOf('?')
    this.seq = seq
    this.method = method
    this.path = mark < 0 ? url : url.slice(0, mark)
    this.query = mark < 0 ? '' : url.slice(mark + 1)
    this.headers = headers
    this.at = at
  }

  get params(): QueryParams {
    this.#params ??= new QueryParams(this.query)
    return this.#params
  }
}

/** Which requests are meant. A string path may hold `*` for any text; without one it must be equal. */
export interface RequestMatch {
  method?: string
  path?: string | RegExp
  label?: string
  where?: (request: RequestRecord) => boolean
}

/** Compiles a match into a test. */
export function requestTest(match: RequestMatch): (request: RequestRecord) => boolean {
  const { method, path, label, where } = match
  const pattern = typeof path === 'string' && path.includes('*') ? glob(path) : path
  return (request) => {
    if (method !== undefined && request.method !== method) return false
    if (label !== undefined && request.label !== label) return false
    if (typeof pattern === 'string' && request.path !== pattern) return false
    if (pattern instanceof RegExp && !pattern.test(request.path)) return false
    return where === undefined || where(request)
  }
}

function glob(path: string): RegExp {
  return new RegExp(`^${path.split('*').map(escapeRegex).join('.*')}$`)
}

/** All requests in order of arrival. Records past `keep` fall out at the front; the counters stay exact. */
export class RequestLog implements Iterable<RequestRecord> {
  #records: RequestRecord[] = []
  #total = 0
  #byLabel = new Map<string, number>()
  readonly #keep: number

  constructor(keep = 100_000) {
    this.#keep = keep
  }

  [Symbol.iterator](): Iterator<RequestRecord> {
    return this.#records[Symbol.iterator]()
  }

  get all(): readonly RequestRecord[] {
    return this.#records
  }

  /** Requests since the start or the last reset. */
  get total(): number {
    return this.#total
  }

  get last(): RequestRecord | undefined {
    return this.#records.at(-1)
  }

  /** How many kept requests match; without a match, all since the last reset. */
  count(match?: RequestMatch): number {
    return match ? this.filter(match).length : this.#total
  }

  filter(match: RequestMatch): RequestRecord[] {
    return this.#records.filter(requestTest(match))
  }

  /** Requests per label, e.g. `{ edit: 12, listing: 3 }`. */
  counts(): Record<string, number> {
    return Object.fromEntries(this.#byLabel)
  }

  /** Forgets everything so far. */
  reset(): void {
    this.#records = []
    this.#total = 0
    this.#byLabel = new Map()
  }

  /** For the server: a request has arrived. */
  add(record: RequestRecord): void {
    this.#total++
    this.#records.push(record)
    // Cut in halves, so that a long bench does not shift the whole list for each request.
    if (this.#records.length > this.#keep * 2) this.#records = this.#records.slice(-this.#keep)
  }

  /** For the server: says what a request is. */
  label(record: RequestRecord, label: string): void {
    record.label = label
    this.#byLabel.set(label, (this.#byLabel.get(label) ?? 0) + 1)
  }
}

/** Takes the special meaning from every character of a pattern. */
export function escapeRegex(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
}

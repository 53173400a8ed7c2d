/** Faults that are Plex's own, beside those that any HTTP server has. Pure. */
import type { Fault } from '../../../shared/result.ts'
import type { Answer, Exchange } from '../http/exchange.ts'
import { excerpt } from '../http/quote.ts'
import { longestRequestLine } from './request-line.ts'

/**
 * Plex: while it starts, writes may get a 400 that says so although reads already work; and the token of a shared or home
 * user may read but not write. An edit follows reads that were answered, so a 403 to it says nothing against the token. A
 * 500 is also Plex's response to a value that it does not like, so to an edit it says nothing against the server yet.
 */
export function faultOfPlex(response: Answer, { method, url }: Pick<Exchange, 'method' | 'url'>): Fault | undefined {
  const { status } = response
  if (status === 403 && method !== 'GET')
    return { code: 'edits_refused', message: 'Plex refuses edits with this token (403): it may read only', status }
  if (method === 'PUT' && status === 500)
    return { code: 'edit_failed', message: 'Plex failed to carry out the edit (500)', status }
  if (method === 'PUT' && (tooLongStatuses.has(status) || (status === 400 && isLong(method, url))))
    return { code: 'request_too_long', message: `${tooLong} (${status})`, status }
  if (status !== 400 || !/starting up/i.test(excerpt(response.body))) return undefined
  return { code: 'server_busy', message: 'Plex is still starting up', status }
}

/** Plex, and proxies before it: lines that are too long are also answered 400 with a page, or cut off without a response. */
export function faultOfCut({ method, url }: Pick<Exchange, 'method' | 'url'>): Fault | undefined {
  if (method !== 'PUT' || !isLong(method, url)) return undefined
  return { code: 'request_too_long', message: `${tooLong} (connection cut)` }
}

const tooLong = 'Plex, or a proxy before it, refuses a request of this length'
const tooLongStatuses: ReadonlySet<number> = new Set([413, 414, 431])

function isLong(method: string, url: string): boolean {
  const { pathname, search } = new URL(url)
  return lineBytes(method, `${pathname}${search}`) > longestRequestLine
}

/** Of the request line, as Plex counts it. */
export function lineBytes(method: string, path: string): number {
  return Buffer.byteLength(`${method} ${path} HTTP/1.1`)
}

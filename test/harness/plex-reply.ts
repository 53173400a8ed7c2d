import { gzipSync } from 'node:zlib'
import { containerToXml, type PlexObject } from './plex-xml.ts'
import type { RequestRecord } from './request-log.ts'
import type { Reply } from './simulated-server.ts'

const protocolHeaders = { 'X-Plex-Protocol': '1.0', 'Cache-Control': 'no-cache' }

const reasons: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Payload Too Large',
  414: 'URI Too Long',
  431: 'Request Header Fields Too Large',
  498: 'Invalid Token',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** An error: HTML whatever the request accepts. */
export function errorReply(status: number, text?: string): Reply {
  const reason = reasons[status] ?? 'Error'
  const body = `<html><head><title>${reason}</title></head><body><h1>${status} ${reason}</h1>${text ? `<p>${text}</p>` : ''}</body></html>`
  return { status, headers: { ...protocolHeaders, 'Content-Type': 'text/html' }, body }
}

/** The response to a successful edit, refresh or rating: nothing, called HTML. */
export function emptyReply(): Reply {
  return { status: 200, headers: { ...protocolHeaders, 'Content-Type': 'text/html' }, body: '' }
}

/** While databases are migrated or the server starts: XML whatever the request accepts. */
export function maintenanceReply(): Reply {
  const status = 'Plex Media Server is currently running database migrations.'
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Response code="503" title="Maintenance" status="${status}"/>\n`
  return { status: 503, headers: { ...protocolHeaders, 'Content-Type': 'text/xml;charset=utf-8' }, body }
}

/** While the server settles: reads work, writes get this. */
export function startingReply(): Reply {
  return errorReply(400, 'the server is still starting up. Please retry later')
}

/** A container as JSON or, unless JSON is accepted, as XML; packed when the request says so. */
export function containerReply(
  request: RequestRecord,
  container: PlexObject,
  options: { name?: string; headers?: Record<string, string>; numbersAsText?: boolean } = {},
): Reply {
  const name = options.name ?? 'MediaContainer'
  const json = (request.headers.accept ?? '').includes('application/json')
  const body = json
    ? JSON.stringify({ [name]: container }, options.numbersAsText === true ? numberAsText : undefined)
    : containerToXml(name, container)
  const type = json ? 'application/json' : 'text/xml;charset=utf-8'
  return packed(request, body, { ...protocolHeaders, 'Content-Type': type, ...options.headers })
}

function numberAsText(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? String(value) : value
}

function packed(request: RequestRecord, body: string, headers: Record<string, string>): Reply {
  const accepted = request.headers['accept-encoding']
  // Below this size packing gains nothing; the real server's own limit is not known.
  if (body.length < 512 || typeof accepted !== 'string' || !accepted.includes('gzip'))
    return { status: 200, headers, body }
  const plain = Buffer.from(body)
  const bytes = gzipSync(plain, { level: 1 })
  return {
    status: 200,
    headers: {
      ...headers,
      'Content-Encoding': 'gzip',
      Vary: 'Accept-Encoding',
      'X-Plex-Content-Original-Length': String(plain.length),
      'X-Plex-Content-Compressed-Length': String(bytes.length),
    },
    body: bytes,
  }
}

export function imageReply(bytes: Buffer, contentType: string): Reply {
  return { status: 200, headers: { 'X-Plex-Protocol': '1.0', 'Content-Type': contentType }, body: bytes }
}

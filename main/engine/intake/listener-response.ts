/** What the intake listener answers, as values, and how they are sent: small bodies, the same headers on each. */
import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

export interface ListenerResponse {
  readonly status: number
  /** Text is sent in one piece with the head. */
  readonly body: string | Buffer
  /** Names and values in turn, all but the length. */
  readonly headers: readonly string[]
}

const securityHeaders: readonly string[] = [
  ...['X-Content-Type-Options', 'nosniff'],
  ...['Cache-Control', 'no-store'],
  ...['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
  ...['Cross-Origin-Resource-Policy', 'same-origin'],
  ...['Referrer-Policy', 'no-referrer'],
]

const jsonHeaders: readonly string[] = [...securityHeaders, 'Content-Type', 'application/json; charset=utf-8']

/** Code and sentence of the error answers: senders' scripts may branch on the code. */
const errorResponses = {
  400: ['bad_request', 'the request cannot be understood'],
  // One body for all causes: it must not distinguish a wrong token from an old signature.
  401: ['unauthorized', 'wrong or no credentials'],
  403: ['forbidden', 'not under this host name, and not from a web page'],
  404: ['not_found', 'nothing is here; hooks go to POST /hooks/stash'],
  405: ['method_not_allowed', 'this method is not allowed here'],
  408: ['request_timeout', 'the request was not complete in time'],
  413: ['too_large', 'the body is larger than 1 MiB'],
  415: ['unsupported_media_type', 'Content-Type must be application/json, without Content-Encoding'],
  429: ['too_many_requests', 'too many hooks; try again shortly'],
  431: ['headers_too_large', 'the headers are too large'],
  503: ['cannot_store', 'the hook could not be stored; try again later'],
} as const

export type ErrorStatus = keyof typeof errorResponses

export function jsonResponse(status: number, value: unknown): ListenerResponse {
  return { status, body: JSON.stringify(value), headers: jsonHeaders }
}

/** @param type its content type. */
export function fileResponse(body: Buffer, type: string): ListenerResponse {
  return { status: 200, body, headers: [...securityHeaders, 'Content-Type', type] }
}

/** `{"error":{"code","message"}}`; the message is the status's own where none is given. */
export function errorResponse(
  status: ErrorStatus,
  { message, headers = [] }: { readonly message?: string; readonly headers?: readonly string[] } = {},
): ListenerResponse {
  const [code, sentence] = errorResponses[status]
  const response = jsonResponse(status, { error: { code, message: message ?? sentence } })
  return { ...response, headers: [...jsonHeaders, ...headers] }
}

/** @param last close the connection afterwards. */
export function send(response: ServerResponse, { status, body, headers }: ListenerResponse, last: boolean): void {
  // The sender may have gone away while the hook was stored.
  if (response.destroyed) return
  const all = [...headers, 'Content-Length', String(Buffer.byteLength(body))]
  if (last) all.push('Connection', 'close')
  response.writeHead(status, all)
  response.end(body)
}

/** Answers on the bare connection, where no whole request was received, and closes it. */
export function sendRaw(connection: Duplex, { status, body, headers }: ListenerResponse, reason: string): void {
  const head = [`HTTP/1.1 ${status} ${reason}`, 'Connection: close', `Content-Length: ${Buffer.byteLength(body)}`]
  for (let at = 0; at < headers.length; at += 2) head.push(`${headers[at]}: ${headers[at + 1]}`)
  connection.write(`${head.join('\r\n')}\r\n\r\n`)
  connection.end(body)
}

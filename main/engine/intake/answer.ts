/** What the intake listener answers, as values, and how they are sent: small bodies, the same headers on each. */
import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

export interface Answer {
  readonly status: number
  readonly type: string
  readonly body: Buffer
  /** Names and values in turn, beside those that each answer has. */
  readonly headers: readonly string[]
}

const json = 'application/json; charset=utf-8'

/** Code and sentence of the error answers: senders' scripts may branch on the code. */
const errorAnswers = {
  400: ['bad_request', 'the request cannot be understood'],
  // One body for all causes: it must not tell a wrong token from an old signature.
  401: ['unauthorized', 'wrong or no credentials'],
  403: ['forbidden', 'not under this host name, and not from a web page'],
  404: ['not_found', 'nothing is here; hooks go to POST /hooks/stash'],
  405: ['method_not_allowed', 'this method is not allowed here'],
  408: ['request_timeout', 'the request was not complete in time'],
  413: ['too_large', 'the body is larger than 1 MiB'],
  415: ['unsupported_media_type', 'Content-Type must be application/json, without Content-Encoding'],
  429: ['too_many_requests', 'too many events at once; try again shortly'],
  431: ['headers_too_large', 'the headers are too large'],
  503: ['cannot_store', 'the event could not be stored; try again later'],
} as const

export type ErrorStatus = keyof typeof errorAnswers

const securityHeaders: readonly string[] = [
  ...['X-Content-Type-Options', 'nosniff'],
  ...['Cache-Control', 'no-store'],
  ...['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
  ...['Cross-Origin-Resource-Policy', 'same-origin'],
  ...['Referrer-Policy', 'no-referrer'],
]

export function jsonAnswer(status: number, value: unknown): Answer {
  return { status, type: json, body: Buffer.from(JSON.stringify(value)), headers: [] }
}

/** `{"error":{"code","message"}}`; the message is the status's own where none is given. */
export function errorAnswer(
  status: ErrorStatus,
  { message, headers = [] }: { readonly message?: string; readonly headers?: readonly string[] } = {},
): Answer {
  const [code, sentence] = errorAnswers[status]
  return { ...jsonAnswer(status, { error: { code, message: message ?? sentence } }), headers }
}

/** @param last close the connection afterwards. */
export function send(response: ServerResponse, { status, type, body, headers }: Answer, last: boolean): void {
  // The sender may have gone away while the event was stored.
  if (response.destroyed) return
  const length = ['Content-Type', type, 'Content-Length', String(body.length)]
  response.writeHead(status, [...securityHeaders, ...headers, ...length, ...(last ? ['Connection', 'close'] : [])])
  response.end(body)
}

/** Answers on the bare connection, where no whole request was received, and closes it. */
export function sendRaw(connection: Duplex, { status, type, body }: Answer, reason: string): void {
  const head = [`HTTP/1.1 ${status} ${reason}`, 'Connection: close', `Content-Type: ${type}`]
  for (let at = 0; at < securityHeaders.length; at += 2) head.push(`${securityHeaders[at]}: ${securityHeaders[at + 1]}`)
  head.push(`Content-Length: ${body.length}`, '', '')
  connection.end(Buffer.concat([Buffer.from(head.join('\r\n')), body]))
}

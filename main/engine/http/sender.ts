/** The way of one request to a server and of its response back. Two senders carry it: see docs/adr/0006-http-client.md. */
import type { Agent as HttpAgent, IncomingHttpHeaders } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'
import type { JsonRowSplitter } from './json-rows.ts'
import type { Watch } from './watch.ts'

export interface Sending {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | undefined
  /** A longer response, also once it is decompressed, is an error with the code `tooLong`. */
  readonly maxBytes: number
  /** Makes the request and keeps its deadlines. */
  readonly watch: Watch
  /** The pool whose connections are used, of the address's protocol. */
  readonly agent: HttpAgent | HttpsAgent
  readonly signal: AbortSignal | undefined
  /** Takes rows out of a response that is a success, while it arrives. */
  readonly rows?: JsonRowSplitter | undefined
}

export interface Received {
  readonly status: number
  readonly headers: Pick<IncomingHttpHeaders, string>
  /** Whole and decompressed; without the rows that were taken out. */
  readonly body: Buffer
}

/** Resolves with any response, whatever its status; follows no redirect. Rejects where none arrives whole. */
export type Sender = (sending: Sending) => Promise<Received>

/** Code of the error for a response that is longer than it may be. */
export const tooLong = 'PLEXSYNC_TOO_LONG'

export function tooLongError(): Error {
  return Object.assign(new Error('The response is longer than it may be'), { code: tooLong })
}

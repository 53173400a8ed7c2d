/** Sends by node:http alone: the way of everything that is asked of Plex and Stash, thousands of times in an hour. */
import type { IncomingMessage, RequestOptions } from 'node:http'
import type { Readable, Transform } from 'node:stream'
import { promisify } from 'node:util'
import {
  brotliDecompress,
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  gunzip,
  inflate,
} from 'node:zlib'
import type { JsonRowSplitter } from './json-rows.ts'
import { type Received, type Sending, tooLongError } from './sender.ts'

export function sendDirectly(sending: Sending): Promise<Received> {
  return exchangeOnce(sending).then(async (received) => {
    const coding = codingOf(received.headers)
    if (coding === undefined || received.body.length === 0 || received.isRead) return received
    return { ...received, body: await decompressed(received.body, coding, sending.maxBytes) }
  })
}

/** Whether the body was decompressed and split while it arrived. */
type Arrived = Received & { readonly isRead: boolean }

function exchangeOnce(sending: Sending): Promise<Arrived> {
  const { method, url, body, maxBytes, watch, agent, signal, rows } = sending
  return new Promise((resolve, reject) => {
    const request = watch.request({ ...placeOf(url), agent, method, headers: headersOf(sending) }, (response) => {
      const { statusCode = 0, headers: received } = response
      const isRead = rows !== undefined && statusCode === 200
      const arrived = isRead ? split(response, rows, maxBytes) : collect(response, maxBytes)
      arrived.then((collected) => {
        signal?.removeEventListener('abort', stop)
        resolve({ status: statusCode, headers: received, body: collected, isRead })
      }, fail)
    })
    function fail(error: unknown): void {
      signal?.removeEventListener('abort', stop)
      request.destroy()
      reject(error)
    }
    const stop = (): void => fail(signal?.reason)
    signal?.addEventListener('abort', stop, { once: true })
    // Stays until the end: destroying a request is a separate error.
    request.on('error', fail)
    request.end(body)
  })
}

function placeOf({ hostname, port, pathname, search }: URL): RequestOptions {
  return {
    hostname: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
    port,
    path: `${pathname}${search}`,
  }
}

/**
 * Names and values in turn. Node writes such a list as it is, where a record is first copied header by header; in return it
 * adds nothing: host, login and length are ours to give.
 */
function headersOf({ method, url, headers, body }: Sending): string[] {
  const list = ['Host', url.host]
  for (const [name, value] of Object.entries(headers)) list.push(name, value)
  if (url.username !== '') list.push('Authorization', `Basic ${loginOf(url)}`)
  if (body !== undefined || method === 'PUT' || method === 'POST')
    list.push('Content-Length', String(body?.length ?? 0))
  return list
}

function loginOf({ username, password }: URL): string {
  return Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')
}

function collect(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    response.on('data', (chunk: Buffer) => {
      size += chunk.length
      chunks.push(chunk)
      if (size > maxBytes) reject(tooLongError())
    })
    response.on('end', () =>
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)),
    )
    response.on('error', reject)
  })
}

/** Gives each piece of the body away as it comes. */
function split(response: IncomingMessage, rows: JsonRowSplitter, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let size = 0
    const body = decompressing(response)
    body.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxBytes) reject(tooLongError())
      else rows.push(chunk)
    })
    body.on('end', () => resolve(rows.rest()))
    body.on('error', reject)
    // A response that is cut off ends no stream behind it.
    response.on('error', reject)
  })
}

const lenient = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH }
const lenientBrotli = { flush: constants.BROTLI_OPERATION_FLUSH, finishFlush: constants.BROTLI_OPERATION_FLUSH }
/** Larger pieces than Node's 16 KiB: each is a turn of the event loop. */
const chunkSize = 64 * 1024

/** A coding of a body: undone as the body arrives, or in one go. */
interface Coding {
  readonly arriving: () => Transform
  readonly whole: (body: Buffer, maxOutputLength: number) => Promise<Buffer>
}

const unzip = promisify(gunzip)
const undeflate = promisify(inflate)
const unbrotli = promisify(brotliDecompress)

const gzip: Coding = {
  arriving: () => createGunzip({ ...lenient, chunkSize }),
  whole: (body, maxOutputLength) => unzip(body, { ...lenient, maxOutputLength }),
}

/** Only gzip is asked for; proxies have sent others. Like browsers it takes streams that lack their last bytes. */
const codings: ReadonlyMap<string, Coding> = new Map([
  ['gzip', gzip],
  ['x-gzip', gzip],
  [
    'deflate',
    {
      arriving: () => createInflate({ ...lenient, chunkSize }),
      whole: (body, maxOutputLength) => undeflate(body, { ...lenient, maxOutputLength }),
    },
  ],
  [
    'br',
    {
      arriving: () => createBrotliDecompress({ ...lenientBrotli, chunkSize }),
      whole: (body, maxOutputLength) => unbrotli(body, { ...lenientBrotli, maxOutputLength }),
    },
  ],
])

function codingOf(headers: Received['headers']): Coding | undefined {
  return codings.get(String(headers['content-encoding'] ?? '').toLowerCase())
}

function decompressing(response: IncomingMessage): Readable {
  const coding = codingOf(response.headers)
  return coding === undefined ? response : response.pipe(coding.arriving())
}

async function decompressed(body: Buffer, coding: Coding, maxOutputLength: number): Promise<Buffer> {
  try {
    return await coding.whole(body, maxOutputLength)
  } catch (error) {
    const isTooLong = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
    throw isTooLong ? tooLongError() : error
  }
}

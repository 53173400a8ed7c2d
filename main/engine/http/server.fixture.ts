/** A tiny HTTP server for unit tests: answers what the test says and keeps what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Clock } from '../ports.ts'

interface SeenRequest {
  readonly method: string
  /** Path and query as they came over the wire. */
  readonly target: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
  readonly socket: Socket
}

export type Handler = (request: SeenRequest, response: ServerResponse) => void

export interface TestServer {
  readonly url: string
  readonly seen: SeenRequest[]
  /** Takes effect with the next request. */
  handler: Handler
  close(): Promise<void>
}

export async function startTestServer(handler: Handler = (_request, response) => response.end()): Promise<TestServer> {
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const target = incoming.url ?? '/'
      const { pathname, searchParams } = new URL(target, 'http://test')
      const request = {
        method: incoming.method ?? '',
        target,
        path: pathname,
        query: searchParams,
        headers: incoming.headers,
        body: Buffer.concat(chunks),
        socket: incoming.socket,
      }
      started.seen.push(request)
      started.handler(request, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const started: TestServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    handler,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return started
}

export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'Content-Type': 'application/json' })
  response.end(JSON.stringify(value))
}

export function sendHtml(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/html' })
  response.end(`<html><head><title>${text}</title></head><body><h1>${status} ${text}</h1></body></html>`)
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** A clock that stands still: a deadline passes when the test says so. */
export interface TestClock extends Clock {
  /** Lets the oldest timer that waits for exactly this number of milliseconds fire, as soon as there is one. */
  expire(ms: number): Promise<void>
}

export function testClock(now = 0): TestClock {
  const timers = new Set<{ ms: number; fn: () => void }>()
  const wanted: { ms: number; done: () => void }[] = []
  function settle() {
    for (const want of [...wanted]) {
      const timer = [...timers].find(({ ms }) => ms === want.ms)
      if (!timer) continue
      timers.delete(timer)
      wanted.splice(wanted.indexOf(want), 1)
      timer.fn()
      want.done()
    }
  }
  return {
    now: () => now,
    setTimer(ms, fn) {
      const timer = { ms, fn }
      timers.add(timer)
      queueMicrotask(settle)
      return () => timers.delete(timer)
    },
    expire: (ms) =>
      new Promise((done) => {
        wanted.push({ ms, done })
        settle()
      }),
  }
}

export const quickTimeouts = { connectMs: 5_000, readMs: 30_000 }

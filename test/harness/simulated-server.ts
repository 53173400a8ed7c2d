import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type Clock, realClock } from './clock.ts'
import { type Fault, FaultScript } from './fault-script.ts'
import { RequestLog, RequestRecord } from './request-log.ts'
import type { Upgrade } from './web-socket.ts'

/** A request with its body, for a handler. */
export interface Exchange {
  readonly request: RequestRecord
  readonly body: Buffer
  /** Says what the request is, for the counters. */
  label(label: string): void
}

/** A handler's answer. `hold` keeps the response open for a stream of events. */
export interface Reply {
  status: number
  headers?: OutgoingHttpHeaders
  body?: string | Buffer
  hold?: (response: ServerResponse) => void
  /** The connection is reset in place of a response. */
  cut?: boolean
}

export type Handler = (exchange: Exchange) => Reply | Promise<Reply>

export interface SimulatedServerOptions {
  /** Default 127.0.0.1. */
  host?: string
  /** Default 0: any free one. */
  port?: number
  clock?: Clock
  /** After how much idle time a connection is closed; default 20,000 ms. */
  keepAliveMs?: number
  /** Runs delays; default real timers. */
  timer?: ((ms: number, fn: () => void) => void) | undefined
  /** Requests that the log keeps; default 100,000. */
  keepRequests?: number
  upgrade?: (upgrade: Upgrade) => void
}

/** What both simulated servers have in common: the listener, the request log, the faults, being down. */
export class SimulatedServer {
  readonly requests: RequestLog
  readonly faults = new FaultScript()
  readonly #options: SimulatedServerOptions
  readonly #handler: Handler
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #clock: Clock
  readonly #timer: (ms: number, fn: () => void) => void
  #seq = 0
  #port = 0

  constructor(handler: Handler, options: SimulatedServerOptions) {
    this.#handler = handler
    this.#options = options
    this.#clock = options.clock ?? realClock
    this.#timer = options.timer ?? ((ms, fn) => void setTimeout(fn, ms))
    this.requests = new RequestLog(options.keepRequests)
    // The header limit is far above the servers' own limits, so that those answer and not Node.
    this.#server = createServer(
      { maxHeaderSize: 256 * 1024, requestTimeout: 0, headersTimeout: 0 },
      (request, response) => this.#receive(request, response),
    )
    this.#server.keepAliveTimeout = options.keepAliveMs ?? 20_000
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
      socket.on('error', () => socket.destroy())
    })
    const { upgrade } = options
    if (upgrade) this.#server.on('upgrade', (request, socket, head) => upgrade({ request, socket, head }))
  }

  get host(): string {
    return this.#options.host ?? '127.0.0.1'
  }

  get port(): number {
    return this.#port
  }

  get url(): string {
    return `http://${this.host}:${this.#port}`
  }

  /** Open connections, also those that hang. */
  get connections(): number {
    return this.#sockets.size
  }

  /** Listens: the first time on the wanted port, later on the one it had. */
  async up(): Promise<void> {
    if (this.#server.listening) return
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(this.#port || (this.#options.port ?? 0), this.host, () => {
        this.#server.off('error', reject)
        resolve()
      })
    })
    this.#port = (this.#server.address() as AddressInfo).port
  }

  /** Stops listening and cuts every connection: new ones are refused until `up`. */
  async down(): Promise<void> {
    if (!this.#server.listening) return
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.dropConnections()
    await closed
  }

  /** Cuts every open connection and keeps listening. */
  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  close(): Promise<void> {
    return this.down()
  }

  /** The server's own clock, as every response shows it. */
  #date(): string {
    return new Date(this.#clock.now()).toUTCString()
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const record = new RequestRecord(
      this.#seq++,
      request.method ?? 'GET',
      request.url ?? '/',
      request.headers,
      this.#clock.now(),
    )
    this.requests.add(record)
    response.once('close', () => {
      record.isOpen = false
    })
    response.on('error', () => {})
    const { headers } = request
    if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
      request.resume()
      this.#answer(record, emptyBody, response)
      return
    }
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('error', () => response.destroy())
    request.on('end', () => {
      const body = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
      record.bytes = body.length
      const type = headers['content-type'] ?? ''
      if (body.length <= 65_536 && /json|text|form-urlencoded/.test(type)) record.body = body.toString()
      this.#answer(record, body, response)
    })
  }

  #answer(record: RequestRecord, body: Buffer, response: ServerResponse): void {
    const rule = this.faults.pick(record)
    const fault = rule?.fault
    if (fault) record.fault = fault.kind
    const late = this.faults.latencyMs + (fault?.kind === 'delay' ? fault.ms : 0)
    const own = needsAnswer(fault) || rule?.applied === true
    const go = () => {
      if (own) this.#run(record, body, response, fault)
      else if (fault) breakAnswer(record, response, fault)
    }
    if (late > 0) this.#timer(late, go)
    else go()
  }

  #run(record: RequestRecord, body: Buffer, response: ServerResponse, fault: Fault | undefined): void {
    const exchange: Exchange = { request: record, body, label: (label) => this.requests.label(record, label) }
    const send = (reply: Reply) => {
      if (fault && !needsAnswer(fault)) breakAnswer(record, response, fault)
      else this.#send(record, response, reply, fault)
    }
    const fail = (error: unknown) => {
      // A bug of the simulator must not look like a fault of the real server.
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      process.stderr.write(`simulated server failed on ${record.method} ${record.path}: ${text}\n`)
      this.#send(record, response, { status: 599, body: 'simulator bug' }, undefined)
    }
    try {
      const reply = this.#handler(exchange)
      if (reply instanceof Promise) reply.then(send, fail)
      else send(reply)
    } catch (error) {
      fail(error)
    }
  }

  #send(record: RequestRecord, response: ServerResponse, reply: Reply, fault: Fault | undefined): void {
    record.status = reply.status
    if (response.destroyed) return
    if (reply.cut === true) {
      response.socket?.resetAndDestroy()
      return
    }
    if (reply.hold) {
      response.writeHead(reply.status, { Date: this.#date(), ...reply.headers })
      reply.hold(response)
      return
    }
    const bytes = typeof reply.body === 'string' ? Buffer.from(reply.body) : (reply.body ?? emptyBody)
    const head = record.method === 'HEAD'
    const bodiless = reply.status === 304 || reply.status === 204
    const headers = { Date: this.#date(), ...reply.headers }
    response.writeHead(reply.status, bodiless ? headers : { ...headers, 'Content-Length': bytes.length })
    if (head || bodiless) response.end()
    else if (fault?.kind === 'truncate') {
      const cut = Math.min(fault.bytes ?? Math.floor(bytes.length / 2), Math.max(0, bytes.length - 1))
      // Destroyed only after the piece went out, or the client would see a plain reset.
      response.write(bytes.subarray(0, cut), () => response.destroy())
      response.flushHeaders()
    } else if (fault?.kind === 'drip') this.#drip(response, bytes, fault.chunk ?? 1, fault.everyMs ?? 50)
    else response.end(bytes)
  }

  #drip(response: ServerResponse, bytes: Buffer, chunk: number, everyMs: number): void {
    if (response.destroyed) return
    if (bytes.length === 0) {
      response.end()
      return
    }
    response.write(bytes.subarray(0, chunk))
    this.#timer(everyMs, () => this.#drip(response, bytes.subarray(chunk), chunk, everyMs))
  }
}

const emptyBody = Buffer.alloc(0)

/** Whether the server's own response is needed: without a fault, or because the fault only spoils it. */
function needsAnswer(fault: Fault | undefined): boolean {
  return !fault || fault.kind === 'truncate' || fault.kind === 'drip' || fault.kind === 'delay'
}

function breakAnswer(record: RequestRecord, response: ServerResponse, fault: Fault): void {
  if (fault.kind === 'hang') return
  if (fault.kind === 'reset') {
    const { socket } = response
    if (socket) socket.resetAndDestroy()
    return
  }
  const page = '<!DOCTYPE html><html><head><title>Welcome</title></head><body><h1>Welcome</h1></body></html>'
  if (fault.kind === 'html') write(200, { 'Content-Type': 'text/html; charset=utf-8' }, fault.body ?? page)
  else if (fault.kind === 'redirect') write(fault.status ?? 302, { Location: fault.to }, '')
  else if (fault.kind === 'status') {
    const text = `<html><head><title>Error</title></head><body><h1>${fault.status}</h1></body></html>`
    write(fault.status, { 'Content-Type': 'text/html', ...fault.headers }, fault.body ?? text)
  }
  function write(status: number, headers: OutgoingHttpHeaders, body: string): void {
    record.status = status
    response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) })
    response.end(body)
  }
}

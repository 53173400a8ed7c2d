/** Watches over one request: how far it came, and that it ends in time. */
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import type { Clock } from '../ports.ts'
import { request as requestPlainly } from './node-http.ts'

export interface Timeouts {
  /** For name look-up, TCP and TLS together. */
  readonly connectMs: number
  /** From the connection to the last byte of the response: a server that drips must not hold a worker forever. */
  readonly readMs: number
}

/** Connections that have carried, or could have carried, a request before. */
const connected = new WeakSet<Socket>()

export class Watch {
  /** Which deadline passed, if one did. */
  expired: 'connect' | 'read' | null = null
  /** Whether the head of a response arrived. */
  answered = false
  readonly timeouts: Timeouts
  readonly #secure: boolean
  readonly #clock: Clock
  #reused = false
  #stopTimer: (() => void) | null = null

  constructor(secure: boolean, timeouts: Timeouts, clock: Clock) {
    this.#secure = secure
    this.timeouts = timeouts
    this.#clock = clock
  }

  /** Makes the request in place of node:http; axios takes the whole watch as its transport. */
  request(options: RequestOptions, onResponse: (response: IncomingMessage) => void): ClientRequest {
    const request = (this.#secure ? https.request : requestPlainly)(options, (response) => {
      this.answered = true
      onResponse(response)
    })
    request.once('socket', (socket) => this.#watch(request, socket))
    request.once('close', () => this.#stopTimer?.())
    return request
  }

  /** The server had closed a kept-alive connection before it could see this request. */
  wasStale(): boolean {
    return this.#reused && !this.answered && this.expired === null
  }

  #watch(request: ClientRequest, socket: Socket): void {
    this.#reused = connected.has(socket)
    if (this.#reused) {
      this.#start(request, 'read')
      return
    }
    this.#start(request, 'connect')
    socket.once(this.#secure ? 'secureConnect' : 'connect', () => {
      connected.add(socket)
      this.#stopTimer?.()
      this.#start(request, 'read')
    })
  }

  #start(request: ClientRequest, phase: 'connect' | 'read'): void {
    const ms = phase === 'connect' ? this.timeouts.connectMs : this.timeouts.readMs
    this.#stopTimer = this.#clock.setTimer(ms, () => {
      this.expired = phase
      request.destroy(new Error(`${phase} deadline passed`))
    })
  }
}

/**
 * Hears from Stash when one of its jobs (scan, auto-tag, generate…) ends. Only an accelerator of the sweep: where there is
 * no websocket, nothing is lost but some minutes, so its failures are told at debug level and tried again ever more seldom.
 *
 * Stash: subscriptions by graphql-transport-ws on /graphql; authentication at the upgrade, by header; the client pings.
 */
import * as z from 'zod'
import type { Clock, Logger } from '../ports.ts'
import type { StashAddress } from '../stash/graphql.ts'

/** What the end of a job says about the library. */
export interface JobOccasion {
  readonly filesMoved: boolean
  readonly imported: boolean
}

export interface JobWatchDeps {
  readonly address: () => StashAddress
  /** May Stash be asked at all? */
  readonly isOpen: () => boolean
  readonly clock: Clock
  readonly logger: Logger
  readonly onJobEnded: (occasion: JobOccasion) => void
  /** The connection is there again after it was lost. */
  readonly onReconnected: () => void
}

const firstRetryMs = 5_000
const lastRetryMs = 15 * 60_000
const pingMs = 30_000

/** Node's WebSocket takes headers; the type is the browser's, which takes none. Undefined where the runtime has none. */
const nodeWebSocket = (): WebSocketWithHeaders | undefined =>
  (globalThis as { readonly WebSocket?: unknown }).WebSocket as WebSocketWithHeaders | undefined
type WebSocketWithHeaders = new (
  url: string,
  options: { readonly protocols: readonly string[]; readonly headers: Readonly<Record<string, string>> },
) => WebSocket

const query = 'subscription JobEnded { jobsSubscribe { type job { description } } }'
const messageSchema = z.object({
  type: z.string(),
  payload: z
    .object({
      data: z
        .object({ jobsSubscribe: z.object({ type: z.string(), job: z.object({ description: z.string() }) }) })
        .nullish(),
    })
    .optional()
    .catch(undefined),
})

export class JobWatch {
  readonly #deps: JobWatchDeps
  #socket: WebSocket | null = null
  #endTimer: () => void = () => {}
  #endPings: () => void = () => {}
  #failures = 0
  #started = false
  #wasLost = false

  constructor(deps: JobWatchDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#started = true
    this.#failures = 0
    this.#connect()
  }

  stop(): void {
    this.#started = false
    this.#leave()
  }

  /** Address or key changed, or Stash is back. */
  reconnect(): void {
    if (!this.#started) return
    this.#leave()
    this.start()
  }

  #leave(): void {
    this.#endTimer()
    this.#endPings()
    const socket = this.#socket
    this.#socket = null
    socket?.close()
  }

  #connect(): void {
    const { url, apiKey } = this.#deps.address()
    const NodeWebSocket = nodeWebSocket()
    if (NodeWebSocket === undefined) return
    if (!this.#deps.isOpen() || !/^https?:/.test(url) || !URL.canParse(url)) {
      this.#later()
      return
    }
    const socket = new NodeWebSocket(`${url.replace(/^http/, 'ws')}/graphql`, {
      protocols: ['graphql-transport-ws'],
      // A Stash without a password refuses any key.
      headers: apiKey === '' ? {} : { ApiKey: apiKey },
    })
    this.#socket = socket
    socket.addEventListener('open', () => this.#say(socket, { type: 'connection_init' }))
    socket.addEventListener('message', ({ data }) => this.#hear(socket, data))
    // Without a listener the error would end the process; `close` always follows.
    socket.addEventListener('error', () => {})
    socket.addEventListener('close', () => {
      if (this.#socket !== socket) return
      this.#socket = null
      this.#wasLost = true
      this.#endPings()
      this.#later()
    })
  }

  #hear(socket: WebSocket, data: unknown): void {
    const message = read(data)
    if (this.#socket !== socket || message === null) return
    if (message.type === 'connection_ack') {
      this.#failures = 0
      if (this.#wasLost) this.#deps.onReconnected()
      this.#wasLost = false
      this.#say(socket, { id: 'jobs', type: 'subscribe', payload: { query } })
      this.#deps.logger.log('debug', 'Stash', 'Hears when a job of Stash ends')
      this.#ping(socket)
    } else if (message.type === 'ping') this.#say(socket, { type: 'pong' })
    else if (message.type === 'error') socket.close()
    else if (message.type === 'next') this.#told(message.payload?.data?.jobsSubscribe)
  }

  #told(update: { type: string; job: { description: string } } | undefined): void {
    if (update?.type === 'REMOVE') this.#deps.onJobEnded(occasionOf(update.job.description))
  }

  #ping(socket: WebSocket): void {
    this.#endPings = this.#deps.clock.setTimer(pingMs, () => {
      this.#say(socket, { type: 'ping' })
      this.#ping(socket)
    })
  }

  #say(socket: WebSocket, message: Record<string, unknown>): void {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
  }

  #later(): void {
    if (!this.#started) return
    const ms = Math.min(lastRetryMs, firstRetryMs * 2 ** this.#failures)
    if (this.#failures === 0)
      this.#deps.logger.log('debug', 'Stash', 'No websocket to Stash: changes without a hook are found by the timer')
    this.#failures = Math.min(this.#failures + 1, 20)
    this.#endTimer()
    this.#endTimer = this.#deps.clock.setTimer(ms, () => this.#connect())
  }
}

/** Stash describes its jobs in English, whatever the language of its window: "Scanning...", "Cleaning...", "Importing...". */
export function occasionOf(description: string): JobOccasion {
  const imported = /^import/i.test(description)
  return { imported, filesMoved: imported || /^(scan|clean)/i.test(description) }
}

function read(data: unknown): z.infer<typeof messageSchema> | null {
  if (typeof data !== 'string') return null
  try {
    return messageSchema.safeParse(JSON.parse(data)).data ?? null
  } catch {
    // Not JSON, so not from Stash: a proxy speaks. Nothing to hear.
    return null
  }
}

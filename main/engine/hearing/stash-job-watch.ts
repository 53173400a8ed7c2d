/**
 * Follows the jobs of Stash (scan, auto-tag, generate…) until they end. Only an accelerator of the sweep: where there is
 * no websocket, nothing is lost but some minutes, so its failures are reported at debug level and tried again ever more seldom.
 *
 * Stash: subscriptions by graphql-transport-ws on /graphql; authentication at the upgrade, by header; the client pings.
 */

import * as z from 'zod'
import { KeptSocket, type SocketLoss, socketUrl } from '../http/kept-socket.ts'
import { Listeners } from '../listeners.ts'
import type { Clock, Logger } from '../ports.ts'
import type { StashAddress } from '../stash/graphql.ts'
import { hearingLines } from './hearing-log.ts'

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
}

const pingMs = 30_000

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
  readonly #socket: KeptSocket
  readonly #jobEnded = new Listeners<JobOccasion>()
  readonly #reconnected = new Listeners<void>()
  #endPings: () => void = () => {}
  #wasLost = false

  constructor(deps: JobWatchDeps) {
    this.#deps = deps
    this.#socket = new KeptSocket({
      firstRetryMs: 5_000,
      clock: deps.clock,
      address: () => {
        const { url, apiKey } = deps.address()
        const socket = socketUrl(url, '/graphql')
        if (!deps.isOpen() || socket === null) return null
        // A Stash without a password refuses any key.
        return {
          url: socket,
          protocols: ['graphql-transport-ws'],
          headers: apiKey === '' ? {} : { ApiKey: apiKey },
        }
      },
      onOpen: () => this.#socket.send({ type: 'connection_init' }),
      onMessage: (message) => this.#receive(message),
      onLost: (loss) => this.#lost(loss),
    })
  }

  /** Calls `listener` when a job of Stash has ended. Returns its end. */
  onJobEnded(listener: (occasion: JobOccasion) => void): () => void {
    return this.#jobEnded.add(listener)
  }

  /** Calls `listener` when the connection is there again after it was lost. Returns its end. */
  onReconnected(listener: () => void): () => void {
    return this.#reconnected.add(listener)
  }

  start(lifetime: AbortSignal): void {
    this.#socket.start()
    lifetime.addEventListener('abort', () => this.#stop(), { once: true })
  }

  /** Address or key changed, or Stash is back. */
  reconnect(): void {
    this.#endPings()
    this.#socket.reconnect()
  }

  #stop(): void {
    this.#endPings()
    this.#socket.stop()
  }

  #receive(data: unknown): void {
    // What cannot be read is not from Stash: a proxy answered. It is ignored.
    const { data: message } = messageSchema.safeParse(data)
    if (message?.type === 'connection_ack') {
      this.#socket.confirm()
      if (this.#wasLost) this.#reconnected.send()
      this.#wasLost = false
      this.#socket.send({ id: 'jobs', type: 'subscribe', payload: { query } })
      this.#deps.logger.log(...hearingLines.jobsFollowed())
      this.#ping()
    } else if (message?.type === 'ping') this.#socket.send({ type: 'pong' })
    else if (message?.type === 'error') this.#socket.drop()
    else if (message?.type === 'next') this.#jobChanged(message.payload?.data?.jobsSubscribe)
  }

  #jobChanged(update: { type: string; job: { description: string } } | undefined): void {
    if (update?.type === 'REMOVE') this.#jobEnded.send(occasionOf(update.job.description))
  }

  #ping(): void {
    this.#endPings()
    this.#endPings = this.#deps.clock.setTimer(pingMs, () => {
      this.#socket.send({ type: 'ping' })
      this.#ping()
    })
  }

  #lost({ isFirst, tried }: SocketLoss): void {
    this.#endPings()
    this.#wasLost ||= tried
    if (isFirst) this.#deps.logger.log(...hearingLines.noWebsocket())
  }
}

/** Stash describes its jobs in English, whatever the language of its window: "Scanning...", "Cleaning...", "Importing...". */
function occasionOf(description: string): JobOccasion {
  const imported = /^import/i.test(description)
  return { imported, filesMoved: imported || /^(scan|clean)/i.test(description) }
}

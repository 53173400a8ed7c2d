/**
 * Receives from Plex that a playback has ended. Only a wake-up of the next pull: without a websocket nothing is lost but
 * some minutes, so failures are logged at debug level and retried less and less often.
 *
 * Plex: notifications on /:/websockets/notifications with the owner's token; a `playing` message names the item and the
 * state, and no account.
 */

import * as z from 'zod'
import { KeptSocket, socketUrl } from '../http/kept-socket.ts'
import { Listeners } from '../listeners.ts'
import type { PlexAddress } from '../plex/connection.ts'
import type { Clock, Logger } from '../ports.ts'
import { playLines } from './plays-log.ts'

export interface PlaybackWatchDeps {
  readonly address: () => PlexAddress
  /** May Plex be asked at all? */
  readonly isOpen: () => boolean
  readonly clock: Clock
  readonly logger: Logger
}

const messageSchema = z.object({
  NotificationContainer: z.object({
    type: z.literal('playing'),
    PlaySessionStateNotification: z.array(z.object({ state: z.string() })),
  }),
})

export class PlaybackWatch {
  readonly #socket: KeptSocket
  readonly #stopped = new Listeners<void>()

  constructor({ address, isOpen, clock, logger }: PlaybackWatchDeps) {
    this.#socket = new KeptSocket({
      firstRetryMs: 10_000,
      clock,
      address: () => {
        const { url, token } = address()
        const socket = socketUrl(url, '/:/websockets/notifications')
        if (!isOpen() || socket === null) return null
        return { url: socket, protocols: [], headers: token === '' ? {} : { 'X-Plex-Token': token } }
      },
      onOpen: () => this.#socket.confirm(),
      onMessage: (message) => {
        if (isStop(message)) this.#stopped.send()
      },
      onLost: ({ isFirst }) => {
        if (isFirst) logger.log(...playLines.noWebsocket())
      },
    })
  }

  /** Calls `listener` when a playback has ended. Returns its end. */
  onStopped(listener: () => void): () => void {
    return this.#stopped.add(listener)
  }

  start(): void {
    this.#socket.start()
  }

  stop(): void {
    this.#socket.stop()
  }
}

function isStop(data: unknown): boolean {
  const message = messageSchema.safeParse(data)
  return (
    message.success &&
    message.data.NotificationContainer.PlaySessionStateNotification.some(({ state }) => state === 'stopped')
  )
}

/**
 * Receives from Plex that a playback has ended. Only a wake-up of the next pull: without a websocket nothing is lost but
 * some minutes, so failures are logged at debug level and retried less and less often.
 *
 * Plex: notifications on /:/websockets/notifications with the owner's token; a `playing` message names the item and the
 * state, and no account.
 */
import * as z from 'zod'
import type { PlexAddress } from '../plex/connection.ts'
import type { Clock, Logger } from '../ports.ts'

export interface PlaybackWatchDeps {
  readonly address: () => PlexAddress
  /** May Plex be asked at all? */
  readonly isOpen: () => boolean
  readonly clock: Clock
  readonly logger: Logger
  readonly onStopped: () => void
}

const firstRetryMs = 10_000
const lastRetryMs = 15 * 60_000

/** Node's WebSocket takes headers; the type is the browser's, which takes none. */
const NodeWebSocket = WebSocket as unknown as new (
  url: string,
  options: { readonly headers: Readonly<Record<string, string>> },
) => WebSocket

const messageSchema = z.object({
  NotificationContainer: z.object({
    type: z.literal('playing'),
    PlaySessionStateNotification: z.array(z.object({ state: z.string() })),
  }),
})

export class PlaybackWatch {
  readonly #deps: PlaybackWatchDeps
  #socket: WebSocket | null = null
  #endTimer: () => void = () => {}
  #failures = 0
  #started = false

  constructor(deps: PlaybackWatchDeps) {
    this.#deps = deps
  }

  start(): void {
    if (this.#started) return
    this.#started = true
    this.#failures = 0
    this.#connect()
  }

  stop(): void {
    this.#started = false
    this.#endTimer()
    const socket = this.#socket
    this.#socket = null
    socket?.close()
  }

  #connect(): void {
    const { url, token } = this.#deps.address()
    if (!this.#deps.isOpen() || !/^https?:/.test(url) || !URL.canParse(url)) {
      this.#later()
      return
    }
    const socket = new NodeWebSocket(`${url.replace(/^http/, 'ws')}/:/websockets/notifications`, {
      headers: token === '' ? {} : { 'X-Plex-Token': token },
    })
    this.#socket = socket
    socket.addEventListener('open', () => {
      this.#failures = 0
    })
    socket.addEventListener('message', ({ data }) => {
      if (this.#socket === socket && isStop(data)) this.#deps.onStopped()
    })
    // Without a listener the error would end the process; `close` always follows.
    socket.addEventListener('error', () => {})
    socket.addEventListener('close', () => {
      if (this.#socket !== socket) return
      this.#socket = null
      this.#later()
    })
  }

  #later(): void {
    if (!this.#started) return
    if (this.#failures === 0)
      this.#deps.logger.log('debug', 'Plays', 'No websocket to Plex: plays are found by the timer')
    const ms = Math.min(lastRetryMs, firstRetryMs * 2 ** this.#failures)
    this.#failures = Math.min(this.#failures + 1, 20)
    this.#endTimer()
    this.#endTimer = this.#deps.clock.setTimer(ms, () => this.#connect())
  }
}

function isStop(data: unknown): boolean {
  if (typeof data !== 'string') return false
  try {
    const message = messageSchema.safeParse(JSON.parse(data))
    return (
      message.success &&
      message.data.NotificationContainer.PlaySessionStateNotification.some(({ state }) => state === 'stopped')
    )
  } catch {
    // Not JSON: a proxy answers in the place of Plex.
    return false
  }
}

/** A websocket that is opened again when it is lost. Only ever an accelerator: if there is none, a timer finds the same. */
import type { Clock } from '../ports.ts'

interface SocketAddress {
  /** `ws:` or `wss:`. */
  readonly url: string
  readonly protocols: readonly string[]
  readonly headers: Readonly<Record<string, string>>
}

export interface KeptSocketDeps {
  /** Where to connect; null while the server must not be asked or has no address that could be. */
  readonly address: () => SocketAddress | null
  readonly firstRetryMs: number
  readonly clock: Clock
  readonly onOpen: () => void
  readonly onMessage: (message: unknown) => void
  readonly onLost: (loss: SocketLoss) => void
}

export interface SocketLoss {
  /** Not the second failure in a row. */
  readonly isFirst: boolean
  /** False if there was no address to connect to. */
  readonly tried: boolean
}

const lastRetryMs = 15 * 60_000

/** Node's WebSocket takes headers; the type is the browser's, which takes none. */
type NodeWebSocket = new (url: string, options: Omit<SocketAddress, 'url'>) => WebSocket

export class KeptSocket {
  readonly #deps: KeptSocketDeps
  #socket: WebSocket | null = null
  #endTimer: () => void = () => {}
  #failures = 0
  #started = false

  constructor(deps: KeptSocketDeps) {
    this.#deps = deps
  }

  start(): void {
    if (this.#started) return
    this.#started = true
    this.#failures = 0
    // Node loads its websockets and fetch with the first one: not while the program starts.
    const soon = setImmediate(() => this.#connect())
    this.#endTimer = () => clearImmediate(soon)
  }

  stop(): void {
    this.#started = false
    this.#endTimer()
    const socket = this.#socket
    this.#socket = null
    socket?.close()
  }

  /** The address changed, or the server is back. */
  reconnect(): void {
    if (!this.#started) return
    this.stop()
    this.start()
  }

  /** The other side is the one that was meant: the next loss will be tried again soon. */
  confirm(): void {
    this.#failures = 0
  }

  send(message: unknown): void {
    const socket = this.#socket
    if (socket !== null && socket.readyState === socket.OPEN) socket.send(JSON.stringify(message))
  }

  /** Lets go of a connection that answered with an error; it is opened again later. */
  drop(): void {
    this.#socket?.close()
  }

  #connect(): void {
    const address = this.#deps.address()
    if (address === null) {
      this.#later(false)
      return
    }
    // A runtime without websockets finds everything by its timers.
    const Socket = (globalThis as { readonly WebSocket?: unknown }).WebSocket as NodeWebSocket | undefined
    if (Socket === undefined) return
    const { url, ...options } = address
    const socket = new Socket(url, options)
    this.#socket = socket
    socket.addEventListener('open', () => {
      if (this.#socket === socket) this.#deps.onOpen()
    })
    socket.addEventListener('message', ({ data }) => {
      if (this.#socket === socket) this.#deps.onMessage(parseJson(data))
    })
    // Without a listener the error would end the process; `close` always follows.
    socket.addEventListener('error', () => {})
    socket.addEventListener('close', () => {
      if (this.#socket !== socket) return
      this.#socket = null
      this.#later(true)
    })
  }

  #later(tried: boolean): void {
    if (!this.#started) return
    this.#deps.onLost({ isFirst: this.#failures === 0, tried })
    const ms = Math.min(lastRetryMs, this.#deps.firstRetryMs * 2 ** this.#failures)
    this.#failures = Math.min(this.#failures + 1, 20)
    this.#endTimer()
    this.#endTimer = this.#deps.clock.setTimer(ms, () => this.#connect())
  }
}

/** Turns the address of a server (`http:` or `https:`) into that of its websocket; null if it is neither. */
export function socketUrl(url: string, path: string): string | null {
  return /^https?:/.test(url) && URL.canParse(url) ? `${url.replace(/^http/, 'ws')}${path}` : null
}

/** Null for anything but JSON: then a proxy answers in the place of the server. */
function parseJson(data: unknown): unknown {
  if (typeof data !== 'string') return null
  try {
    return JSON.parse(data)
  } catch {
    return null
  }
}

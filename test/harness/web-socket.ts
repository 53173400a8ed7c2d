import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'

/** An upgrade request with its connection, as `node:http` hands it over. */
export interface Upgrade {
  readonly request: IncomingMessage
  readonly socket: Duplex
  /** Bytes that came behind the request. */
  readonly head: Buffer
}

/** Ends an upgrade request with a status instead of a web socket. */
export function refuseUpgrade({ socket }: Upgrade, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

/** Answers an upgrade request. `choose` picks one of the offered subprotocols; null refuses the connection. */
export function acceptWebSocket(
  upgrade: Upgrade,
  use: (socket: WebSocket, protocol: string) => void,
  choose: (offered: ReadonlySet<string>) => string | null = () => '',
): void {
  const { request, socket, head } = upgrade
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
  const protocol = choose(new Set(offered))
  if (protocol === null) {
    refuseUpgrade(upgrade, 400)
    return
  }
  const server = new WebSocketServer({ noServer: true, handleProtocols: () => protocol || false })
  server.handleUpgrade(request, socket, head, (accepted) => use(accepted, protocol))
}

/**
 * What is on its way between sockets of this process. The system delivers over the loopback device when it pleases, and a
 * loaded machine takes its time: only both ends of a connection together show that nothing is left between them.
 */
import { subscribe } from 'node:diagnostics_channel'
import { Socket } from 'node:net'

interface Connection {
  /** Where the server listens. */
  readonly port: number
  /** Missing where the client is another process. */
  client?: Socket
  /** Missing until the connection is accepted. */
  server?: Socket
}

const connecting = new Set<Socket>()
/** By both ports, the client's first. */
const connections = new Map<string, Connection>()

subscribe('net.client.socket', (message) => {
  const socket = socketOf(message)
  if (socket === null) return
  connecting.add(socket)
  socket.once('close', () => connecting.delete(socket))
  socket.once('connect', () => {
    connecting.delete(socket)
    keep(socket, 'client', { from: socket.localPort, port: socket.remotePort })
  })
})

subscribe('net.server.socket', (message) => {
  const socket = socketOf(message)
  if (socket !== null) keep(socket, 'server', { from: socket.remotePort, port: socket.localPort })
})

function socketOf(message: unknown): Socket | null {
  if (typeof message !== 'object' || message === null || !('socket' in message)) return null
  return message.socket instanceof Socket ? message.socket : null
}

interface Ports {
  readonly from: number | undefined
  readonly port: number | undefined
}

function keep(socket: Socket, end: 'client' | 'server', { from, port }: Ports): void {
  if (from === undefined || port === undefined) return
  const key = `${from} ${port}`
  const known = connections.get(key)
  // The system gives the same ports again when a connection is gone.
  const connection = known === undefined || known[end] !== undefined ? { port } : known
  connection[end] = socket
  connections.set(key, connection)
  socket.once('close', () => {
    const { client, server } = connection
    const isOver = client?.closed !== false && server?.closed !== false
    if (isOver && connections.get(key) === connection) connections.delete(key)
  })
}

/** Whether anything is between the two ends of a connection to one of these ports: bytes, its beginning or its end. */
export function isOnTheWay(ports: ReadonlySet<number>): boolean {
  if (connecting.size > 0) return true
  for (const connection of connections.values()) if (ports.has(connection.port) && isMoving(connection)) return true
  return false
}

function isMoving({ client, server }: Connection): boolean {
  if (client === undefined) return false
  if (server === undefined) return !client.closed
  if (client.closed || server.closed) return client.closed !== server.closed
  return client.bytesWritten !== server.bytesRead || server.bytesWritten !== client.bytesRead
}

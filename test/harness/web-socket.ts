import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

/** The server's side of a web socket, as much of RFC 6455 as text messages need: the `ws` package is not installed. */
export class WebSocketPeer {
  onMessage: (text: string) => void = () => {}
  onClose: () => void = () => {}
  readonly #socket: Duplex
  #buffer: Buffer = Buffer.alloc(0)
  #fragments: Buffer[] = []
  #closed = false

  constructor(socket: Duplex) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#end())
  }

  send(text: string): void {
    if (!this.#closed) this.#socket.write(frame(0x1, Buffer.from(text)))
  }

  /** Says goodbye with a code (1000 is normal) and ends the connection. */
  close(code = 1000, reason = ''): void {
    if (this.#closed) return
    const body = Buffer.alloc(2 + Buffer.byteLength(reason))
    body.writeUInt16BE(code, 0)
    body.write(reason, 2)
    this.#socket.end(frame(0x8, body))
    this.#end()
  }

  #end(): void {
    if (this.#closed) return
    this.#closed = true
    this.onClose()
  }

  #read(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk])
    for (let parsed = unframe(this.#buffer); parsed; parsed = unframe(this.#buffer)) {
      this.#buffer = this.#buffer.subarray(parsed.length)
      if (parsed.opcode === 0x8) this.close()
      else if (parsed.opcode === 0x9) this.#socket.write(frame(0xa, parsed.payload))
      else if (parsed.opcode <= 0x2) {
        this.#fragments.push(parsed.payload)
        if (!parsed.final) continue
        const text = Buffer.concat(this.#fragments).toString()
        this.#fragments = []
        this.onMessage(text)
      }
    }
  }
}

/** Answers an upgrade request. `choose` picks one of the offered subprotocols; null refuses the connection. */
export function acceptWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  options: { choose?: (offered: string[]) => string | null },
): WebSocketPeer | null {
  const key = request.headers['sec-websocket-key']
  const offered = (request.headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
  const protocol = options.choose ? options.choose(offered) : ''
  if (typeof key !== 'string' || protocol === null) {
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    return null
  }
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
  ]
  if (protocol) lines.push(`Sec-WebSocket-Protocol: ${protocol}`)
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  return new WebSocketPeer(socket)
}

function frame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload
  const head = length < 126 ? Buffer.alloc(2) : length < 65_536 ? Buffer.alloc(4) : Buffer.alloc(10)
  head[0] = 0x80 | opcode
  if (length < 126) head[1] = length
  else if (length < 65_536) {
    head[1] = 126
    head.writeUInt16BE(length, 2)
  } else {
    head[1] = 127
    head.writeBigUInt64BE(BigInt(length), 2)
  }
  return Buffer.concat([head, payload])
}

/** The first whole frame of the buffer, or null while it is not complete. Clients must mask what they send. */
function unframe(buffer: Buffer): { opcode: number; final: boolean; payload: Buffer; length: number } | null {
  if (buffer.length < 2) return null
  const first = buffer[0] ?? 0
  const second = buffer[1] ?? 0
  let length = second & 0x7f
  let at = 2
  if (length === 126) {
    if (buffer.length < 4) return null
    length = buffer.readUInt16BE(2)
    at = 4
  } else if (length === 127) {
    if (buffer.length < 10) return null
    length = Number(buffer.readBigUInt64BE(2))
    at = 10
  }
  const masked = (second & 0x80) !== 0
  const start = at + (masked ? 4 : 0)
  if (buffer.length < start + length) return null
  const payload = Buffer.from(buffer.subarray(start, start + length))
  if (masked) for (let i = 0; i < length; i++) payload[i] = (payload[i] ?? 0) ^ (buffer[at + (i % 4)] ?? 0)
  return { opcode: first & 0x0f, final: (first & 0x80) !== 0, payload, length: start + length }
}

/**
 * Sits between PlexSync and a server, so that the response of one request can be lost after the server has carried it out:
 * as when PlexSync is killed, or the network fails, between the two.
 */
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface LosingProxy extends AsyncDisposable {
  readonly url: string
  /** Loses the response of the next request whose body holds this text. Fulfilled when the server had carried it out. */
  loseAnswerTo(text: string): Promise<void>
}

export async function startLosingProxy(target: string): Promise<LosingProxy> {
  const { hostname, port, pathname } = new URL(target)
  const prefix = pathname.replace(/\/$/, '')
  let wanted: { readonly text: string; readonly lost: () => void } | null = null

  function pass(incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse): void {
    const losing = wanted !== null && body.includes(wanted.text) ? wanted : null
    if (losing !== null) wanted = null
    const headers = { ...incoming.headers, host: `${hostname}:${port}` }
    const path = `${prefix}${incoming.url ?? '/'}`
    const onward = forward({ hostname, port, path, method: incoming.method, headers }, (response) => {
      if (losing !== null) {
        response.resume().on('end', () => {
          outgoing.destroy()
          losing.lost()
        })
        return
      }
      outgoing.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    onward.end(body)
  }

  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => pass(incoming, Buffer.concat(chunks), outgoing))
  })
  // Without a web socket PlexSync goes by its timers.
  server.on('upgrade', (_request, socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    loseAnswerTo: (text) =>
      new Promise((resolve) => {
        wanted = { text, lost: resolve }
      }),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Serve = (request: IncomingMessage, response: ServerResponse) => void

/** Where a household is served. */
export interface FakeHost {
  readonly url: string
  /** Set by the document of the window, so that each call shows which household it is for. */
  readonly cookie: string
  /** Whether a request comes from the window of this household. A call of the one before may come late. */
  isOwn(request: IncomingMessage): boolean
  /** Cuts all connections and listens no more; `up` listens on the same port again. */
  down(): Promise<void>
  up(): Promise<void>
  /** Leaves the address to the next household. */
  leave(): void
}

interface Listener {
  readonly port: number
  serve: Serve
  readonly down: () => Promise<void>
  readonly up: () => Promise<void>
}

const resting: Listener[] = []
let hosts = 0

async function listen(): Promise<Listener> {
  const server = createServer((request, response) => listener.serve(request, response))
  const up = (port = 0) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  await up()
  const { port } = server.address() as AddressInfo
  const down = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  const listener: Listener = { port, serve: refuse, down, up: () => up(port) }
  return listener
}

function refuse(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(410).end()
}

/**
 * Gives a household an address, one that an earlier household has left where there is one: the browser has the window's
 * files from there, and what it compiled of them, which is a third of what opening a page costs.
 */
export async function takeHost(serve: Serve): Promise<FakeHost> {
  const listener = resting.pop() ?? (await listen())
  listener.serve = serve
  // Cookies know no ports.
  const cookie = `household-${listener.port}=${++hosts}`
  let isUp = true
  return {
    url: `http://127.0.0.1:${listener.port}/`,
    cookie,
    isOwn: ({ headers }) => headers.cookie?.split('; ').includes(cookie) === true,
    async down() {
      isUp = false
      await listener.down()
    },
    async up() {
      await listener.up()
      isUp = true
    },
    leave() {
      listener.serve = refuse
      if (isUp) resting.push(listener)
    },
  }
}

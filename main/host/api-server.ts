/**
 * The server of the window. What it answers is in `window-app.ts`, which is loaded when it listens: with Hono, Node's fetch and
 * HTTP/2 it takes a tenth of the time of a start, and hooks need not wait for it.
 */
import type { RequestListener, Server } from 'node:http'
import { isIP } from 'node:net'
import { decline } from '../../shared/decline.ts'
import { ok, type Result, textOf } from '../../shared/result.ts'
import { createServer } from '../engine/http/node-http.ts'
import { allowedHosts } from './allowed-hosts.ts'
import { hostLines } from './host-log.ts'
import type { WindowAppDeps } from './window-app.ts'

/** Each open window takes a few. */
const mostConnections = 500

export interface ApiServerDeps extends WindowAppDeps {
  /** Further exact hosts (`name` or `name:port`) under which the window may be opened. */
  readonly extraHosts: () => readonly string[]
  /** How long a head or a body may take to arrive; default 10 s. Answers, events above all, may take as long as they like. */
  readonly requestTimeoutMs?: number
}

export interface ApiServer {
  /** `http://host:port` */
  readonly url: string
  close(): Promise<void>
}

/** Starts listening. Port 0 means any free one. */
export async function startApiServer(deps: ApiServerDeps, host: string, port: number): Promise<Result<ApiServer>> {
  const { requestTimeoutMs = 10_000 } = deps
  const limits = {
    headersTimeout: requestTimeoutMs,
    requestTimeout: requestTimeoutMs,
    // Node looks for requests that take too long only so often, by default every 30 s; each look wakes an idle machine.
    connectionsCheckingInterval: requestTimeoutMs,
  }
  let boundPort = port
  let loading: Promise<RequestListener> | null = null
  const loaded = (): Promise<RequestListener> => {
    loading ??= import('./window-app.ts').then(({ windowListener }) =>
      windowListener(deps, host, () => allowedHosts(host, boundPort, deps.extraHosts())),
    )
    return loading
  }
  const server = createServer(limits, (request, response) => {
    loaded().then(
      (answer) => answer(request, response),
      (error: unknown) => {
        deps.logger.log(...hostLines.requestFailed({ problem: textOf(error) }), { error })
        response.writeHead(500).end()
      },
    )
  })
  server.maxConnections = mostConnections
  return new Promise((resolve) => {
    const refused = (error: NodeJS.ErrnoException): void =>
      resolve(
        error.code === 'EADDRINUSE'
          ? decline('port_in_use', { code: 'port_taken', values: { setting: 'ui_port', port } })
          : decline('invalid_input', {
              code: 'cannot_listen',
              values: { setting: 'ui_host', host, port, found: error.code ?? error.message },
            }),
      )
    server.once('error', refused)
    server.listen(port, host, () => {
      const address = server.address()
      if (address !== null && typeof address === 'object') boundPort = address.port
      server.removeListener('error', refused)
      resolve(
        ok({
          url: `http://${isIP(host) === 6 ? `[${host}]` : host}:${boundPort}`,
          close: () => closeServer(server),
        }),
      )
      // After the host has the result. Where it fails, the first request says so.
      setImmediate(() => void loaded().catch(() => {}))
    })
  })
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

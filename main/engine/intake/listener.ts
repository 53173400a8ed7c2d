/**
 * The HTTP listener that Stash's companion plugin reports to. Plain node:http without a framework: it stands in the way
 * of each save in Stash, so it does nothing but authenticate, filter, store and answer.
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { decline } from '../../../shared/decline.ts'
import { ok, type Result, textOf } from '../../../shared/result.ts'
import { HostAllowList, hostName, isWildcard, type Machine } from '../http/host-allow-list.ts'
import { createServer } from '../http/node-http.ts'
import type { Clock } from '../ports.ts'
import type { ServedFile } from '../stash/companion/served-file.ts'
import type { Authenticator } from './authentication.ts'
import type { HookLog } from './hook-log.ts'
import type { HookStorage } from './hook-storage.ts'
import { type HookSettings, Intake, type IntakeOptions, type TakenHook } from './intake.ts'
import { errorResponse, type ListenerResponse, send, sendRaw } from './listener-response.ts'
import { Routes } from './routes.ts'

export interface IntakeListenerDeps {
  readonly settings: HookSettings
  readonly storage: HookStorage
  readonly authenticator: Authenticator
  /** The files under /stash-plugin/, by the rest of the path as it was sent; null if there is none. */
  readonly files?: (path: string) => ServedFile | null
  /** Is closed with the listener. */
  readonly log: HookLog
  readonly clock: Clock
}

export interface IntakeListenerOptions extends IntakeOptions {
  readonly machine?: Machine
  /** How long a head or a body may take to arrive; default 10 s. */
  readonly requestTimeoutMs?: number
}

interface Listening {
  readonly host: string
  /** The real one where any free port was asked for. */
  readonly port: number
  /** Where hooks go. */
  readonly url: string
}

export interface IntakeListener {
  /** Calls `listener` after the commit, once per hook. Returns its end. */
  onTaken(listener: (hook: TakenHook) => void): () => void
  /** Faults: `port_in_use`, `invalid_input` (an address that is not this machine's, a port that needs more rights). */
  listen(host: string, port: number): Promise<Result<Listening>>
  /** Takes no more requests, commits and answers those that are in, then ends for good: it cannot listen again. */
  close(): Promise<void>
}

const mostConnections = 1000
/** Longer than a bulk edit pauses between two hooks: a connection costs more than a hook. */
const keepAliveMs = 60_000
/** What is in flight at `close` gets this long to finish sending. */
const closeGraceMs = 2000

export function createIntakeListener(
  { settings, storage, authenticator, files = () => null, log, clock }: IntakeListenerDeps,
  { requestTimeoutMs = 10_000, machine, backlog }: IntakeListenerOptions = {},
): IntakeListener {
  const intake = new Intake({ settings, storage, log }, { backlog })
  const routes = new Routes({ authenticator, intake, log, files })
  const hosts = new HostAllowList(() => settings.settings().webhook_hosts, machine)
  /** By connection: the request that was answered before all of it had come. */
  const respondedEarly = new WeakMap<Duplex, IncomingMessage>()

  function guard({ headers }: IncomingMessage): ListenerResponse | null {
    if (headers.origin !== undefined) {
      log.refused(403, 'it was sent by a web page')
      return errorResponse(403)
    }
    if (hosts.allows(headers.host)) return null
    log.refused(403, `called as '${hostName(headers.host ?? '') ?? ''}', which is not in webhook_hosts`)
    return errorResponse(403)
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = guard(request) ?? (await routes.answer(request))
    if (answer === null) return
    if (!request.complete) respondedEarly.set(request.socket, request)
    send(response, answer, !server.listening)
  }

  const server = createServer(
    {
      headersTimeout: requestTimeoutMs,
      requestTimeout: requestTimeoutMs,
      // Node looks for requests that take too long only so often, by default every 30 s; each look wakes an idle machine.
      connectionsCheckingInterval: Math.ceil(requestTimeoutMs / 4),
      keepAliveTimeout: keepAliveMs,
      noDelay: true,
    },
    (request, response) => {
      respond(request, response).catch((error: unknown) => {
        log.failed(error)
        if (!response.headersSent) send(response, errorResponse(503, { headers: ['Retry-After', '5'] }), true)
      })
    },
  )
  server.maxConnections = mostConnections

  server.on('clientError', (error: NodeJS.ErrnoException, connection: Duplex) => {
    // As too large for example, and it still continues: a second answer would belong to no request.
    const answered = respondedEarly.get(connection)?.complete === false
    if (!connection.writable || answered) connection.destroy()
    else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') sendRaw(connection, errorResponse(408), 'Request Timeout')
    else if (error.code === 'HPE_HEADER_OVERFLOW') sendRaw(connection, errorResponse(431), 'Headers Too Large')
    else sendRaw(connection, errorResponse(400), 'Bad Request')
  })

  return {
    onTaken: (listener) => intake.onTaken(listener),

    listen(host, port) {
      hosts.bind(host)
      return new Promise((resolve) => {
        const refused = (error: NodeJS.ErrnoException) => resolve(listenFault(error, host, port))
        server.once('error', refused)
        server.listen({ host: hostName(host) ?? host, port }, () => {
          server.off('error', refused)
          server.on('error', (error) => log.listenerFailed(error))
          const address = server.address()
          const actual = typeof address === 'object' && address !== null ? address.port : port
          resolve(ok({ host, port: actual, url: `http://${callableHost(host)}:${actual}/hooks/stash` }))
        })
      })
    },

    async close() {
      if (!server.listening) return
      const ended = new Promise<void>((resolve) => server.close(() => resolve()))
      const stopWaiting = clock.setTimer(closeGraceMs, () => server.closeAllConnections())
      await ended
      stopWaiting()
      intake.close()
      log.close()
    },
  }
}

/** The host to put into a URL: a wildcard is not an address that can be called everywhere. */
function callableHost(host: string): string {
  if (isWildcard(host)) return host.includes(':') ? '[::1]' : '127.0.0.1'
  const name = hostName(host) ?? host
  return name.includes(':') ? `[${name}]` : name
}

function listenFault(error: NodeJS.ErrnoException, host: string, port: number): Result<Listening> {
  switch (error.code) {
    case 'EADDRINUSE':
      return decline('port_in_use', { code: 'port_taken', values: { setting: 'webhook_port', port } })
    case 'EACCES':
      return decline('invalid_input', { code: 'port_forbidden', values: { port } })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return decline('invalid_input', { code: 'host_not_here', values: { host } })
    default:
      return decline('unexpected', {
        code: 'cannot_listen',
        values: { setting: 'webhook_host', host, port, found: textOf(error) },
      })
  }
}

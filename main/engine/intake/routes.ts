/** What is found under which path of the intake listener: a request in, a response out. */
import type { IncomingMessage } from 'node:http'
import type { Result } from '../../../shared/result.ts'
import type { ServedFile } from '../stash/companion/served-file.ts'
import { type Authenticator, credentialsOf } from './authentication.ts'
import { parseHookBody, parseHookQuery } from './hook.ts'
import type { HookLog } from './hook-log.ts'
import type { HookResult, Intake } from './intake.ts'
import { errorResponse, fileResponse, jsonResponse, type ListenerResponse } from './listener-response.ts'
import { readBody } from './request-body.ts'

export interface RouteDeps {
  readonly authenticator: Authenticator
  readonly intake: Intake
  readonly log: HookLog
  readonly files: (path: string) => ServedFile | null
}

/** Null: the sender went away and wants no response. */
type Handler = (request: IncomingMessage, query: string) => ListenerResponse | Promise<ListenerResponse | null>

interface Route {
  readonly methods: readonly string[]
  readonly handle: Handler
}

const largestBody = 1024 * 1024
/** The user has to type a password. */
const lockedRetrySeconds = 60

/** Stash's `validateStashBoxCredentials` finds the credentials valid, and so the hook delivered, when a name is here. */
const acknowledgement = { data: { me: { name: 'PlexSync' } } }

const filesPrefix = '/stash-plugin/'

export class Routes {
  readonly #deps: RouteDeps
  readonly #routes: ReadonlyMap<string, Route>

  constructor(deps: RouteDeps) {
    this.#deps = deps
    this.#routes = new Map<string, Route>([
      ['/hooks/stash', { methods: ['POST'], handle: (request) => this.#takeHook(request) }],
      [
        '/hooks/stash/ack',
        { methods: ['POST'], handle: (request, query) => this.#takeAcknowledgedHook(request, query) },
      ],
      ['/healthz', { methods: ['GET', 'HEAD'], handle: () => jsonResponse(200, { status: 'ok' }) }],
    ])
  }

  /** The response to a request whose host and origin were checked already; null if the sender went away. */
  answer(request: IncomingMessage): ListenerResponse | null | Promise<ListenerResponse | null> {
    const { method = '', url = '' } = request
    const at = url.indexOf('?')
    const path = at < 0 ? url : url.slice(0, at)
    const route = this.#routes.get(path) ?? this.#fileRoute(path)
    if (route === null) return errorResponse(404)
    if (!route.methods.includes(method)) return errorResponse(405, { headers: ['Allow', route.methods.join(', ')] })
    return route.handle(request, at < 0 ? '' : url.slice(at + 1))
  }

  async #takeHook(request: IncomingMessage): Promise<ListenerResponse | null> {
    const { authenticator, intake, log } = this.#deps
    const credentials = credentialsOf(request.headers)
    if (credentials.form === 'tokens' && !authenticator.acceptsOneOf(credentials.tokens)) return this.#refuse(request)
    if (!isJson(request)) return errorResponse(415)
    const body = await readBody(request, largestBody)
    if (body === 'aborted') return null
    if (body === 'too_large') return errorResponse(413)
    const startedAt = log.now()
    const signed = credentials.form === 'signature' ? credentials.headers : null
    if (signed !== null && !authenticator.acceptsSignature(signed, body)) return this.#refuse(request)
    const parsed = parseHookBody(body.toString())
    if (!parsed.ok) return errorResponse(400, { message: parsed.fault.message })
    const { hooks, isArray } = parsed.value
    const taken = await intake.take(hooks, signed?.id ?? null, startedAt)
    return responseTo(taken, (responses) => jsonResponse(202, isArray ? responses : responses[0]))
  }

  /** Signatures are no use here: they cover the body, and all that counts is in the query. */
  async #takeAcknowledgedHook(request: IncomingMessage, query: string): Promise<ListenerResponse | null> {
    const { authenticator, intake, log } = this.#deps
    const credentials = credentialsOf(request.headers)
    if (credentials.form !== 'tokens' || !authenticator.acceptsOneOf(credentials.tokens)) return this.#refuse(request)
    const body = await readBody(request, largestBody)
    if (body === 'aborted') return null
    if (body === 'too_large') return errorResponse(413)
    const startedAt = log.now()
    const parsed = parseHookQuery(new URLSearchParams(query))
    if (!parsed.ok) return errorResponse(400, { message: parsed.fault.message })
    const taken = await intake.take(parsed.value, null, startedAt)
    return responseTo(taken, () => jsonResponse(200, acknowledgement))
  }

  #fileRoute(path: string): Route | null {
    if (!path.startsWith(filesPrefix)) return null
    const file = this.#deps.files(path.slice(filesPrefix.length))
    if (file === null) return null
    return { methods: ['GET', 'HEAD'], handle: () => fileResponse(file.bytes, file.type) }
  }

  #refuse(request: IncomingMessage): ListenerResponse {
    if (this.#deps.authenticator.isLocked)
      return errorResponse(503, { headers: ['Retry-After', String(lockedRetrySeconds)] })
    this.#deps.log.refused(401, `wrong or no credentials, from ${request.socket.remoteAddress ?? 'somewhere'}`)
    return errorResponse(401, { headers: ['WWW-Authenticate', 'Bearer'] })
  }
}

function responseTo(
  taken: Result<readonly HookResult[]>,
  stored: (responses: readonly HookResult[]) => ListenerResponse,
): ListenerResponse {
  if (taken.ok) return stored(taken.value)
  const { code, retryAfterMs = 1000 } = taken.fault
  const headers = ['Retry-After', String(Math.ceil(retryAfterMs / 1000))]
  return errorResponse(code === 'server_busy' ? 429 : 503, { headers })
}

function isJson({ headers }: IncomingMessage): boolean {
  const type = headers['content-type'] ?? ''
  const encoding = headers['content-encoding'] ?? 'identity'
  return encoding === 'identity' && /^application\/json *(;|$)/i.test(type)
}

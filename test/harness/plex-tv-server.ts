import { randomBytes } from 'node:crypto'
import { type Clock, realClock } from './clock.ts'
import { containerToXml, type PlexObject } from './plex-xml.ts'
import type { RequestRecord } from './request-log.ts'
import { type Exchange, type Reply, SimulatedServer, type SimulatedServerOptions } from './simulated-server.ts'

export interface PlexTvOptions {
  host?: string
  port?: number
  clock?: Clock
  timer?: SimulatedServerOptions['timer']
  /** The account's token, given out with each approved PIN. */
  accountToken?: string
  /** Seconds that a strong PIN lives; default 1800. A typed one lives half as long. */
  pinSeconds?: number
  /** Polls of one PIN that come sooner than this after the last are answered 429; default 0: never. */
  minimumPollMs?: number
}

interface Pin {
  id: number
  code: string
  clientIdentifier: string
  product: string
  expiresAt: number
  authToken: string | null
  polledAt: number
}

/** One way to reach a server. */
export interface ResourceConnection {
  uri: string
  address: string
  port: number
  protocol: 'http' | 'https'
  local: boolean
  relay: boolean
}

/** A device of the account. */
export interface Resource {
  name: string
  product: string
  provides: string
  clientIdentifier: string
  /** The token for this server, which is not the account's. */
  accessToken: string | null
  owned: boolean
  httpsRequired: boolean
  connections: ResourceConnection[]
}

/** A simulated plex.tv: sign-in by PIN, the account, its servers. */
export class PlexTvServer implements AsyncDisposable {
  readonly accountToken: string
  readonly resources: Resource[] = []
  readonly #pins = new Map<number, Pin>()
  readonly #clock: Clock
  readonly #pinSeconds: number
  readonly #minimumPollMs: number
  readonly #server: SimulatedServer
  #nextPin = 700_001

  constructor(options: PlexTvOptions) {
    this.#clock = options.clock ?? realClock
    this.accountToken = options.accountToken ?? 'plex-account-token-0001'
    this.#pinSeconds = options.pinSeconds ?? 1800
    this.#minimumPollMs = options.minimumPollMs ?? 0
    this.#server = new SimulatedServer((exchange) => this.#handle(exchange), options)
  }

  get url(): string {
    return this.#server.url
  }

  get requests(): SimulatedServer['requests'] {
    return this.#server.requests
  }

  get faults(): SimulatedServer['faults'] {
    return this.#server.faults
  }

  /** Adds a server to the account. Unreachable addresses may be in front, as in real life. */
  addServer(
    server: { url: string; token: string; settings: { machineIdentifier: string; friendlyName: string } },
    more: ResourceConnection[] = [],
  ): Resource {
    const { hostname, port } = new URL(server.url)
    const own: ResourceConnection = {
      uri: server.url,
      address: hostname,
      port: Number(port),
      protocol: 'http',
      local: true,
      relay: false,
    }
    const resource: Resource = {
      name: server.settings.friendlyName,
      product: 'Plex Media Server',
      provides: 'server',
      clientIdentifier: server.settings.machineIdentifier,
      accessToken: server.token,
      owned: true,
      httpsRequired: false,
      connections: [...more, own],
    }
    this.resources.push(resource)
    return resource
  }

  /** The user enters the code in the browser. */
  approve(code: string): void {
    const pin = [...this.#pins.values()].find((candidate) => candidate.code === code)
    if (!pin) throw new Error(`no pin ${code}`)
    pin.authToken = this.accountToken
  }

  /** The code is no longer good. */
  expire(code: string): void {
    for (const pin of this.#pins.values()) if (pin.code === code) pin.expiresAt = 0
  }

  /** Codes that wait for the user. */
  get openCodes(): string[] {
    return [...this.#pins.values()].filter((pin) => pin.authToken === null && pin.expiresAt > 0).map((pin) => pin.code)
  }

  up(): Promise<void> {
    return this.#server.up()
  }

  down(): Promise<void> {
    return this.#server.down()
  }

  close(): Promise<void> {
    return this.#server.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #handle(exchange: Exchange): Reply {
    const { request } = exchange
    if (request.path === '/api/v2/pins' && request.method === 'POST') return this.#newPin(exchange)
    const pin = /^\/api\/v2\/pins\/(\d+)$/.exec(request.path)
    if (pin && request.method === 'GET') return this.#poll(exchange, Number(pin[1]))
    if (request.path === '/api/v2/user' && request.method === 'GET') return this.#user(exchange)
    if (request.path === '/api/v2/resources' && request.method === 'GET') return this.#list(exchange)
    return failure(request, 404, 1020, 'Not found')
  }

  #newPin(exchange: Exchange): Reply {
    exchange.label('newPin')
    const { request } = exchange
    const clientIdentifier = header(request, 'X-Plex-Client-Identifier')
    const product = header(request, 'X-Plex-Product')
    if (!clientIdentifier || !product) return failure(request, 400, 1000, 'X-Plex-Client-Identifier is missing')
    const strong =
      (request.params.get('strong') ?? new URLSearchParams(exchange.body.toString()).get('strong')) === 'true'
    const seconds = strong ? this.#pinSeconds : this.#pinSeconds / 2
    const random = randomBytes(20).toString('hex')
    const pin: Pin = {
      id: this.#nextPin++,
      code: strong ? random.slice(0, 25) : random.slice(0, 4).toUpperCase(),
      clientIdentifier,
      product,
      expiresAt: this.#clock.now() + seconds * 1000,
      authToken: null,
      polledAt: Number.NEGATIVE_INFINITY,
    }
    this.#pins.set(pin.id, pin)
    return answer(request, 201, 'pin', this.#pinRow(pin))
  }

  #poll(exchange: Exchange, id: number): Reply {
    exchange.label('pollPin')
    const { request } = exchange
    const pin = this.#pins.get(id)
    const now = this.#clock.now()
    const own = pin && pin.clientIdentifier === header(request, 'X-Plex-Client-Identifier')
    if (!pin || !own || pin.expiresAt <= now) return failure(request, 404, 1020, 'Code not found or expired')
    const sinceLast = now - pin.polledAt
    pin.polledAt = now
    if (sinceLast < this.#minimumPollMs) return failure(request, 429, 1003, 'API rate limit exceeded')
    return answer(request, 200, 'pin', this.#pinRow(pin))
  }

  #pinRow(pin: Pin): Record<string, unknown> {
    return {
      id: pin.id,
      code: pin.code,
      product: pin.product,
      trusted: false,
      clientIdentifier: pin.clientIdentifier,
      expiresIn: Math.max(0, Math.floor((pin.expiresAt - this.#clock.now()) / 1000)),
      expiresAt: new Date(pin.expiresAt).toISOString(),
      authToken: pin.authToken,
      newRegistration: null,
    }
  }

  #user(exchange: Exchange): Reply {
    exchange.label('user')
    if (!this.#isKnown(exchange.request)) return failure(exchange.request, 401, 1001, 'User could not be authenticated')
    return answer(exchange.request, 200, 'user', {
      id: 1,
      uuid: '0123456789abcdef',
      username: 'owner',
      title: 'owner',
      email: 'owner@example.org',
      authToken: this.accountToken,
    })
  }

  #list(exchange: Exchange): Reply {
    exchange.label('resources')
    if (!this.#isKnown(exchange.request)) return failure(exchange.request, 401, 1001, 'User could not be authenticated')
    const { params } = exchange.request
    const withRelay = params.get('includeRelay') === '1'
    const player: Resource = {
      name: 'Living room',
      product: 'Plex for TV',
      provides: 'client,player',
      clientIdentifier: 'player-0001',
      accessToken: null,
      owned: true,
      httpsRequired: false,
      connections: [],
    }
    const rows = [player, ...this.resources].map((resource) => ({
      ...resource,
      connections: resource.connections.filter((connection) => withRelay || !connection.relay),
    }))
    return answer(exchange.request, 200, 'resources', rows)
  }

  #isKnown(request: RequestRecord): boolean {
    return header(request, 'X-Plex-Token') === this.accountToken
  }
}

/** Every `X-Plex-…` header may be a query parameter too. */
function header(request: RequestRecord, name: string): string | undefined {
  const value = request.headers[name.toLowerCase()]
  return (Array.isArray(value) ? value[0] : value) ?? request.params.get(name)
}

function failure(request: RequestRecord, status: number, code: number, message: string): Reply {
  return answer(request, status, 'errors', { errors: [{ code, message, status }] })
}

function answer(request: RequestRecord, status: number, name: string, value: unknown): Reply {
  if ((request.headers.accept ?? '').includes('application/json')) {
    return { status, headers: { 'Content-Type': 'application/json; charset=utf-8' }, body: JSON.stringify(value) }
  }
  const object = (Array.isArray(value) ? { resource: value } : value) as PlexObject
  const filled = Object.fromEntries(Object.entries(object).filter(([, one]) => one !== null))
  return { status, headers: { 'Content-Type': 'application/xml; charset=utf-8' }, body: containerToXml(name, filled) }
}

/** Starts a simulated plex.tv. */
export async function startPlexTvServer(options: PlexTvOptions = {}): Promise<PlexTvServer> {
  const server = new PlexTvServer(options)
  await server.up()
  return server
}

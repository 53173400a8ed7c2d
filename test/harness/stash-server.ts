/**
 * A simulated Stash over real HTTP: GraphQL with the schema of the chosen version, images, authentication. Built from
 * the facts read in the real one's source; its traps (text comparison of times, LIKE paths, ids that fail a whole
 * query, 401 for a key that is not wanted) are kept.
 */
import type { GraphQLSchema } from 'graphql'
import type { Clock } from './clock.ts'
import { RequestRecord } from './request-log.ts'
import { SimulatedFront } from './simulated-front.ts'
import { type Exchange, type Reply, SimulatedServer, type SimulatedServerOptions } from './simulated-server.ts'
import { StashActions } from './stash-actions.ts'
import type { StashContext } from './stash-context.ts'
import { login, type StashGateSettings, stashGate } from './stash-gate.ts'
import { StashGraphql } from './stash-graphql.ts'
import { type HookTarget, postHooks } from './stash-hooks.ts'
import { StashJobs } from './stash-jobs.ts'
import { StashLibrary } from './stash-library.ts'
import { mediaReply } from './stash-media.ts'
import type { StashHook } from './stash-model.ts'
import type { StashPluginHost } from './stash-plugin.ts'
import { StashPlugins } from './stash-plugins.ts'
import { addResolvers } from './stash-resolvers.ts'
import { minorVersion, type StashVersion, stashSchema } from './stash-schema.ts'
import type { StashSettings, StashState } from './stash-state.ts'
import { StashSubscriptions } from './stash-subscriptions.ts'
import type { ServerOffset } from './stash-time.ts'

export interface StashServerOptions extends Partial<StashGateSettings> {
  host?: string
  port?: number
  clock?: Clock
  keepAliveMs?: number
  keepRequests?: number
  timer?: SimulatedServerOptions['timer']
  /** The server's distance from UTC in minutes; default 0. */
  offsetMinutes?: ServerOffset
  /** A real folder for plugins; without one there are none and none can be installed. */
  pluginsPath?: string
  /** What systemStatus says: `linux`, `windows`, `darwin`. */
  os?: string
  status?: 'SETUP' | 'NEEDS_MIGRATION' | 'OK'
  /** What every query of the database fails with, in a 200, while systemStatus says OK; default null: it works. */
  databaseError?: string | null
  /** The library folders. */
  stashes?: string[]
  /** A reverse proxy's path in front of everything, e.g. `/stash`. */
  prefix?: string
  /** How long a scan takes, by the clock; default 0. */
  scanMs?: number
  /** Newer sources report activity by a Scene.Update.Post with those fields only; default false. */
  activityHooks?: boolean
  /** In which zone play histories are shown; the moment is the same. Default utc. */
  historyZone?: 'utc' | 'local'
}

/** One for each version: tests start hundreds of servers, and what a server holds comes to its resolvers by the context. */
const schemas = new Map<StashVersion, GraphQLSchema>()

function schemaOf(version: StashVersion): GraphQLSchema {
  const schema = schemas.get(version) ?? addResolvers(stashSchema(version))
  schemas.set(version, schema)
  return schema
}

export class StashServer extends SimulatedFront implements StashState, StashPluginHost {
  readonly library: StashLibrary
  readonly actions: StashActions
  readonly jobs: StashJobs
  readonly plugins: StashPlugins
  readonly settings: StashSettings
  graphql: StashGraphql
  protected readonly server: SimulatedServer
  #subscriptions: StashSubscriptions
  #target: HookTarget | null = null
  #posting: Promise<unknown> = Promise.resolve()

  constructor(options: StashServerOptions) {
    super()
    this.library = new StashLibrary(options)
    this.actions = new StashActions(this.library)
    this.actions.onHooks = (hooks) => this.#hand(hooks)
    this.jobs = new StashJobs(this.library.time)
    this.jobs.write('Info', 'stash is running')
    this.settings = {
      version: options.version ?? '0.30',
      apiKey: options.apiKey === undefined ? 'stash-api-key-0001' : options.apiKey,
      username: options.username ?? 'stash',
      password: options.password ?? 'stash-password',
      tripwire: options.tripwire ?? false,
      session: options.session ?? 'session-0001',
      os: options.os ?? 'linux',
      status: options.status ?? 'OK',
      databaseError: options.databaseError ?? null,
      stashes: options.stashes ?? ['/data'],
      prefix: options.prefix ?? '',
      scanMs: options.scanMs ?? 0,
      activityHooks: options.activityHooks ?? false,
      historyZone: options.historyZone ?? 'utc',
    }
    this.plugins = new StashPlugins(this, options.pluginsPath ?? null)
    const { graphql, subscriptions } = this.#ofVersion()
    this.graphql = graphql
    this.#subscriptions = subscriptions
    this.server = new SimulatedServer((exchange) => this.#handle(exchange), {
      ...(options.host !== undefined && { host: options.host }),
      ...(options.port !== undefined && { port: options.port }),
      ...(options.clock && { clock: options.clock }),
      ...(options.keepAliveMs !== undefined && { keepAliveMs: options.keepAliveMs }),
      ...(options.keepRequests !== undefined && { keepRequests: options.keepRequests }),
      ...(options.timer && { timer: options.timer }),
      upgrade: (upgrade) => this.#subscriptions.upgrade(upgrade, (record) => stashGate(record, this.settings)),
    })
  }

  /** How many clients hold a websocket. */
  get subscribers(): number {
    return this.#subscriptions.clients
  }

  /** The address to configure, with the proxy's prefix. */
  get url(): string {
    return `${this.server.url}${this.settings.prefix}`
  }

  /** The key to configure; empty if no password is set. */
  get apiKey(): string {
    return this.settings.apiKey ?? ''
  }

  /** From now on every action's hooks are posted there, one after another, as the companion does. */
  connectHooks(target: HookTarget | null): void {
    this.#target = target
  }

  async hooksDelivered(): Promise<void> {
    await this.#posting
  }

  /** Hands hooks to a listener now. */
  postHooks(hooks: readonly StashHook[], target: HookTarget): Promise<number[]> {
    return postHooks(hooks, target)
  }

  /** Stops and comes back as another version, which waits for its migration until `settings.status` is OK again. */
  async upgrade(version: StashVersion): Promise<void> {
    await this.down()
    Object.assign(this.settings, { version, status: 'NEEDS_MIGRATION' })
    const { graphql, subscriptions } = this.#ofVersion()
    this.graphql = graphql
    this.#subscriptions = subscriptions
    await this.up()
  }

  /** Stops and comes back in another time zone; its log starts again. */
  async restartIn(offsetMinutes: ServerOffset): Promise<void> {
    await this.down()
    this.library.time.move(offsetMinutes)
    this.jobs.log.length = 0
    this.jobs.write('Info', 'stash is running')
    await this.up()
  }

  override down(): Promise<void> {
    this.#subscriptions.close()
    return super.down()
  }

  override async close(): Promise<void> {
    await super.close()
    await this.jobs.settled()
  }

  #ofVersion(): { readonly graphql: StashGraphql; readonly subscriptions: StashSubscriptions } {
    const { version } = this.settings
    const schema = schemaOf(version)
    return {
      graphql: new StashGraphql(
        schema,
        minorVersion(version),
        () => this.settings.status === 'OK',
        () => this.settings.databaseError,
      ),
      subscriptions: new StashSubscriptions(schema, this.jobs),
    }
  }

  #hand(hooks: StashHook[]): void {
    const target = this.#target
    const deliver = async () => {
      if (target) await postHooks(hooks, target)
      await this.plugins.runHooks(hooks)
    }
    this.#posting = this.#posting.then(deliver)
  }

  #handle(exchange: Exchange): Reply | Promise<Reply> {
    const { request, body } = exchange
    const { prefix } = this.settings
    const path = request.path.slice(prefix.length)
    if (!request.path.startsWith(prefix)) return { status: 404, headers: html, body: 'proxy: no such path' }
    const inner = prefix === '' ? exchange : { ...exchange, request: withPath(request, path) }
    const refused = stashGate(inner.request, this.settings)
    if (refused) {
      exchange.label('refused')
      return refused
    }
    if (path === '/healthz') {
      exchange.label('healthz')
      return { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: '.' }
    }
    if (path === '/graphql') return this.graphql.answer(inner, this.#context(request.headers.host))
    if (path === '/login') {
      exchange.label('login')
      return login(request, body.toString(), this.settings)
    }
    if (this.settings.status !== 'OK' && /^\/(scene|performer|studio|tag|group)\/\d+\//.test(path))
      return { status: 500, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: 'Internal Server Error' }
    const media = mediaReply(this.library, inner)
    if (media) return media
    exchange.label('page')
    // Every other address is the single-page interface: 200, whatever was asked for.
    return {
      status: 200,
      headers: html,
      body: '<!DOCTYPE html><html><head><title>Stash</title></head><body></body></html>',
    }
  }

  async query(text: string, variables: Record<string, unknown> = {}): Promise<unknown> {
    const body = Buffer.from(JSON.stringify({ query: text, variables }))
    const record = { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' } }
    const exchange = { request: record as unknown as Exchange['request'], body, label: () => {} }
    const response = await this.graphql.answer(exchange, this.#context(undefined))
    return JSON.parse(String(response.body))
  }

  #context(host: string | undefined): StashContext {
    return { stash: this, base: `http://${host ?? `${this.server.host}:${this.port}`}${this.settings.prefix}` }
  }
}

const html = { 'Content-Type': 'text/html; charset=utf-8' }

function withPath(request: Exchange['request'], path: string): Exchange['request'] {
  const url = request.query === '' ? path : `${path}?${request.query}`
  return new RequestRecord(request.seq, request.method, url, request.headers, request.at)
}

/** Starts a simulated Stash with an empty library. */
export async function startStashServer(options: StashServerOptions = {}): Promise<StashServer> {
  const server = new StashServer(options)
  await server.plugins.reload()
  await server.up()
  return server
}

import { type ExecutionResult, type GraphQLSchema, getOperationAST, Kind, parse, subscribe, validate } from 'graphql'
import type { WebSocket } from 'ws'
import { RequestRecord } from './request-log.ts'
import type { Reply } from './simulated-server.ts'
import type { StashJobs } from './stash-jobs.ts'
import { acceptWebSocket, refuseUpgrade, type Upgrade } from './web-socket.ts'

interface Message {
  id?: string
  type: string
  payload?: { query?: string; variables?: Record<string, unknown> }
}

/** Subscriptions on /graphql by both protocols. Authentication happens at the upgrade; the init payload is ignored. */
export class StashSubscriptions {
  readonly #schema: GraphQLSchema
  readonly #jobs: StashJobs
  readonly #peers = new Set<WebSocket>()

  constructor(schema: GraphQLSchema, jobs: StashJobs) {
    this.#schema = schema
    this.#jobs = jobs
  }

  upgrade(upgrade: Upgrade, gate: (record: RequestRecord) => Reply | null): void {
    const { url = '/', headers } = upgrade.request
    const record = new RequestRecord(0, 'GET', url, headers, 0)
    const refused = gate(record)
    if (refused || !record.path.endsWith('/graphql')) {
      refuseUpgrade(upgrade, refused?.status ?? 404)
      return
    }
    acceptWebSocket(
      upgrade,
      (peer, protocol) => this.#serve(peer, protocol === 'graphql-ws'),
      (offered) => ['graphql-transport-ws', 'graphql-ws'].find((name) => offered.has(name)) ?? null,
    )
  }

  /** How many clients are connected. */
  get clients(): number {
    return this.#peers.size
  }

  close(): void {
    for (const peer of this.#peers) peer.close(1001)
    this.#peers.clear()
  }

  #serve(peer: WebSocket, legacy: boolean): void {
    const running = new Map<string, () => void>()
    const say = (message: Record<string, unknown>) => peer.send(JSON.stringify(message))
    this.#peers.add(peer)
    peer.on('close', () => {
      this.#peers.delete(peer)
      for (const stop of running.values()) stop()
    })
    peer.on('message', (data) => {
      const { type, id = '', payload } = JSON.parse(String(data)) as Message
      if (type === 'connection_init') {
        say({ type: 'connection_ack' })
        if (legacy) say({ type: 'ka' })
      } else if (type === 'ping') say({ type: 'pong' })
      else if (type === (legacy ? 'start' : 'subscribe')) {
        const end = this.#subscribe(payload, (result) => say({ id, type: legacy ? 'data' : 'next', payload: result }))
        if (typeof end === 'function') running.set(id, end)
        else say({ id, type: 'error', payload: legacy ? end[0] : end })
      } else if (type === (legacy ? 'stop' : 'complete')) {
        running.get(id)?.()
        running.delete(id)
      } else if (type === 'connection_terminate') peer.close()
    })
  }

  /** Starts one subscription; returns its end, or the errors that refuse it. */
  #subscribe(
    payload: Message['payload'],
    next: (result: ExecutionResult) => void,
  ): (() => void) | { message: string }[] {
    try {
      const document = parse(payload?.query ?? '')
      const errors = validate(this.#schema, document)
      if (errors.length > 0) return errors.map(({ message }) => ({ message }))
      const root = getOperationAST(document)?.selectionSet.selections[0]
      const field = root?.kind === Kind.FIELD ? root.name.value : ''
      const source = this.#source(field)
      if (!source) return [{ message: `${field} is no subscription` }]
      const run = async () => {
        const rootValue = { [field]: () => source.events }
        const results = await subscribe({
          schema: this.#schema,
          document,
          rootValue,
          variableValues: payload?.variables ?? {},
        })
        if (Symbol.asyncIterator in results) for await (const result of results) next(result)
        else next(results)
      }
      void run()
      return source.end
    } catch (error) {
      return [{ message: error instanceof Error ? error.message : String(error) }]
    }
  }

  #source(field: string): { events: AsyncGenerator; end: () => void } | null {
    const queue: unknown[] = []
    let wake: () => void = () => {}
    let ended = false
    const push = (value: unknown) => {
      queue.push({ [field]: value })
      wake()
    }
    const stop =
      field === 'jobsSubscribe'
        ? this.#jobs.onJob(push)
        : field === 'loggingSubscribe'
          ? this.#jobs.onLog(push)
          : field === 'scanCompleteSubscribe'
            ? this.#jobs.onScanComplete(() => push(true))
            : null
    if (!stop) return null
    const end = () => {
      ended = true
      stop()
      wake()
    }
    async function* events() {
      while (!ended) {
        while (queue.length > 0) yield queue.shift()
        if (ended) return
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
    return { events: events(), end }
  }
}

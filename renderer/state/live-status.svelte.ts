import type { Status } from '../../shared/contract.ts'
import type { ServerName } from '../../shared/domain.ts'
import type { Fault } from '../../shared/result.ts'
import type { Backend, Connection } from '../backend/backend.ts'

const rateEveryMs = 5_000
/** Ten minutes of throughput. */
const ratesKept = 120

/** The state of the whole, kept current by events, and whether the engine can be reached at all. */
export class LiveStatus {
  #status = $state.raw<Status | null>(null)
  #connection = $state<Connection>('connecting')
  #fault = $state.raw<Fault | null>(null)
  #rates = $state.raw<readonly number[]>([])
  #latencies = $state.raw<Readonly<Record<ServerName, readonly number[]>>>({ plex: [], stash: [] })
  readonly #backend: Backend

  constructor(backend: Backend) {
    this.#backend = backend
  }

  get current(): Status | null {
    return this.#status
  }

  get connection(): Connection {
    return this.#connection
  }

  get fault(): Fault | null {
    return this.#fault
  }

  /** The setup is finished: PlexSync may write, and has what it needs. */
  get ready(): boolean {
    return this.#status?.setup_finished ?? false
  }

  /** Finished jobs per minute, a sample every five seconds since the window was opened, oldest first. */
  get rates(): readonly number[] {
    return this.#rates
  }

  /** Milliseconds of the last response of each server, a sample every five seconds, oldest first. */
  get latencies(): Readonly<Record<ServerName, readonly number[]>> {
    return this.#latencies
  }

  #sample(status: Status): void {
    this.#rates = [...this.#rates.slice(1 - ratesKept), status.per_minute]
    const next = (server: ServerName): readonly number[] => {
      const ms = status[server].latency_ms
      return ms === null ? this.#latencies[server] : [...this.#latencies[server].slice(1 - ratesKept), ms]
    }
    this.#latencies = { plex: next('plex'), stash: next('stash') }
  }

  run(): () => void {
    const timer = setInterval(() => {
      if (this.#status) this.#sample(this.#status)
    }, rateEveryMs)
    const stopEvents = this.#backend.subscribe((event) => {
      if (event.name === 'status') this.#status = event.data
      else if (event.name === 'hook' && this.#status) this.#status = { ...this.#status, last_event_at: event.data.at }
      else if (event.name === 'deadLetters' && this.#status) this.#status = { ...this.#status, ...event.data }
      else if (event.name === 'overflow') void this.read()
    })
    const stopConnection = this.#backend.watchConnection((connection) => {
      this.#connection = connection
    })
    return () => {
      stopEvents()
      stopConnection()
      clearInterval(timer)
    }
  }

  async read(): Promise<void> {
    const answer = await this.#backend.invoke('getStatus', {})
    if (answer.ok) this.#status = answer.value
    this.#fault = answer.ok ? null : answer.fault
  }

  /** Takes over a status that a call answered with. */
  accept(status: Status): void {
    this.#status = status
  }
}

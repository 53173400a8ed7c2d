import type { Status } from '../../shared/contract.ts'
import type { Backend, Connection } from '../backend/backend.ts'
import type { Fault } from '../../shared/result.ts'

/** The state of the whole, kept current by events, and whether the engine can be heard at all. */
export class LiveStatus {
  #status = $state.raw<Status | null>(null)
  #connection = $state<Connection>('connecting')
  #fault = $state.raw<Fault | null>(null)
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

  /** Both servers have what they need: what comes before it is the setup. */
  get configured(): boolean {
    return this.#status !== null && this.#status.plex.configured && this.#status.stash.configured
  }

  run(): () => void {
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

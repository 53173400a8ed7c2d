/** The contract's events: one stream to any number of windows, held back where it would flood them. */
import type { ActivityRow, EngineEvent, EventName, EventOf, Subscribe } from '../../../shared/contract.ts'
import { moment } from '../../../shared/moment.ts'
import { Listeners } from '../listeners.ts'
import type { Clock } from '../ports.ts'

const statusIntervalMs = 250
const rowsPerSecond = 50

export class EngineEvents {
  readonly #clock: Clock
  readonly #listeners = new Listeners<EngineEvent>()
  #statusPending = false
  #lastHookAt = 0
  #closed = false
  #rows = { since: 0, sent: 0, overflowed: false }

  #readStatus: (() => EventOf<'status'>) | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** From now on changes of the status are sent. */
  readStatusFrom(read: () => EventOf<'status'>): void {
    this.#readStatus = read
  }

  readonly subscribe: Subscribe = (listener) => this.#listeners.add(listener)

  /** Nothing is sent any more: what a status is read from is about to be closed. */
  close(): void {
    this.#closed = true
    this.#listeners.clear()
  }

  send<N extends EventName>(name: N, data: EventOf<N>): void {
    // The pair is right by the signature; the compiler cannot join the two halves of a mapped union.
    const event = { name, data } as EngineEvent
    this.#listeners.send(event)
  }

  /** The status may have changed: it is sent once, a quarter of a second later, whatever happens in between. */
  statusChanged(): void {
    if (this.#statusPending || this.#listeners.isEmpty) return
    this.#statusPending = true
    this.#clock.setTimer(statusIntervalMs, () => {
      this.#statusPending = false
      if (!this.#closed && this.#readStatus !== null) this.send('status', this.#readStatus())
    })
  }

  /** A hook came in. During a bulk edit one in a while is enough: the window only shows that they come. */
  hookArrived(type: string): void {
    const now = this.#clock.now()
    if (this.#listeners.isEmpty || Math.abs(now - this.#lastHookAt) < statusIntervalMs) return
    this.#lastHookAt = now
    this.send('hook', { at: moment(now), type })
  }

  /** Rows of the activity list that came in or changed; more than a window can show in a second are left out. */
  rowsChanged(read: () => readonly ActivityRow[]): void {
    if (this.#listeners.isEmpty) return
    const now = this.#clock.now()
    if (now - this.#rows.since >= 1000 || now < this.#rows.since)
      this.#rows = { since: now, sent: 0, overflowed: false }
    if (this.#rows.sent >= rowsPerSecond) {
      if (!this.#rows.overflowed) this.#overflow()
      return
    }
    for (const row of read().slice(0, rowsPerSecond)) this.send('activity', row)
    this.#rows.sent += rowsPerSecond / 10
  }

  #overflow(): void {
    this.#rows.overflowed = true
    // Published when the second is over, so that the list that is read then is whole.
    this.#clock.setTimer(1000, () => this.send('overflow', { event: 'activity' }))
  }
}

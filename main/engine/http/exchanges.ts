/** The exchanges with one server, for those who follow them: that one begins and ends, and what it says about the server. */
import type { Fault } from '../../../shared/result.ts'
import { Listeners } from '../listeners.ts'

/** What one exchange says about the server, for the circuit breaker and the outage history. */
export interface ExchangeReport {
  /**
   * The server lives: it gave a whole response with a status below 500 other than 408 and 429. A refused token or an
   * unknown item is still a sign of life; then `fault` is set too.
   */
  readonly ok: boolean
  readonly fault?: Fault
  readonly milliseconds: number
}

export class Exchanges {
  readonly #onBegin: () => () => void
  readonly #reports = new Listeners<ExchangeReport>()

  /** @param onBegin called when an exchange begins; what it returns is called once, when that exchange has ended. */
  constructor(onBegin: () => () => void = () => () => {}) {
    this.#onBegin = onBegin
  }

  /** Notes that an exchange begins. The returned function notes its end, with or without a fault. */
  begin(): () => void {
    return this.#onBegin()
  }

  /** Passes on what an exchange says about the server. Those that prove nothing about it have no report. */
  report(report: ExchangeReport): void {
    this.#reports.send(report)
  }

  /** Calls `listener` with each report. Returns its end. */
  onReport(listener: (report: ExchangeReport) => void): () => void {
    return this.#reports.add(listener)
  }
}

/** Desktop notices: rare, grouped, and only if the user can do something or wants to know. */
import type { ServerName } from '../../shared/domain.ts'
import type { ErrorCode } from '../../shared/errors.ts'
import type { Clock, NoticeContent, Notifier } from './ports.ts'
import type { Held } from './servers/gate-record.ts'
import type { GateChange } from './servers/server-gate.ts'

const deadLettersEveryMs = 5 * 60_000
/** A queue that is never at rest must not keep a notice back for longer than this. */
const longestSettlingMs = 60_000
const longOutageMinutes = 15
/** A token that may read but not write is accepted by each probe and refused by the next write. */
const tokenEveryMs = 24 * 60 * 60_000

export interface NoticeDeps {
  readonly clock: Clock
  readonly notifier: Notifier
  readonly isOn: () => boolean
  /** How many dead letters there are now. */
  readonly deadLetters: () => number
}

export class Notices {
  readonly #deps: NoticeDeps
  #deadLettersGrew = false
  #lastDeadLettersAt: number | null = null
  #endDeadLetters: () => void = () => {}
  readonly #tokenNoticeAt = new Map<ServerName, number>()
  readonly #outages = new Map<ServerName, { endTimer: () => void; isNotified: boolean }>()

  constructor(deps: NoticeDeps) {
    this.#deps = deps
  }

  /**
   * More dead letters than before. Reported once the queue has settled, with the count of that moment, and at most once in
   * five minutes for all of them together; growth within those is reported after them.
   */
  deadLettersGrew(): void {
    if (this.#deadLettersGrew) return
    this.#deadLettersGrew = true
    this.#endDeadLetters()
    this.#endDeadLetters = this.#deps.clock.setTimer(longestSettlingMs, () => this.queueSettled())
  }

  /** Nothing is being written and nothing is due. */
  queueSettled(): void {
    if (!this.#deadLettersGrew) return
    const { clock, deadLetters } = this.#deps
    const now = clock.now()
    const since = this.#lastDeadLettersAt === null ? null : now - this.#lastDeadLettersAt
    this.#endDeadLetters()
    if (since !== null && since >= 0 && since < deadLettersEveryMs) {
      this.#endDeadLetters = clock.setTimer(deadLettersEveryMs - since, () => this.queueSettled())
      return
    }
    this.#deadLettersGrew = false
    const count = deadLetters()
    if (count === 0) return
    this.#lastDeadLettersAt = now
    this.#send({ kind: 'dead_letters', count }, '/needs-you')
  }

  /** Takes in what a gate says: outages, refused tokens, and a server that waits for its owner. */
  gateChanged(server: ServerName, what: GateChange, held: Held | null): void {
    if (what === 'opened') this.#outageBegan(server)
    else if (what === 'closed') this.#outageEnded(server)
    else if (what === 'auth_refused') this.#tokenRefused(server)
    else if (what === 'held' && held !== null) this.#serverHeld(held.code)
  }

  /** A part of plex_library names nothing. */
  librariesUnknown(names: readonly string[]): void {
    if (names.length > 0) this.#send({ kind: 'unknown_libraries', names }, '/health')
  }

  #serverHeld(code: ErrorCode): void {
    this.#send({ kind: 'waiting', code }, '/health')
  }

  #tokenRefused(server: ServerName): void {
    const now = this.#deps.clock.now()
    const isNotified = this.#tokenNoticeAt.get(server)
    if (isNotified !== undefined && now >= isNotified && now - isNotified < tokenEveryMs) return
    this.#tokenNoticeAt.set(server, now)
    this.#send({ kind: 'auth', server }, '/settings')
  }

  /** Address, token or key were changed: if they are refused too, that is news. */
  addressChanged(server: ServerName): void {
    this.#tokenNoticeAt.delete(server)
  }

  #outageBegan(server: ServerName): void {
    const outage = { isNotified: false, endTimer: () => {} }
    outage.endTimer = this.#deps.clock.setTimer(longOutageMinutes * 60_000, () => {
      outage.isNotified = true
      this.#send({ kind: 'outage_started', server, minutes: longOutageMinutes }, '/health')
    })
    this.#outages.set(server, outage)
  }

  #outageEnded(server: ServerName): void {
    const outage = this.#outages.get(server)
    outage?.endTimer()
    this.#outages.delete(server)
    if (outage?.isNotified === true) this.#send({ kind: 'outage_ended', server }, '/overview')
  }

  #send(content: NoticeContent, view: string): void {
    if (this.#deps.isOn()) this.#deps.notifier.notify({ ...content, view })
  }
}

/** Desktop notices: rare, grouped, and only where a person can do something or wants to know. */
import type { ServerName } from '../../shared/domain.ts'
import type { Clock, Notifier } from './ports.ts'
import type { GateChange } from './servers/server-gate.ts'

const deadLettersEveryMs = 5 * 60_000
const longOutageMs = 15 * 60_000
/** A token that may read but not write is accepted by each probe and refused by the next write. */
const tokenEveryMs = 24 * 60 * 60_000
const names: Readonly<Record<ServerName, string>> = { plex: 'Plex', stash: 'Stash' }

export interface NoticeDeps {
  readonly clock: Clock
  readonly notifier: Notifier
  readonly isOn: () => boolean
}

export class Notices {
  readonly #deps: NoticeDeps
  #lastDeadLettersAt: number | null = null
  readonly #tokenToldAt = new Map<ServerName, number>()
  readonly #outages = new Map<ServerName, { endTimer: () => void; told: boolean }>()

  constructor(deps: NoticeDeps) {
    this.#deps = deps
  }

  /** More dead letters than before: at most one notice per five minutes, for all of them together. */
  deadLettersGrew(count: number): void {
    const now = this.#deps.clock.now()
    const since = this.#lastDeadLettersAt === null ? null : now - this.#lastDeadLettersAt
    if (since !== null && since >= 0 && since < deadLettersEveryMs) return
    this.#lastDeadLettersAt = now
    this.#send(
      'dead_letters',
      `${count} ${count === 1 ? 'scene needs' : 'scenes need'} you`,
      'Some changes could not be written to Plex.',
      '/needs-you',
    )
  }

  /** Takes in what a gate says: outages and refused tokens. */
  gateChanged(server: ServerName, what: GateChange): void {
    if (what === 'opened') this.#outageBegan(server)
    else if (what === 'closed') this.#outageEnded(server)
    else if (what === 'auth_refused') this.#tokenRefused(server)
  }

  #tokenRefused(server: ServerName): void {
    const now = this.#deps.clock.now()
    const told = this.#tokenToldAt.get(server)
    if (told !== undefined && now >= told && now - told < tokenEveryMs) return
    this.#tokenToldAt.set(server, now)
    this.#send(
      'auth',
      `${names[server]} refuses the ${server === 'plex' ? 'token' : 'key'}`,
      'Changes are kept until it is put right.',
      '/settings',
    )
  }

  /** Address, token or key were changed: if they are refused too, that is news. */
  addressChanged(server: ServerName): void {
    this.#tokenToldAt.delete(server)
  }

  #outageBegan(server: ServerName): void {
    const outage = { told: false, endTimer: () => {} }
    outage.endTimer = this.#deps.clock.setTimer(longOutageMs, () => {
      outage.told = true
      this.#send(
        'outage_started',
        `${names[server]} has not answered for 15 minutes`,
        'Changes are kept and will follow.',
        '/health',
      )
    })
    this.#outages.set(server, outage)
  }

  #outageEnded(server: ServerName): void {
    const outage = this.#outages.get(server)
    outage?.endTimer()
    this.#outages.delete(server)
    if (outage?.told === true)
      this.#send('outage_ended', `${names[server]} answers again`, 'What was kept is being written.', '/overview')
  }

  #send(kind: Parameters<Notifier['notify']>[0]['kind'], title: string, body: string, view: string): void {
    if (this.#deps.isOn()) this.#deps.notifier.notify({ kind, title, body, view })
  }
}

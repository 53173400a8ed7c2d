/** Both servers as the status shows them: whether they answer, who they are, and what their gates wait for. */
import type { Status } from '../../../shared/contract.ts'
import type { ServerName } from '../../../shared/domain.ts'
import type { ErrorCode } from '../../../shared/errors.ts'
import { moment } from '../../../shared/moment.ts'
import { serverNames } from '../../../shared/server-names.ts'
import type { Clock } from '../ports.ts'
import type { ServerGate } from '../servers/server-gate.ts'
import type { ServerIdentities } from '../servers/server-identity.ts'
import type { SettingsStore } from '../settings/settings-store.ts'
import type { StashClient } from '../stash/client.ts'

export interface ServersViewDeps {
  readonly gates: Readonly<Record<ServerName, ServerGate>>
  readonly identities: ServerIdentities
  readonly stash: Pick<StashClient, 'state'>
  readonly settings: SettingsStore
  readonly clock: Clock
}

/** A look at the state waits no longer for a server. */
const silentSeconds = 5

/** What the gate of a server waits for. */
export interface ServerWait {
  readonly refused: boolean
  readonly held: ErrorCode | null
  /** ISO 8601; null while it is open. */
  readonly since: string | null
}

type ServerStatus = Omit<Status['stash'], 'state'>

export class ServersView {
  readonly #deps: ServersViewDeps
  /** Those that said nothing to the last look. */
  readonly #silent = new Set<ServerName>()

  constructor(deps: ServersViewDeps) {
    this.#deps = deps
  }

  get plex(): Status['plex'] {
    const { settings, gates } = this.#deps
    const { plex_url, plex_token } = settings.settings()
    return { ...this.#status('plex', plex_url !== '' && plex_token !== ''), can_write: gates.plex.edits.canWrite }
  }

  get stash(): Status['stash'] {
    const { settings, stash } = this.#deps
    return { ...this.#status('stash', settings.settings().stash_url !== ''), state: stash.state() }
  }

  get circuit(): Status['circuit'] {
    const { plex, stash } = this.#deps.gates
    return { plex: plex.circuit, stash: stash.circuit }
  }

  get waits(): Readonly<Record<ServerName, ServerWait>> {
    return { plex: this.#wait('plex'), stash: this.#wait('stash') }
  }

  /** As `identify`, for a caller that waits for the state: a server that says nothing is not waited for. */
  async identifySoon(signal: AbortSignal): Promise<void> {
    const late = new AbortController()
    const isLate = Promise.withResolvers<void>()
    const endTimer = this.#deps.clock.setTimer(silentSeconds * 1000, isLate.resolve)
    try {
      await Promise.race([this.identify(AbortSignal.any([signal, late.signal])), isLate.promise])
      for (const server of serverNames) {
        if (this.#deps.gates[server].reachable === null && this.#hasAddress(server)) this.#silent.add(server)
        else this.#silent.delete(server)
      }
    } finally {
      endTimer()
      late.abort()
    }
  }

  /** Asks both servers for their identity, unless that was done before. What comes of it shows in the gates. */
  async identify(signal: AbortSignal): Promise<void> {
    const { gates, identities } = this.#deps
    const isNew = (server: ServerName): boolean => gates[server].reachable === null && this.#hasAddress(server)
    await Promise.all([
      isNew('plex') && identities.ensurePlex(signal),
      isNew('stash') && identities.ensureStash(signal),
    ])
  }

  #hasAddress(server: ServerName): boolean {
    return this.#deps.settings.settings()[`${server}_url`] !== ''
  }

  #wait(server: ServerName): ServerWait {
    const gate = this.#deps.gates[server]
    return { refused: gate.authRefused, held: gate.held?.code ?? null, since: moment(gate.waitingSince) }
  }

  #status(server: ServerName, configured: boolean): ServerStatus {
    const gate = this.#deps.gates[server]
    const isSilent = gate.reachable === null && this.#silent.has(server)
    return {
      configured,
      reachable: isSilent ? false : gate.reachable,
      version: this.#deps.identities.version(server),
      auth_refused: gate.authRefused,
      latency_ms: gate.latencyMs,
      ...(isSilent && { silent_seconds: silentSeconds }),
    }
  }
}

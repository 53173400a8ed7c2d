/** Both servers as the status shows them: whether they answer, who they are, and what their gates wait for. */
import type { Status } from '../../../shared/contract.ts'
import type { ServerName } from '../../../shared/domain.ts'
import type { ErrorCode } from '../../../shared/errors.ts'
import { moment } from '../../../shared/moment.ts'
import type { ServerGate } from '../servers/server-gate.ts'
import type { ServerIdentities } from '../servers/server-identity.ts'
import type { SettingsStore } from '../settings/settings-store.ts'
import type { StashClient } from '../stash/client.ts'

export interface ServersViewDeps {
  readonly gates: Readonly<Record<ServerName, ServerGate>>
  readonly identities: ServerIdentities
  readonly stash: Pick<StashClient, 'state'>
  readonly settings: SettingsStore
}

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

  /** Asks both servers for their identity, unless that was done before. What comes of it shows in the gates. */
  async identify(signal: AbortSignal): Promise<void> {
    const { settings, gates, identities } = this.#deps
    const { plex_url, stash_url } = settings.settings()
    const isNew = (server: ServerName): boolean => gates[server].reachable === null
    await Promise.all([
      plex_url !== '' && isNew('plex') && identities.ensurePlex(signal),
      stash_url !== '' && isNew('stash') && identities.ensureStash(signal),
    ])
  }

  #wait(server: ServerName): ServerWait {
    const gate = this.#deps.gates[server]
    return { refused: gate.authRefused, held: gate.held?.code ?? null, since: moment(gate.waitingSince) }
  }

  #status(server: ServerName, configured: boolean): ServerStatus {
    const gate = this.#deps.gates[server]
    return {
      configured,
      reachable: gate.reachable,
      version: this.#deps.identities.version(server),
      auth_refused: gate.authRefused,
      latency_ms: gate.latencyMs,
    }
  }
}

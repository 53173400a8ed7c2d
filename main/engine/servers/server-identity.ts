/**
 * Who the servers are: their versions for people, and for Plex the machine identifier, on which the index, the bases and
 * the picks depend. Rating keys of another server would lead writes to foreign items.
 */

import type { ServerName } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { PlexClient } from '../plex/client.ts'
import type { Logger } from '../ports.ts'
import type { StashClient } from '../stash/client.ts'
import { serverLines } from './servers-log.ts'

export interface IdentityDeps {
  readonly plex: Pick<PlexClient, 'identity'>
  readonly stash: Pick<StashClient, 'version'>
  /** Ties everything known of Plex's items to this server; true if it was another one's and is forgotten now. */
  readonly bindToPlex: (machineIdentifier: string) => boolean
  readonly logger: Logger
}

export class ServerIdentities {
  readonly #deps: IdentityDeps
  readonly #versions: Record<ServerName, string | null> = { plex: null, stash: null }
  #plexKnown = false
  #asking: Promise<Result<void>> | null = null

  constructor(deps: IdentityDeps) {
    this.#deps = deps
  }

  version(server: ServerName): string | null {
    return this.#versions[server]
  }

  /** An address or token changed: ask again before the next write. */
  forget(server: ServerName): void {
    this.#versions[server] = null
    if (server === 'plex') this.#plexKnown = false
  }

  /** An exchange with Plex failed: it may be another server that responses the next one. */
  doubtPlex(): void {
    this.#plexKnown = false
  }

  /** Must be ok before anything is matched or written; asks once per connection. */
  async ensurePlex(signal: AbortSignal): Promise<Result<void>> {
    if (this.#plexKnown) return ok(undefined)
    this.#asking ??= this.#ask(signal).finally(() => {
      this.#asking = null
    })
    return this.#asking
  }

  async #ask(signal: AbortSignal): Promise<Result<void>> {
    const identity = await this.#deps.plex.identity(signal)
    if (!identity.ok) return identity
    const { machineIdentifier, version } = identity.value
    if (this.#deps.bindToPlex(machineIdentifier)) this.#deps.logger.log(...serverLines.plexChanged())
    this.#versions.plex = version
    this.#plexKnown = true
    return ok(undefined)
  }

  async ensureStash(signal: AbortSignal): Promise<Result<void>> {
    if (this.#versions.stash !== null) return ok(undefined)
    const version = await this.#deps.stash.version(signal)
    if (!version.ok) return version
    this.#versions.stash = version.value
    return ok(undefined)
  }
}

/** What is known of both servers, as lines of a bug report. */
import type { ServerName } from '../../../shared/domain.ts'
import type { ProbeState } from '../hearing/probe-state.ts'
import type { Clock } from '../ports.ts'
import type { ServerFacts } from '../servers/server-facts.ts'
import type { ServerGate } from '../servers/server-gate.ts'
import type { ServerIdentities } from '../servers/server-identity.ts'
import type { StashClient } from '../stash/client.ts'
import { offsetOf } from '../stash/stamp.ts'
import type { RequestLimit } from '../sync/request-limit.ts'

export interface ServerLinesDeps {
  readonly identities: Pick<ServerIdentities, 'version'>
  readonly gates: Readonly<Record<ServerName, Pick<ServerGate, 'circuit'>>>
  readonly facts: ServerFacts
  readonly requestLimit: RequestLimit
  readonly stash: Pick<StashClient, 'dialect' | 'now'>
  readonly probeState: ProbeState
  readonly clock: Clock
}

export class ServerLines {
  readonly #deps: ServerLinesDeps

  constructor(deps: ServerLinesDeps) {
    this.#deps = deps
  }

  versions(): string {
    const version = (server: ServerName): string => this.#deps.identities.version(server) ?? 'unknown'
    return `Plex ${version('plex')}, Stash ${version('stash')}`
  }

  circuits(): string {
    const { plex, stash } = this.#deps.gates
    return `Circuit: Plex ${plex.circuit}, Stash ${stash.circuit}`
  }

  /** What requests have shown since the start. */
  learned(): string[] {
    const { facts, requestLimit } = this.#deps
    return [...facts.lines(requestLimit.longest ?? null), this.#stashLine()]
  }

  /** Names, offset and clock of Stash: what the change probe depends on. */
  #stashLine(): string {
    const { stash, probeState, clock } = this.#deps
    const names = stash.dialect()
    const newest = probeState.kinds().scene?.newest?.updatedAt ?? ''
    const now = stash.now()
    const ahead = now === null ? 'unknown' : `${Math.round((now - clock.now()) / 1000)} s ahead`
    return `Stash: ${names.groups}, ${names.ids}, files ${names.files ? 'with' : 'without'} stamps; UTC offset ${offsetOf(newest) ?? 'unknown'}, clock ${ahead}`
  }
}

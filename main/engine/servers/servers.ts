/** Plex and Stash as the engine knows them: the clients, the gates before them, who they are, and what Plex has. */
import type { ServerName } from '../../../shared/domain.ts'
import type { Result } from '../../../shared/result.ts'
import type { EngineOptions } from '../api/services.ts'
import { Library } from '../match/library.ts'
import { createPlexClient, type PlexClient } from '../plex/client.ts'
import type { Ports } from '../ports.ts'
import { RequestCount } from '../reconcile/request-count.ts'
import { createStashClient, type StashClient } from '../stash/client.ts'
import type { Stores } from '../stores.ts'
import { ServerGate, type ServerGateDeps } from './server-gate.ts'
import { ServerIdentities } from './server-identity.ts'

export interface Servers {
  readonly plex: PlexClient
  readonly stash: StashClient
  readonly gates: Readonly<Record<ServerName, ServerGate>>
  readonly identities: ServerIdentities
  readonly library: Library
  readonly requests: RequestCount
}

type GateChange = Parameters<ServerGateDeps['onChange']>[0]

export function connectServers(
  stores: Stores,
  options: EngineOptions,
  { clock, logger }: Ports,
  onGate: (server: ServerName, what: GateChange) => void,
): Servers {
  const { db, jobs, index, picks, items, inSync, outages } = stores
  const settings = () => stores.settings.settings()
  const timeouts = () => ({ connectMs: settings().connect_timeout * 1000, readMs: settings().read_timeout * 1000 })
  const requests = new RequestCount()
  const client = createPlexClient({
    address: () => ({ url: settings().plex_url, token: settings().plex_token }),
    clientIdentifier: stores.installation,
    version: options.version,
    timeouts,
    clock,
    onExchange: (report) => {
      requests.sent('plex')
      if (!report.ok) identities.doubtPlex()
      gates.plex.report(report)
    },
  })
  const plex: PlexClient = {
    ...client,
    async edit(edit, signal) {
      const written = await client.edit(edit, signal)
      gates.plex.editAnswered(written)
      return written
    },
  }
  const stash = createStashClient({
    address: () => ({ url: settings().stash_url, apiKey: settings().stash_api_key }),
    timeouts,
    clock,
    onExchange: (report) => {
      requests.sent('stash')
      gates.stash.report(report)
    },
  })
  const waitingJobs = (): number => {
    const { ready, delayed, in_progress } = jobs.counts()
    return ready + delayed + in_progress
  }
  const gate = (server: ServerName, probe: (signal: AbortSignal) => Promise<Result<unknown>>): ServerGate =>
    new ServerGate({ server, db, clock, logger, outages, waitingJobs, probe, onChange: (what) => onGate(server, what) })
  const gates = {
    plex: gate('plex', (signal) => plex.sections(signal)),
    stash: gate('stash', (signal) => stash.version(signal)),
  }
  const identities = new ServerIdentities({ db, plex, stash, index, picks, items, inSync, logger })
  return { plex, stash, gates, identities, library: new Library({ plex, index, settings, clock, logger }), requests }
}

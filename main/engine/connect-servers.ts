/** Plex and Stash as the engine knows them: the clients, the gates before them, and their identities. */
import type { ServerName } from '../../shared/domain.ts'
import type { Fault, Result } from '../../shared/result.ts'
import { serverNames } from '../../shared/server-names.ts'
import { type SettingName, type Settings, settingNames } from '../../shared/settings.ts'
import type { EngineOptions } from './engine-options.ts'
import { Exchanges } from './http/exchanges.ts'
import { RequestCount } from './http/request-count.ts'
import { Listeners } from './listeners.ts'
import { Library } from './match/library.ts'
import { createPlexClient, type PlexClient } from './plex/client.ts'
import type { Ports } from './ports.ts'
import { ServerFacts } from './servers/server-facts.ts'
import { ServerGate, type ServerGateDeps } from './servers/server-gate.ts'
import { ServerIdentities } from './servers/server-identity.ts'
import { isConfigured } from './settings/configured.ts'
import { createStashClient, type StashClient } from './stash/client.ts'
import { sceneNeeds } from './stash/scene-needs.ts'
import type { Stores } from './stores.ts'

export interface Servers {
  readonly plex: PlexClient
  readonly stash: StashClient
  readonly gates: Readonly<Record<ServerName, ServerGate>>
  readonly identities: ServerIdentities
  readonly library: Library
  /** The settings in force for a library, by its section. */
  readonly settingsFor: (sectionId: string | null) => Settings
  readonly requests: RequestCount
  /** What was learned of both servers, for a bug report. */
  readonly facts: ServerFacts
  /** A time-out is the server's when even a cheap probe gets no response (a half-open connection), else the request's. */
  classify(fault: Fault): Promise<Fault>
  /** Ends the subscriptions and closes idle connections. */
  close(): void
}

export function connectServers(stores: Stores, options: EngineOptions, ports: Ports): Servers {
  // ---- build ----
  const { clock, logger } = ports
  const { db, jobs, index, outages } = stores
  const settings = () => stores.settings.settings()
  const timeouts = () => ({ connectMs: settings().connect_timeout * 1000, readMs: settings().read_timeout * 1000 })
  const exchanges = { plex: new Exchanges(ports.onExchange), stash: new Exchanges(ports.onExchange) }
  const facts = new ServerFacts()
  const edits = new Listeners<Result<void>>()
  const plex = createPlexClient({
    address: () => ({ url: settings().plex_url, token: settings().plex_token }),
    clientIdentifier: stores.installation,
    version: options.version,
    timeouts,
    clock,
    exchanges: exchanges.plex,
    edits,
    observer: facts,
  })
  const stash = createStashClient({
    needs: () => sceneNeeds([settings(), ...stores.settings.ofLibraries()]),
    address: () => ({ url: settings().stash_url, apiKey: settings().stash_api_key }),
    timeouts,
    clock,
    exchanges: exchanges.stash,
  })
  const library = new Library({ plex, index, settings, clock, logger })
  const waitingJobs = (): number => {
    const { ready, delayed, in_progress } = jobs.counts()
    return ready + delayed + in_progress
  }
  const gate = (server: ServerName, probe: ServerGateDeps['probe']): ServerGate =>
    new ServerGate({ server, db, clock, logger, outages, waitingJobs, probe })
  const gates = {
    // A library that is missing is not proved by a list of the others.
    plex: gate('plex', (signal, held) =>
      held === 'no_library' ? library.refresh('changed', signal) : plex.sections(signal),
    ),
    // What failed is asked for: another query proves nothing of that of the scenes.
    stash: gate('stash', (signal, held) =>
      held === 'stash_schema' ? stash.scenesAfter({ after: 0, since: null, limit: 1 }, signal) : stash.ready(signal),
    ),
  }
  const identities = new ServerIdentities({ plex, stash, bindToPlex: stores.bindToPlex, logger })
  const requests = new RequestCount()

  // ---- who listens to whom ----
  const ends = [
    ...serverNames.map((server) =>
      exchanges[server].onReport((report) => {
        requests.sent(server)
        if (server === 'plex' && !report.ok) identities.doubtPlex()
        if (report.fault !== undefined) facts.refused(server, report.fault)
        gates[server].report(report)
      }),
    ),
    edits.add((written) => gates.plex.edits.answered(written)),
    library.onUnusable((fault) => gates.plex.hold(fault)),
    library.onSections((sections) =>
      stores.settings.noteLibraries(
        sections.map(({ id, uuid, title }) => ({ library: uuid || `section-${id}`, sectionId: id, title })),
      ),
    ),
    ...serverNames.map((server) =>
      stores.settings.onChangeOf(settingsOf(server), () => {
        identities.forget(server)
        library.forget()
        if (isConfigured(stores.settings)) void gates[server].retryNow()
      }),
    ),
  ]

  // ---- start and stop ----
  return {
    plex,
    stash,
    gates,
    identities,
    library,
    settingsFor: (sectionId) => stores.settings.forLibrary(sectionId === null ? null : library.uuidOf(sectionId)),
    requests,
    facts,
    async classify(fault) {
      if (fault.code === 'redirected') {
        await Promise.all([gates.plex.probeNow(), gates.stash.probeNow()])
        const isWhole = Object.values(gates).some((one) => one.held?.code === 'server_redirects')
        return isWhole ? { ...fault, code: 'server_redirects' } : fault
      }
      if (fault.code !== 'timeout') return fault
      const alive = await Promise.all([gates.plex.probeNow(), gates.stash.probeNow()])
      return alive.every((one) => one) ? fault : { ...fault, code: 'unreachable' }
    },
    close() {
      for (const end of ends) end()
      plex.close()
      stash.close()
    },
  }
}

/** The settings that say where a server is, and how it is asked. */
export function settingsOf(server: ServerName): SettingName[] {
  return settingNames.filter((name) => name.startsWith(`${server}_`))
}

/** Plex and Stash as the engine knows them: the clients, the gates before them, and their identities. */
import type { PlexSection, ServerName } from '../../shared/domain.ts'
import type { Fault } from '../../shared/result.ts'
import type { Settings } from '../../shared/settings.ts'
import type { EngineOptions } from './engine-options.ts'
import type { ExchangeReport } from './http/exchange.ts'
import { RequestCount } from './http/request-count.ts'
import { Listeners } from './listeners.ts'
import { Library } from './match/library.ts'
import { createPlexClient, type PlexClient } from './plex/client.ts'
import type { Ports } from './ports.ts'
import { ServerFacts } from './servers/server-facts.ts'
import { ServerGate, type ServerGateDeps } from './servers/server-gate.ts'
import { ServerIdentities } from './servers/server-identity.ts'
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
  sharpen(fault: Fault): Promise<Fault>
}

export function connectServers(stores: Stores, options: EngineOptions, { clock, logger }: Ports): Servers {
  const { db, jobs, index, outages } = stores
  const settings = () => stores.settings.settings()
  const timeouts = () => ({ connectMs: settings().connect_timeout * 1000, readMs: settings().read_timeout * 1000 })
  const exchanges = { plex: new Listeners<ExchangeReport>(), stash: new Listeners<ExchangeReport>() }
  const facts = new ServerFacts()
  const client = createPlexClient({
    address: () => ({ url: settings().plex_url, token: settings().plex_token }),
    clientIdentifier: stores.installation,
    version: options.version,
    timeouts,
    clock,
    onExchange: (report) => exchanges.plex.send(report),
    observer: facts,
  })
  const plex: PlexClient = {
    ...client,
    async edit(edit, signal, longestLine) {
      const written = await client.edit(edit, signal, longestLine)
      gates.plex.edits.answered(written)
      return written
    },
  }
  const onSections = (sections: readonly PlexSection[]): void =>
    stores.settings.noteLibraries(
      sections.map(({ id, uuid, title }) => ({ library: uuid || `section-${id}`, sectionId: id, title })),
    )
  const stash = createStashClient({
    needs: () => sceneNeeds([settings(), ...stores.settings.ofLibraries()]),
    address: () => ({ url: settings().stash_url, apiKey: settings().stash_api_key }),
    timeouts,
    clock,
    onExchange: (report) => exchanges.stash.send(report),
  })
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
  const onUnusable = (fault: Fault): void => gates.plex.hold(fault)
  const library = new Library({ plex, index, settings, clock, logger, onSections, onUnusable })

  exchanges.plex.add((report) => {
    requests.sent('plex')
    if (!report.ok) identities.doubtPlex()
    if (report.fault !== undefined) facts.refused('plex', report.fault)
    gates.plex.report(report)
  })
  exchanges.stash.add((report) => {
    requests.sent('stash')
    if (report.fault !== undefined) facts.refused('stash', report.fault)
    gates.stash.report(report)
  })

  return {
    plex,
    stash,
    gates,
    identities,
    library,
    settingsFor: (sectionId) => stores.settings.forLibrary(sectionId === null ? null : library.uuidOf(sectionId)),
    requests,
    facts,
    async sharpen(fault) {
      if (fault.code === 'redirected') {
        await Promise.all([gates.plex.probeNow(), gates.stash.probeNow()])
        const isWhole = Object.values(gates).some((one) => one.held?.code === 'server_redirects')
        return isWhole ? { ...fault, code: 'server_redirects' } : fault
      }
      if (fault.code !== 'timeout') return fault
      const alive = await Promise.all([gates.plex.probeNow(), gates.stash.probeNow()])
      return alive.every((one) => one) ? fault : { ...fault, code: 'unreachable' }
    },
  }
}

import type { Handlers, LibraryInfo, ResponseOf } from '../../../shared/contract.ts'
import { decline } from '../../../shared/decline.ts'
import type { PlexSection } from '../../../shared/domain.ts'
import { moment } from '../../../shared/moment.ts'
import { englishRemark } from '../../../shared/remark-texts.ts'
import type { Remark } from '../../../shared/remarks.ts'
import { ok, type Result } from '../../../shared/result.ts'
import { parseSetting, type SettingName } from '../../../shared/settings.ts'
import type { EngineOptions } from '../engine-options.ts'
import { Exchanges } from '../http/exchanges.ts'
import { createPlexClient, type PlexClient } from '../plex/client.ts'
import type { PlexAddress } from '../plex/connection.ts'
import { createPlexSignIn } from '../plex/sign-in.ts'
import type { Ports } from '../ports.ts'
import { isConfigured } from '../settings/configured.ts'
import type { Consent } from '../settings/consent.ts'
import type { SettingsStore } from '../settings/settings-store.ts'
import { createStashClient } from '../stash/client.ts'
import type { StashAddress } from '../stash/graphql.ts'
import { faultOfState, stateNamed } from '../stash/stash-state.ts'
import type { StatusReader } from './status-reader.ts'

type Calls =
  | 'finishSetup'
  | 'startPlexSignIn'
  | 'pollPlexSignIn'
  | 'listPlexServers'
  | 'choosePlexServer'
  | 'testPlex'
  | 'testStash'

export interface SetupHandlerDeps {
  readonly settings: SettingsStore
  readonly consent: Consent
  readonly status: StatusReader
  readonly options: Pick<EngineOptions, 'version' | 'environment'>
  /** The identifier under which Plex knows this installation. */
  readonly installation: string
  readonly ports: Pick<Ports, 'clock' | 'onExchange'>
}

export function setupHandlers(deps: SetupHandlerDeps): Pick<Handlers, Calls> {
  const { settings, consent, status, options, installation, ports } = deps
  const { clock } = ports
  const timeouts = () => {
    const { connect_timeout, read_timeout } = settings.settings()
    return { connectMs: connect_timeout * 1000, readMs: read_timeout * 1000 }
  }
  const other = options.environment.PLEXSYNC_PLEX_TV_URL
  const signIn = createPlexSignIn({
    clock,
    exchanges: new Exchanges(ports.onExchange),
    timeouts,
    clientIdentifier: installation,
    version: options.version,
    ...(other === undefined || other === '' ? {} : { endpoints: { plexTv: other, clients: other, app: other } }),
  })
  /**
   * The account's token. It is kept as plex_token until a server is chosen, whose own token then takes its place: so the
   * setup can be left in between, and an address can be typed instead of chosen.
   */
  const accountToken = (): string => settings.get('plex_token')

  return {
    finishSetup: async ({ library }) => {
      if (!isConfigured(settings)) return decline('not_configured', { code: 'setup_unfinished', values: {} })
      consent.give('setup', { onlyNew: library === 'new' })
      return ok(status.read())
    },

    startPlexSignIn: async (_request, signal) => {
      const pin = await signIn.startPin(signal)
      if (!pin.ok) return pin
      const { id, code, url, expiresAt } = pin.value
      return ok({ id, code, url, expires_at: moment(expiresAt) })
    },
    pollPlexSignIn: async ({ id }, signal) => {
      const state = await signIn.pollPin(id, signal)
      if (!state.ok) return state
      if (state.value.state !== 'approved') return ok({ state: state.value.state })
      const saved = settings.save({ plex_token: state.value.token })
      return saved.ok ? ok({ state: 'approved' }) : saved
    },
    listPlexServers: async (_request, signal) => {
      if (accountToken() === '') return decline('not_configured', { code: 'not_signed_in', values: {} })
      const servers = await signIn.servers(accountToken(), signal)
      return servers.ok ? ok({ servers: servers.value.map(({ choice }) => choice) }) : servers
    },
    choosePlexServer: async ({ machine_identifier, uri }, signal) => {
      if (accountToken() === '') return decline('not_configured', { code: 'not_signed_in', values: {} })
      const servers = await signIn.servers(accountToken(), signal)
      if (!servers.ok) return servers
      const chosen = servers.value.find(({ choice }) => choice.machine_identifier === machine_identifier)
      if (chosen === undefined) return decline('unknown_name', { code: 'no_such_server', values: {} })
      const tested = await testPlex(deps, { url: uri, token: chosen.accessToken }, timeouts(), signal)
      if (!tested.ok) return tested
      const saved = settings.save({ plex_url: uri, plex_token: chosen.accessToken })
      return saved.ok ? tested : saved
    },

    testPlex: async (request, signal) => {
      const url = given(settings, 'plex_url', request.plex_url)
      if (!url.ok) return url
      const token = given(settings, 'plex_token', request.plex_token)
      return token.ok ? testPlex(deps, { url: url.value, token: token.value }, timeouts(), signal) : token
    },
    testStash: async (request, signal) => {
      const url = given(settings, 'stash_url', request.stash_url)
      if (!url.ok) return url
      // An empty key is a choice: Stash without a password refuses any key.
      const apiKey = request.stash_api_key === '' ? ok('') : given(settings, 'stash_api_key', request.stash_api_key)
      if (!apiKey.ok) return apiKey
      return testStash(deps, { url: url.value, apiKey: apiKey.value }, timeouts(), signal)
    },
  }
}

/** What the user typed, checked as the setting would be; else what is stored. */
function given(
  settings: SettingsStore,
  name: Extract<SettingName, 'plex_url' | 'plex_token' | 'stash_url' | 'stash_api_key'>,
  typed: string | undefined,
): Result<string> {
  if (typed === undefined || typed === '') {
    const stored = settings.get(name)
    return stored === '' && name !== 'stash_api_key'
      ? decline('not_configured', { code: 'setting_required', values: { name } })
      : ok(stored)
  }
  const parsed = parseSetting(name, typed)
  return parsed.ok ? ok(String(parsed.value)) : parsed
}

interface Timeouts {
  readonly connectMs: number
  readonly readMs: number
}

async function testPlex(
  { options, installation, ports }: SetupHandlerDeps,
  address: PlexAddress,
  timeouts: Timeouts,
  signal: AbortSignal,
): Promise<Result<ResponseOf<'testPlex'>>> {
  const client = createPlexClient({
    address: () => address,
    clientIdentifier: installation,
    version: options.version,
    timeouts: () => timeouts,
    clock: ports.clock,
    exchanges: new Exchanges(ports.onExchange),
  })
  try {
    const identity = await client.identity(signal)
    if (!identity.ok) return identity
    const sections = await client.sections(signal)
    if (!sections.ok) return sections
    const libraries: LibraryInfo[] = []
    for (const section of sections.value) libraries.push(await libraryInfo(client, section, signal))
    const { machineIdentifier, version } = identity.value
    return ok({ name: new URL(address.url).host, version, machine_identifier: machineIdentifier, libraries })
  } finally {
    client.close()
  }
}

async function libraryInfo(client: PlexClient, section: PlexSection, signal: AbortSignal): Promise<LibraryInfo> {
  const usable = section.type === 'movie'
  const remark: Remark | null = usable ? null : { code: 'library_type', values: { type: section.type } }
  const items = usable ? await client.countItems(section.id, signal) : null
  return {
    id: section.id,
    title: section.title,
    type: section.type,
    items: items?.ok ? items.value : null,
    usable,
    reason: remark === null ? null : englishRemark(remark),
    ...remark,
    locations: [...section.locations],
  }
}

async function testStash(
  { ports }: SetupHandlerDeps,
  address: StashAddress,
  timeouts: Timeouts,
  signal: AbortSignal,
): Promise<Result<ResponseOf<'testStash'>>> {
  const client = createStashClient({
    address: () => address,
    timeouts: () => timeouts,
    clock: ports.clock,
    exchanges: new Exchanges(ports.onExchange),
  })
  try {
    const version = await client.version(signal)
    if (!version.ok) return version
    const status = await client.systemStatus(signal)
    if (!status.ok) return status
    const notReady = faultOfState(stateNamed(status.value.status))
    if (notReady !== null) return { ok: false, fault: notReady }
    const scenes = await client.sceneStamps({ page: 1, perPage: 1 }, signal)
    return scenes.ok ? ok({ version: version.value, scenes: scenes.value.count, os: status.value.os }) : scenes
  } finally {
    client.close()
  }
}

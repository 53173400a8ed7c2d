import type { Handlers, LibraryInfo, ResponseOf } from '../../../shared/contract.ts'
import { moment, type PlexSection } from '../../../shared/domain.ts'
import { englishRemark } from '../../../shared/remark-texts.ts'
import type { Remark } from '../../../shared/remarks.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import { parseSetting, type SettingName } from '../../../shared/settings.ts'
import { createPlexClient, type PlexClient } from '../plex/client.ts'
import { createPlexSignIn } from '../plex/sign-in.ts'
import type { Services } from '../services.ts'
import { createStashClient } from '../stash/client.ts'
import { faultOfState, stateNamed } from '../stash/stash-state.ts'
import { isConfigured } from '../stores.ts'
import { readStatus } from './status.ts'

type Calls =
  | 'finishSetup'
  | 'startPlexSignIn'
  | 'pollPlexSignIn'
  | 'listPlexServers'
  | 'choosePlexServer'
  | 'testPlex'
  | 'testStash'

export function setupHandlers(services: Services): Pick<Handlers, Calls> {
  const { clock } = services.ports
  const timeouts = () => {
    const { connect_timeout, read_timeout } = services.settings.settings()
    return { connectMs: connect_timeout * 1000, readMs: read_timeout * 1000 }
  }
  const other = services.options.environment.PLEXSYNC_PLEX_TV_URL
  const signIn = createPlexSignIn({
    clock,
    timeouts,
    clientIdentifier: services.clientIdentifier,
    version: services.options.version,
    ...(other === undefined || other === '' ? {} : { endpoints: { plexTv: other, clients: other, app: other } }),
  })
  /**
   * The account's token. It is kept as plex_token until a server is chosen, whose own token then takes its place: so the
   * setup can be left in between, and an address can be typed instead of chosen.
   */
  const accountToken = (): string => services.settings.get('plex_token')

  return {
    finishSetup: async ({ library }) => {
      if (!isConfigured(services.settings)) return fail('not_configured', 'Plex and Stash are not set up yet')
      services.consent.give('setup', { onlyNew: library === 'new' })
      return ok(readStatus(services))
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
      const saved = services.settings.save({ plex_token: state.value.token })
      return saved.ok ? ok({ state: 'approved' }) : saved
    },
    listPlexServers: async (_request, signal) => {
      if (accountToken() === '') return fail('not_configured', 'Sign in with Plex first')
      const servers = await signIn.servers(accountToken(), signal)
      return servers.ok ? ok({ servers: servers.value.map(({ choice }) => choice) }) : servers
    },
    choosePlexServer: async ({ machine_identifier, uri }, signal) => {
      if (accountToken() === '') return fail('not_configured', 'Sign in with Plex first')
      const servers = await signIn.servers(accountToken(), signal)
      if (!servers.ok) return servers
      const chosen = servers.value.find(({ choice }) => choice.machine_identifier === machine_identifier)
      if (chosen === undefined) return fail('unknown_name', 'The account has no such server')
      const tested = await testPlex(services, uri, chosen.accessToken, timeouts(), signal)
      if (!tested.ok) return tested
      const saved = services.settings.save({ plex_url: uri, plex_token: chosen.accessToken })
      return saved.ok ? tested : saved
    },

    testPlex: async (request, signal) => {
      const url = given(services, 'plex_url', request.plex_url)
      if (!url.ok) return url
      const token = given(services, 'plex_token', request.plex_token)
      return token.ok ? testPlex(services, url.value, token.value, timeouts(), signal) : token
    },
    testStash: async (request, signal) => {
      const url = given(services, 'stash_url', request.stash_url)
      if (!url.ok) return url
      // An empty key is a choice: Stash without a password refuses any key.
      const apiKey = request.stash_api_key === '' ? ok('') : given(services, 'stash_api_key', request.stash_api_key)
      if (!apiKey.ok) return apiKey
      return testStash(url.value, apiKey.value, services, timeouts(), signal)
    },
  }
}

/** What the person typed, checked as the setting would be; else what is stored. */
function given(
  services: Services,
  name: Extract<SettingName, 'plex_url' | 'plex_token' | 'stash_url' | 'stash_api_key'>,
  typed: string | undefined,
): Result<string> {
  if (typed === undefined || typed === '') {
    const stored = services.settings.get(name)
    return stored === '' && name !== 'stash_api_key' ? fail('not_configured', `${name} is required`) : ok(stored)
  }
  const parsed = parseSetting(name, typed)
  return parsed.ok ? ok(String(parsed.value)) : parsed
}

interface Timeouts {
  readonly connectMs: number
  readonly readMs: number
}

async function testPlex(
  services: Services,
  url: string,
  token: string,
  timeouts: Timeouts,
  signal: AbortSignal,
): Promise<Result<ResponseOf<'testPlex'>>> {
  const client = createPlexClient({
    address: () => ({ url, token }),
    clientIdentifier: services.clientIdentifier,
    version: services.options.version,
    timeouts: () => timeouts,
    clock: services.ports.clock,
  })
  try {
    const identity = await client.identity(signal)
    if (!identity.ok) return identity
    const sections = await client.sections(signal)
    if (!sections.ok) return sections
    const libraries: LibraryInfo[] = []
    for (const section of sections.value) libraries.push(await libraryInfo(client, section, signal))
    const { machineIdentifier, version } = identity.value
    return ok({ name: new URL(url).host, version, machine_identifier: machineIdentifier, libraries })
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
  url: string,
  apiKey: string,
  services: Services,
  timeouts: Timeouts,
  signal: AbortSignal,
): Promise<Result<ResponseOf<'testStash'>>> {
  const client = createStashClient({
    address: () => ({ url, apiKey }),
    timeouts: () => timeouts,
    clock: services.ports.clock,
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

/**
 * Signing in with Plex: a PIN that the user approves in the browser, then the account's servers. Plex: the account's
 * token is for plex.tv alone; each server of the account comes with a separate token.
 */

import * as z from 'zod'
import type { PlexServerChoice } from '../../../shared/contract.ts'
import { decline } from '../../../shared/decline.ts'
import { type Fault, ok, type Result } from '../../../shared/result.ts'
import { sendByAxios } from '../http/axios-sender.ts'
import { type Answer, createHttp, type Exchange, type Timeouts } from '../http/exchange.ts'
import type { Exchanges } from '../http/exchanges.ts'
import type { Clock } from '../ports.ts'
import { addressCandidates, bestAddress, connectionSchema, tryAddresses } from './address-trial.ts'
import { identityHeaders, type PlexIdentityHeaders } from './connection.ts'
import { flag, number, text } from './fields.ts'

interface Pin {
  readonly id: number
  readonly code: string
  /** To be opened in the system browser, where the user is signed in and sees the real address. */
  readonly url: string
  /** Epoch ms. */
  readonly expiresAt: number
}

type PinState =
  /** Ask again after a second, or after `retryAfterMs` where plex.tv asks for patience. */
  | { readonly state: 'waiting'; readonly retryAfterMs?: number }
  | { readonly state: 'approved'; readonly token: string }
  | { readonly state: 'expired' }

interface AccountServer {
  /** What the user chooses from; holds no token. */
  readonly choice: PlexServerChoice
  /** The token for this server. */
  readonly accessToken: string
}

export interface PlexSignIn {
  startPin(signal?: AbortSignal): Promise<Result<Pin>>
  pollPin(id: number, signal?: AbortSignal): Promise<Result<PinState>>
  /** The account's name. `token_refused` means that the token is invalid; any other fault says nothing about it. */
  account(token: string, signal?: AbortSignal): Promise<Result<{ name: string }>>
  /** The account's servers with all their addresses tried; takes as long as the slowest address. */
  servers(token: string, signal?: AbortSignal): Promise<Result<AccountServer[]>>
  close(): void
}

export interface PlexSignInOptions extends PlexIdentityHeaders {
  readonly clock: Clock
  readonly exchanges?: Exchanges
  readonly timeouts: () => Timeouts
  /** Other addresses than Plex's own, for tests. */
  readonly endpoints?: Partial<typeof plexEndpoints>
}

const plexEndpoints = {
  plexTv: 'https://plex.tv',
  clients: 'https://clients.plex.tv',
  app: 'https://app.plex.tv',
}

const pinSchema = z.object({
  id: z.coerce.number(),
  code: z.string(),
  expiresIn: number.transform((seconds) => seconds ?? 900),
})
const pinStateSchema = z.object({ authToken: text })
const accountSchema = z.object({ username: text, title: text, email: text })
const resourceSchema = z.object({
  name: text,
  productVersion: text,
  clientIdentifier: z.string(),
  provides: text,
  owned: flag,
  accessToken: text,
  httpsRequired: flag,
  connections: z.array(connectionSchema).catch([]),
})

export function createPlexSignIn(options: PlexSignInOptions): PlexSignIn {
  const { clock, exchanges, timeouts, clientIdentifier } = options
  const endpoints = { ...plexEndpoints, ...options.endpoints }
  const http = createHttp({ server: 'plex.tv', clock, exchanges, judge: faultOfPlexTv, sender: sendByAxios })

  async function ask<T>(
    method: Exchange['method'],
    url: string,
    schema: z.ZodType<T>,
    more: { token?: string; signal?: AbortSignal | undefined },
  ): Promise<Result<T>> {
    const result = await http.exchange({
      method,
      url,
      headers: { ...identityHeaders(options), ...(more.token && { 'X-Plex-Token': more.token }) },
      timeouts: timeouts(),
      signal: more.signal,
      accept: 'json',
    })
    if (!result.ok) return result
    const parsed = schema.safeParse(result.value.json)
    return parsed.success
      ? ok(parsed.data)
      : decline('bad_answer', { code: 'answer_unknown', values: { server: 'plex.tv', at: null } })
  }

  return {
    async startPin(signal) {
      const now = clock.now()
      const result = await ask('POST', `${endpoints.plexTv}/api/v2/pins?strong=true`, pinSchema, { signal })
      if (!result.ok) return result
      const { id, code, expiresIn } = result.value
      const query = [
        ['clientID', clientIdentifier],
        ['code', code],
        ['context[device][product]', 'PlexSync'],
      ].map((pair) => pair.map(encodeURIComponent).join('='))
      return ok({ id, code, url: `${endpoints.app}/auth#?${query.join('&')}`, expiresAt: now + expiresIn * 1000 })
    },

    async pollPin(id, signal) {
      const result = await ask('GET', `${endpoints.plexTv}/api/v2/pins/${id}`, pinStateSchema, { signal })
      if (result.ok) {
        const token = result.value.authToken
        return ok(token === '' ? { state: 'waiting' } : { state: 'approved', token })
      }
      const { code, status, retryAfterMs = 5_000 } = result.fault
      if (code === 'item_gone') return ok({ state: 'expired' })
      if (status === 429) return ok({ state: 'waiting', retryAfterMs })
      return result
    },

    async account(token, signal) {
      const result = await ask('GET', `${endpoints.plexTv}/api/v2/user`, accountSchema, { token, signal })
      if (!result.ok) return result
      const { username, title, email } = result.value
      return ok({ name: username || title || email })
    },

    async servers(token, signal) {
      const url = `${endpoints.clients}/api/v2/resources?includeHttps=1&includeRelay=1&includeIPv6=1`
      const result = await ask('GET', url, z.array(resourceSchema), { token, signal })
      if (!result.ok) return result
      const servers = result.value.filter(({ provides }) => provides.split(',').includes('server'))
      return ok(await Promise.all(servers.map((server) => tried(server, signal))))
    },

    close: () => http.close(),
  }

  async function tried(
    server: z.output<typeof resourceSchema>,
    signal: AbortSignal | undefined,
  ): Promise<AccountServer> {
    const { name, productVersion, clientIdentifier: machineIdentifier, owned, accessToken } = server
    const candidates = addressCandidates(server.connections, server.httpsRequired)
    const addresses = await tryAddresses(candidates, machineIdentifier, {
      clock,
      exchanges,
      timeouts: timeouts(),
      signal,
    })
    return {
      choice: {
        name,
        machine_identifier: machineIdentifier,
        version: productVersion,
        owned,
        addresses,
        best: bestAddress(addresses),
      },
      accessToken,
    }
  }
}

/** plex.tv: 422 where what was sent as a token is none. */
function faultOfPlexTv(response: Answer): Fault | undefined {
  if (response.status !== 422) return undefined
  return { code: 'token_refused', message: 'plex.tv does not know this token (422): sign in again', status: 422 }
}

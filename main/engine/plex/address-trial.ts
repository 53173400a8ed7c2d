/** Which of a server's addresses answers, and which of those is best. */
import * as z from 'zod'
import type { PlexServerChoice } from '../../../shared/contract.ts'
import { createHttp, type Timeouts } from '../http/exchange.ts'
import type { Exchanges } from '../http/exchanges.ts'
import type { Clock } from '../ports.ts'
import { flag, number, text } from './fields.ts'

export type TriedAddress = PlexServerChoice['addresses'][number]
export type AddressCandidate = Pick<TriedAddress, 'uri' | 'local' | 'relay'>

/** A connection of a server as plex.tv lists it. */
export const connectionSchema = z.object({
  protocol: text,
  address: text,
  port: number.transform((port) => port ?? 32400),
  uri: text,
  local: flag,
  relay: flag,
})

const identitySchema = z.object({ MediaContainer: z.object({ machineIdentifier: z.string() }) })

/**
 * Addresses in the order of preference: local, remote, relay; TLS first. Plex: certificates hold for the plex.direct
 * names only, and some routers block these names, so in the local network the plain address is tried too, unless the
 * server insists on TLS. Never outside it: a token must not cross the internet in the clear.
 */
export function addressCandidates(
  connections: readonly z.output<typeof connectionSchema>[],
  httpsRequired: boolean,
): AddressCandidate[] {
  const candidates = connections.flatMap(({ protocol, address, port, uri, local, relay }): AddressCandidate[] => {
    const listed = uri === '' ? [] : [{ uri, local, relay }]
    if (!local || httpsRequired || protocol !== 'https' || address === '') return listed
    const host = address.includes(':') ? `[${address}]` : address
    return [...listed, { uri: `http://${host}:${port}`, local, relay }]
  })
  const usable = candidates.filter(({ uri, local }) => URL.canParse(uri) && (local || uri.startsWith('https:')))
  const unique = [...new Map(usable.map((candidate) => [candidate.uri, candidate])).values()]
  return unique.sort((one, other) => rank(one) - rank(other))
}

function rank({ uri, local, relay }: AddressCandidate): number {
  const distance = relay ? 2 : local ? 0 : 1
  return distance * 2 + (uri.startsWith('https:') ? 0 : 1)
}

export interface AddressTrialOptions {
  readonly clock: Clock
  readonly exchanges?: Exchanges | undefined
  readonly timeouts: Timeouts
  readonly signal?: AbortSignal | undefined
}

/**
 * Asks every address at the same time who answers there. No token is sent: behind an address of a private network may be a
 * stranger. Keeps the order.
 */
export async function tryAddresses(
  candidates: readonly AddressCandidate[],
  machineIdentifier: string,
  { clock, exchanges, timeouts, signal }: AddressTrialOptions,
): Promise<TriedAddress[]> {
  const http = createHttp({ server: 'The server', clock, exchanges })
  try {
    return await Promise.all(
      candidates.map(async (candidate) => {
        const startedAt = clock.now()
        const url = `${candidate.uri.replace(/\/$/, '')}/identity`
        const result = await http.exchange({ method: 'GET', url, timeouts, signal, accept: 'json', maxBytes: 100_000 })
        const identity = identitySchema.safeParse(result.ok ? result.value.json : null)
        const reachable = identity.success && identity.data.MediaContainer.machineIdentifier === machineIdentifier
        return { ...candidate, reachable, milliseconds: reachable ? clock.now() - startedAt : null }
      }),
    )
  } finally {
    http.close()
  }
}

/** The first that answered, in the order of preference. */
export function bestAddress(addresses: readonly TriedAddress[]): string | null {
  return addresses.find(({ reachable }) => reachable)?.uri ?? null
}

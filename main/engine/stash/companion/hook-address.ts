/** Under which addresses Stash may reach the hook listener. Pure: what the network says comes in. */

import { isIP } from 'node:net'
import { decline } from '../../../../shared/decline.ts'
import { splitNames } from '../../../../shared/names.ts'
import type { AddressReason } from '../../../../shared/plugin-steps.ts'
import { ok, type Result } from '../../../../shared/result.ts'
import { hostName, isWildcard } from '../../http/host-allow-list.ts'

export interface HookAddress {
  /** Such as `http://127.0.0.1:9797`. */
  readonly base: string
  /** Stash and PlexSync talk within one machine and one network namespace. */
  readonly isLoopback: boolean
  /** For people: why this one. */
  readonly why: AddressReason
}

export interface HookAddressInputs {
  readonly webhookHost: string
  /** The real port, never 0. */
  readonly webhookPort: number
  /** The setting webhook_hosts. */
  readonly webhookHosts: string
  /** Empty if not set yet: taken for one on this machine. */
  readonly stashUrl: string
  readonly stashIsHere: boolean
  /** This machine's address on the way to Stash, or on its default route; null if there is no network. */
  readonly networkAddress: string | null
}

/**
 * The addresses to try, the likeliest first. Several, because a Stash on this machine's own ports may still live in a
 * container, from where 127.0.0.1 is itself. Fault `invalid_input` where Stash is elsewhere and PlexSync listens to
 * only its own machine.
 */
export function hookAddresses(inputs: HookAddressInputs): Result<readonly HookAddress[]> {
  const { webhookHost, webhookHosts, stashUrl, stashIsHere, networkAddress } = inputs
  const bound = hostName(webhookHost) ?? webhookHost
  const everywhere = isWildcard(bound)
  const onlyHere = isLoopbackHost(bound)
  if (onlyHere && !stashIsHere)
    return decline('invalid_input', {
      code: 'hooks_from_here_only',
      values: { host: webhookHost, stash: hostOf(stashUrl), network: networkAddress },
    })
  const named = splitNames(webhookHosts).flatMap((name) => address(inputs, hostName(name), 'named'))
  const own = everywhere || onlyHere ? [] : address(inputs, bound, 'listened_on')
  if (!stashIsHere) return ok(distinct([...named, ...own, ...(everywhere ? network(inputs, 'way_to_stash') : [])]))
  // One address and nothing else is listened on: no other name leads to it.
  if (!everywhere && !onlyHere) return ok(distinct([...own, ...named]))
  const loopback = everywhere ? (bound.includes(':') ? '::1' : '127.0.0.1') : bound
  return ok(
    distinct([
      ...address(inputs, loopback, 'same_machine'),
      ...named,
      // Docker Desktop leads it to this machine, even to what listens on loopback only; elsewhere compose may name it.
      ...address(inputs, 'host.docker.internal', 'container'),
      ...(everywhere ? network(inputs, 'container') : []),
    ]),
  )
}

function network(inputs: HookAddressInputs, why: AddressReason): HookAddress[] {
  return address(inputs, inputs.networkAddress, why)
}

function address({ webhookPort }: HookAddressInputs, host: string | null, why: AddressReason): HookAddress[] {
  if (host === null) return []
  const base = `http://${host.includes(':') ? `[${host}]` : host}:${webhookPort}`
  return [{ base, isLoopback: isLoopbackHost(host), why }]
}

function distinct(addresses: readonly HookAddress[]): HookAddress[] {
  return addresses.filter(({ base }, at) => addresses.findIndex((earlier) => earlier.base === base) === at)
}

/** Whether a host name or address, without brackets and port, is this machine itself. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

/** The host of an address, without brackets; empty if there is none. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : ''
}

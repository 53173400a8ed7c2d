/**
 * Under which names the listener may be called. A web page whose own name was pointed at this machine (DNS rebinding)
 * sends that name as `Host`: it is not in this list.
 */
import { isIPv4, isIPv6 } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import { splitNames } from '../../../shared/names.ts'

/** The names and addresses of this machine at this moment; they change with the network. */
export interface Machine {
  names(): readonly string[]
}

const thisMachine: Machine = {
  names: () => [
    hostname(),
    ...Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address)),
  ],
}

const wildcards: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

export function isWildcard(host: string): boolean {
  return wildcards.has(hostName(host) ?? '')
}

/** The name in a `Host` header, without port, in lower case; an IPv6 address in its shortest form. Null if malformed. */
export function hostName(host: string): string | null {
  const text = host.trim().toLowerCase()
  const [, address, name] = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/.exec(text) ?? []
  if (name !== undefined) return name.replace(/\.$/, '')
  const bare = address ?? text
  return isIPv6(bare) ? new URL(`http://[${bare}]/`).hostname.slice(1, -1) : null
}

export class HostAllowList {
  readonly #furtherHosts: () => string
  readonly #machine: Machine
  #bound = ''

  /** @param furtherHosts the setting webhook_hosts: names separated by commas. */
  constructor(furtherHosts: () => string, machine: Machine = thisMachine) {
    this.#furtherHosts = furtherHosts
    this.#machine = machine
  }

  /** The address that is listened on. On a wildcard all names of this machine are allowed. */
  bind(host: string): void {
    this.#bound = host
  }

  allows(header: string | undefined): boolean {
    const name = header === undefined ? null : hostName(header)
    if (name === null) return false
    if (name === 'localhost' || name === 'host.docker.internal' || isLoopback(name)) return true
    if (name === hostName(this.#bound)) return true
    if (splitNames(this.#furtherHosts()).some((further) => hostName(further) === name)) return true
    return isWildcard(this.#bound) && this.#machine.names().some((own) => hostName(own) === name)
  }
}

function isLoopback(name: string): boolean {
  return name === '::1' || (name.startsWith('127.') && isIPv4(name))
}

/** How Stash may reach the hook listener, by the settings and by what the network says. */
import { decline } from '../../../../shared/decline.ts'
import { ok, type Result } from '../../../../shared/result.ts'
import type { Settings } from '../../../../shared/settings.ts'
import { type HookAddress, hookAddresses, hostOf, isLoopbackHost } from './hook-address.ts'
import { networkRoute } from './network-route.ts'

export interface Reach {
  readonly addresses: readonly [HookAddress, ...HookAddress[]]
  readonly stashIsHere: boolean
}

/** Under which addresses Stash may reach the hook listener, the likeliest first. */
export async function reachOf(settings: Settings, webhookUrl: string | null): Promise<Result<Reach>> {
  const { webhook_host, webhook_port, webhook_hosts, stash_url } = settings
  const webhookPort = webhookUrl === null ? webhook_port : Number(new URL(webhookUrl).port || 80)
  if (webhookPort === 0) return decline('not_configured', { code: 'hook_port_unknown', values: {} })
  const host = hostOf(stash_url)
  const isNamedHere = host === '' || isLoopbackHost(host)
  const route = await (isNamedHere ? networkRoute() : networkRoute(host))
  const stashIsHere = isNamedHere || (route !== null && (route.local === route.remote || isLoopbackHost(route.remote)))
  const addresses = hookAddresses({
    webhookHost: webhook_host,
    webhookPort,
    webhookHosts: webhook_hosts,
    stashUrl: stash_url,
    stashIsHere,
    networkAddress: route?.local ?? null,
  })
  if (!addresses.ok) return addresses
  const [first, ...others] = addresses.value
  if (first === undefined) return decline('not_configured', { code: 'no_way_to_stash', values: {} })
  return ok({ addresses: [first, ...others], stashIsHere })
}

import pLimit from 'p-limit'
import type { Handlers } from '../../../shared/contract.ts'
import { moment } from '../../../shared/domain.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import { companionFiles } from '../stash/companion/companion.ts'
import { type HookAddress, hookAddresses, hostOf, isLoopbackHost } from '../stash/companion/hook-address.ts'
import { installCompanion } from '../stash/companion/install.ts'
import { companionId, readDescription } from '../stash/companion/manifest.ts'
import { networkRoute } from '../stash/companion/network-route.ts'
import type { PackageShelf } from '../stash/companion/package-shelf.ts'
import { writePlugin } from '../stash/companion/plugin-folder.ts'
import { StashPlugins } from '../stash/companion/stash-plugins.ts'
import type { Services } from './services.ts'

type Calls = 'getPluginStatus' | 'installPlugin' | 'exportPlugin'

/** @param shelf what the hook listener serves below /stash-plugin/. */
export function pluginHandlers(services: Services, shelf: PackageShelf): Pick<Handlers, Calls> {
  const { options, ports } = services
  const stash = new StashPlugins(services.stash.graphql, ports.clock)
  /** Two installations at once would overwrite each other's files. */
  const inTurn = pLimit(1)
  const newBuild = (): string => ports.newId().slice(0, 8)

  return {
    getPluginStatus: async (_request, signal) => {
      const plugins = await stash.list(signal)
      if (!plugins.ok) return plugins
      const held = plugins.value.find(({ id }) => id === companionId)
      const about = readDescription(held?.description ?? null)
      return ok({
        installed: held !== undefined && about !== null,
        enabled: about !== null && held?.enabled === true,
        version: about === null ? null : (held?.version ?? null),
        current_version: options.version,
        variant: about?.variant ?? null,
        address: about?.base ?? null,
        last_event_at: moment(services.lastEventAt()),
      })
    },

    installPlugin: ({ variant, consent }, signal) =>
      inTurn(async () => {
        if (!consent) return fail('invalid_input', 'consent: the plugin is code that runs in Stash; agree to it first')
        const reach = await reachOf(services)
        if (!reach.ok) return reach
        const token = hookToken(services)
        if (!token.ok) return token
        const steps: string[] = []
        const say = (step: string): void => {
          steps.push(step)
          ports.logger.log('info', 'Plugin', step)
        }
        const installed = await installCompanion(
          {
            ...reach.value,
            token: token.value,
            version: options.version,
            variant: variant ?? null,
            isListening: services.webhookUrl() !== null,
          },
          { stash, shelf, clock: ports.clock, newId: ports.newId, say },
          signal,
        )
        return installed.ok ? ok({ ...installed.value, steps }) : installed
      }),

    exportPlugin: async ({ folder, variant }) => {
      const reach = await reachOf(services)
      if (!reach.ok) return reach
      const token = hookToken(services)
      if (!token.ok) return token
      const [{ base }] = reach.value.addresses
      const { version } = options
      const files = await writePlugin(
        folder,
        companionFiles({ variant, base, token: token.value, version, build: newBuild() }),
      )
      return files.ok ? ok({ files: files.value }) : files
    },
  }
}

interface Reach {
  readonly addresses: readonly [HookAddress, ...HookAddress[]]
  readonly stashIsHere: boolean
}

/** Under which addresses Stash may reach the hook listener, the likeliest first. */
async function reachOf(services: Services): Promise<Result<Reach>> {
  const { webhook_host, webhook_port, webhook_hosts, stash_url } = services.settings.settings()
  const webhookUrl = services.webhookUrl()
  const webhookPort = webhookUrl === null ? webhook_port : Number(new URL(webhookUrl).port || 80)
  if (webhookPort === 0)
    return fail('not_configured', 'webhook_port is 0, any free one: which one is known only while PlexSync runs')
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
  if (first === undefined)
    return fail('not_configured', `No address of this machine leads to Stash; name one in webhook_hosts`)
  return ok({ addresses: [first, ...others], stashIsHere })
}

/** The secret that the plugin shows; made here where PlexSync was never started before. */
function hookToken(services: Services): Result<string> {
  const token = services.settings.settings().hook_token
  if (token !== '') return ok(token)
  const saved = services.settings.save({ hook_token: services.ports.newId() })
  return saved.ok ? ok(services.settings.settings().hook_token) : saved
}

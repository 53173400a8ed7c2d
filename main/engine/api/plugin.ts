import pLimit from 'p-limit'
import type { Handlers } from '../../../shared/contract.ts'
import { moment } from '../../../shared/domain.ts'
import { type PluginStep, pluginStepText } from '../../../shared/plugin-steps.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import type { Services } from '../services.ts'
import { companionFiles } from '../stash/companion/companion.ts'
import { holdingsOf, type OwnCompanion, ownCompanion } from '../stash/companion/companion-owner.ts'
import { installCompanion } from '../stash/companion/install.ts'
import { companionId } from '../stash/companion/manifest.ts'
import { writePlugin } from '../stash/companion/plugin-folder.ts'
import { reachOf } from '../stash/companion/reach.ts'
import { StashPlugins } from '../stash/companion/stash-plugins.ts'

type Calls = 'getPluginStatus' | 'installPlugin' | 'exportPlugin'

export function pluginHandlers(services: Services): Pick<Handlers, Calls> {
  const { options, ports } = services
  const stash = new StashPlugins(services.stash.graphql, ports.clock)
  /** Two installations at the same time would overwrite each other's files. */
  const inTurn = pLimit(1)
  const newBuild = (): string => ports.newId().slice(0, 8)

  return {
    getPluginStatus: async (_request, signal) => {
      const plugins = await stash.list(signal)
      if (!plugins.ok) return plugins
      const reach = await reachOf(services.settings.settings(), services.webhookUrl())
      const bases = reach.ok ? reach.value.addresses.map(({ base }) => base) : []
      const own = ownOf(services, bases)
      const { own: held, others } = holdingsOf(plugins.value, own)
      const about = held?.about ?? null
      return ok({
        installed: held !== null,
        enabled: held?.plugin.enabled === true,
        version: held?.plugin.version ?? null,
        current_version: options.version,
        variant: about?.variant ?? null,
        address: about?.base ?? null,
        // What is not known cannot be wrong: a plugin of 1.0.0 names no token, and without a listener there is no address.
        reaches_us: about === null || bases.length === 0 ? null : bases.includes(about.base),
        knows_token: about === null || about.fingerprint === null ? null : about.fingerprint === own.fingerprint,
        others: others?.about.base ?? null,
        last_event_at: moment(services.lastEventAt()),
      })
    },

    installPlugin: ({ variant, consent, beside }, signal) =>
      inTurn(async () => {
        if (!consent) return fail('invalid_input', 'consent: the plugin is code that runs in Stash; agree to it first')
        const reach = await reachOf(services.settings.settings(), services.webhookUrl())
        if (!reach.ok) return reach
        const token = hookToken(services)
        if (!token.ok) return token
        const steps: PluginStep[] = []
        const say = (step: PluginStep): void => {
          steps.push(step)
          ports.logger.log('info', 'Plugin', pluginStepText(step))
        }
        const installed = await installCompanion(
          {
            ...reach.value,
            token: token.value,
            version: options.version,
            own: ownOf(
              services,
              reach.value.addresses.map(({ base }) => base),
            ),
            beside: beside === true,
            variant: variant ?? null,
            isListening: services.webhookUrl() !== null,
          },
          {
            stash,
            shelf: services.shelf,
            clock: ports.clock,
            newId: ports.newId,
            lastPingAt: services.lastPingAt,
            say,
          },
          signal,
        )
        if (!installed.ok) return installed
        return ok({ ...installed.value, steps: steps.map((step) => pluginStepText(step)), step_codes: steps })
      }),

    exportPlugin: async ({ folder, variant }) => {
      const reach = await reachOf(services.settings.settings(), services.webhookUrl())
      if (!reach.ok) return reach
      const token = hookToken(services)
      if (!token.ok) return token
      const [{ base }] = reach.value.addresses
      const { version } = options
      const files = await writePlugin(
        companionId,
        folder,
        companionFiles({ id: companionId, variant, base, token: token.value, version, build: newBuild() }),
      )
      return files.ok ? ok({ files: files.value }) : files
    },
  }
}

function ownOf(services: Services, bases: readonly string[]): OwnCompanion {
  return ownCompanion(services.clientIdentifier, services.settings.settings().hook_token, bases)
}

/** The secret that the plugin shows; made here where PlexSync was never started before. */
function hookToken(services: Services): Result<string> {
  const token = services.settings.settings().hook_token
  if (token !== '') return ok(token)
  const saved = services.settings.save({ hook_token: services.ports.newId() })
  return saved.ok ? ok(services.settings.settings().hook_token) : saved
}

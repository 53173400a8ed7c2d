import pLimit from 'p-limit'
import type { Handlers } from '../../../shared/contract.ts'
import { decline } from '../../../shared/decline.ts'
import { moment } from '../../../shared/moment.ts'
import { englishPluginStep } from '../../../shared/plugin-step-texts.ts'
import type { PluginStep } from '../../../shared/plugin-steps.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { EngineOptions } from '../engine-options.ts'
import type { HookReceiver } from '../intake/hook-receiver.ts'
import type { Ports } from '../ports.ts'
import type { SettingsStore } from '../settings/settings-store.ts'
import type { StashClient } from '../stash/client.ts'
import { companionFiles } from '../stash/companion/companion.ts'
import { holdingsOf, type OwnCompanion, ownCompanion } from '../stash/companion/companion-owner.ts'
import { installCompanion } from '../stash/companion/install.ts'
import { companionId } from '../stash/companion/manifest.ts'
import type { PackageShelf } from '../stash/companion/package-shelf.ts'
import { writePlugin } from '../stash/companion/plugin-folder.ts'
import { reachOf } from '../stash/companion/reach.ts'
import { StashPlugins } from '../stash/companion/stash-plugins.ts'

type Calls = 'getPluginStatus' | 'installPlugin' | 'exportPlugin'

export interface PluginHandlerDeps {
  readonly options: Pick<EngineOptions, 'version'>
  readonly ports: Pick<Ports, 'clock' | 'newId' | 'logger'>
  readonly stash: Pick<StashClient, 'graphql'>
  readonly settings: SettingsStore
  readonly hooks: Pick<HookReceiver, 'url' | 'lastHookAt' | 'lastPingAt'>
  readonly shelf: PackageShelf
  /** The identifier under which Plex knows this installation. */
  readonly installation: string
}

export function pluginHandlers(deps: PluginHandlerDeps): Pick<Handlers, Calls> {
  const { options, ports, settings, hooks, shelf } = deps
  const stash = new StashPlugins(deps.stash.graphql, ports.clock)
  /** Two installations at the same time would overwrite each other's files. */
  const inTurn = pLimit(1)
  const newBuild = (): string => ports.newId().slice(0, 8)

  return {
    getPluginStatus: async (_request, signal) => {
      const plugins = await stash.list(signal)
      if (!plugins.ok) return plugins
      const reach = await reachOf(settings.settings(), hooks.url)
      const bases = reach.ok ? reach.value.addresses.map(({ base }) => base) : []
      const own = ownOf(deps, bases)
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
        last_event_at: moment(hooks.lastHookAt),
      })
    },

    installPlugin: ({ variant, consent, beside }, signal) =>
      inTurn(async () => {
        if (!consent) return decline('invalid_input', { code: 'consent_missing', values: {} })
        const reach = await reachOf(settings.settings(), hooks.url)
        if (!reach.ok) return reach
        const token = hookToken(deps)
        if (!token.ok) return token
        const steps: PluginStep[] = []
        const say = (step: PluginStep): void => {
          steps.push(step)
          ports.logger.log('info', 'Plugin', englishPluginStep(step))
        }
        const installed = await installCompanion(
          {
            ...reach.value,
            token: token.value,
            version: options.version,
            own: ownOf(
              deps,
              reach.value.addresses.map(({ base }) => base),
            ),
            beside: beside === true,
            variant: variant ?? null,
            isListening: hooks.url !== null,
          },
          {
            stash,
            shelf,
            clock: ports.clock,
            newId: ports.newId,
            lastPingAt: () => hooks.lastPingAt,
            say,
          },
          signal,
        )
        if (!installed.ok) return installed
        return ok({ ...installed.value, steps: steps.map(englishPluginStep), step_codes: steps })
      }),

    exportPlugin: async ({ folder, variant }) => {
      const reach = await reachOf(settings.settings(), hooks.url)
      if (!reach.ok) return reach
      const token = hookToken(deps)
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

function ownOf({ installation, settings }: PluginHandlerDeps, bases: readonly string[]): OwnCompanion {
  return ownCompanion(installation, settings.settings().hook_token, bases)
}

/** The secret that the plugin shows; made here where PlexSync was never started before. */
function hookToken({ settings, ports }: PluginHandlerDeps): Result<string> {
  const token = settings.settings().hook_token
  if (token !== '') return ok(token)
  const saved = settings.save({ hook_token: ports.newId() })
  return saved.ok ? ok(settings.settings().hook_token) : saved
}

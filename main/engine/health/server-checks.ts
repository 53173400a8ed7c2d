/** Health of the two servers: do they answer, do they take us, are they of a kind that we know? */

import type { ServerName } from '../../../shared/domain.ts'
import { quoteHintText } from '../../../shared/quote-hint-texts.ts'
import { holdingsOf, ownCompanion } from '../stash/companion/companion-owner.ts'
import { readDescription } from '../stash/companion/manifest.ts'
import { reachOf } from '../stash/companion/reach.ts'
import { StashPlugins } from '../stash/companion/stash-plugins.ts'
import { type Check, type Finding, fail, failWith, faultOrAway, hasCommands, pass, warn } from './finding.ts'
import { isNewer, newestKnown } from './known-versions.ts'

export const plexAnswers: Check<'settings' | 'plex'> = async (services, signal) => {
  if (services.settings.get('plex_url') === '') return fail('not_set', { setting: 'plex_url' })
  const identity = await services.plex.identity(signal)
  return identity.ok ? versionFinding('plex', identity.value.version, newestKnown.plex) : failWith(identity.fault)
}

export const stashAnswers: Check<'settings' | 'stash'> = async (services, signal) => {
  if (services.settings.get('stash_url') === '') return fail('not_set', { setting: 'stash_url' })
  const version = await services.stash.version(signal)
  if (!version.ok) return failWith(version.fault)
  const ready = await services.stash.ready(signal)
  return ready.ok ? versionFinding('stash', version.value, newestKnown.stash) : failWith(ready.fault)
}

function versionFinding(server: ServerName, version: string, newest: string): Finding {
  return isNewer(version, newest)
    ? warn('version_newer', { server, version, newest })
    : pass('version', { server, version })
}

/** The plugin is in Stash, switched on, and of our version. */
export const companion: Check<'settings' | 'stash' | 'clock' | 'hooks' | 'installation' | 'options'> = async (
  services,
  signal,
) => {
  if (services.settings.get('stash_url') === '') return fail('not_set', { setting: 'stash_url' })
  const plugins = await new StashPlugins(services.stash.graphql, services.clock).list(signal)
  if (!plugins.ok) return faultOrAway('stash', plugins.fault)
  const command = hasCommands(services)
  const settings = services.settings.settings()
  const reach = await reachOf(settings, services.hooks.url)
  const bases = reach.ok ? reach.value.addresses.map(({ base }) => base) : []
  const own = ownCompanion(services.installation, settings.hook_token, bases)
  const { own: held, others } = holdingsOf(plugins.value, own)
  const beside = others === null ? '' : others.about.base
  if (held === null)
    return settings.stash_poll_seconds > 0
      ? pass('plugin_not_needed', { beside })
      : warn('plugin_missing', { beside, command })
  const { plugin, about } = held
  if (!plugin.enabled) return warn('plugin_off', {})
  if (plugin.version !== services.options.version)
    return warn('plugin_version', { held: plugin.version ?? 'unknown', own: services.options.version, command })
  if (about.fingerprint !== null && about.fingerprint !== own.fingerprint) return warn('plugin_token', { command })
  if (bases.length > 0 && !bases.includes(about.base)) return warn('plugin_address', { base: about.base, command })
  return pass('plugin_current', { version: plugin.version, beside })
}

/** Stash2Plex would write to the same items, by its own rules. */
export const onlyWriter: Check<'settings' | 'stash' | 'clock'> = async (services, signal) => {
  if (services.settings.get('stash_url') === '') return pass('stash_not_set_up', {})
  const plugins = await new StashPlugins(services.stash.graphql, services.clock).list(signal)
  if (!plugins.ok) return faultOrAway('stash', plugins.fault)
  const other = plugins.value.find(
    ({ id, enabled, description }) =>
      enabled && /^(stash2plex|plexsync)$/i.test(id) && readDescription(description) === null,
  )
  if (other === undefined) return pass('only_writer', {})
  return warn('other_writer', { plugin: other.id })
}

export const plexToken: Check<'settings' | 'plex' | 'gates'> = async (services, signal) => {
  if (services.settings.get('plex_token') === '') return fail('not_set', { setting: 'plex_token' })
  const { held } = services.gates.plex
  if (held?.code === 'edits_refused') return failWith(held)
  const sections = await services.plex.sections(signal)
  return sections.ok ? pass('token_accepted', {}) : faultOrAway('plex', sections.fault)
}

export const libraries: Check<'library' | 'index' | 'gates'> = async (services, signal) => {
  const { held } = services.gates.plex
  if (held?.code === 'edits_refused' || held?.code === 'edits_failing') return failWith(held)
  const ready = await services.library.ready(signal)
  if (!ready.ok) return faultOrAway('plex', ready.fault)
  const { unknownNames, quoteHints } = services.library
  if (unknownNames.length > 0)
    return warn('unknown_libraries', {
      names: [...unknownNames],
      hints: quoteHints.map(quoteHintText),
      hint_codes: [...quoteHints],
    })
  const written = services.library.sections.filter((section) => section.skipped === null)
  return pass('libraries_indexed', {
    libraries: written.map((section) => section.title),
    items: services.index.count(),
  })
}

export const hooks: Check<'settings' | 'hooks' | 'options'> = async (services) => {
  const at = services.hooks.lastHookAt
  if (at !== null) return pass('hook_arrived', { at: new Date(at).toISOString() })
  if (services.settings.get('stash_poll_seconds') > 0) return pass('hook_not_needed', {})
  return warn('hook_missing', { command: hasCommands(services) })
}

/** Health of the two servers: do they answer, do they take us, are they of a kind that we know? */
import { errors } from '../../../shared/errors.ts'
import { holdingsOf, ownCompanion } from '../stash/companion/companion-owner.ts'
import { readDescription } from '../stash/companion/manifest.ts'
import { reachOf } from '../stash/companion/reach.ts'
import { StashPlugins } from '../stash/companion/stash-plugins.ts'
import { broken, type Check, cureFor, doubtful, type Finding, faulty, well } from './finding.ts'
import { isNewer, newestKnown } from './known-versions.ts'

export const plexAnswers: Check = async (services, signal) => {
  if (services.settings.get('plex_url') === '') return broken('plex_url is not set.', errors.not_configured.action)
  const identity = await services.plex.identity(signal)
  return identity.ok
    ? versionFinding('Plex Media Server', identity.value.version, newestKnown.plex)
    : faulty(identity.fault)
}

export const stashAnswers: Check = async (services, signal) => {
  if (services.settings.get('stash_url') === '') return broken('stash_url is not set.', errors.not_configured.action)
  const version = await services.stash.version(signal)
  if (!version.ok) return faulty(version.fault)
  const ready = await services.stash.ready(signal)
  return ready.ok ? versionFinding('Stash', version.value, newestKnown.stash) : faulty(ready.fault)
}

function versionFinding(name: string, version: string, newest: string): Finding {
  if (!isNewer(version, newest)) return well(`${name} ${version}.`)
  return doubtful(
    `${name} ${version} is newer than this PlexSync knows (${newest}).`,
    'It will most likely work. Look for a newer PlexSync if something does not.',
  )
}

/** The plugin is in Stash, switched on, and of our version. */
export const companion: Check = async (services, signal) => {
  if (services.settings.get('stash_url') === '') return broken('stash_url is not set.', errors.not_configured.action)
  const plugins = await new StashPlugins(services.stash.graphql, services.ports.clock).list(signal)
  if (!plugins.ok) return faulty(plugins.fault)
  const install = cureFor(services, { window: 'Install it in the setup.', command: 'plexsync plugin install --yes' })
  const settings = services.settings.settings()
  const reach = await reachOf(settings, services.webhookUrl())
  const bases = reach.ok ? reach.value.addresses.map(({ base }) => base) : []
  const own = ownCompanion(services.clientIdentifier, settings.hook_token, bases)
  const { own: held, others } = holdingsOf(plugins.value, own)
  const beside = others === null ? '' : ` Another PlexSync's plugin reports to ${others.about.base}.`
  if (held === null)
    return settings.stash_poll_seconds > 0
      ? well(`None, and none is needed: changes are found by asking Stash every few seconds.${beside}`)
      : doubtful(`There is none, and stash_poll_seconds is 0: changes are found late.${beside}`, install)
  const { plugin, about } = held
  if (!plugin.enabled)
    return doubtful('The plugin is switched off in Stash.', 'Switch it on in Stash: Settings, Plugins.')
  if (plugin.version !== services.options.version)
    return doubtful(`Stash holds version ${plugin.version ?? 'unknown'}, this is ${services.options.version}.`, install)
  if (about.fingerprint !== null && about.fingerprint !== own.fingerprint)
    return doubtful('The plugin in Stash has another token than this PlexSync.', install)
  if (bases.length > 0 && !bases.includes(about.base))
    return doubtful(`The plugin reports to ${about.base}, which is not this PlexSync.`, install)
  return well(`Stash holds version ${plugin.version}.${beside}`)
}

/** Stash2Plex would write to the same items, by its own rules. */
export const onlyWriter: Check = async (services, signal) => {
  if (services.settings.get('stash_url') === '') return well('Stash is not set up yet.')
  const plugins = await new StashPlugins(services.stash.graphql, services.ports.clock).list(signal)
  if (!plugins.ok) return faulty(plugins.fault)
  const other = plugins.value.find(
    ({ id, enabled, description }) =>
      enabled && /^(stash2plex|plexsync)$/i.test(id) && readDescription(description) === null,
  )
  if (other === undefined) return well('No other plugin of Stash that is known writes to Plex.')
  return doubtful(
    `The plugin ${other.id} writes to Plex too: both overwrite each other.`,
    'Import its settings in the settings of PlexSync, then switch it off in Stash: Settings, Plugins.',
  )
}

export const plexToken: Check = async (services, signal) => {
  if (services.settings.get('plex_token') === '') return broken('plex_token is not set.', errors.not_configured.action)
  const { held } = services.gates.plex
  if (held?.code === 'edits_refused') return broken(held.message, errors.edits_refused.action)
  const sections = await services.plex.sections(signal)
  return sections.ok ? well('The token is accepted.') : faulty(sections.fault)
}

export const libraries: Check = async (services, signal) => {
  const ready = await services.library.ready(signal)
  if (!ready.ok) return faulty(ready.fault)
  const { unknownNames, quoteHints } = services.library
  if (unknownNames.length > 0)
    return doubtful(
      `Plex has no library named ${unknownNames.join(', ')}.`,
      ['Correct plex_library: names as Plex shows them, comma separated', ...quoteHints].join('; ').concat('.'),
    )
  const written = services.library.sections.filter((section) => section.skipped === null)
  return well(`${written.map((section) => section.title).join(', ')}: ${services.index.count()} items are indexed.`)
}

export const hooks: Check = async (services) => {
  const at = services.lastEventAt()
  if (at !== null) return well(`The last one came at ${new Date(at).toISOString()}.`)
  if (services.settings.get('stash_poll_seconds') > 0)
    return well('None has arrived since the start, and none is needed: PlexSync asks Stash every few seconds.')
  return doubtful(
    'None has arrived since the start.',
    cureFor(services, {
      window: 'Save a scene in Stash. If nothing comes, install the plugin again in the setup.',
      command: 'plexsync plugin install --yes',
    }),
  )
}

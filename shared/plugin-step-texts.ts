/** English sentences for the steps of installing the plugin; German ones are in plugin-step-texts.de.ts. */
import { type AddressReason, type PluginStep, type PluginStepTexts, pluginStepText } from './plugin-steps.ts'

const reasons: Readonly<Record<AddressReason, string>> = {
  named: 'named in webhook_hosts',
  listened_on: 'the address of webhook_host',
  way_to_stash: 'the way to Stash leads there',
  same_machine: 'Stash is on this machine',
  container: 'in case Stash runs in a container on this machine',
}

const english: PluginStepTexts = {
  network_only: () =>
    'Stash reaches PlexSync over a network only. Nothing is installed there unless you choose a variant: changes arrive ' +
    'within seconds without it. js waits for PlexSync without a time limit; python costs about 0.1 s per saved scene.',
  address: ({ base, why }) => `Address for Stash: ${base} (${reasons[why]}).`,
  replaces: ({ version, variant, base }) =>
    `Stash holds version ${version} (${variant}), reporting to ${base}: it is replaced.`,
  id_taken: ({ id, own }) =>
    `Stash holds another plugin with the id '${id}', and takes '${own}' for the same. ` +
    'Remove it in Stash under Settings > Plugins (or delete its folder and reload the plugins), then install again.',
  other_plexsync: ({ base, id }) =>
    `Stash holds the plugin of another PlexSync, which reports to ${base}. It is left alone. ` +
    `To have both, install this one beside it, under the id '${id}'.`,
  beside_other: ({ base, id }) =>
    `The plugin of another PlexSync, which reports to ${base}, stays: this one gets the id '${id}'.`,
  folder_not_writable: ({ why }) => `The plugins folder of Stash cannot be written from here: ${why}.`,
  not_written: ({ message }) => `${message}.`,
  written: ({ folder, variant }) => `Written to ${folder}, variant ${variant}; Stash has loaded it.`,
  not_seen: ({ folder, problem }) =>
    `Stash does not see what was written to ${folder}: it runs in a container, or holds an earlier copy elsewhere. ` +
    (problem === null ? 'It was removed again.' : `${problem}.`),
  not_listening: () =>
    'Stash can get the plugin only while PlexSync runs: start it (plexsync serve), then install again.',
  no_packages: () =>
    'This Stash cannot install packages (it came with 0.24): export the plugin and copy it, or update Stash.',
  package_loaded: ({ base, variant }) => `Stash got the package from ${base}, variant ${variant}, and has loaded it.`,
  stash_busy: () => 'Stash is busy: it did not begin or end the installation in time.',
  package_not_got: ({ base }) => `Stash could not get the package from ${base}; its log says why.`,
  switched_on: () => 'It was switched off in Stash: it is switched on again.',
  no_address: () =>
    'Stash reaches PlexSync under none of these addresses. Let PlexSync listen where Stash can call it (webhook_host), ' +
    'name that address in webhook_hosts and install again.',
  removed: () => 'The plugin was removed again.',
  left_off: () => 'The plugin was left in Stash, switched off, so that it does no harm.',
  put_back: () => 'What was there before was put back.',
  reached: ({ base }) => `Tested: the plugin reached PlexSync at ${base}.`,
  runs_untested: () => 'The plugin runs. Whether it reaches PlexSync shows once PlexSync runs (plexsync serve).',
  untested: () => 'Whether the plugin reaches PlexSync shows once PlexSync runs (plexsync serve).',
  did_not_reach: ({ variant, said }) =>
    `The plugin (${variant}) did not reach PlexSync: ${said ?? 'no test arrived from it'}.`,
  cannot_run: ({ variant, said }) => `Stash cannot run the plugin (${variant}): ${said}.`,
}

export function englishPluginStep(step: PluginStep): string {
  return pluginStepText(step, english)
}

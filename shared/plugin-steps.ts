/** What was done and found while the plugin was installed: codes with values, and the English words. German: plugin-steps.de.ts. */
import * as z from 'zod'

const text = z.string()
const variant = z.enum(['js', 'python'])
/** Why an address of PlexSync is tried. */
export const addressReasons = ['named', 'listened_on', 'way_to_stash', 'same_machine', 'container'] as const
export type AddressReason = (typeof addressReasons)[number]

function coded<C extends string, S extends z.ZodRawShape>(code: C, values: S) {
  return z.object({ code: z.literal(code), values: z.object(values) })
}

export const pluginStepSchema = z.discriminatedUnion('code', [
  coded('network_only', {}),
  coded('address', { base: text, why: z.enum(addressReasons) }),
  coded('replaces', { version: text, variant, base: text }),
  coded('id_taken', { id: text, own: text }),
  coded('other_plexsync', { base: text, id: text }),
  coded('beside_other', { base: text, id: text }),
  coded('folder_not_writable', { why: text }),
  coded('not_written', { message: text }),
  coded('written', { folder: text, variant }),
  /** `problem` where it could not be removed again. */
  coded('not_seen', { folder: text, problem: text.nullable() }),
  coded('not_listening', {}),
  coded('no_packages', {}),
  coded('package_loaded', { base: text, variant }),
  coded('stash_busy', {}),
  coded('package_not_got', { base: text }),
  coded('switched_on', {}),
  coded('no_address', {}),
  coded('removed', {}),
  coded('left_off', {}),
  coded('put_back', {}),
  coded('reached', { base: text }),
  coded('runs_untested', {}),
  coded('untested', {}),
  /** `said` is what the plugin or Stash said; null where no test arrived. */
  coded('did_not_reach', { variant, said: text.nullable() }),
  coded('cannot_run', { variant, said: text }),
])
export type PluginStep = z.infer<typeof pluginStepSchema>
type Code = PluginStep['code']

/** A code without words does not compile. */
export type PluginStepTexts = {
  readonly [C in Code]: (values: Extract<PluginStep, { code: C }>['values']) => string
}

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
  package_not_got: ({ base }) => `Stash could not get the package from ${base}; why stands in its log.`,
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

export function pluginStepText(step: PluginStep, texts: PluginStepTexts = english): string {
  // The pair is right by the schema; the compiler does not follow an index over a union.
  const words = texts[step.code] as (values: PluginStep['values']) => string
  return words(step.values)
}

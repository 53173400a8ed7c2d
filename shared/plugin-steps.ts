/**
 * What was done and found while the plugin was installed: codes with values. The words are in plugin-step-texts.ts and
 * plugin-step-texts.de.ts.
 */
import * as z from 'zod'
import { coded, type WordsFor, wordsFor } from './coded.ts'

const text = z.string()
const variant = z.enum(['js', 'python'])
/** Why an address of PlexSync is tried. */
const addressReasons = ['named', 'listened_on', 'way_to_stash', 'same_machine', 'container'] as const
export type AddressReason = (typeof addressReasons)[number]

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
  /** `said` is what the plugin or Stash said; null if no test arrived. */
  coded('did_not_reach', { variant, said: text.nullable() }),
  coded('cannot_run', { variant, said: text }),
])
export type PluginStep = z.infer<typeof pluginStepSchema>

/** A code without words does not compile. */
export type PluginStepTexts = WordsFor<PluginStep>

export function pluginStepText(step: PluginStep, texts: PluginStepTexts): string {
  return wordsFor(step, texts)
}

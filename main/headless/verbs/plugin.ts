import { resolve } from 'node:path'
import { fail } from '../../../shared/result.ts'
import { type Context, type ExitCode, exitCodes, refuse, withEngine } from '../context.ts'
import { workOf } from '../watch-task.ts'

export function exportPlugin(
  context: Context,
  options: { variant: 'js' | 'python' },
  folder: string,
): Promise<ExitCode> {
  return withEngine(context, async (invoke) => {
    const response = await invoke('exportPlugin', { folder: resolve(folder), variant: options.variant }, context.signal)
    if (!response.ok) return refuse(context, response.fault)
    context.output.result(response.value, () => response.value.files.join('\n'))
    return exitCodes.done
  })
}

export async function install(
  context: Context,
  options: { variant?: 'js' | 'python'; yes?: boolean; beside?: boolean; detach?: boolean },
): Promise<ExitCode> {
  if (options.yes !== true)
    return refuse(
      context,
      fail('invalid_input', 'This installs a plugin, which is code, into Stash. Agree with --yes').fault,
    )
  return withEngine(context, async (invoke, running) => {
    const request = {
      ...(options.variant && { variant: options.variant }),
      consent: true,
      ...(options.beside && { beside: true }),
    }
    const engine = { invoke, running, detach: options.detach }
    const response = await workOf(context, engine, 'installPlugin', { kind: 'plugin_install', request })
    if (response.kind === 'code') return response.code
    const { installed, others, steps } = response.value
    const isAsked = !installed && others !== null
    const cure = isAsked ? ['To do that: plexsync plugin install --yes --beside'] : []
    context.output.result(response.value, () => [...steps, ...cure].join('\n'))
    if (installed) return exitCodes.done
    return isAsked ? exitCodes.needsPerson : exitCodes.failed
  })
}

export function status(context: Context): Promise<ExitCode> {
  return withEngine(context, async (invoke) => {
    const response = await invoke('getPluginStatus', {}, context.signal)
    if (!response.ok) return refuse(context, response.fault)
    const { installed, enabled, version, current_version, variant, address, last_event_at } = response.value
    const { reaches_us, knows_token, others } = response.value
    const notes = [
      reaches_us === false ? 'The plugin reports to another address than this PlexSync: install it again.' : '',
      knows_token === false ? 'The plugin has another token than this PlexSync: install it again.' : '',
      others === null ? '' : `Another PlexSync holds a plugin too, reporting to ${others}.`,
    ].filter((note) => note !== '')
    context.output.result(response.value, () =>
      installed
        ? `Stash holds version ${version ?? 'unknown'} (${variant ?? 'unknown variant'}${enabled ? '' : ', switched off'}), reporting to ${address ?? 'an unknown address'}.\n` +
          `${version === current_version ? 'This version is current.' : `Version ${current_version} can be installed.`} Last hook: ${last_event_at ?? 'none yet'}${notes.map((note) => `\n${note}`).join('')}`
        : [
            'Stash does not hold the plugin: changes arrive within about ten seconds without it. Install it with: plexsync plugin install --yes',
            ...notes,
          ].join('\n'),
    )
    return exitCodes.done
  })
}

import { resolve } from 'node:path'
import { fail } from '../../../shared/result.ts'
import { type Context, type ExitCode, exitCodes, refuse, withEngine } from '../context.ts'

export function exportPlugin(
  context: Context,
  options: { variant: 'js' | 'python' },
  folder: string,
): Promise<ExitCode> {
  return withEngine(context, async (invoke) => {
    const answer = await invoke('exportPlugin', { folder: resolve(folder), variant: options.variant })
    if (!answer.ok) return refuse(context, answer.fault)
    context.output.answer(answer.value, () => answer.value.files.join('\n'))
    return exitCodes.done
  })
}

export async function install(
  context: Context,
  options: { variant?: 'js' | 'python'; yes?: boolean },
): Promise<ExitCode> {
  if (options.yes !== true)
    return refuse(
      context,
      fail('invalid_input', 'This puts a plugin, which is code, into Stash. Agree with --yes').fault,
    )
  return withEngine(context, async (invoke) => {
    const answer = await invoke(
      'installPlugin',
      { ...(options.variant && { variant: options.variant }), consent: true },
      context.signal,
    )
    if (!answer.ok) return refuse(context, answer.fault)
    context.output.answer(answer.value, () => answer.value.steps.join('\n'))
    return answer.value.installed ? exitCodes.done : exitCodes.failed
  })
}

export function status(context: Context): Promise<ExitCode> {
  return withEngine(context, async (invoke) => {
    const answer = await invoke('getPluginStatus', {}, context.signal)
    if (!answer.ok) return refuse(context, answer.fault)
    const { installed, enabled, version, current_version, variant, address, last_event_at } = answer.value
    context.output.answer(answer.value, () =>
      installed
        ? `Stash holds version ${version ?? 'unknown'} (${variant ?? 'unknown variant'}${enabled ? '' : ', switched off'}), reporting to ${address ?? 'an unknown address'}.\n` +
          `${version === current_version ? 'It is the current one.' : `Version ${current_version} can be installed.`} Last event: ${last_event_at ?? 'none yet'}`
        : 'Stash does not hold the plugin. Install it with: plexsync plugin install --yes',
    )
    return exitCodes.done
  })
}

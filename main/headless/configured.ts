import type { Invoke } from '../../shared/contract.ts'
import { fail } from '../../shared/result.ts'
import { type Context, type ExitCode, refuse, withEngine } from './context.ts'

/** The exit code with which a verb that needs both servers ends where one is not set up; null if all is there. */
export async function requireConfigured(context: Context, invoke: Invoke): Promise<ExitCode | null> {
  const settings = await invoke('listSettings', {}, context.signal)
  if (!settings.ok) return refuse(context, settings.fault)
  const needed = ['plex_url', 'plex_token', 'stash_url']
  const missing = needed.filter((name) => settings.value.settings.find((row) => row.name === name)?.value === '')
  if (missing.length === 0) return null
  return refuse(
    context,
    fail('not_configured', `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not set`).fault,
  )
}

/** As `withEngine`, for a verb that needs both servers to be set up. */
export function withConfiguredEngine(
  context: Context,
  work: Parameters<typeof withEngine>[1],
  options: Parameters<typeof withEngine>[2] = {},
): Promise<ExitCode> {
  return withEngine(
    context,
    async (invoke, running) => (await requireConfigured(context, invoke)) ?? work(invoke, running),
    options,
  )
}

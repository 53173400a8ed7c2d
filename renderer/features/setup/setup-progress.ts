import type { Status } from '../../../shared/contract.ts'
import type { SettingsState } from '../../state/settings-state.svelte.ts'

export const setupSteps = ['account', 'server', 'libraries', 'stash', 'plugin', 'paths', 'start'] as const
export type SetupStep = (typeof setupSteps)[number]

/**
 * Which steps are done, read from what is stored, so that the setup can be left and resumed anywhere. The libraries
 * count as chosen once they were seen, since none named means all; the paths once they were tested. What was started with
 * counts as decided.
 */
export function doneSteps(
  settings: Pick<SettingsState, 'text'>,
  status: Status | null,
  seen: { readonly libraries: boolean; readonly paths: boolean },
): ReadonlySet<SetupStep> {
  const done = new Set<SetupStep>()
  const hasServer = settings.text('plex_url') !== ''
  if (settings.text('plex_token') !== '') done.add('account')
  if (hasServer && settings.text('plex_token') !== '') done.add('server')
  const isFinished = status?.setup_finished === true
  if (hasServer && (isFinished || seen.libraries || settings.text('plex_library') !== '')) done.add('libraries')
  if (settings.text('stash_url') !== '') done.add('stash')
  if (isFinished || status?.last_event_at) done.add('plugin')
  if (isFinished || seen.paths || settings.text('path_map') !== '') done.add('paths')
  if (isFinished) done.add('start')
  return done
}

/** Where to continue: the first step that is not done. */
export function firstOpen(done: ReadonlySet<SetupStep>): SetupStep {
  return setupSteps.find((step) => !done.has(step)) ?? 'start'
}

export function neighbour(step: SetupStep, by: 1 | -1): SetupStep | null {
  return setupSteps[setupSteps.indexOf(step) + by] ?? null
}

import type { HealthCheck } from '../../../shared/contract.ts'
import type { Action } from '../../state/action.ts'
import type { App } from '../../state/app.ts'

type Way = Parameters<App['router']['go']>

/** Where the cure of a finding is in the window, by the id of its check. */
const ways: Readonly<Record<string, Way>> = {
  plex: ['setup', { step: 'server' }],
  plex_token: ['setup', { step: 'account' }],
  plex_libraries: ['setup', { step: 'libraries' }],
  stash: ['setup', { step: 'stash' }],
  plugin: ['setup', { step: 'plugin' }],
  hooks: ['setup', { step: 'plugin' }],
  listening: ['settings', { text: 'webhook' }],
  path_rules: ['paths', {}],
  tag_names: ['settings', { text: 'tag' }],
  dead_letters: ['needs-you', {}],
  queue: ['activity', { state: ['ready', 'delayed', 'in_progress'] }],
  posters: ['settings', { text: 'poster' }],
  only_writer: ['settings', { text: 'stash2plex' }],
  database: ['logs', { level: 'warning' }],
  disk: ['logs', { level: 'warning' }],
}

/** The button that leads to the cure; null for a check that passes or waits for a server, and for a cure outside the window. */
export function cureAction(app: App, check: HealthCheck): Action | null {
  const way = check.state === 'pass' || check.code === 'not_checked' ? undefined : ways[check.id]
  const labels: Readonly<Record<string, string>> = app.t.health.cures
  const label = labels[check.id]
  return way === undefined || label === undefined ? null : { label, run: () => app.router.go(...way) }
}

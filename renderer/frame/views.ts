import type { Component } from 'svelte'
import type { ViewName } from '../state/router.svelte.ts'

/** Each view is loaded when it is first opened: the first paint waits for one of them only. */
export const views: Readonly<Record<ViewName, () => Promise<{ default: Component }>>> = {
  overview: () => import('../features/overview/Overview.svelte'),
  activity: () => import('../features/activity/Activity.svelte'),
  'needs-you': () => import('../features/needs-you/NeedsYou.svelte'),
  reconcile: () => import('../features/reconcile/Reconcile.svelte'),
  plays: () => import('../features/plays/Plays.svelte'),
  paths: () => import('../features/paths/Paths.svelte'),
  logs: () => import('../features/logs/Logs.svelte'),
  health: () => import('../features/health/Health.svelte'),
  settings: () => import('../features/settings/Settings.svelte'),
  setup: () => import('../features/setup/Setup.svelte'),
}

/** The views of the rail in its order, with the key that follows `g`. The setup is reached from the overview. */
export const railViews = [
  { view: 'overview', key: 'o' },
  { view: 'activity', key: 'a' },
  { view: 'needs-you', key: 'n' },
  { view: 'reconcile', key: 'r' },
  { view: 'plays', key: 'w' },
  { view: 'paths', key: 'p' },
  { view: 'logs', key: 'l' },
  { view: 'health', key: 'h' },
  { view: 'settings', key: 's' },
  { view: 'setup', key: 'u' },
] as const satisfies readonly { view: ViewName; key: string }[]

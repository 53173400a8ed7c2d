/** What the tray shows: a function of the engine's state and of how long it has been so. Pure; the clock is a parameter. */
import type { ActivityState, Status } from '../../shared/contract.ts'
import { type ServerName, serverNames } from '../../shared/domain.ts'

/** Red asks a person to come: only what is still so after a minute may do that. */
export const redAfterMs = 60_000

/** A state must hold so long before it is shown, so that the icon never flickers. */
const settleMs: Readonly<Record<ActivityState, number>> = {
  idle: 2_000,
  working: 1_000,
  waiting: 5_000,
  needs_you: 0,
  stopped: 0,
}

/** What a person must do something about. */
export type Need =
  | { readonly kind: 'token'; readonly server: ServerName }
  | { readonly kind: 'scenes'; readonly count: number }

/** What was shown, and since when something else has been wanted. */
export interface TrayMemory {
  readonly shown: ActivityState
  readonly wanted: ActivityState
  readonly wantedSince: number
  readonly needSince: number | null
}

export interface TrayStep {
  readonly memory: TrayMemory
  /** Milliseconds after which the same status may show something else; null where it cannot. */
  readonly lookAgainMs: number | null
}

/** The next thing to show. `now` in milliseconds of a clock that does not jump; `memory` is null at the start. */
export function nextTray(memory: TrayMemory | null, status: Status, now: number): TrayStep {
  const need = needOf(status)
  const needSince = need === null ? null : (memory?.needSince ?? now)
  const redInMs = needSince === null ? 0 : Math.max(0, needSince + redAfterMs - now)
  const wanted = need !== null && redInMs === 0 ? 'needs_you' : quietState(status)

  const since = memory === null || memory.wanted !== wanted ? now : memory.wantedSince
  const settleInMs = memory === null ? 0 : Math.max(0, since + settleMs[wanted] - now)
  const shown = memory === null || settleInMs === 0 ? wanted : memory.shown
  const waits = [redInMs, shown === wanted ? 0 : settleInMs].filter((ms) => ms > 0)
  return {
    memory: { shown, wanted, wantedSince: since, needSince },
    lookAgainMs: waits.length === 0 ? null : Math.min(...waits),
  }
}

/** What needs a person, the cause that stops everything first; null where nothing does, or where a person stopped it. */
export function needOf(status: Status): Need | null {
  if (!isConfigured(status) || status.state === 'stopped') return null
  const server = serverNames.find((name) => status[name].auth_refused)
  if (server !== undefined) return { kind: 'token', server }
  // While a server is waited for, that is the state of the whole; the scenes are still in the menu.
  if (status.waiting_for !== null || status.dead_letters === 0) return null
  return { kind: 'scenes', count: status.dead_letters }
}

export function isConfigured(status: Status): boolean {
  return status.plex.configured && status.stash.configured
}

/** The state but for what needs a person. */
function quietState(status: Status): ActivityState {
  if (!isConfigured(status)) return 'stopped'
  if (status.state !== 'needs_you') return status.state
  return status.queue.ready + status.queue.in_progress > 0 ? 'working' : 'idle'
}

/** Where a click on the icon leads: the view with the cause of what is shown. */
export function viewOfCause(shown: ActivityState, status: Status): string {
  if (!isConfigured(status)) return '/setup'
  if (shown === 'waiting') return '/health'
  if (shown === 'working') return '/activity'
  if (shown !== 'needs_you') return '/overview'
  return needOf(status)?.kind === 'token' ? '/settings' : '/needs-you'
}

/** What the tray shows: a function of the engine's state and of how long it has been so. Pure; the clock is a parameter. */
import type { ActivityState, Status } from '../../shared/contract.ts'
import { type Summary, summarise } from '../../shared/summary.ts'

/** Red asks the user to come: only what is still so after a minute may do that. */
export const redAfterMs = 60_000

/** How long a look must last before it is shown, so that the icon never flickers. */
const settleMs: Readonly<Record<ActivityState, number>> = {
  idle: 2_000,
  working: 1_000,
  waiting: 5_000,
  needs_you: 0,
  stopped: 0,
}

/** What was shown, and since when something else has been wanted. */
export interface TrayMemory {
  readonly shown: ActivityState
  /** The summary that goes with it: sentence and view. */
  readonly summary: Summary
  readonly wanted: ActivityState
  readonly wantedSince: number
  /** Since when something has needed the user; pauses and outages do not interrupt it. */
  readonly needSince: number | null
}

export interface TrayStep {
  readonly memory: TrayMemory
  /** Milliseconds after which the same status may show something else; null if it cannot. */
  readonly lookAgainMs: number | null
}

/** The next thing to show. `now` in milliseconds of a clock that does not jump; `memory` is null at the start. */
export function nextTray(memory: TrayMemory | null, status: Status, now: number): TrayStep {
  const summary = summarise(status)
  const isRed = summary.look === 'needs_you'
  const needSince = isRed || status.dead_letters > 0 ? (memory?.needSince ?? now) : null
  const redInMs = needSince === null ? 0 : Math.max(0, needSince + redAfterMs - now)
  const wanted = redInMs === 0 ? summary.look : summary.calmLook

  const since = memory === null || memory.wanted !== wanted ? now : memory.wantedSince
  // Resuming is a response to a press: it shows immediately.
  const isFirst = memory === null || memory.shown === 'stopped'
  const settleInMs = isFirst ? 0 : Math.max(0, since + settleMs[wanted] - now)
  const isSettled = memory === null || settleInMs === 0 || memory.shown === wanted
  const shown = isSettled ? wanted : memory.shown
  const waits = [isRed ? redInMs : 0, shown === wanted ? 0 : settleInMs].filter((ms) => ms > 0)
  return {
    memory: { shown, summary: isSettled ? summary : memory.summary, wanted, wantedSince: since, needSince },
    lookAgainMs: waits.length === 0 ? null : Math.min(...waits),
  }
}

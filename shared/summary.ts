/** How PlexSync is doing, derived once for the API, the tray, the window's header and the command line. Pure. */
import type { ActivityState, Status } from './contract.ts'
import type { ServerName } from './domain.ts'
import type { ErrorCode } from './errors.ts'
import { serverNames } from './server-names.ts'
import type { StatusState, WaitingCause } from './waiting.ts'
import {
  causeViews,
  isPlainCause,
  isServerCause,
  type PlainCause,
  type ServerCause,
  type SummaryView,
} from './waiting-causes.ts'

/** What a summary is made from: a status without what is derived from it. */
export type StatusFacts = Pick<
  Status,
  | 'running'
  | 'paused'
  | 'enabled'
  | 'setup_finished'
  | 'queue'
  | 'dead_letters'
  | 'synced_scenes'
  | 'last_synced_at'
  | 'per_minute'
> & { readonly waiting_for: WaitingCause | null }

/** One statement with its values; `kept` counts the changes that wait in the queue, `since` is ISO 8601. */
export type SummaryPart =
  | { readonly code: 'stopped' }
  | { readonly code: 'disabled'; readonly kept: number }
  | { readonly code: 'paused'; readonly kept: number }
  | { readonly code: PlainCause; readonly kept: number }
  | { readonly code: ServerCause; readonly server: ServerName; readonly kept: number; readonly since: string }
  | { readonly code: 'needs_attention'; readonly count: number }
  | { readonly code: 'working'; readonly left: number; readonly perMinute: number }
  | { readonly code: 'scheduled'; readonly count: number }
  | { readonly code: 'in_sync'; readonly scenes: number }
  | { readonly code: 'ready' }
  | { readonly code: 'last_change'; readonly at: string }

export interface Summary {
  readonly state: StatusState
  readonly look: ActivityState
  /** The look of the same state to one who is not to be disturbed yet: red only after a while. */
  readonly calmLook: ActivityState
  /** The most important one first; never empty. */
  readonly parts: readonly [SummaryPart, ...SummaryPart[]]
  /** Where the cause is shown and can be acted on. */
  readonly view: SummaryView
}

/** Setup looks like waiting, paused like stopped. */
const looks: Readonly<Record<StatusState, ActivityState>> = {
  stopped: 'stopped',
  setup: 'waiting',
  paused: 'stopped',
  waiting: 'waiting',
  needs_you: 'needs_you',
  working: 'working',
  idle: 'idle',
}

/** The first state that holds. */
export function stateOf(facts: StatusFacts): StatusState {
  const { running, enabled, setup_finished, paused, waiting_for, dead_letters } = facts
  if (!running || !enabled) return 'stopped'
  if (!setup_finished) return 'setup'
  if (paused) return 'paused'
  if (waiting_for !== null) return 'waiting'
  if (dead_letters > 0) return 'needs_you'
  return workState(facts)
}

function workState({ queue }: Pick<StatusFacts, 'queue'>): 'working' | 'idle' {
  return queue.ready + queue.in_progress > 0 ? 'working' : 'idle'
}

export function summarise(facts: StatusFacts): Summary {
  const state = stateOf(facts)
  const { queue, dead_letters, waiting_for } = facts
  const kept = queue.ready + queue.delayed + queue.in_progress
  const summary = (view: SummaryView, ...parts: Summary['parts']): Summary => ({
    state,
    // Only the user can renew a token, so a refused one is as urgent as a dead letter.
    look: parts[0].code === 'token_refused' ? 'needs_you' : looks[state],
    calmLook: looks[state === 'needs_you' ? workState(facts) : state],
    parts,
    view,
  })
  switch (state) {
    case 'stopped':
      return facts.running
        ? summary('/settings', { code: 'disabled', kept })
        : summary('/overview', { code: 'stopped' })
    case 'setup':
      return summary('/setup', { code: 'setup', kept })
    case 'paused':
      return summary('/overview', { code: 'paused', kept }, ...attention(dead_letters))
    case 'waiting':
      return waiting_for === null
        ? summary('/setup', { code: 'setup', kept })
        : summary(causeViews[waiting_for.code], partOf(waiting_for, kept), ...attention(dead_letters))
    case 'needs_you':
      return summary(
        '/needs-you',
        { code: 'needs_attention', count: dead_letters },
        ...workOf(facts),
        ...lastChange(facts),
      )
    case 'working': {
      const [first, ...rest] = workOf(facts)
      return summary('/activity', first ?? { code: 'ready' }, ...rest)
    }
    case 'idle': {
      const [first, ...rest] = [...workOf(facts), ...rested(facts), ...lastChange(facts)]
      return summary('/overview', first ?? { code: 'ready' }, ...rest)
    }
  }
}

/** A cause as the statement that says it. */
export function partOf(cause: WaitingCause, kept: number): SummaryPart {
  if (!isOfServer(cause)) return { code: cause.code, kept }
  return { code: cause.code, server: cause.values.server, kept, since: cause.since }
}

function isOfServer(cause: WaitingCause): cause is Extract<WaitingCause, { code: ServerCause }> {
  return isServerCause(cause.code)
}

function attention(count: number): SummaryPart[] {
  return count === 0 ? [] : [{ code: 'needs_attention', count }]
}

/** What is being written, or due later. */
function workOf({ queue, per_minute }: StatusFacts): SummaryPart[] {
  const left = queue.ready + queue.in_progress
  if (left > 0) return [{ code: 'working', left, perMinute: Math.round(per_minute) }]
  return queue.delayed > 0 ? [{ code: 'scheduled', count: queue.delayed }] : []
}

/** "Up to date", which is only true while nothing waits. */
function rested({ queue, synced_scenes }: StatusFacts): SummaryPart[] {
  if (queue.delayed > 0) return []
  return synced_scenes === 0 ? [{ code: 'ready' }] : [{ code: 'in_sync', scenes: synced_scenes }]
}

function lastChange({ queue, last_synced_at }: StatusFacts): SummaryPart[] {
  const isQuiet = queue.ready + queue.delayed + queue.in_progress === 0
  return isQuiet && last_synced_at !== null ? [{ code: 'last_change', at: last_synced_at }] : []
}

/** What keeps changes from being written, the first cause that holds. Times are ISO 8601. */
export function waitingCause(
  facts: Pick<StatusFacts, 'setup_finished' | 'queue'>,
  installedAt: string,
  servers: Readonly<
    Record<ServerName, { readonly refused: boolean; readonly held?: ErrorCode | null; readonly since: string | null }>
  >,
  /** Since when the keyring is waited for; null if nothing that is needed is locked. */
  lockedSince: string | null = null,
): WaitingCause | null {
  const kept = facts.queue.ready + facts.queue.delayed + facts.queue.in_progress
  if (!facts.setup_finished) return { code: 'setup', values: { kept }, since: installedAt }
  if (lockedSince !== null) return { code: 'keyring', values: { kept }, since: lockedSince }
  // A refused token needs the user; a server that is down may come back.
  const waited = serverNames.filter((name) => servers[name].since !== null)
  const server = waited.find((name) => servers[name].refused) ?? waited[0]
  if (server === undefined) return null
  const { refused, held, since } = servers[server]
  const cause = { since: since ?? installedAt }
  if (refused) return { code: 'token_refused', values: { server, kept }, ...cause }
  if (held != null && isPlainCause(held)) return { code: held, values: { kept }, ...cause }
  const code = held != null && isServerCause(held) ? held : 'server_down'
  return { code, values: { server, kept }, ...cause }
}

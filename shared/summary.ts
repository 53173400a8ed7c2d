/** How PlexSync is doing, derived once for the API, the tray, the window's header and the command line. Pure. */
import type { ActivityState, Status } from './contract.ts'
import type { ServerName } from './domain.ts'
import type { ErrorCode } from './errors.ts'
import { serverNames } from './server-names.ts'
import type { StatusState, WaitingCause } from './waiting.ts'

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

/** One statement with its values; `kept` counts the changes that wait in the queue. */
export type SummaryPart =
  | { readonly code: 'stopped' }
  | { readonly code: 'setup'; readonly kept: number }
  | { readonly code: 'disabled'; readonly kept: number }
  | { readonly code: 'paused'; readonly kept: number }
  | { readonly code: 'token_refused'; readonly server: ServerName; readonly kept: number }
  | {
      readonly code: 'stash_setup' | 'stash_migration' | 'stash_database' | 'stash_schema' | 'keyring'
      readonly kept: number
    }
  | {
      readonly code: 'edits_refused' | 'edits_failing' | 'no_library' | 'server_redirects'
      readonly server: ServerName
      readonly kept: number
    }
  | { readonly code: 'server_down'; readonly server: ServerName; readonly kept: number; readonly since: string }
  | { readonly code: 'needs_attention'; readonly count: number }
  | { readonly code: 'working'; readonly left: number; readonly perMinute: number }
  | { readonly code: 'scheduled'; readonly count: number }
  | { readonly code: 'in_sync'; readonly scenes: number }
  | { readonly code: 'ready' }
  | { readonly code: 'last_change'; readonly at: string }

/** A view of the window. */
export type SummaryView = '/overview' | '/setup' | '/settings' | '/health' | '/needs-you' | '/activity'

export interface Summary {
  readonly state: StatusState
  readonly look: ActivityState
  /** The most important one first; never empty. */
  readonly parts: readonly [SummaryPart, ...SummaryPart[]]
  /** Where the cause is shown and can be acted on. */
  readonly view: SummaryView
}

const looks: Readonly<Record<StatusState, ActivityState>> = {
  stopped: 'stopped',
  setup: 'waiting',
  paused: 'stopped',
  waiting: 'waiting',
  needs_you: 'needs_you',
  working: 'working',
  idle: 'idle',
}

/** The look of a state: setup looks like waiting, paused like stopped. */
export function lookOf(state: StatusState): ActivityState {
  return looks[state]
}

/** The first state that holds. */
export function stateOf(facts: StatusFacts): StatusState {
  const { running, enabled, setup_finished, paused, waiting_for, dead_letters, queue } = facts
  if (!running || !enabled) return 'stopped'
  if (!setup_finished) return 'setup'
  if (paused) return 'paused'
  if (waiting_for !== null) return 'waiting'
  if (dead_letters > 0) return 'needs_you'
  return queue.ready + queue.in_progress > 0 ? 'working' : 'idle'
}

export function summarise(facts: StatusFacts): Summary {
  const state = stateOf(facts)
  const { queue, dead_letters, waiting_for } = facts
  const kept = queue.ready + queue.delayed + queue.in_progress
  const summary = (view: SummaryView, ...parts: Summary['parts']): Summary => ({
    state,
    look: lookOf(state),
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
      return waitingSummary(waiting_for, kept, summary, attention(dead_letters))
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

function waitingSummary(
  cause: WaitingCause | null,
  kept: number,
  summary: (view: SummaryView, ...parts: Summary['parts']) => Summary,
  rest: readonly SummaryPart[],
): Summary {
  if (cause === null || cause.code === 'setup') return summary('/setup', { code: 'setup', kept }, ...rest)
  if (
    cause.code === 'stash_setup' ||
    cause.code === 'stash_migration' ||
    cause.code === 'stash_database' ||
    cause.code === 'stash_schema' ||
    cause.code === 'keyring'
  )
    return summary('/health', { code: cause.code, kept }, ...rest)
  const { server } = cause.values
  if (cause.code === 'edits_failing') return summary('/health', { code: cause.code, server, kept }, ...rest)
  if (cause.code === 'edits_refused' || cause.code === 'no_library' || cause.code === 'server_redirects')
    return summary('/settings', { code: cause.code, server, kept }, ...rest)
  if (cause.code === 'token_refused') return summary('/settings', { code: 'token_refused', server, kept }, ...rest)
  return summary('/health', { code: 'server_down', server, kept, since: cause.since }, ...rest)
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
  /** Since when the keyring is waited for; null where nothing that is needed is locked. */
  lockedSince: string | null = null,
): WaitingCause | null {
  const kept = facts.queue.ready + facts.queue.delayed + facts.queue.in_progress
  if (!facts.setup_finished) return { code: 'setup', values: { kept }, since: installedAt }
  if (lockedSince !== null) return { code: 'keyring', values: { kept }, since: lockedSince }
  // A refused token needs a person; a server that is down may come back.
  const waited = serverNames.filter((name) => servers[name].since !== null)
  const server = waited.find((name) => servers[name].refused) ?? waited[0]
  if (server === undefined) return null
  const { refused, held, since } = servers[server]
  if (!refused && held != null && isOfStash(held)) return { code: held, values: { kept }, since: since ?? installedAt }
  if (
    !refused &&
    (held === 'edits_refused' || held === 'edits_failing' || held === 'no_library' || held === 'server_redirects')
  )
    return { code: held, values: { server, kept }, since: since ?? installedAt }
  const code = refused ? ('token_refused' as const) : ('server_down' as const)
  return { code, values: { server, kept }, since: since ?? installedAt }
}

function isOfStash(code: string): code is 'stash_setup' | 'stash_migration' | 'stash_database' | 'stash_schema' {
  return code === 'stash_setup' || code === 'stash_migration' || code === 'stash_database' || code === 'stash_schema'
}

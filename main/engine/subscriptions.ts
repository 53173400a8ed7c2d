/** Who listens to whom: each function subscribes one listener to its sources, and returns how the subscriptions end. */
import type { LimitFunction } from 'p-limit'
import type { ServerName } from '../../shared/domain.ts'
import { serverNames } from '../../shared/server-names.ts'
import type { SettingName, Settings } from '../../shared/settings.ts'
import type { EngineEvents } from './api/events.ts'
import type { CatchUp } from './catch-up.ts'
import type { Servers } from './connect-servers.ts'
import type { HookReceiver } from './intake/hook-receiver.ts'
import type { Notices } from './notices.ts'
import type { Pipeline } from './pipeline.ts'
import type { Plays } from './plays.ts'
import type { Activity } from './queue/activity.ts'
import type { DeadLetterGrowth } from './queue/dead-letter-growth.ts'
import type { DeadLetters } from './queue/dead-letters.ts'
import type { JobStore } from './queue/job-store.ts'
import type { ServerGate } from './servers/server-gate.ts'
import { isConfigured } from './settings/configured.ts'
import type { Consent } from './settings/consent.ts'
import type { SettingsStore } from './settings/settings-store.ts'
import type { RequestLimit } from './sync/request-limit.ts'
import type { TaskRunner } from './tasks/task-runner.ts'

type Ends = readonly (() => void)[]
type Gates = Readonly<Record<ServerName, ServerGate>>

/** Wakes the worker where work may have come in, or may begin again. */
export function wakeWorker(
  workChanged: () => void,
  sources: Pick<Pipeline, 'worker' | 'maintenance' | 'plexNews'> & {
    readonly catchUp: CatchUp
    readonly gates: Gates
    readonly consent: Consent
    readonly deadLetters: DeadLetters
  },
): Ends {
  const { worker, maintenance, plexNews, catchUp, gates, consent, deadLetters } = sources
  return [
    maintenance.onEnqueued(() => worker.wake()),
    plexNews.onWoken(workChanged),
    catchUp.onFound(workChanged),
    consent.onGiven(workChanged),
    ...serverNames.map((server) =>
      gates[server].onChange((what) => {
        if (server === 'plex' && what === 'released') deadLetters.retry({ select: 'like', code: 'edit_failed' })
        if (server === 'stash' && (what === 'closed' || what === 'auth_accepted' || what === 'released'))
          catchUp.listenToStash()
        workChanged()
      }),
    ),
  ]
}

/** Publishes to the windows what has changed. */
export function publishChanges(
  events: EngineEvents,
  sources: Pick<Pipeline, 'worker' | 'ledger'> & {
    readonly hooks: HookReceiver
    readonly catchUp: CatchUp
    readonly plays: Plays
    readonly tasks: TaskRunner
    readonly activity: Activity
  },
): Ends {
  const { worker, ledger, hooks, catchUp, plays, tasks, activity } = sources
  return [
    worker.onChange(() => events.statusChanged()),
    hooks.onTaken(({ type, isNew }) => {
      events.hookArrived(type)
      if (isNew) worker.wake()
      events.statusChanged()
    }),
    ledger.onSettled((settlements) => {
      events.rowsChanged(() => settlements.flatMap(({ job }) => activity.job(job.id) ?? []))
      events.statusChanged()
    }),
    plays.onChange((status) => events.send('plays', status)),
    tasks.onChange((task) => events.send('task', task)),
    catchUp.onProgress((run) => {
      events.send('reconcile', run)
      events.statusChanged()
    }),
  ]
}

/** Notifies the user of what needs attention. */
export function notify(
  notices: Notices,
  sources: Pick<Pipeline, 'worker' | 'ledger'> & {
    readonly gates: Gates
    readonly growth: DeadLetterGrowth
    readonly events: EngineEvents
    readonly library: Pick<Servers['library'], 'onUnknownNames'>
  },
): Ends {
  const { worker, ledger, gates, growth, events, library } = sources
  return [
    worker.onIdle(() => notices.queueSettled()),
    library.onUnknownNames((names) => {
      notices.librariesUnknown(names)
      events.statusChanged()
    }),
    ledger.onSettled((settlements) => {
      if (!settlements.some((settled) => settled.kind === 'dead')) return
      events.send('deadLetters', growth.noted())
      notices.deadLettersGrew()
    }),
    ...serverNames.map((server) =>
      gates[server].onChange((what) => notices.gateChanged(server, what, gates[server].held)),
    ),
  ]
}

/** Applies changed settings to what was built with the former ones. */
export function followSettings(
  changed: readonly SettingName[],
  settings: Settings,
  followers: {
    readonly hooks: HookReceiver
    readonly limit: LimitFunction
    readonly servers: Pick<Servers, 'gates' | 'identities' | 'library'>
    readonly notices: Notices
    readonly catchUp: CatchUp
    readonly store: SettingsStore
    readonly requestLimit: RequestLimit
    readonly jobs: Pick<JobStore, 'hurry'>
  },
): void {
  const { hooks, limit, servers, notices, catchUp, store, requestLimit, jobs } = followers
  if (changed.includes('webhook_host') || changed.includes('webhook_port')) void hooks.move()
  if (changed.includes('plex_url')) requestLimit.forget()
  if (changed.includes('plex_library')) jobs.hurry()
  if (changed.includes('concurrency')) limit.concurrency = settings.concurrency
  for (const server of serverNames) {
    if (!changed.some((name) => name.startsWith(`${server}_`))) continue
    servers.identities.forget(server)
    servers.library.forget()
    notices.addressChanged(server)
    if (isConfigured(store)) void servers.gates[server].retryNow()
  }
  if (changed.some((name) => name === 'enabled' || name.startsWith('stash_'))) catchUp.listenToStash()
}

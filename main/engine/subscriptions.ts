/** Who listens to whom: each function subscribes one listener to its sources, and returns how the subscriptions end. */
import type { ServerName } from '../../shared/domain.ts'
import { serverNames } from '../../shared/server-names.ts'
import type { EngineEvents } from './api/events.ts'
import type { CatchUp } from './catch-up.ts'
import { type Servers, settingsOf } from './connect-servers.ts'
import type { HookReceiver } from './intake/hook-receiver.ts'
import type { Notices } from './notices.ts'
import type { Pipeline } from './pipeline.ts'
import type { Plays } from './plays.ts'
import type { Activity } from './queue/activity.ts'
import type { DeadLetterGrowth } from './queue/dead-letter-growth.ts'
import type { ServerGate } from './servers/server-gate.ts'
import type { Consent } from './settings/consent.ts'
import type { SettingsStore } from './settings/settings-store.ts'
import type { TaskRunner } from './tasks/task-runner.ts'

type Ends = readonly (() => void)[]
type Gates = Readonly<Record<ServerName, ServerGate>>

/** Wakes the worker where work may have come in, or may begin again. */
export function wakeWorker(
  workChanged: () => void,
  sources: Pick<Pipeline, 'plexNews'> & {
    readonly catchUp: CatchUp
    readonly gates: Gates
    readonly consent: Consent
  },
): Ends {
  const { plexNews, catchUp, gates, consent } = sources
  return [
    plexNews.onWoken(workChanged),
    catchUp.onFound(workChanged),
    consent.onGiven(workChanged),
    ...serverNames.map((server) => gates[server].onChange(workChanged)),
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
    readonly store: SettingsStore
    readonly library: Pick<Servers['library'], 'onUnknownNames'>
  },
): Ends {
  const { worker, ledger, gates, growth, events, store, library } = sources
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
    ...serverNames.map((server) => store.onChangeOf(settingsOf(server), () => notices.addressChanged(server))),
  ]
}

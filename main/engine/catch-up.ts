/** What finds the changes that no hook told of: the sweep, what wakes it, and the comparison of both libraries. */
import type { EngineEvents } from './api/events.ts'
import { JobWatch } from './hearing/stash-job-watch.ts'
import { SweepState } from './hearing/sweep-state.ts'
import { Sweeper } from './hearing/sweeper.ts'
import type { Ports } from './ports.ts'
import { Gaps } from './reconcile/gaps.ts'
import { PlexSide } from './reconcile/plex-side.ts'
import { Reconciler } from './reconcile/reconciler.ts'
import { ReconcileRuns } from './reconcile/runs.ts'
import { ReconcileSchedule } from './reconcile/schedule.ts'
import type { Servers } from './servers/servers.ts'
import { isConfigured, type Stores } from './stores.ts'
import type { PlannerDeps } from './sync/planner.ts'

export interface CatchUp {
  readonly reconciler: Reconciler
  readonly gaps: Gaps
  /** Stash is back, or another one: sweep soon, and listen to its jobs anew. */
  listenToStash(): void
  start(): void
  /** Comes when what is under way has stopped. */
  stop(): Promise<void>
}

export function wireCatchUp(
  stores: Stores,
  servers: Servers,
  prepare: PlannerDeps,
  { clock, logger }: Ports,
  events: EngineEvents,
  wakeWorker: () => void,
): CatchUp {
  const { db, jobs, deadLetters, states, items, inSync, index } = stores
  const { stash, plex, gates, identities, library, requests } = servers
  const settings = () => stores.settings.settings()
  const configured = () => isConfigured(stores.settings)
  const sweeper = new Sweeper({
    stash,
    states,
    sweep: new SweepState(db),
    store: jobs,
    deadLetters,
    clock,
    logger,
    settings,
    configured,
    gate: gates.stash,
    onSwept: ({ enqueued }) => {
      if (enqueued > 0) wakeWorker()
      events.statusChanged()
    },
  })
  const jobWatch = new JobWatch({
    address: () => ({ url: settings().stash_url, apiKey: settings().stash_api_key }),
    isOpen: () => settings().enabled && configured() && gates.stash.waitMs() === 0,
    clock,
    logger,
    onJobEnded: () => sweeper.soon(),
  })
  const runs = new ReconcileRuns(db, clock)
  const gaps = new Gaps(db)
  const reconciler = new Reconciler({
    db,
    stash,
    plex,
    identities,
    library,
    index,
    prepare,
    items,
    inSync,
    states,
    store: jobs,
    deadLetters,
    settings,
    clock,
    logger,
    runs,
    gaps,
    side: new PlexSide(db, inSync),
    gates,
    configured,
    requests,
    onChange: (run) => {
      events.send('reconcile', run)
      events.statusChanged()
    },
    wake: wakeWorker,
  })
  // Before the setup is finished nothing asked for the library: what a comparison finds would be written with Start.
  const mayCompare = (): boolean => configured() && stores.consent.given
  const schedule = new ReconcileSchedule({
    db,
    clock,
    logger,
    settings,
    configured: mayCompare,
    gates,
    reconciler,
    runs,
  })
  return {
    reconciler,
    gaps,
    listenToStash() {
      sweeper.soon()
      jobWatch.reconnect()
    },
    start() {
      sweeper.start()
      jobWatch.start()
      reconciler.resume()
      schedule.start()
    },
    async stop() {
      schedule.stop()
      jobWatch.stop()
      await Promise.all([sweeper.stop(), reconciler.stop()])
    },
  }
}

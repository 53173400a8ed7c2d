/** What finds the changes that no hook reported: the sweep, what wakes it, and the comparison of both libraries. */
import type { ReconcileRun } from '../../shared/contract.ts'
import type { StashScene } from '../../shared/domain.ts'
import { type Servers, settingsOf } from './connect-servers.ts'
import { wireHearing } from './hearing.ts'
import { Listeners } from './listeners.ts'
import type { Pipeline } from './pipeline.ts'
import type { Ports } from './ports.ts'
import { LibraryComparison } from './reconcile/comparison.ts'
import { Comparisons } from './reconcile/comparisons.ts'
import { Findings } from './reconcile/findings.ts'
import { GapPages } from './reconcile/gap-pages.ts'
import { GapSkips } from './reconcile/gap-skips.ts'
import { Gaps } from './reconcile/gaps.ts'
import { PlexReader } from './reconcile/plex-reader.ts'
import { PlexSide } from './reconcile/plex-side.ts'
import { type ComparisonRun, Reconciler } from './reconcile/reconciler.ts'
import { SceneJudge } from './reconcile/scene-judge.ts'
import { SceneSource } from './reconcile/scene-source.ts'
import { ReconcileSchedule } from './reconcile/schedule.ts'
import { isConfigured } from './settings/configured.ts'
import { sceneNeeds } from './stash/scene-needs.ts'
import type { Stores } from './stores.ts'

export interface CatchUp {
  readonly reconciler: Reconciler
  readonly gaps: Gaps
  readonly gapPages: GapPages
  /** When the next scheduled comparison is due, epoch ms; null while none is scheduled. */
  nextComparisonAt(): number | null
  /** Calls `listener` after each search, when scenes may have been enqueued. */
  onFound(listener: () => void): () => void
  /** Calls `listener` with the state of a comparison that moves on. */
  onProgress(listener: (run: ReconcileRun) => void): () => void
  start(): void
  /** Resolves when what is under way has ended. */
  ended(): Promise<void>
  close(): void
}

export function wireCatchUp(
  stores: Stores,
  servers: Servers,
  planning: Pick<Pipeline, 'matcher' | 'ownership' | 'aims'>,
  { clock, logger }: Pick<Ports, 'clock' | 'logger'>,
  lifetime: AbortSignal,
): CatchUp {
  // ---- build ----
  const { db, jobs, deadLetters, states, inSync, index } = stores
  const { stash, plex, gates, identities, library, requests } = servers
  const settings = () => stores.settings.settings()
  const configured = () => isConfigured(stores.settings)
  const found = new Listeners<void>()
  const hearing = wireHearing(stores, servers, { clock, logger })
  const gaps = new Gaps(db)
  const runs = new Comparisons(db, clock, gaps)
  const side = new PlexSide(db, inSync)
  const { matcher, ownership, aims } = planning
  const reader = new PlexReader({ identities, library, index, side })
  const skips = new GapSkips({ store: jobs, deadLetters, states, isUnwanted: (scene) => isUnwanted(scene, stores) })
  const needs = () => sceneNeeds([settings(), ...stores.settings.ofLibraries()])
  const comparisonOf = (input: ComparisonRun): LibraryComparison => {
    const { run, signal } = input
    const judged = { matcher, ownership, aims, inSync, states, side, locks: stores.unknownLocks }
    const found = { ...input, enqueuesMissing: settings().reconcile_missing }
    return new LibraryComparison(
      { run, signal },
      {
        stash,
        source: new SceneSource({ stash, compared: stores.compared, needs }),
        plex,
        reader,
        judge: new SceneJudge(judged, run.scope === 'all'),
        side,
        findings: new Findings(found, { db, runs, gaps, store: jobs, states, skips }),
      },
    )
  }
  const reconciler = new Reconciler({ comparisonOf, runs, gates, configured, requests, lifetime, clock, logger })
  // Before the setup is finished nothing asked for the library: what a comparison finds would be written with Start.
  const mayCompare = (): boolean => configured() && stores.consent.given
  const schedule = new ReconcileSchedule({
    clock,
    logger,
    settings,
    configured: mayCompare,
    gates,
    reconciler,
    runs,
  })

  // ---- who listens to whom ----
  const ends = [
    hearing.onFound(() => found.send()),
    reconciler.onFound(() => found.send()),
    // Stash is back, or another one: look soon, and subscribe to its jobs again.
    gates.stash.onChange((what) => {
      if (what === 'closed' || what === 'auth_accepted' || what === 'released') hearing.listenToStash()
    }),
    stores.settings.onChangeOf(['enabled', ...settingsOf('stash')], () => hearing.listenToStash()),
  ]

  // ---- start and stop ----
  return {
    reconciler,
    gaps,
    gapPages: new GapPages(db),
    nextComparisonAt: () => (mayCompare() ? schedule.nextAt() : null),
    onFound: (listener) => found.add(listener),
    onProgress: (listener) => reconciler.onChange(listener),
    start() {
      hearing.start(lifetime)
      reconciler.resume(settings().enabled)
      schedule.start(lifetime)
    },
    async ended() {
      await Promise.all([hearing.ended(), reconciler.ended()])
    },
    close() {
      for (const end of ends) end()
      hearing.close()
    },
  }
}

/** While only future changes are wanted: a scene that was never written and has not changed since that was chosen. */
function isUnwanted({ id, updatedAt }: Pick<StashScene, 'id' | 'updatedAt'>, { consent, items }: Stores): boolean {
  if (!consent.onlyNew || Date.parse(updatedAt) > (consent.givenAt ?? 0)) return false
  return items.ofScene(id).every((item) => item.writtenAt === null)
}

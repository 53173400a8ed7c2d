/** What finds the changes that no hook told of: the sweep, what wakes it, and the comparison of both libraries. */
import type { ReconcileRun } from '../../shared/contract.ts'
import type { StashScene } from '../../shared/domain.ts'
import type { Servers } from './connect-servers.ts'
import { wireHearing } from './hearing.ts'
import { Listeners } from './listeners.ts'
import type { Ports } from './ports.ts'
import { Comparisons } from './reconcile/comparisons.ts'
import { Gaps } from './reconcile/gaps.ts'
import { PlexReader } from './reconcile/plex-reader.ts'
import { PlexSide } from './reconcile/plex-side.ts'
import { Reconciler } from './reconcile/reconciler.ts'
import type { SceneJudgeDeps } from './reconcile/scene-judge.ts'
import { ReconcileSchedule } from './reconcile/schedule.ts'
import { isConfigured } from './settings/configured.ts'
import { sceneNeeds } from './stash/scene-needs.ts'
import type { Stores } from './stores.ts'

export interface CatchUp {
  readonly reconciler: Reconciler
  readonly gaps: Gaps
  /** When the next scheduled comparison is due, epoch ms; null while none is scheduled. */
  nextComparisonAt(): number | null
  /** Calls `listener` after each search, when scenes may have been enqueued. */
  onFound(listener: () => void): () => void
  /** Calls `listener` with the state of a comparison that moves on. */
  onProgress(listener: (run: ReconcileRun) => void): () => void
  /** Stash is back, or another one: sweep soon, and listen to its jobs again. */
  listenToStash(): void
  start(): void
  /** Resolves when what is under way has ended. */
  ended(): Promise<void>
}

export function wireCatchUp(
  stores: Stores,
  servers: Servers,
  planning: Pick<SceneJudgeDeps, 'matcher' | 'ownership' | 'aims'>,
  { clock, logger }: Ports,
  lifetime: AbortSignal,
): CatchUp {
  const { db, jobs, deadLetters, states, inSync, index } = stores
  const { stash, plex, gates, identities, library, requests } = servers
  const settings = () => stores.settings.settings()
  const configured = () => isConfigured(stores.settings)
  const found = new Listeners<void>()
  const hearing = wireHearing(stores, servers, { clock, logger }, (enqueued) => {
    if (enqueued > 0) found.send()
  })
  const runs = new Comparisons(db, clock)
  const gaps = new Gaps(db)
  const side = new PlexSide(db, inSync)
  const reconciler = new Reconciler({
    comparison: {
      stash,
      scenes: {
        stash,
        compared: stores.compared,
        needs: () => sceneNeeds([settings(), ...stores.settings.ofLibraries()]),
      },
      plex,
      reader: new PlexReader({ identities, library, index, side }),
      judge: { ...planning, inSync, states, side, locks: stores.unknownLocks },
      findings: {
        db,
        runs,
        gaps,
        store: jobs,
        deadLetters,
        states,
        isUnwanted: (scene) => isUnwanted(scene, stores),
      },
      settings,
    },
    gates,
    configured,
    requests,
    lifetime,
    ports: { clock, logger },
  })
  reconciler.onFound(() => found.send())
  // Before the setup is finished nothing asked for the library: what a comparison finds would be written with Start.
  const mayCompare = (): boolean => configured() && stores.consent.given
  const schedule = new ReconcileSchedule({
    db,
    ports: { clock, logger },
    settings,
    configured: mayCompare,
    gates,
    reconciler,
    runs,
  })
  return {
    reconciler,
    gaps,
    nextComparisonAt: () => (mayCompare() ? schedule.nextAt() : null),
    onFound: (listener) => found.add(listener),
    onProgress: (listener) => reconciler.onChange(listener),
    listenToStash: () => hearing.listenToStash(),
    start() {
      hearing.start(lifetime)
      reconciler.resume()
      schedule.start(lifetime)
    },
    async ended() {
      await Promise.all([hearing.ended(), reconciler.ended()])
    },
  }
}

/** While only future changes are wanted: a scene that was never written and has not changed since that was chosen. */
function isUnwanted({ id, updatedAt }: Pick<StashScene, 'id' | 'updatedAt'>, { consent, items }: Stores): boolean {
  if (!consent.onlyNew || Date.parse(updatedAt) > (consent.givenAt ?? 0)) return false
  return items.ofScene(id).every((item) => item.writtenAt === null)
}

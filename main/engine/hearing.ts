/**
 * Wires what finds changes of Stash when no hook reports: the change probe and the subscription to Stash's jobs. Both put
 * what they find into the queue that the hooks fill, where each scene waits once.
 */

import type { Servers } from './connect-servers.ts'
import { ChangedScenes } from './hearing/changed-scenes.ts'
import { EntityNews } from './hearing/entity-news.ts'
import { FileNews } from './hearing/file-news.ts'
import { ChangeProbe } from './hearing/probe.ts'
import { StampOrder } from './hearing/stamp-order.ts'
import { JobWatch } from './hearing/stash-job-watch.ts'
import { Sweep } from './hearing/sweep.ts'
import { SweepState } from './hearing/sweep-state.ts'
import { Sweeper } from './hearing/sweeper.ts'
import { Listeners } from './listeners.ts'
import type { Ports } from './ports.ts'
import { isConfigured } from './settings/configured.ts'
import type { Stores } from './stores.ts'

export interface Hearing {
  /** Calls `listener` after each look that enqueued scenes. Returns its end. */
  onFound(listener: () => void): () => void
  /** Stash is back, or another one: look soon, and subscribe to its jobs again. */
  listenToStash(): void
  start(lifetime: AbortSignal): void
  /** Resolves when what is under way has ended. */
  ended(): Promise<void>
  close(): void
}

export function wireHearing(
  stores: Stores,
  { stash, gates }: Pick<Servers, 'stash' | 'gates'>,
  { clock, logger }: Pick<Ports, 'clock' | 'logger'>,
): Hearing {
  // ---- build ----
  const { db, jobs, deadLetters, states, probeState } = stores
  const settings = () => stores.settings.settings()
  const configured = () => isConfigured(stores.settings)
  const progress = new SweepState(db)
  const changed = new ChangedScenes({ stash, states, progress, store: jobs, deadLetters, settings })
  const probe = new ChangeProbe({
    order: new StampOrder({ stash, progress, clock }),
    sweep: new Sweep({ stash, states, store: jobs, progress, changed, clock, logger }),
    files: new FileNews({ stash, probeState, progress, changed }),
    lists: new EntityNews({
      stash,
      probeState,
      store: jobs,
      settings,
      librarySettings: () => stores.settings.ofLibraries(),
      logger,
    }),
    probeState,
    progress,
    clock,
  })
  const sweeper = new Sweeper({
    probe,
    settings,
    configured,
    gate: gates.stash,
    ports: { clock, logger },
  })
  const jobWatch = new JobWatch({
    address: () => ({ url: settings().stash_url, apiKey: settings().stash_api_key }),
    isOpen: () => settings().enabled && configured() && gates.stash.waitMs() === 0,
    clock,
    logger,
  })
  const found = new Listeners<void>()

  // ---- who listens to whom ----
  const ends = [
    sweeper.onLooked(({ enqueued }) => {
      if (enqueued > 0) found.send()
    }),
    jobWatch.onJobEnded((occasion) => {
      // An import gives out new ids and keeps stamps: equal ids may mean other scenes.
      if (occasion.imported) stores.compared.forgetAll()
      sweeper.soon(occasion)
    }),
    // A Stash that was restarted may be in another time zone, or of another version.
    jobWatch.onReconnected(() => sweeper.soon({ isFresh: true })),
  ]

  // ---- start and stop ----
  return {
    onFound: (listener) => found.add(listener),
    listenToStash() {
      sweeper.soon({ isFresh: true })
      jobWatch.reconnect()
    },
    start(lifetime) {
      sweeper.start(lifetime)
      jobWatch.start(lifetime)
    },
    ended: () => sweeper.ended(),
    close() {
      for (const end of ends) end()
    },
  }
}

/** Reads the state of everything, as windows, tray and commands show it. */
import type { Status } from '../../../shared/contract.ts'
import { moment } from '../../../shared/moment.ts'
import { stateOf, waitingCause } from '../../../shared/summary.ts'
import { waitingText } from '../../../shared/summary-texts.ts'
import type { EngineOptions } from '../engine-options.ts'
import type { KnownHealth } from '../health/known-health.ts'
import type { HookReceiver } from '../intake/hook-receiver.ts'
import type { LibraryState } from './library-state.ts'
import type { ServersView } from './servers-view.ts'
import type { SetupState } from './setup-state.ts'
import type { WorkCounts } from './work-counts.ts'

export interface StatusReaderDeps {
  readonly work: WorkCounts
  readonly setup: SetupState
  readonly servers: ServersView
  readonly libraries: LibraryState
  readonly health: KnownHealth
  readonly hooks: Pick<HookReceiver, 'url' | 'lastHookAt'>
  readonly options: EngineOptions
}

export class StatusReader {
  readonly #deps: StatusReaderDeps

  constructor(deps: StatusReaderDeps) {
    this.#deps = deps
  }

  read(): Status {
    const { work, setup, servers, libraries, health, hooks, options } = this.#deps
    const counts = work.read()
    const setup_finished = setup.isFinished
    const cause = waitingCause(
      { setup_finished, queue: counts.queue },
      setup.installedAt,
      servers.waits,
      setup.lockedSince,
    )
    const facts = {
      ...counts,
      enabled: setup.isEnabled,
      setup_finished,
      waiting_for: cause,
      pending_rewrite: libraries.pendingRewrite(),
      unknown_libraries: [...libraries.unknownNames],
    }
    return {
      ...facts,
      version: options.version,
      pid: counts.running ? process.pid : null,
      state: stateOf(facts),
      health: health.counts(),
      circuit: servers.circuit,
      waiting_for: cause === null ? null : { ...cause, text: waitingText(cause) },
      plex: servers.plex,
      stash: servers.stash,
      index: libraries.index,
      webhook_url: hooks.url,
      last_event_at: moment(hooks.lastHookAt),
    }
  }
}

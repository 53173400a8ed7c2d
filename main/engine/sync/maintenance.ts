/** Does what is due from time to time: verify recent writes, trim the history, drop old dead letters. */

import type { SceneId } from '../../../shared/domain.ts'
import { textOf } from '../../../shared/result.ts'
import { Listeners } from '../listeners.ts'
import type { Clock, Logger } from '../ports.ts'
import type { JobStore } from '../queue/job-store.ts'
import type { ServerGate } from '../servers/server-gate.ts'
import type { HistoryTrim } from './history-trim.ts'
import type { Verification } from './verify.ts'
import { workerLines } from './worker-log.ts'

const verifyEveryMs = 60_000
const trimEveryMs = 60 * 60_000

export interface MaintenanceDeps {
  readonly verification: Verification
  readonly trim: HistoryTrim
  readonly store: Pick<JobStore, 'enqueue'>
  readonly plexGate: Pick<ServerGate, 'waitMs'>
  readonly clock: Clock
  readonly logger: Logger
}

export class Maintenance {
  readonly #deps: MaintenanceDeps
  readonly #enqueued = new Listeners<SceneId>()

  constructor(deps: MaintenanceDeps) {
    this.#deps = deps
  }

  /** Calls `listener` after a scene was enqueued because Plex does not show what was written. */
  onEnqueued(listener: (sceneId: SceneId) => void): () => void {
    return this.#enqueued.add(listener)
  }

  start(lifetime: AbortSignal): void {
    this.#every(verifyEveryMs, () => this.verify(lifetime), lifetime)
    this.#every(trimEveryMs, () => this.#deps.trim.run(lifetime), lifetime)
  }

  /** Reads back what was written, in lists of fifty, until nothing is due. */
  async verify(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.#deps.plexGate.waitMs() === 0) {
      const verified = await this.#deps.verification.verifyDue(signal)
      if (!verified.ok || verified.value.looked === 0) return
      for (const sceneId of verified.value.differing) this.#enqueue(sceneId)
    }
  }

  #enqueue(subjectId: SceneId): void {
    this.#deps.store.enqueue({ kind: 'scene', subjectId, fields: null, origin: 'reconcile' }, 0)
    this.#enqueued.send(subjectId)
  }

  #every(ms: number, work: () => Promise<void>, lifetime: AbortSignal): void {
    let endTimer = (): void => {}
    lifetime.addEventListener('abort', () => endTimer(), { once: true })
    const next = (): void => {
      endTimer = this.#deps.clock.setTimer(ms, () => {
        work()
          .catch((error: unknown) =>
            this.#deps.logger.log(...workerLines.maintenanceFailed({ problem: textOf(error) }), { error }),
          )
          .finally(() => {
            if (!lifetime.aborted) next()
          })
      })
    }
    next()
  }
}

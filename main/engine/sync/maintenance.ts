/** Does what is due from time to time: verify recent writes, trim the history, drop old dead letters. */

import type { SceneId } from '../../../shared/domain.ts'
import { textOf } from '../../../shared/result.ts'
import type { Settings } from '../../../shared/settings.ts'
import { Listeners } from '../listeners.ts'
import type { Ports } from '../ports.ts'
import type { DeadLetters } from '../queue/dead-letters.ts'
import type { JobStore } from '../queue/job-store.ts'
import { queueLines } from '../queue/queue-log.ts'
import type { ServerGate } from '../servers/server-gate.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'
import { type VerifyDeps, verifyWrites } from './verify.ts'
import { workerLines } from './worker-log.ts'

const verifyEveryMs = 60_000
const trimEveryMs = 60 * 60_000
const historyMs = 90 * 24 * 60 * 60_000
/** Rows per step, so that the event loop is never blocked for long. */
const trimStep = 500

export interface MaintenanceDeps {
  readonly verify: Omit<VerifyDeps, 'enqueue' | 'ports'>
  readonly queue: { readonly store: JobStore; readonly deadLetters: DeadLetters }
  readonly plexGate: ServerGate
  readonly settings: () => Settings
  /** Drops the pictures of the history that is trimmed, by epoch ms. */
  readonly dropPictures: (before: number) => Promise<void>
  readonly ports: Pick<Ports, 'clock' | 'logger'>
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
    this.#every(trimEveryMs, () => this.trim(lifetime), lifetime)
  }

  /** Reads back what was written, in lists of fifty, until nothing is due. */
  async verify(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.#deps.plexGate.waitMs() === 0) {
      const { verify, ports } = this.#deps
      const enqueue = (id: SceneId): void => this.#enqueue(id)
      const verified = await verifyWrites({ ...verify, ports, enqueue }, signal)
      if (!verified.ok || verified.value === 0) return
    }
  }

  async trim(signal: AbortSignal): Promise<void> {
    const { settings, ports, queue } = this.#deps
    const { store, deadLetters } = queue
    const { clock, logger } = ports
    const purged = deadLetters.purge(settings().dlq_retention_days)
    if (purged > 0) logger.log(...queueLines.purged({ count: purged, days: settings().dlq_retention_days }))
    const before = clock.now() - historyMs
    while (!signal.aborted && store.trim(before, trimStep) === trimStep) await yieldToEventLoop()
    await this.#deps.dropPictures(before)
  }

  #enqueue(subjectId: SceneId): void {
    this.#deps.queue.store.enqueue({ kind: 'scene', subjectId, fields: null, origin: 'reconcile' }, 0)
    this.#enqueued.send(subjectId)
  }

  #every(ms: number, work: () => Promise<void>, lifetime: AbortSignal): void {
    let endTimer = (): void => {}
    lifetime.addEventListener('abort', () => endTimer(), { once: true })
    const next = (): void => {
      endTimer = this.#deps.ports.clock.setTimer(ms, () => {
        work()
          .catch((error: unknown) =>
            this.#deps.ports.logger.log(...workerLines.maintenanceFailed({ problem: textOf(error) }), { error }),
          )
          .finally(() => {
            if (!lifetime.aborted) next()
          })
      })
    }
    next()
  }
}

/** Trims what is kept of finished work: old dead letters, jobs of the history, and their pictures. */
import type { Settings } from '../../../shared/settings.ts'
import type { Clock, Logger } from '../ports.ts'
import type { DeadLetters } from '../queue/dead-letters.ts'
import type { JobStore } from '../queue/job-store.ts'
import { queueLines } from '../queue/queue-log.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'

const historyMs = 90 * 24 * 60 * 60_000
/** Rows per step, so that the event loop is never blocked for long. */
const rowsPerStep = 500

export interface HistoryTrimDeps {
  readonly store: Pick<JobStore, 'trim'>
  readonly deadLetters: Pick<DeadLetters, 'purge'>
  readonly settings: () => Settings
  /** Drops the pictures of the history that is trimmed, by epoch ms. */
  readonly dropPictures: (before: number) => Promise<void>
  readonly clock: Clock
  readonly logger: Logger
}

export class HistoryTrim {
  readonly #deps: HistoryTrimDeps

  constructor(deps: HistoryTrimDeps) {
    this.#deps = deps
  }

  async run(signal: AbortSignal): Promise<void> {
    const { store, deadLetters, settings, dropPictures, clock, logger } = this.#deps
    const days = settings().dlq_retention_days
    const purged = deadLetters.purge(days)
    if (purged > 0) logger.log(...queueLines.purged({ count: purged, days }))
    const before = clock.now() - historyMs
    while (!signal.aborted && store.trim(before, rowsPerStep) === rowsPerStep) await yieldToEventLoop()
    await dropPictures(before)
  }
}

/** Logs that the dead letters grew: at start, and with every tenth while they grow. */

import type { Logger } from '../ports.ts'
import type { DeadLetters } from './dead-letters.ts'
import { queueLines } from './queue-log.ts'

const step = 10

export class DeadLetterGrowth {
  readonly #deadLetters: DeadLetters
  readonly #logger: Logger
  #last: number

  constructor(deadLetters: DeadLetters, logger: Logger) {
    this.#deadLetters = deadLetters
    this.#logger = logger
    this.#last = deadLetters.counts().dead_letters
  }

  reportAtStart(): void {
    const { dead_letters } = this.#deadLetters.counts()
    if (dead_letters > 0) this.#report(dead_letters)
  }

  /** Counts again after dead letters have come in. */
  noted(): ReturnType<DeadLetters['counts']> {
    const counts = this.#deadLetters.counts()
    if (Math.floor(counts.dead_letters / step) > Math.floor(this.#last / step)) this.#report(counts.dead_letters)
    this.#last = counts.dead_letters
    return counts
  }

  #report(count: number): void {
    this.#logger.log(...queueLines.deadLetters({ count }))
  }
}

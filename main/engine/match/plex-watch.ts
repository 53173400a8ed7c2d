/** Looks at Plex's libraries every few minutes, so that new, changed and vanished items are known without a scene asking. */

import { textOf } from '../../../shared/result.ts'
import type { Clock, Logger } from '../ports.ts'
import type { Library } from './library.ts'
import { matchLines } from './match-log.ts'

/** One small request each time nothing has changed. */
const everyMs = 5 * 60_000

export interface PlexWatchDeps {
  readonly library: Pick<Library, 'takeInNews'>
  /** Plex may be asked, and there is something to keep up to date. */
  readonly mayLook: () => boolean
  readonly clock: Clock
  readonly logger: Logger
}

export class PlexWatch {
  readonly #deps: PlexWatchDeps
  #endTimer: () => void = () => {}
  #looking: Promise<void> = Promise.resolve()

  constructor(deps: PlexWatchDeps) {
    this.#deps = deps
  }

  start(lifetime: AbortSignal): void {
    lifetime.addEventListener('abort', () => this.#endTimer(), { once: true })
    this.#wait(lifetime)
  }

  /** Resolves when a look that is under way has ended. */
  ended(): Promise<void> {
    return this.#looking
  }

  #wait(lifetime: AbortSignal): void {
    this.#endTimer = this.#deps.clock.setTimer(everyMs, () => {
      this.#looking = this.#look(lifetime).finally(() => {
        if (!lifetime.aborted) this.#wait(lifetime)
      })
    })
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { library, mayLook, logger } = this.#deps
    if (!mayLook()) return
    try {
      const looked = await library.takeInNews(signal)
      // What Plex did not answer is the gate's to report.
      if (!looked.ok) logger.log(...matchLines.notLooked({ problem: looked.fault.message }))
    } catch (error) {
      logger.log(...matchLines.lookFailed({ problem: textOf(error) }), { error })
    }
  }
}

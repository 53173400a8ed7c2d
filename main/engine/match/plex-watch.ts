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
  #abort = new AbortController()
  #looking: Promise<void> = Promise.resolve()

  constructor(deps: PlexWatchDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#abort = new AbortController()
    this.#wait()
  }

  /** Resolves when a look that is under way has ended. */
  async stop(): Promise<void> {
    this.#endTimer()
    this.#abort.abort()
    await this.#looking
  }

  #wait(): void {
    this.#endTimer = this.#deps.clock.setTimer(everyMs, () => {
      this.#looking = this.#look().finally(() => {
        if (!this.#abort.signal.aborted) this.#wait()
      })
    })
  }

  async #look(): Promise<void> {
    const { library, mayLook, logger } = this.#deps
    if (!mayLook()) return
    try {
      const looked = await library.takeInNews(this.#abort.signal)
      // What Plex did not answer is the gate's to report.
      if (!looked.ok) logger.log(...matchLines.notLooked({ problem: looked.fault.message }))
    } catch (error) {
      logger.log(...matchLines.lookFailed({ problem: textOf(error) }), { error })
    }
  }
}

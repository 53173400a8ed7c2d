/** When sweeps run: at start, when Stash is back, after its scans and jobs, and every quarter of an hour; one at a time. */
import { textOf } from '../../../shared/result.ts'
import type { Settings } from '../../../shared/settings.ts'
import type { ServerGate } from '../servers/server-gate.ts'
import { type SweepDeps, type SweepReport, sweepStash } from './sweep.ts'

const everyMs = 15 * 60_000
/** After one that Stash did not answer. */
const retryMs = 60_000
/** After an occasion: several come together, and Stash makes covers after a scan. */
const gatherMs = 2_000

export interface SweeperDeps extends SweepDeps {
  readonly settings: () => Settings
  /** Stash's address is known. */
  readonly configured: () => boolean
  readonly gate: Pick<ServerGate, 'waitMs'>
  readonly onSwept: (report: SweepReport) => void
}

export class Sweeper {
  readonly #deps: SweeperDeps
  #abort = new AbortController()
  #endTimer: () => void = () => {}
  #running: Promise<void> | null = null
  #askedAgain = false
  #started = false

  constructor(deps: SweeperDeps) {
    this.#deps = deps
  }

  start(): void {
    if (this.#started) return
    this.#started = true
    this.#abort = new AbortController()
    this.#sweep()
  }

  async stop(): Promise<void> {
    this.#started = false
    this.#endTimer()
    this.#abort.abort()
    await this.#running
  }

  /** Something may have changed in Stash. */
  soon(): void {
    if (!this.#started) return
    if (this.#running !== null) this.#askedAgain = true
    else this.#wait(gatherMs)
  }

  #wait(ms: number): void {
    this.#endTimer()
    this.#endTimer = this.#deps.clock.setTimer(ms, () => this.#sweep())
  }

  #sweep(): void {
    this.#endTimer()
    this.#running ??= this.#once().then((finished) => {
      this.#running = null
      if (!this.#started) return
      this.#wait(this.#askedAgain ? gatherMs : finished ? everyMs : retryMs)
      this.#askedAgain = false
    })
  }

  /** False where it is to be tried again soon. */
  async #once(): Promise<boolean> {
    const { settings, configured, gate, logger, onSwept } = this.#deps
    // When Stash may be asked again, or PlexSync is enabled again, `soon` is called.
    if (!settings().enabled || !configured() || gate.waitMs() > 0) return true
    try {
      const swept = await sweepStash(this.#deps, this.#abort.signal)
      if (!swept.ok) {
        if (swept.fault.code !== 'cancelled') logger.log('debug', 'Sweep', `Not finished: ${swept.fault.message}`)
        return false
      }
      const { enqueued, dropped } = swept.value
      if (enqueued > 0) logger.log('info', 'Sweep', `Found ${enqueued} scenes that changed without a hook`)
      if (dropped > 0) logger.log('info', 'Sweep', `${dropped} scenes are gone from Stash; Plex is left alone`)
      logger.log('debug', 'Sweep', `Looked for changes: ${enqueued} found, ${dropped} gone`)
      onSwept(swept.value)
      return true
    } catch (error) {
      logger.log('error', 'Sweep', `The sweep failed: ${textOf(error)}`, { error })
      return true
    }
  }
}

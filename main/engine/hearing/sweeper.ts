/**
 * When Stash is looked at: at start, when Stash is back, after its jobs, and every few seconds; one look at a time. In
 * quiet hours the probes cost at most half a percent of one of Stash's cores (`probe-interval.ts`).
 */

import { textOf } from '../../../shared/result.ts'
import type { Settings } from '../../../shared/settings.ts'
import { Listeners } from '../listeners.ts'
import type { Ports } from '../ports.ts'
import type { ServerGate } from '../servers/server-gate.ts'
import { hearingLines } from './hearing-log.ts'
import type { ChangeProbe, LookReport, Occasion } from './probe.ts'
import { probeIntervalMs, withDuration } from './probe-interval.ts'

/** After a look that Stash did not answer. */
const retryMs = 60_000
/** After an occasion: several come together, and Stash makes covers after a scan. */
const gatherMs = 2_000

export interface SweeperDeps {
  readonly probe: Pick<ChangeProbe, 'look'>
  readonly settings: () => Settings
  /** Stash's address is known. */
  readonly configured: () => boolean
  readonly gate: Pick<ServerGate, 'waitMs'>
  readonly ports: Pick<Ports, 'clock' | 'logger'>
}

const ordinary: Occasion = { isFresh: false, filesMoved: false, imported: false }

export class Sweeper {
  readonly #deps: SweeperDeps
  readonly #looked = new Listeners<LookReport>()
  #lifetime: AbortSignal = AbortSignal.abort()
  #endTimer: () => void = () => {}
  #running: Promise<void> | null = null
  /** What the next look is for; kept until a look for it has succeeded. */
  #occasion = ordinary
  #askedAgain = false
  #durations: readonly number[] = []

  constructor(deps: SweeperDeps) {
    this.#deps = deps
  }

  /** Calls `listener` after each look that was finished. Returns its end. */
  onLooked(listener: (report: LookReport) => void): () => void {
    return this.#looked.add(listener)
  }

  start(lifetime: AbortSignal): void {
    this.#lifetime = lifetime
    lifetime.addEventListener('abort', () => this.#endTimer(), { once: true })
    this.#occasion = { ...this.#occasion, isFresh: true }
    this.#look()
  }

  /** Resolves when a look that is under way has ended. */
  async ended(): Promise<void> {
    await this.#running
  }

  /** Something may have changed in Stash. */
  soon(occasion: Partial<Occasion> = {}): void {
    this.#occasion = merged(this.#occasion, occasion)
    if (this.#lifetime.aborted) return
    if (this.#running !== null) this.#askedAgain = true
    else this.#wait(gatherMs)
  }

  #wait(ms: number): void {
    this.#endTimer()
    this.#endTimer = this.#deps.ports.clock.setTimer(ms, () => this.#look())
  }

  #look(): void {
    this.#endTimer()
    this.#running ??= this.#once().then((finished) => {
      this.#running = null
      if (this.#lifetime.aborted) return
      const interval = probeIntervalMs(this.#deps.settings().stash_poll_seconds, this.#durations)
      if (this.#askedAgain) this.#wait(gatherMs)
      else if (!finished) this.#wait(Math.max(retryMs, interval ?? 0))
      else if (interval !== null) this.#wait(interval)
      this.#askedAgain = false
    })
  }

  /** False if it is to be tried again. */
  async #once(): Promise<boolean> {
    const { probe, settings, configured, gate } = this.#deps
    const { logger } = this.#deps.ports
    // When Stash may be asked again, or PlexSync is enabled again, `soon` is called.
    if (!settings().enabled || !configured() || gate.waitMs() > 0) return true
    const occasion = this.#occasion
    this.#occasion = ordinary
    try {
      const looked = await probe.look(occasion, this.#lifetime)
      if (!looked.ok) {
        this.#occasion = merged(occasion, this.#occasion)
        if (looked.fault.code !== 'cancelled')
          logger.log(...hearingLines.notFinished({ problem: looked.fault.message }))
        return false
      }
      const { enqueued, dropped, probeMs } = looked.value
      // The first one opens a connection and may ask which version it speaks to: it says nothing about the others.
      if (!occasion.isFresh) this.#durations = withDuration(this.#durations, probeMs)
      if (enqueued > 0) logger.log(...hearingLines.found({ scenes: enqueued }))
      if (dropped > 0) logger.log(...hearingLines.gone({ scenes: dropped }))
      const isNotable = enqueued + dropped > 0 || occasion !== ordinary
      logger.log(...(isNotable ? hearingLines.looked : hearingLines.lookedInVain)({ found: enqueued, gone: dropped }))
      this.#looked.send(looked.value)
      return true
    } catch (error) {
      this.#occasion = merged(occasion, this.#occasion)
      logger.log(...hearingLines.failed({ problem: textOf(error) }), { error })
      return false
    }
  }
}

function merged(one: Occasion, other: Partial<Occasion>): Occasion {
  return {
    isFresh: one.isFresh || other.isFresh === true,
    filesMoved: one.filesMoved || other.filesMoved === true,
    imported: one.imported || other.imported === true,
  }
}

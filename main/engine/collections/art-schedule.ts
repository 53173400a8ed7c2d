/** When collections get their art: soon after scenes were written, after a change in Stash or of settings, and once a day. */
import type { Clock } from '../ports.ts'

/** Plex shows a new collection some seconds after its first item was written. */
const settleMs = 10_000
const wholeEveryMs = 24 * 60 * 60_000
/** After a start other work comes first. */
const firstWholeMs = 10 * 60_000
const retryMs = 5 * 60_000

export interface ArtScheduleDeps {
  readonly clock: Clock
  /** Both servers may be asked, and PlexSync may write. */
  readonly mayWrite: () => boolean
  readonly hasDue: () => boolean
  readonly isEmpty: () => boolean
  /** False if a server failed: what is left will be tried again later. */
  readonly write: (whole: boolean, signal: AbortSignal) => Promise<boolean>
}

export class ArtSchedule {
  readonly #deps: ArtScheduleDeps
  #lifetime: AbortSignal = AbortSignal.abort()
  #endTimer: () => void = () => {}
  #timerAt = Number.POSITIVE_INFINITY
  #wholeAt = 0
  #running: Promise<void> | null = null

  constructor(deps: ArtScheduleDeps) {
    this.#deps = deps
  }

  start(lifetime: AbortSignal): void {
    this.#lifetime = lifetime
    lifetime.addEventListener('abort', () => this.#endTimer(), { once: true })
    this.#wholeAt = this.#deps.clock.now() + firstWholeMs
    this.#in(this.#deps.hasDue() ? settleMs : firstWholeMs)
  }

  /** Something may be due. */
  soon(): void {
    if (!this.#lifetime.aborted && this.#deps.hasDue()) this.#in(settleMs)
  }

  /** Resolves when what is being written has ended. */
  async ended(): Promise<void> {
    await this.#running
  }

  #in(ms: number): void {
    const at = this.#deps.clock.now() + ms
    if (this.#timerAt <= at) return
    this.#endTimer()
    this.#timerAt = at
    this.#endTimer = this.#deps.clock.setTimer(ms, () => {
      this.#timerAt = Number.POSITIVE_INFINITY
      this.#running ??= this.#run().finally(() => {
        this.#running = null
      })
    })
  }

  async #run(): Promise<void> {
    const { clock, mayWrite, isEmpty, hasDue, write } = this.#deps
    const isWhole = clock.now() >= this.#wholeAt
    let isDone = true
    if (mayWrite() && !isEmpty() && (isWhole || hasDue())) {
      isDone = await write(isWhole, this.#lifetime)
      if (isDone && isWhole) this.#wholeAt = clock.now() + wholeEveryMs
    } else if (isWhole) this.#wholeAt = clock.now() + wholeEveryMs
    if (this.#lifetime.aborted) return
    this.#in(isDone ? Math.max(settleMs, this.#wholeAt - clock.now()) : retryMs)
  }
}

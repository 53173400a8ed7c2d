/** When pulls run: every quarter of an hour, soon after a playback ended, and as soon as something is switched on. */
import type { Clock } from '../ports.ts'

const everyMs = 15 * 60_000
/** Plex writes the history row some seconds after the end. */
const afterStopMs = 30_000
/** Timers stand still while the machine sleeps, so the time is looked at often. */
const lookEveryMs = 60_000
/** After a start other work comes first. */
const settleMs = 30_000

export interface PullScheduleDeps {
  readonly clock: Clock
  /** Something is switched on, and both servers may be asked. */
  readonly mayPull: () => boolean
  readonly isOn: () => boolean
  /** Epoch ms of the last pull; null if there was none. */
  readonly lastPullAt: () => number | null
  readonly pull: () => Promise<void>
}

export class PlaySchedule {
  readonly #deps: PullScheduleDeps
  #endLook: () => void = () => {}
  #endWake: () => void = () => {}
  #wakeAt: number | null = null
  #notBefore = 0
  #triedAt = 0
  #lifetime: AbortSignal = AbortSignal.abort()
  #running = false

  constructor(deps: PullScheduleDeps) {
    this.#deps = deps
  }

  start(lifetime: AbortSignal): void {
    this.#lifetime = lifetime
    lifetime.addEventListener('abort', () => this.#stop(), { once: true })
    this.#notBefore = this.#deps.clock.now() + settleMs
    this.#wait()
  }

  /** Epoch ms of the next pull; null while nothing is on. */
  get nextAt(): number | null {
    if (this.#lifetime.aborted || !this.#deps.isOn()) return null
    const due = this.#dueAt()
    return this.#wakeAt === null ? due : Math.min(due, this.#wakeAt)
  }

  /** A playback ended: its row is there a little later. */
  playbackEnded(): void {
    this.#wakeIn(afterStopMs)
  }

  /** Something was switched on. */
  now(): void {
    this.#notBefore = 0
    this.#wakeIn(0)
  }

  #stop(): void {
    this.#endLook()
    this.#endWake()
    this.#wakeAt = null
  }

  #wakeIn(ms: number): void {
    if (this.#lifetime.aborted) return
    const at = this.#deps.clock.now() + ms
    // A later playback waits for its own row, an earlier wake-up stays.
    if (this.#wakeAt !== null && this.#wakeAt <= at && ms === 0) return
    this.#endWake()
    this.#wakeAt = at
    this.#endWake = this.#deps.clock.setTimer(ms, () => {
      this.#wakeAt = null
      void this.#run()
    })
  }

  #wait(): void {
    this.#endLook = this.#deps.clock.setTimer(lookEveryMs, () => {
      if (this.#deps.clock.now() >= this.#dueAt()) void this.#run()
      if (!this.#lifetime.aborted) this.#wait()
    })
  }

  #dueAt(): number {
    const { clock, lastPullAt } = this.#deps
    // A clock that was set back must not put it off.
    const last = Math.min(Math.max(lastPullAt() ?? 0, this.#triedAt), clock.now())
    return Math.max(this.#notBefore, last + everyMs)
  }

  async #run(): Promise<void> {
    if (!this.#deps.mayPull()) return
    if (this.#running) return this.#wakeIn(afterStopMs)
    this.#running = true
    this.#triedAt = this.#deps.clock.now()
    await this.#deps.pull()
    this.#running = false
  }
}

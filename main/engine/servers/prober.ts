/** Probes a server when the next probe is due, or when asked: one probe at a time, which all callers share. */
import type { Clock } from '../ports.ts'

/** Never longer than this: a clock that was set back must not put probing off by a day. */
const longestStepMs = 60_000

export interface ProberDeps {
  readonly clock: Clock
  /** True if the server answers. */
  readonly probe: (signal: AbortSignal) => Promise<boolean>
  /** When the next probe is due, epoch ms; null while none is needed. Asked again after each probe. */
  readonly nextAt: (now: number) => number | null
}

export class Prober {
  readonly #deps: ProberDeps
  #probing: Promise<boolean> | null = null
  #endProbe = new AbortController()
  #endTimer: () => void = () => {}
  #lifetime = AbortSignal.any([])

  constructor(deps: ProberDeps) {
    this.#deps = deps
  }

  get isStopped(): boolean {
    return this.#lifetime.aborted
  }

  start(lifetime: AbortSignal): void {
    this.#lifetime = lifetime
    lifetime.addEventListener('abort', () => this.#endTimer(), { once: true })
  }

  /** Ends the probe under way and the wait for the next, also if `start` was never called. */
  stop(): void {
    this.#lifetime = AbortSignal.abort()
    this.#endTimer()
    this.#endProbe.abort()
  }

  probeNow(): Promise<boolean> {
    this.#probing ??= this.#probe().finally(() => {
      this.#probing = null
      this.schedule()
    })
    return this.#probing
  }

  /** Ends a probe that is under way, which still asks the old address with the old token, and begins another one. */
  async probeAgain(): Promise<boolean> {
    this.#endProbe.abort()
    await this.#probing
    return this.probeNow()
  }

  schedule(): void {
    this.#endTimer()
    if (this.isStopped) return
    const now = this.#deps.clock.now()
    const at = this.#deps.nextAt(now)
    if (at === null) return
    const delay = Math.min(Math.max(0, at - now), longestStepMs)
    this.#endTimer = this.#deps.clock.setTimer(delay, () => void this.probeNow())
  }

  #probe(): Promise<boolean> {
    this.#endProbe = new AbortController()
    return this.#deps.probe(AbortSignal.any([this.#lifetime, this.#endProbe.signal]))
  }
}

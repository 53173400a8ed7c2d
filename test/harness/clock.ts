/** Time as a parameter: the clock that the simulated servers and the program under test may share. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number
  /** Calls `fn` once after `ms`; the returned function cancels it. */
  setTimer(ms: number, fn: () => void): () => void
}

/** The machine's own clock. Timers do not keep the process alive. */
export const realClock: Clock = {
  now: () => Date.now(),
  setTimer(ms, fn) {
    const timer = setTimeout(fn, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** The machine's clock, which a test may push ahead: what waits for the time that is left out falls due. */
export class PushedClock implements Clock {
  #ahead = 0
  readonly #pending = new Set<{ readonly due: number; readonly arm: () => void }>()

  now(): number {
    return realClock.now() + this.#ahead
  }

  setTimer(ms: number, fn: () => void): () => void {
    let disarm = (): void => {}
    const entry = {
      due: this.now() + ms,
      arm: () => {
        disarm()
        disarm = realClock.setTimer(Math.max(0, entry.due - this.now()), () => {
          this.#pending.delete(entry)
          fn()
        })
      },
    }
    this.#pending.add(entry)
    entry.arm()
    return () => {
      this.#pending.delete(entry)
      disarm()
    }
  }

  push(ms: number): void {
    this.#ahead += ms
    // Timers of the same length fire in the order in which they were set.
    for (const { arm } of [...this.#pending].sort((a, b) => a.due - b.due)) arm()
  }
}

interface Pending {
  due: number
  order: number
  fn: () => void
}

/**
 * A clock that stands still until a test moves it. `advance` runs the timers that fall due in their order, each at its
 * own moment, and lets promises settle in between, so that a timer may set the next one.
 */
export class ManualClock implements Clock {
  #now: number
  #order = 0
  readonly #pending = new Set<Pending>()

  constructor(start: number | string = '2025-01-15T12:00:00Z') {
    this.#now = typeof start === 'number' ? start : Date.parse(start)
  }

  now(): number {
    return this.#now
  }

  setTimer(ms: number, fn: () => void): () => void {
    const entry: Pending = { due: this.#now + Math.max(0, ms), order: this.#order++, fn }
    this.#pending.add(entry)
    return () => this.#pending.delete(entry)
  }

  /** How many timers wait. */
  get timers(): number {
    return this.#pending.size
  }

  /** When the next timer is due (epoch ms), or null when none waits. */
  get nextDue(): number | null {
    return this.#first()?.due ?? null
  }

  /** Moves time forward by `ms`, running what falls due on the way. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await settle()
    for (let next = this.#first(); next && next.due <= end; next = this.#first()) {
      this.#run(next)
      await settle()
    }
    this.#now = Math.max(this.#now, end)
  }

  /** Moves to the next timer, however far, and runs it. False when none waits. */
  async advanceToNext(): Promise<boolean> {
    const due = this.nextDue
    if (due === null) return false
    await this.advance(Math.max(0, due - this.#now))
    return true
  }

  /**
   * Moves to the next timer and runs it, with all that are due at that moment, as an event loop does; what they set going
   * is the caller's to wait for. False when none waits.
   */
  runDue(): boolean {
    const first = this.#first()
    if (first === undefined) return false
    const due = [...this.#pending].filter((entry) => entry.due === first.due).sort((a, b) => a.order - b.order)
    for (const entry of due) if (this.#pending.has(entry)) this.#run(entry)
    return true
  }

  /** Sets the time without running anything: a corrected or jumping system clock. Timers keep their distance. */
  jump(ms: number): void {
    this.#now += ms
    for (const entry of this.#pending) entry.due += ms
  }

  #run(next: Pending): void {
    this.#pending.delete(next)
    // A clock that was set back or jumped must not move backwards because of an old timer.
    this.#now = Math.max(this.#now, next.due)
    next.fn()
  }

  #first(): Pending | undefined {
    let first: Pending | undefined
    for (const entry of this.#pending) {
      if (!first || entry.due < first.due || (entry.due === first.due && entry.order < first.order)) first = entry
    }
    return first
  }
}

/** Lets promise chains and finished I/O callbacks run before time moves on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
}

const tickMs = 5_000

/** The present time for relative dates, one timer for all of them. */
export class Clock {
  #now = $state(0)
  readonly #read: () => number

  constructor(read: () => number = Date.now) {
    this.#read = read
    this.#now = read()
  }

  /** Epoch milliseconds, at most five seconds old. */
  get now(): number {
    return this.#now
  }

  run(): () => void {
    const timer = setInterval(() => {
      this.#now = this.#read()
    }, tickMs)
    return () => clearInterval(timer)
  }
}

/** Paces the writes to a server that has just come back. */
const rampMs = 300_000
const slowestPerSecond = 5
const fastestPerSecond = 20
const fastEnoughMs = 250
const exchangesToTrust = 5

/**
 * The pause between two writes to a server that has just come back: 5 a second at first, 20 a second after five minutes,
 * so that a queue of thousands does not overload it again. Null once the ramp is over, or as soon as the server shows
 * by its last responses that it is fast enough.
 */
function rampDelayMs(startedAt: number, now: number, latenciesMs: readonly number[]): number | null {
  const elapsed = now - startedAt
  if (elapsed >= rampMs || elapsed < 0) return null
  const last = latenciesMs.slice(-exchangesToTrust)
  if (last.length === exchangesToTrust && Math.max(...last) <= fastEnoughMs) return null
  return 1000 / (slowestPerSecond + (fastestPerSecond - slowestPerSecond) * (elapsed / rampMs))
}

/** The ramp of one server: paces nothing until it begins. */
export class RecoveryRamp {
  #current: { readonly startedAt: number; readonly latencies: number[]; nextSlotAt: number } | null = null

  begin(now: number): void {
    this.#current = { startedAt: now, latencies: [], nextSlotAt: 0 }
  }

  /** Takes in how long a response took. */
  answered(milliseconds: number): void {
    this.#current?.latencies.push(milliseconds)
  }

  /** Milliseconds to wait before the next write; each call takes a slot. 0 while there is no ramp. */
  paceMs(now: number): number {
    if (this.#current === null) return 0
    const delay = rampDelayMs(this.#current.startedAt, now, this.#current.latencies)
    if (delay === null) {
      this.#current = null
      return 0
    }
    const slotAt = Math.max(now, this.#current.nextSlotAt)
    this.#current.nextSlotAt = slotAt + delay
    return slotAt - now
  }
}

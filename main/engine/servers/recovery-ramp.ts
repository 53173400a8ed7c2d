const rampMs = 300_000
const slowestPerSecond = 5
const fastestPerSecond = 20
const fastEnoughMs = 250
const exchangesToTrust = 5

/**
 * The pause between two writes to a server that has just come back: 5 a second at first, 20 a second after five minutes,
 * so that a queue of thousands does not knock it over again. Null once the ramp is over, or as soon as the server shows
 * by its last answers that it is fast enough.
 */
export function rampDelayMs(startedAt: number, now: number, latenciesMs: readonly number[]): number | null {
  const elapsed = now - startedAt
  if (elapsed >= rampMs || elapsed < 0) return null
  const last = latenciesMs.slice(-exchangesToTrust)
  if (last.length === exchangesToTrust && Math.max(...last) <= fastEnoughMs) return null
  return 1000 / (slowestPerSecond + (fastestPerSecond - slowestPerSecond) * (elapsed / rampMs))
}

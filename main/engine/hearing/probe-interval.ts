/** How often Stash is asked whether anything moved: never so often that it costs half a percent of one of its cores. Pure. */

/** A probe keeps up to two cores of Stash busy, and one in ten asks for more: twice what half a percent of its time is. */
const perProbe = 400
const lastProbes = 20
/** Fewer prove little: at a start they may all have waited for a busy processor, and a few that come soon cost little. */
const tellingProbes = 5
const perEarlyProbe = 40
const longestMs = 5 * 60_000

/** The durations that count, the new one included. */
export function withDuration(durations: readonly number[], ms: number): readonly number[] {
  return [...durations, ms].slice(-lastProbes)
}

/** Milliseconds until the next probe; null if probing is switched off (`pollSeconds` 0). */
export function probeIntervalMs(pollSeconds: number, durations: readonly number[]): number | null {
  if (pollSeconds === 0) return null
  const perCost = durations.length < tellingProbes ? perEarlyProbe : perProbe
  return Math.max(pollSeconds * 1000, Math.min(longestMs, perCost * costMs(durations)))
}

/**
 * What a probe costs Stash: the shortest but one. Waiting for a busy processor makes a probe longer and costs nothing, so
 * the shortest say most; a single lucky one proves nothing.
 */
function costMs(durations: readonly number[]): number {
  const [least = 0, second = least] = [...durations].sort((a, b) => a - b)
  return second
}

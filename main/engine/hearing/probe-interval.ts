/** How often Stash is asked whether anything moved: never so often that it costs half a percent of one of its cores. Pure. */

const perProbe = 200
const lastProbes = 5
const longestMs = 5 * 60_000

/** The durations that count, the new one included. */
export function withDuration(durations: readonly number[], ms: number): readonly number[] {
  return [...durations, ms].slice(-lastProbes)
}

/** Milliseconds until the next probe; null where probing is switched off (`pollSeconds` 0). */
export function probeIntervalMs(pollSeconds: number, durations: readonly number[]): number | null {
  if (pollSeconds === 0) return null
  return Math.max(pollSeconds * 1000, Math.min(longestMs, perProbe * median(durations)))
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2
}

/** Counts how often each second occurs in a play history. Pure. */
export function countMoments(moments: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const moment of moments) counts.set(moment, (counts.get(moment) ?? 0) + 1)
  return counts
}

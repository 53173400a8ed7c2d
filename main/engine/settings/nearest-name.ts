/** Which name was probably meant. Pure. */

/** The candidate with the fewest edits, where typing errors or a part of its name explain it; null otherwise. */
export function nearestName(name: string, candidates: readonly string[]): string | null {
  const wanted = tidy(name)
  let best: string | null = null
  let fewest = Math.max(2, Math.floor(wanted.length / 3)) + 1
  for (const candidate of candidates) {
    const other = tidy(candidate)
    // A part of the name (`retries`) is as good as a typing error or two.
    const isPart = wanted.length >= 4 && other.includes(wanted)
    const edits = Math.min(editDistance(wanted, other), isPart ? 2 : Number.POSITIVE_INFINITY)
    if (edits < fewest) [best, fewest] = [candidate, edits]
  }
  return best
}

/** `Plex-Url`, `plexUrl` and `plex_url` are the same to the user. */
function tidy(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}

/** Insertions, deletions and replacements from one text to the other (Levenshtein), in one row of memory. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}

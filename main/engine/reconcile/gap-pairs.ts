/**
 * Scenes that are missing in Plex beside files of Plex that no scene has, where both are likely the same film: renamed,
 * moved or encoded again. Pure. Only the user decides; nothing is written because of a pair.
 */
import type { GapPair } from '../../../shared/contract.ts'
import { baseKey } from '../match/path-key.ts'
import { titleKey, titleKeysOf } from '../match/title-key.ts'
import type { SizedGap } from './gap-row.ts'

const mostPairs = 200

/** Smaller files are samples and placeholders, which may well have one size. */
const leastDistinctSize = 1_000_000

/** What says most is asked first: equal bytes, then the name of the file, then the title in it. */
const evidences: readonly { readonly evidence: GapPair['evidence']; readonly keysOf: (row: SizedGap) => string[] }[] = [
  { evidence: 'file_size', keysOf: ({ size }) => (size === null || size < leastDistinctSize ? [] : [String(size)]) },
  { evidence: 'file_name', keysOf: ({ path }) => [baseKey(path)] },
  { evidence: 'title', keysOf: ({ path, title }) => [...new Set([...titleKeysOf(path), titleKey(title)])] },
]

/** Each scene and each item at most once; a size or name that several have on either side says nothing. */
export function pairsOf(missing: readonly SizedGap[], unknown: readonly SizedGap[]): GapPair[] {
  const pairs: GapPair[] = []
  const paired = new Set<SizedGap>()
  for (const { evidence, keysOf } of evidences) {
    const open = (rows: readonly SizedGap[]) =>
      uniqueBy(
        rows.filter((row) => !paired.has(row)),
        keysOf,
      )
    const items = open(unknown)
    for (const [key, scene] of open(missing)) {
      const item = items.get(key)
      if (item === undefined || scene.scene_id === null || item.rating_key === null) continue
      if (paired.has(scene) || paired.has(item)) continue
      paired.add(scene).add(item)
      pairs.push({
        scene_id: scene.scene_id,
        title: scene.title,
        path: scene.path,
        rating_key: item.rating_key,
        plex_title: item.title,
        plex_file: item.path,
        evidence,
      })
      if (pairs.length === mostPairs) return pairs
    }
  }
  return pairs
}

/** By key, without the keys that more than one row has. */
function uniqueBy(rows: readonly SizedGap[], keysOf: (row: SizedGap) => string[]): ReadonlyMap<string, SizedGap> {
  const found = new Map<string, SizedGap>()
  const shared = new Set<string>()
  for (const row of rows)
    for (const key of keysOf(row)) {
      if (key.length < 2) continue
      if (found.has(key)) shared.add(key)
      else found.set(key, row)
    }
  for (const key of shared) found.delete(key)
  return found
}

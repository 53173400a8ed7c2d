/** Files that are certainly the same in a sample of Stash and a sample of Plex. Pure. */
import type { PartLookup } from './part-lookup.ts'
import { baseKey, pathKey, type SplitPath, splitPath } from './path-key.ts'

export interface PathSample {
  readonly path: string
  /** Bytes. */
  readonly size: number | null
  /** Seconds. */
  readonly duration: number | null
}

export interface SamplePair {
  readonly stash: PathSample
  readonly plex: PathSample
  readonly stashPath: SplitPath
  readonly plexPath: SplitPath
  readonly stashKey: string
  readonly plexKey: string
  readonly name: string
  /** What proves it besides the name. */
  readonly by: 'size' | 'duration'
}

/** What the index has under the names and sizes of these samples: the other side for `suggestPathRules`. */
export function samplesOfPlex(stash: readonly PathSample[], lookup: PartLookup): PathSample[] {
  return stash.flatMap((sample) => {
    const key = baseKey(sample.path)
    const parts = isKnown(sample.size)
      ? [...lookup.byBaseAndSize(key, sample.size), ...lookup.byBaseAndSize(key, null)]
      : lookup.byBase(key)
    return parts.map(({ file, size, duration }) => ({ path: file, size, duration }))
  })
}

/**
 * Pairs by name and size, or duration within a second where a size is missing. A file with two possible partners on
 * either side is left out: a copy says nothing about folders.
 */
export function pairSamples(stash: readonly PathSample[], plex: readonly PathSample[]): SamplePair[] {
  const ours = byName(stash)
  const theirs = byName(plex)
  const pairs: SamplePair[] = []
  for (const [name, files] of ours) {
    const others = theirs.get(name) ?? []
    for (const file of files) {
      const fitting = others.filter((other) => agreement(file, other) !== null)
      const [partner] = fitting
      if (partner === undefined || fitting.length > 1) continue
      const by = agreement(file, partner)
      if (by !== null && files.filter((rival) => agreement(rival, partner) !== null).length === 1)
        pairs.push(pairOf(file, partner, name, by))
    }
  }
  return pairs
}

function pairOf(stash: PathSample, plex: PathSample, name: string, by: SamplePair['by']): SamplePair {
  return {
    stash,
    plex,
    stashPath: splitPath(stash.path),
    plexPath: splitPath(plex.path),
    stashKey: pathKey(stash.path),
    plexKey: pathKey(plex.path),
    name,
    by,
  }
}

/** The same file twice in a sample (in two libraries) is one. */
function byName(samples: readonly PathSample[]): Map<string, PathSample[]> {
  const unique = new Map(samples.map((sample) => [pathKey(sample.path), sample]))
  return Map.groupBy(unique.values(), (sample) => baseKey(sample.path))
}

function agreement(a: PathSample, b: PathSample): SamplePair['by'] | null {
  if (isKnown(a.size) && isKnown(b.size)) return a.size === b.size ? 'size' : null
  return isKnown(a.duration) && isKnown(b.duration) && Math.abs(a.duration - b.duration) <= 1 ? 'duration' : null
}

function isKnown(value: number | null): value is number {
  return value !== null && value > 0
}

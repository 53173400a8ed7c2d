/**
 * Proposes path rules from samples of both libraries: files that are certainly the same (name, and size or duration) show
 * by their paths which folder of Stash is which folder of Plex. Pure.
 */
import type { Remark } from '../../../shared/remarks.ts'
import {
  commonTail,
  holds,
  joinPath,
  type PathKind,
  pathKey,
  type SplitPath,
  separatorOf,
  splitPath,
} from './path-key.ts'
import { formatRuleText } from './path-rule-text.ts'
import { type PathSample, pairSamples, type SamplePair } from './path-sample.ts'

interface SuggestedRule {
  readonly stash: string
  readonly plex: string
  /** As `stash => plex`, ready for `path_map`. */
  readonly rule: string
  readonly evidence: Remark
  /** How many files of the samples speak for it. */
  readonly files: number
}

export interface PathSuggestion {
  /** The one with the most files first. Empty if no rule is needed, or none could be derived. */
  readonly rules: readonly SuggestedRule[]
  /** Files that are certainly in both samples. */
  readonly pairs: number
  /** Of these, the files with the same path on both sides: they need no rule. */
  readonly samePath: number
}

/** Two files of the same size and name may be chance or a stray copy; a rule needs more than the one. */
const fewestBySize = 2
/** Equal durations are commoner than equal sizes. */
const fewestFiles = 3
/** Each rule tried is held against all pairs; a library has a handful of roots. */
const mostTried = 20

interface Group {
  readonly stash: SplitPath
  readonly plex: SplitPath
  readonly pairs: SamplePair[]
}

/**
 * @param plexRoots folders of the Plex libraries: a rule is proposed for a whole root where the samples allow it.
 * A rule is taken only if, together with those taken before it, it puts more files right than it puts wrong.
 */
export function suggestPathRules(
  stash: readonly PathSample[],
  plex: readonly PathSample[],
  plexRoots: readonly string[] = [],
): PathSuggestion {
  const pairs = pairSamples(stash, plex)
  const samePath = rightlyMapped(pairs, [])
  const groups = groupsOf(pairs, plexRoots.map(splitPath)).filter((group) => isSupported(group.pairs))
  // Folders that need no rule are held fast first, so that a rule for a folder above them does not move them.
  const taken = groups.filter(keepsPath)
  let right = rightlyMapped(pairs, taken)
  for (const group of groups.filter((other) => !keepsPath(other)).slice(0, mostTried)) {
    const now = rightlyMapped(pairs, [...taken, group])
    if (now - right < fewestBySize) continue
    taken.push(group)
    right = now
  }
  const rules = withoutSamePath(taken, pairs)
  return { rules: rules.map(ruleOf).sort((a, b) => b.files - a.files), pairs: pairs.length, samePath }
}

/** Files with the same folder change together, those of the largest group first. */
function groupsOf(pairs: readonly SamplePair[], roots: readonly SplitPath[]): Group[] {
  const groups = new Map<string, Group>()
  for (const pair of pairs) {
    const [stash, plex] = foldersThatDiffer(pair, roots)
    const key = `${keyOf(stash)} => ${keyOf(plex)}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { stash, plex, pairs: [pair] })
    else group.pairs.push(pair)
  }
  return [...groups.values()].sort((a, b) => b.pairs.length - a.pairs.length)
}

/**
 * What is left of both paths without their common end, but never less than the root of the Plex library: a name that
 * both sides share by chance (`/data/media`, `/media`) is part of the folders, not of their content.
 */
function foldersThatDiffer(pair: SamplePair, roots: readonly SplitPath[]): [SplitPath, SplitPath] {
  const { stashPath: stash, plexPath: plex } = pair
  const root = roots
    .filter((candidate) => holds(candidate, plex))
    .reduce((deepest, candidate) => Math.max(deepest, candidate.segments.length), fewestSegments(plex.kind))
  // The file itself is no folder.
  const most = Math.min(stash.segments.length - fewestSegments(stash.kind), plex.segments.length - root)
  // A rule keeps the letter case of what it maps, so on a POSIX server of Plex it has to agree.
  const common = Math.max(1, Math.min(commonTail(stash, plex, plex.kind), most))
  return [withoutEnd(stash, common), withoutEnd(plex, common)]
}

/** A rule for a whole disk or machine would cover what the samples say nothing about. */
function fewestSegments(kind: PathKind): number {
  return kind === 'unc' ? 2 : 1
}

function withoutEnd(path: SplitPath, count: number): SplitPath {
  return { kind: path.kind, segments: path.segments.slice(0, path.segments.length - count) }
}

function keyOf(path: SplitPath): string {
  return pathKey(joinPath(path, '/'))
}

function isSupported(pairs: readonly SamplePair[]): boolean {
  const names = (list: readonly SamplePair[]) => new Set(list.map((pair) => pair.name)).size
  return names(pairs) >= fewestFiles || names(pairs.filter((pair) => pair.by === 'size')) >= fewestBySize
}

/** How many pairs these rules (longest first, else the path as it is) would bring together. */
function rightlyMapped(pairs: readonly SamplePair[], rules: readonly Group[]): number {
  const longestFirst = [...rules].sort((a, b) => b.stash.segments.length - a.stash.segments.length)
  return pairs.filter((pair) => {
    const rule = longestFirst.find((candidate) => holds(candidate.stash, pair.stashPath))
    if (rule === undefined) return pair.stashKey === pair.plexKey
    const rest = pair.stashPath.segments.slice(rule.stash.segments.length)
    return keyOf({ kind: rule.plex.kind, segments: [...rule.plex.segments, ...rest] }) === pair.plexKey
  }).length
}

function keepsPath(group: Group): boolean {
  return keyOf(group.stash) === keyOf(group.plex)
}

/** A rule that changes nothing is needed only below another rule. */
function withoutSamePath(taken: readonly Group[], pairs: readonly SamplePair[]): Group[] {
  const all = rightlyMapped(pairs, taken)
  return taken.filter(
    (group) =>
      !keepsPath(group) ||
      rightlyMapped(
        pairs,
        taken.filter((other) => other !== group),
      ) < all,
  )
}

function ruleOf(group: Group): SuggestedRule {
  const [first] = group.pairs
  if (first === undefined) throw new Error('a group without pairs')
  const stash = joinPath(group.stash, separatorOf(first.stash.path))
  const plex = joinPath(group.plex, separatorOf(first.plex.path))
  const bySize = group.pairs.filter((pair) => pair.by === 'size').length
  const files = group.pairs.length
  const by = bySize === files ? 'size' : bySize === 0 ? 'duration' : 'either'
  const example = first.stashPath.segments.slice(group.stash.segments.length).join('/')
  return {
    stash,
    plex,
    rule: formatRuleText([{ stash, plex }]),
    evidence: { code: 'rule_suggested', values: { files, by, example } },
    files,
  }
}

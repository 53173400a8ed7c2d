/** Path rules: how a file's path at Stash becomes its path at Plex, and back. Pure. */
import { ok, type Result } from '../../../shared/result.ts'
import { pathKey, splitPath } from './path-key.ts'
import { compilePattern, isPattern } from './path-pattern.ts'
import { compilePrefix, type PathRule } from './path-rule.ts'
import { badRule, formatRuleText, parseRuleText, type RuleText } from './path-rule-text.ts'

interface MappedPath {
  readonly path: string
  /** The rule that did it, as `stash => plex`. */
  readonly rule: string
}

export interface PathRules {
  /** As written. */
  readonly rules: readonly PathRule[]
  /** Stash's path as Plex sees it, by the longest prefix that covers it; null if none does. */
  map(stashPath: string): MappedPath | null
  /** A path of Plex as Stash sees it; null if no path of Stash maps to it. */
  unmap(plexPath: string): MappedPath | null
  /**
   * All paths of Stash that map to this path of Plex, longest Plex prefix first. Several where rules bring folders
   * together (`/mnt/disk1 => /mnt/user; /mnt/disk2 => /mnt/user`).
   */
  unmapAll(plexPath: string): MappedPath[]
}

/**
 * Compiles the text of `path_map`. Prefix rules hold at folder boundaries, the longest first; rules between slashes
 * (`path-pattern.ts`) are the exceptions and are tried before them, in their order. Faults are `invalid_input` with a
 * message that names the rule and the cure.
 */
export function compilePathRules(text: string): Result<PathRules> {
  const parsed = parseRuleText(text)
  if (!parsed.ok) return parsed
  const rules: PathRule[] = []
  const numberOf = new Map<string, RuleText>()
  for (const rule of parsed.value) {
    const shown = formatRuleText([rule])
    const key = isPattern(rule.stash) ? rule.stash : pathKey(rule.stash)
    const earlier = numberOf.get(key)
    if (earlier !== undefined) {
      if (earlier.plex === rule.plex) continue
      return badRule(rule.number, shown, {
        code: 'rule_taken',
        values: { number: earlier.number, stash: rule.stash },
      })
    }
    numberOf.set(key, rule)
    const compiled = isPattern(rule.stash) ? compilePattern(rule) : compilePrefix(rule)
    if (!compiled.ok) return compiled
    rules.push(compiled.value)
  }
  return ok(pathRules(rules))
}

/** The text that compiles to these rules again. */
export function formatPathRules(rules: PathRules): string {
  return formatRuleText(rules.rules)
}

export const noPathRules: PathRules = pathRules([])

function pathRules(rules: readonly PathRule[]): PathRules {
  const toPlex = longestFirst(rules, (rule) => rule.stash)
  const toStash = longestFirst(rules, (rule) => rule.plex)
  const map = (stashPath: string): MappedPath | null => {
    const path = splitPath(stashPath)
    for (const rule of toPlex) {
      const mapped = rule.map(path)
      if (mapped !== null) return { path: mapped, rule: rule.text }
    }
    return null
  }
  const unmapAll = (plexPath: string): MappedPath[] => {
    const path = splitPath(plexPath)
    const key = pathKey(plexPath)
    const found: MappedPath[] = []
    for (const rule of toStash) {
      const unmapped = rule.unmap(path)
      // A longer rule may take that path of Stash elsewhere: then it is not where this file comes from.
      if (unmapped === null || pathKey(map(unmapped)?.path ?? '') !== key) continue
      if (!found.some((other) => pathKey(other.path) === pathKey(unmapped)))
        found.push({ path: unmapped, rule: rule.text })
    }
    return found
  }
  return { rules, map, unmapAll, unmap: (plexPath) => unmapAll(plexPath)[0] ?? null }
}

function longestFirst(rules: readonly PathRule[], side: (rule: PathRule) => string): PathRule[] {
  const length = (rule: PathRule) =>
    isPattern(rule.stash) ? Number.POSITIVE_INFINITY : splitPath(side(rule)).segments.length
  const lengths = new Map(rules.map((rule) => [rule, length(rule)]))
  // Not a subtraction: two infinities would give NaN.
  return [...rules].sort((a, b) => {
    const ofA = lengths.get(a) ?? 0
    const ofB = lengths.get(b) ?? 0
    return ofA === ofB ? 0 : ofA > ofB ? -1 : 1
  })
}

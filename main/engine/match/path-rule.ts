/** One path rule, and its plain form: a prefix for a prefix. Pure. */
import { ok, type Result } from '../../../shared/result.ts'
import { holds, isAbsolute, joinPath, type SplitPath, separatorOf, splitPath } from './path-key.ts'
import { badRule, formatRuleText, type RuleText } from './path-rule-text.ts'

/** One direction of a rule; null if the rule does not cover the path. */
export type PathMapper = (path: SplitPath) => string | null

export interface PathRule {
  /** As `stash => plex`. */
  readonly text: string
  readonly stash: string
  readonly plex: string
  readonly map: PathMapper
  readonly unmap: PathMapper
}

/** `/data => /media`: whole folders on both sides. Trailing separators do not matter. */
export function compilePrefix(rule: RuleText): Result<PathRule> {
  const shown = formatRuleText([rule])
  if (looksLikePattern(rule.stash)) return badRule(rule.number, shown, { code: 'rule_without_group', values: {} })
  for (const side of [rule.stash, rule.plex])
    if (!isAbsolute(side)) return badRule(rule.number, shown, { code: 'not_whole_path', values: { side } })
  return ok({
    text: shown,
    stash: rule.stash,
    plex: rule.plex,
    map: prefixMapper(rule.stash, rule.plex),
    unmap: prefixMapper(rule.plex, rule.stash),
  })
}

/** Between slashes and full of a regular expression's signs, but without a named group: certainly a mistake. */
function looksLikePattern(side: string): boolean {
  return side.startsWith('/') && side.endsWith('/') && /^\/\^|\$\/$|\\\/|\.[*+]/.test(side)
}

function prefixMapper(from: string, to: string): PathMapper {
  const source = splitPath(from)
  const target = splitPath(to)
  const separator = separatorOf(to)
  return (path) => {
    if (!holds(source, path)) return null
    const rest = path.segments.slice(source.segments.length)
    // A POSIX name may contain a backslash; on Windows it would fall apart into a folder and a file.
    if (target.kind !== 'posix' && rest.some((segment) => segment.includes('\\'))) return null
    return joinPath({ kind: target.kind, segments: [...target.segments, ...rest] }, separator)
  }
}

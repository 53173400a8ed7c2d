/**
 * Path rules between slashes, for what no prefix can say: `/^/data/(?<studio>[^/]+)/(?<rest>.+)$/ => /media/$<rest>/…`.
 * The pattern describes the whole path with `/` as separator (`\\` means the same) and consists of plain text and named
 * groups; the right side uses each group once. That makes it reversible, which is checked when it is saved. Pure.
 */

import { ok, type Result, textOf } from '../../../shared/result.ts'
import type { PlainProblem } from '../../../shared/value-problems.ts'
import { isAbsolute, joinPath, pathKey, separatorOf, splitPath } from './path-key.ts'
import type { PathMapper, PathRule } from './path-rule.ts'
import { badRule, formatRuleText, type RuleText } from './path-rule-text.ts'

type Piece = { readonly literal: string } | { readonly group: string; readonly pattern: string }

/** `/data/` is a folder; only a named group makes a pattern of it. */
export function isPattern(side: string): boolean {
  return side.length > 2 && side.startsWith('/') && side.endsWith('/') && side.includes('(?<')
}

export function compilePattern(rule: RuleText): Result<PathRule> {
  const shown = formatRuleText([rule])
  const bad = (problem: PlainProblem) => badRule(rule.number, shown, problem)
  const pieces = piecesOfPattern(rule.stash.slice(1, -1).replaceAll('\\\\', '/'))
  if (!Array.isArray(pieces)) return bad(pieces)
  // `/data/(?<rest>.+)/` reads as if its first slash were the root's too, so it is.
  const source = isAbsolute(example(pieces)) ? pieces : [{ literal: '/' }, ...pieces]
  const patterns = new Map(source.flatMap((piece) => ('group' in piece ? [[piece.group, piece.pattern]] : [])))
  const target = piecesOfTemplate(rule.plex, patterns)
  if (!Array.isArray(target)) return bad(target)
  for (const [name] of patterns) {
    const uses = target.filter((piece) => 'group' in piece && piece.group === name).length
    if (uses !== 1) return bad({ code: 'group_uses', values: { name, uses } })
  }
  if (!isAbsolute(example(target))) return bad({ code: 'right_not_whole_path', values: {} })
  try {
    const forward = mapper(source, target, separatorOf(rule.plex))
    const backward = mapper(target, source, rule.stash.includes('\\\\') ? '\\' : '/')
    const map = onlyIfReversible(forward, backward)
    const lost = sampleThatIsLost(source, patterns, map)
    if (lost !== null) return bad({ code: 'not_reversible', values: { sample: lost } })
    return ok({ text: shown, stash: rule.stash, plex: rule.plex, map, unmap: onlyIfReversible(backward, forward) })
  } catch (error) {
    // The pattern comes from the user: RegExp's own message names the mistake.
    return bad({ code: 'no_pattern', values: { said: textOf(error) } })
  }
}

/** Plain text and named groups, or what else is in it. */
function piecesOfPattern(pattern: string): Piece[] | PlainProblem {
  const body = pattern.replace(/^\^/, '').replace(/(?<!\\)\$$/, '')
  const pieces: Piece[] = []
  let literal = ''
  for (let at = 0; at < body.length; at++) {
    const char = body.charAt(at)
    const group = /^\(\?<([A-Za-z_]\w*)>/.exec(body.slice(at))
    if (group?.[1] !== undefined) {
      const end = closingBracket(body, at)
      if (end < 0) return { code: 'group_not_closed', values: { name: group[1] } }
      if (literal !== '') pieces.push({ literal })
      literal = ''
      pieces.push({ group: group[1], pattern: body.slice(at + group[0].length, end) })
      at = end
    } else if (char === '\\') {
      const next = body.charAt(++at)
      if (next === '' || /[A-Za-z0-9]/.test(next)) return outside(`\\${next}`)
      literal += next
    } else if (/[.*+?[\]{}|()^$]/.test(char)) return outside(char)
    else literal += char
  }
  if (literal !== '') pieces.push({ literal })
  return pieces
}

function outside(sign: string): PlainProblem {
  return { code: 'outside_group', values: { sign } }
}

/** Where the bracket at `open` closes; -1 where it does not. Escapes and character classes are stepped over. */
function closingBracket(body: string, open: number): number {
  let depth = 0
  let inClass = false
  for (let at = open; at < body.length; at++) {
    const char = body.charAt(at)
    if (char === '\\') at++
    else if (inClass) inClass = char !== ']'
    else if (char === '[') inClass = true
    else if (char === '(') depth++
    else if (char === ')' && --depth === 0) return at
  }
  return -1
}

function piecesOfTemplate(template: string, patterns: ReadonlyMap<string, string>): Piece[] | PlainProblem {
  const pieces: Piece[] = []
  let last = 0
  for (const use of template.matchAll(/\$<([^>]*)>/g)) {
    const name = use[1] ?? ''
    const pattern = patterns.get(name)
    if (pattern === undefined) return { code: 'no_such_group', values: { name, known: [...patterns.keys()] } }
    if (use.index > last) pieces.push({ literal: template.slice(last, use.index) })
    pieces.push({ group: name, pattern })
    last = use.index + use[0].length
  }
  if (last < template.length) pieces.push({ literal: template.slice(last) })
  return pieces
}

function mapper(from: readonly Piece[], to: readonly Piece[], separator: '/' | '\\'): PathMapper {
  const { kind } = splitPath(example(from))
  const source = from.map((piece) =>
    'group' in piece
      ? `(?<${piece.group}>${piece.pattern})`
      : escapeSigns((kind === 'posix' ? piece.literal : piece.literal.replaceAll('\\', '/')).normalize('NFC')),
  )
  const whole = new RegExp(`^(?:${source.join('')})$`, kind === 'posix' ? 'u' : 'iu')
  return (path) => {
    if (path.kind !== kind) return null
    const groups = whole.exec(joinPath(path, '/').normalize('NFC'))?.groups
    if (groups === undefined) return null
    const mapped = splitPath(
      to.map((piece) => ('group' in piece ? (groups[piece.group] ?? '') : piece.literal)).join(''),
    )
    return joinPath(mapped, separator)
  }
}

function escapeSigns(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}

/** A path that would not come back as itself is not mapped at all: a wrong path is worse than none. */
function onlyIfReversible(there: PathMapper, back: PathMapper): PathMapper {
  return (path) => {
    const mapped = there(path)
    if (mapped === null) return null
    const returned = back(splitPath(mapped))
    return returned !== null && pathKey(returned) === pathKey(joinPath(path, '/')) ? mapped : null
  }
}

/** What a path of these pieces looks like; its kind and separator are the rule's. */
function example(pieces: readonly Piece[]): string {
  return pieces.map((piece) => ('group' in piece ? 'a' : piece.literal)).join('')
}

const samples = [
  'a',
  'Studio A',
  '1',
  '01',
  '2024',
  '2024-01-30',
  'scene1.mp4',
  'a/b.mp4',
  'b/a/scene 2.mkv',
  'a-b',
  'a.b',
]

/** A path made of the pattern's own text and sample values that `map` cannot bring back; null if all come back. */
function sampleThatIsLost(
  source: readonly Piece[],
  patterns: ReadonlyMap<string, string>,
  map: PathMapper,
): string | null {
  const fitting = new Map(
    [...patterns].map(([name, pattern]) => {
      const whole = new RegExp(`^(?:${pattern})$`, 'u')
      return [name, samples.filter((sample) => whole.test(sample))]
    }),
  )
  for (let turn = 0; turn < samples.length; turn++) {
    let incomplete = false
    const path = source
      .map((piece, at) => {
        if ('literal' in piece) return piece.literal
        const values = fitting.get(piece.group) ?? []
        const value = values[(turn + at) % Math.max(1, values.length)]
        incomplete ||= value === undefined
        return value ?? ''
      })
      .join('')
    if (!incomplete && map(splitPath(path)) === null) return path
  }
  return null
}

/** The text of the `path_map` setting, taken apart and written again. Pure. */

import { fail, ok, type Result } from '../../../shared/result.ts'
import { englishProblem, type PlainProblem, type ValueProblem } from '../../../shared/value-problems.ts'

/** One rule as typed: the two sides of its `=>`, quotes removed. */
export interface RuleText {
  /** Counted from 1, for messages. */
  readonly number: number
  readonly stash: string
  readonly plex: string
}

/** `path_map: rule 2 "…": problem` with code `invalid_input`; the problem says the cure too. */
export function badRule(number: number, text: string, problem: PlainProblem): ReturnType<typeof fail> {
  const whole: ValueProblem = { code: 'rule', values: { number, text, problem } }
  return fail('invalid_input', `path_map: ${englishProblem(whole)}`, { problem: whole })
}

/**
 * Rules are separated by `;` or line ends, their sides by `=>`. A side that contains one of these, or blanks at its
 * ends, is put into double quotes (a quote inside is doubled).
 */
export function parseRuleText(text: string): Result<RuleText[]> {
  const rules: RuleText[] = []
  let number = 0
  for (const statement of cut(text)) {
    if (statement.text === '') continue
    number++
    const bad = (problem: PlainProblem) => badRule(number, statement.text, problem)
    if (statement.open) return bad({ code: 'rule_not_closed', values: {} })
    const [stash, plex, ...more] = statement.sides
    if (stash === undefined || plex === undefined) return bad({ code: 'rule_without_arrow', values: {} })
    if (more.length > 0) return bad({ code: 'rule_second_arrow', values: {} })
    if (stash === '') return bad({ code: 'rule_without_stash', values: {} })
    if (plex === '') return bad({ code: 'rule_without_plex', values: {} })
    rules.push({ number, stash, plex })
  }
  return ok(rules)
}

export function formatRuleText(rules: readonly Pick<RuleText, 'stash' | 'plex'>[]): string {
  return rules.map((rule) => `${quoted(rule.stash)} => ${quoted(rule.plex)}`).join('; ')
}

function quoted(side: string): string {
  return /^["\s]|\s$|[;\r\n]|=>/.test(side) ? `"${side.replaceAll('"', '""')}"` : side
}

interface Statement {
  readonly text: string
  readonly sides: readonly string[]
  /** A quote was opened and never closed. */
  readonly open: boolean
}

/** One run over the text; a quote opens only at the beginning of a side, since names may contain quotes. */
function* cut(text: string): Generator<Statement> {
  let start = 0
  let at = 0
  let sides: string[] = []
  let side = ''
  let wasQuoted = false
  const endSide = () => {
    sides.push(wasQuoted ? side : side.trim())
    side = ''
    wasQuoted = false
  }
  const endStatement = (open: boolean): Statement => {
    endSide()
    const statement = { text: text.slice(start, at).trim(), sides, open }
    sides = []
    return statement
  }
  while (at < text.length) {
    const char = text.charAt(at)
    if (char === '"' && side.trim() === '' && !wasQuoted) {
      const close = closingQuote(text, at)
      if (close < 0) {
        at = text.length
        yield endStatement(true)
        return
      }
      side = text.slice(at + 1, close).replaceAll('""', '"')
      wasQuoted = true
      at = close + 1
    } else if (char === ';' || char === '\n' || char === '\r') {
      yield endStatement(false)
      start = ++at
    } else if (text.startsWith('=>', at)) {
      endSide()
      at += 2
    } else {
      // Blanks around a quoted side are no part of it.
      if (!wasQuoted || char.trim() !== '') side += char
      at++
    }
  }
  yield endStatement(false)
}

function closingQuote(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    if (text.charAt(at) !== '"') continue
    if (text.charAt(at + 1) !== '"') return at
    at++
  }
  return -1
}

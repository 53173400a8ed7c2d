/**
 * Settings made of lines: separated by a newline or a semicolon, which double quotes protect. Pure.
 *
 * A quote opens where a name may begin: at the start, and after a comma, a colon or `=>`. Elsewhere, as in `12" Vinyl`,
 * it is an ordinary character.
 */

import type { PlainProblem, ValueProblem } from '../value-problems.ts'

export interface Line {
  /** Counted from 1, empty lines left out. */
  readonly number: number
  readonly text: string
  /** The parts between `=>`, quotes still on. */
  readonly sides: readonly string[]
}

/** What a setting of lines or a template says wrong: which line, what, and how it should look. */
export interface LineProblem {
  readonly line: number
  readonly text: string
  readonly problem: PlainProblem
  readonly example: string
}

export type Parsed<T> = { readonly value: T; readonly problem: null } | { readonly problem: LineProblem }

/** The same as the problem of the whole value. */
export function lineProblem({ line, text, problem, example }: LineProblem): ValueProblem {
  return { code: 'line', values: { number: line, text, problem, example } }
}

const opensAfter = /(?:^|[,:;\n]|=>)[^\S\n]*$/

export function splitLines(text: string): Line[] {
  const lines: Line[] = []
  let sides: string[] = []
  let start = 0
  let sideStart = 0
  let inQuotes = false
  const endSide = (end: number) => sides.push(text.slice(sideStart, end).trim())
  const endLine = (end: number) => {
    endSide(end)
    const whole = text.slice(start, end).trim()
    if (whole !== '') lines.push({ number: lines.length + 1, text: whole, sides })
    sides = []
    start = end + 1
    sideStart = start
  }
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]
    if (sign === '"') inQuotes = inQuotes ? true : opensAfter.test(text.slice(start, at)) && closes(text, at)
    if (inQuotes) {
      at = closingQuote(text, at)
      inQuotes = false
    } else if (sign === '\n' || sign === ';') endLine(at)
    else if (sign === '=' && text[at + 1] === '>') {
      endSide(at)
      sideStart = at + 2
      at++
    }
  }
  endLine(text.length)
  return lines
}

/** Lines as they are stored: one under the other. */
export function joinLines(lines: readonly Line[]): string {
  return lines.map(({ text }) => text).join('\n')
}

/** A side without the quotes around the whole of it. */
export function unquoted(side: string): string {
  const isQuoted = side.startsWith('"') && side.length > 1 && closingQuote(side, 0) === side.length - 1
  return isQuoted ? side.slice(1, -1).replaceAll('""', '"').trim() : side
}

function closes(text: string, at: number): boolean {
  return closingQuote(text, at) < text.length
}

/** Where the quote that opens at `at` closes; the end of the text where it does not. */
function closingQuote(text: string, at: number): number {
  let end = at + 1
  while (end < text.length && (text[end] !== '"' || text[end + 1] === '"')) end += text[end] === '"' ? 2 : 1
  return Math.min(end, text.length)
}

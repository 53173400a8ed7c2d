/**
 * Lists of names: the one parser and its inverse for every setting that holds names. Pure.
 *
 * Names are separated by commas. Double quotes around a name make everything in it literal, `""` is a quote inside; a
 * quote inside a bare name, as in `12" Vinyl`, is literal.
 */

import type { PlainProblem } from './value-problems.ts'

export interface NameList {
  readonly names: readonly string[]
  /** The first thing that is wrong; null if the list can be read. */
  readonly problem: PlainProblem | null
}

export function parseNames(text: string): NameList {
  const names: string[] = []
  let problem: PlainProblem | null = null
  let number = 0
  for (let at = 0; at < text.length; ) {
    const piece = text.charAt(at + blanks(text, at)) === '"' ? quotedPiece(text, at) : barePiece(text, at)
    at = piece.end + 1
    if (piece.name === '') continue
    number++
    names.push(piece.name)
    if (piece.problem !== null)
      problem ??= { code: piece.problem.code, values: { number, name: piece.name, write: piece.problem.write } }
  }
  return { names, problem }
}

/** The names of a list; a piece with a wrong quote counts unchanged. */
export function splitNames(text: string): string[] {
  return [...parseNames(text).names]
}

/** The list that `parseNames` reads back as exactly these names; empty ones are left out. */
export function joinNames(names: readonly string[]): string {
  return names
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map((name) => (name.startsWith('"') || name.includes(',') ? quoted(name) : name))
    .join(', ')
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

interface Piece {
  readonly name: string
  /** Where its comma is, or the end of the text. */
  readonly end: number
  readonly problem: { readonly code: 'name_not_closed' | 'text_after_name'; readonly write: string } | null
}

function barePiece(text: string, start: number): Piece {
  const comma = text.indexOf(',', start)
  const end = comma === -1 ? text.length : comma
  return { name: text.slice(start, end).trim(), end, problem: null }
}

function quotedPiece(text: string, start: number): Piece {
  const open = start + blanks(text, start)
  let close = open + 1
  while (close < text.length && (text[close] !== '"' || text[close + 1] === '"')) close += text[close] === '"' ? 2 : 1
  if (close >= text.length) {
    const bare = barePiece(text, start)
    return { ...bare, problem: { code: 'name_not_closed', write: quoted(bare.name.replaceAll('"', '')) } }
  }
  const end = close + 1 + blanks(text, close + 1)
  if (end < text.length && text[end] !== ',') {
    const bare = barePiece(text, start)
    return { ...bare, problem: { code: 'text_after_name', write: quoted(bare.name) } }
  }
  const name = text
    .slice(open + 1, close)
    .replaceAll('""', '"')
    .trim()
  return { name, end, problem: null }
}

function blanks(text: string, at: number): number {
  return text.length - at - text.slice(at).trimStart().length
}

/** The setting `content_rating`: a constant, and exceptions by tag. Pure. */

import { parseNames } from '../names.ts'
import type { PlainProblem } from '../value-problems.ts'
import { type Parsed, splitLines, unquoted } from './lines.ts'

export interface ContentRatings {
  /** In order; the first with a tag of the scene counts. */
  readonly byTag: readonly { readonly tags: readonly string[]; readonly rating: string }[]
  /** Where no line matches; empty for none. */
  readonly otherwise: string
}

const example = 'XXX'
const tagExample = 'tag: Soft => R'

export function parseContentRatings(text: string): Parsed<ContentRatings> {
  const byTag: ContentRatings['byTag'][number][] = []
  let otherwise = ''
  for (const line of splitLines(text)) {
    const bad = (problem: PlainProblem, shown = tagExample) => ({
      problem: { line: line.number, text: line.text, problem, example: shown },
    })
    const [left = '', right, ...more] = line.sides
    if (more.length > 0) return bad({ code: 'second_arrow', values: {} })
    const names = /^tag\s*:(.*)$/is.exec(left)?.[1]
    if (names === undefined && right !== undefined) return bad({ code: 'arrow_without_tag', values: {} })
    if (names === undefined) {
      if (otherwise !== '') return bad({ code: 'second_otherwise', values: {} }, example)
      otherwise = unquoted(left)
      continue
    }
    if (right === undefined || unquoted(right) === '') return bad({ code: 'no_rating', values: {} })
    const list = parseNames(names)
    if (list.problem !== null) return bad(list.problem)
    if (list.names.length === 0) return bad({ code: 'no_tag', values: {} })
    byTag.push({ tags: list.names, rating: unquoted(right) })
  }
  return { value: { byTag, otherwise }, problem: null }
}

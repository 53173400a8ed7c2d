/** The setting `content_rating`: a constant, and exceptions by tag. Pure. */
import { parseNames } from '../names.ts'
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
    const bad = (problem: string, shown = tagExample) => ({
      problem: { line: line.number, text: line.text, problem, example: shown },
    })
    const [left = '', right, ...more] = line.sides
    if (more.length > 0) return bad('has more than one "=>"; put a name that contains it into double quotes')
    const names = /^tag\s*:(.*)$/is.exec(left)?.[1]
    if (names === undefined && right !== undefined) return bad('"=>" follows tags; the line must begin with "tag:"')
    if (names === undefined) {
      if (otherwise !== '') return bad('there is already a line for all other scenes', example)
      otherwise = unquoted(left)
      continue
    }
    if (right === undefined || unquoted(right) === '') return bad('names no rating after "=>"')
    const list = parseNames(names)
    if (list.problem !== null) return bad(list.problem)
    if (list.names.length === 0) return bad('names no tag')
    byTag.push({ tags: list.names, rating: unquoted(right) })
  }
  return { value: { byTag, otherwise }, problem: null }
}

/** The setting `tag_rename`: tags under another name. Pure. */
import type { PlainProblem } from '../value-problems.ts'
import { type Parsed, splitLines, unquoted } from './lines.ts'

export interface TagRename {
  readonly from: string
  readonly to: string
}

const example = 'Sci-Fi => Science Fiction'

export function parseTagRenames(text: string): Parsed<readonly TagRename[]> {
  const renames: TagRename[] = []
  const seen = new Set<string>()
  for (const line of splitLines(text)) {
    const bad = (problem: PlainProblem) => ({ problem: { line: line.number, text: line.text, problem, example } })
    const [left = '', right, ...more] = line.sides
    if (right === undefined) return bad({ code: 'no_arrow', values: {} })
    if (more.length > 0) return bad({ code: 'second_arrow', values: {} })
    const [from, to] = [unquoted(left), unquoted(right)]
    if (from === '') return bad({ code: 'nothing_before_arrow', values: {} })
    if (to === '') return bad({ code: 'renamed_to_nothing', values: {} })
    const key = from.normalize('NFC').toLowerCase()
    if (seen.has(key)) return bad({ code: 'renamed_before', values: { name: from } })
    seen.add(key)
    renames.push({ from, to })
  }
  return { value: renames, problem: null }
}

/** The setting `tag_rename`: tags under another name. Pure. */
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
    const bad = (problem: string) => ({ problem: { line: line.number, text: line.text, problem, example } })
    const [left = '', right, ...more] = line.sides
    if (right === undefined) return bad('has no "=>"')
    if (more.length > 0) return bad('has more than one "=>"; put a name that contains it into double quotes')
    const [from, to] = [unquoted(left), unquoted(right)]
    if (from === '') return bad('nothing stands before "=>"')
    if (to === '') return bad('nothing follows "=>"; use tag_deny to leave a tag out')
    const key = from.normalize('NFC').toLowerCase()
    if (seen.has(key)) return bad(`"${from}" is renamed by an earlier line already`)
    seen.add(key)
    renames.push({ from, to })
  }
  return { value: renames, problem: null }
}

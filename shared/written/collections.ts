/** The setting `collections`: which collections an item goes into, one line for each source. Pure. */

import { parseNames } from '../names.ts'
import type { PlainProblem } from '../value-problems.ts'
import { type Line, type Parsed, splitLines, unquoted } from './lines.ts'
import { parseTemplate, type Template } from './template.ts'

const collectionSources = [
  'studio',
  'parent_studio',
  'parent_studio or studio',
  'group',
  'performer',
  'tag',
  'organized',
  'rating',
] as const
type CollectionSource = (typeof collectionSources)[number]

export interface CollectionLine {
  readonly source: CollectionSource
  /** Of `tag` lines: the tags; null for all of them. */
  readonly tags: readonly string[] | null
  readonly name: Template<'name'>
}

const example = 'studio => Site: {name}'
const tagExample = 'tag: A, "B, C" => {name}'

export function parseCollections(text: string): Parsed<readonly CollectionLine[]> {
  const lines: CollectionLine[] = []
  for (const line of splitLines(text)) {
    const parsed = parseLine(line)
    if (parsed.problem !== null) return parsed
    lines.push(parsed.value)
  }
  return { value: lines, problem: null }
}

function parseLine(line: Line): Parsed<CollectionLine> {
  const bad = (problem: PlainProblem, shown = example) => ({
    problem: { line: line.number, text: line.text, problem, example: shown },
  })
  const [left = '', right, ...more] = line.sides
  if (more.length > 0) return bad({ code: 'second_arrow', values: {} })
  const target = right === undefined ? null : unquoted(right)
  if (target === '') return bad({ code: 'nothing_after_arrow', values: {} })
  const [keyword = '', names] = cutColon(left)
  const word = keyword.trim().toLowerCase().replace(/\s+/g, ' ')
  const source = collectionSources.find((one) => one === word)
  if (source === undefined)
    return bad({
      code: 'not_source',
      values: { word: keyword.trim(), known: collectionSources.map(shownSource) },
    })
  if (source !== 'tag' && names !== undefined) return bad({ code: 'source_without_names', values: { source } })
  let tags: readonly string[] | null = null
  if (source === 'tag') {
    if (names === undefined || names.trim() === '') return bad({ code: 'no_tag', values: {} }, tagExample)
    const list = parseNames(names)
    if (list.problem !== null) return bad(list.problem, tagExample)
    tags = names.trim() === '*' ? null : list.names
  }
  const name = parseTemplate(target ?? (source === 'organized' ? 'Organized' : '{name}'), ['name'] as const, {
    example,
    brackets: false,
    line: line.number,
  })
  if (name.problem !== null) return { problem: { ...name.problem, text: line.text } }
  return { value: { source, tags, name: name.value }, problem: null }
}

/** Before the first colon, and after it if there is one. */
function cutColon(text: string): [string, string?] {
  const at = text.indexOf(':')
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

function shownSource(source: CollectionSource): string {
  return source === 'tag' ? 'tag: NAMES' : source
}

/** `7 Stars` for 70 to 79; null if the scene is not rated. */
export function ratingName(rating100: number | null): string | null {
  return rating100 === null || rating100 <= 0 ? null : `${Math.floor(Math.min(rating100, 100) / 10)} Stars`
}

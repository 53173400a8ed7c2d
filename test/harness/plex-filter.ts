import { asciiLower } from './plex-item.ts'
import type { PlexLibrary } from './plex-library.ts'
import { type PlexItem, type TagKind, tagKinds } from './plex-model.ts'
import type { QueryParams } from './query-params.ts'
import { escapeRegex } from './request-log.ts'

/** How the undocumented `file=` behaves: as seen; on base names only; dropped and thus ignored; dropped with a 500. */
export type FileFilter = 'contains' | 'basename' | 'ignored' | 'error'

type ItemTest = (item: PlexItem) => boolean
type Operator = '' | '!' | '=' | '!=' | '<' | '>' | '<<' | '>>'

const textFields = new Set([
  'title',
  'titleSort',
  'originalTitle',
  'studio',
  'contentRating',
  'summary',
  'editionTitle',
])
const numberFields = new Set(['year', 'rating', 'audienceRating', 'userRating', 'viewCount'])
const dateFields = new Set(['addedAt', 'updatedAt', 'lastViewedAt', 'originallyAvailableAt'])

/** The tests that a request's filters amount to, all of which an item must pass. Unknown parameters are ignored. */
export function readFilters(library: PlexLibrary, params: QueryParams, fileFilter: FileFilter): ItemTest[] {
  const tests: ItemTest[] = []
  for (const [name, value] of params.pairs) {
    const parts = /^(?:(?:movie|show|episode|track|artist|album|photo|clip)\.)?([a-zA-Z]+)(!=|<<|>>|[!=<>])?$/.exec(
      name,
    )
    if (!parts) continue
    const field = parts[1] ?? ''
    const operator = (parts[2] ?? '') as Operator
    const test = fieldTest(library, field, operator, value, fileFilter)
    if (test) tests.push(test)
  }
  return tests
}

function fieldTest(
  library: PlexLibrary,
  field: string,
  operator: Operator,
  value: string,
  fileFilter: FileFilter,
): ItemTest | null {
  // A comma is OR in every filter value, and there is no escape.
  const terms = value.split(',')
  if (field === 'file') return fileFilter === 'ignored' ? null : fileTest(terms, operator, fileFilter)
  if (field === 'id') return matchId(terms, operator)
  if (textFields.has(field)) return textTest(field, terms, operator)
  if (numberFields.has(field)) {
    return numberTest((item) => numberOf(item, field), terms.map(Number), operator)
  }
  if (dateFields.has(field)) {
    return numberTest(
      (item) => dateOf(item, field),
      terms.map((term) => epochOf(term, library.seconds())),
      operator,
    )
  }
  if (tagKinds.includes(field as TagKind)) return tagTest(library, field as TagKind, terms, operator)
  if (field === 'unwatched') return (item) => (item.viewCount === 0) === (value === '1')
  return null
}

function fileTest(terms: string[], operator: Operator, mode: FileFilter): ItemTest {
  const tests = terms.map((term) => likeTest(asciiLower(term), operator))
  const negative = operator.startsWith('!')
  return (item) => {
    for (const media of item.media) {
      for (const { lower } of media.parts) {
        const text =
          mode === 'basename' ? lower.slice(Math.max(lower.lastIndexOf('/'), lower.lastIndexOf('\\')) + 1) : lower
        for (const test of tests) if (test(text)) return !negative
      }
    }
    return negative
  }
}

function textTest(field: string, terms: string[], operator: Operator): ItemTest {
  const tests = terms.map((term) => likeTest(asciiLower(term), operator))
  const negative = operator.startsWith('!')
  return (item) => {
    const text = asciiLower((item.text as Record<string, string | undefined>)[field] ?? '')
    return tests.some((test) => test(text)) !== negative
  }
}

/** SQL's LIKE on text already lowered: `%` and `_` in the term are wildcards. The sign of the operator is not applied. */
function likeTest(term: string, operator: Operator): (text: string) => boolean {
  if (term === '') return () => true
  const bare = operator.replace('!', '')
  if (!/[%_]/.test(term)) {
    if (bare === '=') return (text) => text === term
    if (bare === '<') return (text) => text.startsWith(term)
    if (bare === '>') return (text) => text.endsWith(term)
    return (text) => text.includes(term)
  }
  const body = term
    .split('')
    .map((sign) => (sign === '%' ? '[^]*' : sign === '_' ? '[^]' : escapeRegex(sign)))
    .join('')
  const open = bare === '=' || bare === '<' ? '^' : ''
  const close = bare === '=' || bare === '>' ? '$' : ''
  const pattern = new RegExp(`${open}${body}${close}`)
  // The longest plain piece first: a pattern over 40,000 paths is what makes such a look-up slow.
  const piece = term.split(/[%_]/).reduce((longest, next) => (next.length > longest.length ? next : longest), '')
  return (text) => text.includes(piece) && pattern.test(text)
}

function matchId(terms: string[], operator: Operator): ItemTest {
  const ids = new Set(terms.map(Number))
  return (item) => ids.has(item.ratingKey) !== operator.startsWith('!')
}

function numberTest(read: (item: PlexItem) => number | undefined, wanted: number[], operator: Operator): ItemTest {
  const compare = (actual: number | undefined, value: number): boolean => {
    if (operator === '!' || operator === '!=') return actual !== value
    if (actual === undefined) return false
    if (operator === '>>') return actual > value
    if (operator === '<<') return actual < value
    if (operator === '>') return actual >= value
    if (operator === '<') return actual <= value
    return actual === value
  }
  return (item) => wanted.some((value) => compare(read(item), value))
}

function tagTest(library: PlexLibrary, kind: TagKind, terms: string[], operator: Operator): ItemTest {
  const negative = operator.startsWith('!')
  const ids = new Set(terms.map(Number))
  return (item) => (library.tagsShown(item)[kind] ?? []).some((tagging) => ids.has(tagging.tag.id)) !== negative
}

function numberOf(item: PlexItem, field: string): number | undefined {
  if (field === 'year') return item.year
  if (field === 'viewCount') return item.viewCount
  return (item.numbers as Record<string, number | undefined>)[field]
}

function dateOf(item: PlexItem, field: string): number | undefined {
  if (field === 'addedAt') return item.addedAt
  if (field === 'updatedAt') return item.updatedAt
  if (field === 'lastViewedAt') return item.lastViewedAt
  const date = item.text.originallyAvailableAt
  return date ? Date.parse(date) / 1000 : undefined
}

const unitSeconds: Record<string, number> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  mon: 2_592_000,
  y: 31_536_000,
}

/** An epoch, a day, or a distance from now such as `-3w`. */
function epochOf(term: string, now: number): number {
  const ago = /^-(\d+)(s|m|h|d|w|mon|y)$/.exec(term)
  if (ago) return now - Number(ago[1]) * (unitSeconds[ago[2] ?? 's'] ?? 1)
  return /^\d{4}-\d{2}-\d{2}$/.test(term) ? Date.parse(term) / 1000 : Number(term)
}

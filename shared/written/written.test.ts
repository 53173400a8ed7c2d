import { describe, expect, it } from 'vitest'
import { englishProblem } from '../value-problems.ts'
import { parseCollections, ratingName } from './collections.ts'
import { parseContentRatings } from './content-rating.ts'
import { lineProblem, splitLines } from './lines.ts'
import { parseTagRenames } from './tag-rename.ts'
import { fillTemplate, parseTitleTemplate, type TitlePlaceholder } from './template.ts'

describe('lines', () => {
  it.each([
    ['studio; group', ['studio', 'group']],
    ['studio\n\n group \n', ['studio', 'group']],
    ['tag: "A; B"; studio', ['tag: "A; B"', 'studio']],
    ['studio => "A\nB"; group', ['studio => "A\nB"', 'group']],
    ['tag: 12" Vinyl; studio', ['tag: 12" Vinyl', 'studio']],
    ['tag: "open; studio', ['tag: "open', 'studio']],
  ])('%j', (text, lines) => {
    expect(splitLines(text).map((line) => line.text)).toEqual(lines)
  })

  it('keep an arrow inside quotes', () => {
    expect(splitLines('"A => B" => C')[0]?.sides).toEqual(['"A => B"', 'C'])
  })
})

const values: Partial<Record<TitlePlaceholder, string>> = { title: 'Harbour', studio: 'North', year: '2021' }
function filled(template: string, given = values): string {
  const parsed = parseTitleTemplate(template)
  return parsed.problem === null
    ? fillTemplate(parsed.value, (name) => given[name] ?? '')
    : englishProblem(lineProblem(parsed.problem))
}

describe('title templates', () => {
  it.each([
    ['{title}', 'Harbour'],
    ['[{studio} - ]{title}[ ({year})]', 'North - Harbour (2021)'],
    ['[{code} - ]{title}[ ({date})]', 'Harbour'],
    ['[{studio} {code} - ]{title}', 'Harbour'],
    ['[[{studio}]] {title}', '[North] Harbour'],
    ['[[{studio}] {title}', '[North] Harbour'],
    ['{{title}} {title}', '{title} Harbour'],
    ['{ title }!', 'Harbour!'],
    ['[no placeholder] {title}', 'no placeholder Harbour'],
  ])('%s', (template, title) => {
    expect(filled(template)).toBe(title)
  })

  it.each([
    ['{titel}', 'there is no placeholder {titel}, only {title} {studio}'],
    ['[{studio} - {title}', 'a [ is not closed'],
    ['[{studio}[ - ]]', 'the [ at character 10 is inside another one; brackets do not nest'],
    ['{title', 'the { at character 1 is not closed'],
  ])('%s is refused', (template, problem) => {
    expect(filled(template)).toContain(`line 1 "${template}": ${problem}`)
    expect(filled(template)).toContain('; example: [{studio} - ]{title}[ ({year})]')
  })
})

describe('collections', () => {
  const read = (text: string) => {
    const parsed = parseCollections(text)
    if (parsed.problem !== null) return englishProblem(lineProblem(parsed.problem))
    return parsed.value.map(({ source, tags, name }) => [source, tags, fillTemplate(name, () => 'N')])
  }

  it('are read line by line', () => {
    expect(
      read(
        'studio => Site: {name}; Parent_Studio or  studio; tag: A, "B, C"\ntag: *; organized; rating => Rating: {name}',
      ),
    ).toEqual([
      ['studio', null, 'Site: N'],
      ['parent_studio or studio', null, 'N'],
      ['tag', ['A', 'B, C'], 'N'],
      ['tag', null, 'N'],
      ['organized', null, 'Organized'],
      ['rating', null, 'Rating: N'],
    ])
    expect(read('organized => "Done; all"')).toEqual([['organized', null, 'Done; all']])
    expect(read('')).toEqual([])
  })

  it.each([
    ['studio; movie', 'line 2 "movie": "movie" is no source; expected studio, '],
    ['tag', 'line 1 "tag": names no tag; example: tag: A, "B, C" => {name}'],
    ['studio =>', 'line 1 "studio =>": nothing follows "=>"'],
    ['studio => {nam}', 'line 1 "studio => {nam}": there is no placeholder {nam}, only {name}; example: '],
    ['studio: A', 'line 1 "studio: A": studio takes no names'],
    ['studio => A => B', 'line 1 "studio => A => B": has more than one "=>"'],
  ])('%s is refused', (text, message) => {
    expect(read(text)).toContain(message)
  })

  it.each([
    [79, '7 Stars'],
    [70, '7 Stars'],
    [100, '10 Stars'],
    [0, null],
    [null, null],
  ])('rating %s is %s', (rating, name) => {
    expect(ratingName(rating)).toBe(name)
  })
})

describe('content ratings', () => {
  it('are a constant and exceptions', () => {
    const parsed = parseContentRatings('tag: Soft, "A, B" => R; XXX\ntag: Art => NC-17')
    expect(parsed.problem === null && parsed.value).toEqual({
      byTag: [
        { tags: ['Soft', 'A, B'], rating: 'R' },
        { tags: ['Art'], rating: 'NC-17' },
      ],
      otherwise: 'XXX',
    })
  })

  it.each([
    ['XXX; R', 'line 2 "R": there is already a line for all other scenes; example: XXX'],
    ['tag: Soft', 'line 1 "tag: Soft": names no rating after "=>"; example: tag: Soft => R'],
    ['Soft => R', 'line 1 "Soft => R": "=>" follows tags; the line must begin with "tag:"; example: tag: Soft => R'],
  ])('%s is refused', (text, message) => {
    const parsed = parseContentRatings(text)
    expect(parsed.problem && englishProblem(lineProblem(parsed.problem))).toBe(message)
  })
})

describe('tag renames', () => {
  it('are pairs', () => {
    const parsed = parseTagRenames('A => B; "C => D" => "E; F"')
    expect(parsed.problem === null && parsed.value).toEqual([
      { from: 'A', to: 'B' },
      { from: 'C => D', to: 'E; F' },
    ])
  })

  it.each([
    ['A', 'line 1 "A": has no "=>"; example: Sci-Fi => Science Fiction'],
    [
      'A => B; a => C',
      'line 2 "a => C": "a" is renamed by an earlier line already; example: Sci-Fi => Science Fiction',
    ],
    [
      'A =>',
      'line 1 "A =>": nothing follows "=>"; use tag_deny to leave a tag out; example: Sci-Fi => Science Fiction',
    ],
  ])('%s is refused', (text, message) => {
    const parsed = parseTagRenames(text)
    expect(parsed.problem && englishProblem(lineProblem(parsed.problem))).toBe(message)
  })
})

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinNames, parseNames, splitNames } from './names.ts'
import { englishProblem } from './value-problems.ts'

describe('lists of names', () => {
  it.each([
    ['', []],
    [' , ,', []],
    ['Clips', ['Clips']],
    [' Clips , Shorts ', ['Clips', 'Shorts']],
    ['"Clips, Shorts"', ['Clips, Shorts']],
    ['"Big, Bold", Plain', ['Big, Bold', 'Plain']],
    ['Plain,"Big, Bold"', ['Plain', 'Big, Bold']],
    ['"say ""hi"""', ['say "hi"']],
    ['12" Vinyl, LP', ['12" Vinyl', 'LP']],
    ['a "b" c', ['a "b" c']],
    ['""', []],
    ["'Clips'", ["'Clips'"]],
  ])('%s', (text, names) => {
    expect(parseNames(text)).toEqual({ names, problem: null })
  })

  it.each([
    ['"Big', 'name 1 ("Big): the double quote is not closed; write "Big"'],
    ['A, "Big, Bold', 'name 2 ("Big): the double quote is not closed; write "Big"'],
    [
      'A, "Big" Bold, C',
      'name 2 ("Big" Bold): text follows the closing quote; write """Big"" Bold" if the quotes belong to the name',
    ],
  ])('names what is wrong in %s', (text, problem) => {
    const found = parseNames(text).problem
    expect(found && englishProblem(found)).toBe(problem)
  })

  it('takes a piece with a wrong quote unchanged where it must be read', () => {
    expect(splitNames('A, "Big" Bold, C')).toEqual(['A', '"Big" Bold', 'C'])
  })

  it('reads back what it wrote, for all names', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'B', '"', ',', ' ', ';', "'", 'é'), minLength: 1 })
    void fc.assert(
      fc.property(fc.array(name), (names) => {
        const kept = names.map((one) => one.trim()).filter((one) => one !== '')
        expect(parseNames(joinNames(names))).toEqual({ names: kept, problem: null })
      }),
    )
  })
})

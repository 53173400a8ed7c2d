import { describe, expect, it } from 'vitest'
import { compilePathRules } from '../../main/engine/match/path-rules.ts'
import { parseSetting, settingNames } from '../../shared/settings.ts'
import { germanProblems } from '../../shared/value-problems.de.ts'
import { englishProblem, problemPhrase, valueProblemSchema } from '../../shared/value-problems.ts'

const nasty = [
  '',
  'x',
  ' ',
  '"',
  '"a" b',
  'tag => ',
  '=>',
  'a => b => c',
  '{titel}',
  '[',
  '[{title}[',
  '{',
  'tag:',
  'tag: A',
  'tag: "A',
  'studio: A',
  'R; G',
  'G => R',
  'a => b; A => c',
  -1,
  1e9,
  Number.NaN,
  1.5,
  null,
  {},
  'ftp://x',
  'http://',
  'http://a:b@c',
  'https://app.plex.tv/desktop',
  'http://nas:9999/scenes/1',
  'http://nas:32400?X-Plex-Token=abc',
  'http://nas?x=1',
  'http://a b',
  'a/b',
  'gender',
  '2026-13-01',
  'short',
]

const rules = [
  'x',
  '"x',
  'a => b => c',
  '=> /b',
  '/a =>',
  '/a => /b; /a => /c',
  '/^a/ => /b',
  'a => /b',
  '/data/(?<rest>.+)/ => b/$<rest>',
  '/data/(?<rest>.+/ => /b',
  '/data/(?<rest>.+)/ => /b',
  '/data/(?<a>.+)/ => /b/$<b>',
  '/da.a/(?<rest>.+)/ => /b/$<rest>',
  '/data/(?<a>.*)(?<b>[^/]*)/ => /m/$<b>/$<a>',
  '/data/(?<rest>[)/ => /b/$<rest>',
  '/data/(?<rest>+)/ => /b/$<rest>',
]

const english = /\b(must|is not|is no|names no|nothing|follows|already|closed|stands|looks like)\b/

describe('what is wrong with a value', () => {
  it.each(settingNames)('%s: each refusal has a code, whose English words are the message', (name) => {
    for (const value of nasty) {
      const parsed = parseSetting(name, value)
      if (parsed.ok) continue
      const problem = valueProblemSchema.parse(parsed.fault.problem)
      expect(parsed.fault.message).toBe(`${name}: ${englishProblem(problem)}`)
      expect(problemPhrase(problem, germanProblems)).not.toMatch(english)
    }
  })

  it.each(rules)('the rule %s: the same', (text) => {
    const compiled = compilePathRules(text)
    if (compiled.ok) throw new Error('it is a rule')
    const problem = valueProblemSchema.parse(compiled.fault.problem)
    expect(compiled.fault.message).toBe(`path_map: ${englishProblem(problem)}`)
    // What the system says of a regular expression is quoted as it is.
    if (!JSON.stringify(problem).includes('no_pattern'))
      expect(problemPhrase(problem, germanProblems)).not.toMatch(english)
  })

  it('every code of a single value is reached by one of these', () => {
    const all = [
      ...settingNames.flatMap((name) => nasty.map((value) => parseSetting(name, value))),
      ...rules.map(compilePathRules),
    ]
    const seen = new Set(all.flatMap((one) => (one.ok ? [] : codesOf(one.fault.problem))))
    expect(Object.keys(germanProblems).filter((code) => !seen.has(code))).toEqual([])
  })
})

function codesOf(problem: unknown): string[] {
  const { code, values } = valueProblemSchema.parse(problem)
  return 'problem' in values ? [code, ...codesOf(values.problem)] : [code]
}

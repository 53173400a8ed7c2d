/** Path rules over generated rules and paths: the way back, folder boundaries, one kind of separator. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinPath, type PathKind, pathKey, type SplitPath, splitPath } from '../../main/engine/match/path-key.ts'
import { formatRuleText } from '../../main/engine/match/path-rule-text.ts'
import { compilePathRules, formatPathRules, type PathRules } from '../../main/engine/match/path-rules.ts'

const seed = Number(process.env.PLEXSYNC_TEST_SEED ?? Date.now() % 2 ** 31)
console.info(`match-path-rules: PLEXSYNC_TEST_SEED=${seed}`)
const settings = { seed, numRuns: 1000 }

/** Names as they occur, many of them begin like another, some need quotes in the setting. */
const name = fc.oneof(
  fc.constantFrom(
    'a',
    'ab',
    'A',
    'media',
    'Media 2',
    'data',
    'x.mp4',
    'Studio – Ö',
    'Cafe\u0301',
    'Caf\u00e9',
    'シーン',
    'Сцена',
    '#1;2',
    'a=>b',
    '"q"',
    "it's",
  ),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).filter((text) => !/[\\/\r\n\0]/.test(text)),
)
const names = fc.array(name, { minLength: 0, maxLength: 4 })
const kinds = fc.constantFrom<PathKind>('posix', 'windows', 'unc')

function head(kind: PathKind, drive: string): string[] {
  return kind === 'posix' ? [] : kind === 'windows' ? [`${drive}:`] : [`nas${drive}`, 'share']
}

const folder = fc
  .record({ kind: kinds, drive: fc.constantFrom('C', 'D'), names, slash: fc.constantFrom('/' as const, '\\' as const) })
  // A POSIX path that begins with two names is never `//server/share`, since joinPath writes one slash.
  .map(({ kind, drive, names: below, slash }) => ({
    path: { kind, segments: [...head(kind, drive), ...below] } satisfies SplitPath,
    separator: kind === 'posix' ? ('/' as const) : slash,
  }))

const ruleSet = fc.array(fc.record({ stash: folder, plex: folder }), { minLength: 1, maxLength: 5 }).map((rules) => {
  const seen = new Set<string>()
  return rules
    .map(({ stash, plex }) => ({
      stash: joinPath(stash.path, stash.separator),
      plex: joinPath(plex.path, plex.separator),
    }))
    .filter(({ stash }) => !seen.has(pathKey(stash)) && seen.add(pathKey(stash)))
})

function compile(rules: readonly { stash: string; plex: string }[]): PathRules {
  const compiled = compilePathRules(formatRuleText(rules))
  if (!compiled.ok) throw new Error(compiled.fault.message)
  return compiled.value
}

/** A path below one of the rules. */
const covered = ruleSet.chain((rules) =>
  fc
    .record({ rule: fc.constantFrom(...rules), below: fc.array(name, { minLength: 1, maxLength: 4 }) })
    .map(({ rule, below }) => {
      const { kind, segments } = splitPath(rule.stash)
      const path = joinPath({ kind, segments: [...segments, ...below] }, kind === 'posix' ? '/' : '\\')
      return { rules, path, text: formatRuleText([rule]) }
    }),
)

describe('path rules', () => {
  it('bring each path back: it is among those that map to the same place', () => {
    fc.assert(
      fc.property(covered, ({ rules, path }) => {
        const compiled = compile(rules)
        const mapped = compiled.map(path)
        if (mapped === null) throw new Error('a covered path was not mapped')
        const back = compiled.unmapAll(mapped.path).map((unmapped) => pathKey(unmapped.path))
        expect(back).toContain(pathKey(path))
      }),
      settings,
    )
  })

  it('bring each path back as itself where the folders of Plex are apart', () => {
    fc.assert(
      fc.property(covered, ({ rules, path }) => {
        // Numbered folders of one depth: none holds another.
        const apart = rules.map((rule, at) => ({
          ...rule,
          plex: joinPath({ ...splitPath(rule.plex), segments: [...headOf(rule.plex), `r${at}`] }, '/'),
        }))
        const compiled = compile(apart)
        const mapped = compiled.map(path)
        expect(pathKey(compiled.unmap(mapped?.path ?? '')?.path ?? '')).toBe(pathKey(path))
      }),
      settings,
    )
  })

  it('never write doubled or mixed separators', () => {
    fc.assert(
      fc.property(covered, ({ rules, path }) => {
        const mapped = compile(rules).map(path)?.path ?? ''
        const { kind, segments } = splitPath(mapped)
        const separators = kind === 'posix' ? ['/'] : mapped.includes('\\') ? ['\\'] : ['/']
        expect(separators.map((separator) => joinPath({ kind, segments }, separator === '/' ? '/' : '\\'))).toContain(
          mapped,
        )
        if (kind !== 'posix') expect(mapped.includes('/') && mapped.includes('\\')).toBe(false)
      }),
      settings,
    )
  })

  it('do not care how a path is spelt', () => {
    fc.assert(
      fc.property(covered, ({ rules, path }) => {
        const compiled = compile(rules)
        const sloppy = `${path.slice(0, 2)}${path.slice(2).replaceAll(/[\\/]/g, (slash) => slash + slash)}`.normalize(
          'NFD',
        )
        expect(pathKey(compiled.map(sloppy)?.path ?? '')).toBe(pathKey(compiled.map(path)?.path ?? ''))
      }),
      settings,
    )
  })

  it('end at folder boundaries', () => {
    fc.assert(
      fc.property(folder, name, name, ({ path, separator }, more, below) => {
        fc.pre(path.segments.length > (path.kind === 'unc' ? 2 : path.kind === 'windows' ? 1 : 0))
        const rules = compile([{ stash: joinPath(path, separator), plex: '/plex' }])
        const last = path.segments.at(-1) ?? ''
        const longer = { kind: path.kind, segments: [...path.segments.slice(0, -1), `${last}${more}`, below] }
        // A mark joins the letter before it, an ignorable one may vanish in folding: then it is no longer name.
        fc.pre(
          pathKey(joinPath({ ...longer, segments: longer.segments.slice(0, -1) }, separator)) !==
            pathKey(joinPath(path, separator)),
        )
        expect(rules.map(joinPath(longer, separator))).toBeNull()
      }),
      settings,
    )
  })

  it('are written and read again as the same rules', () => {
    fc.assert(
      fc.property(ruleSet, (rules) => {
        const compiled = compile(rules)
        const again = compilePathRules(formatPathRules(compiled))
        expect(again.ok && again.value.rules.map(({ stash, plex }) => ({ stash, plex }))).toEqual(rules)
      }),
      settings,
    )
  })
})

function headOf(path: string): readonly string[] {
  const { kind, segments } = splitPath(path)
  return segments.slice(0, kind === 'posix' ? 0 : kind === 'windows' ? 1 : 2)
}

/**
 * Keeps the ten worst habits of the project's first English out of what users read: guides, errors, settings, the
 * window's catalogue, the desktop's texts and the help of the command line.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { textsOf as desktopTexts } from '../../main/desktop/texts.ts'
import { en } from '../../renderer/i18n/messages.en.ts'
import { errors } from '../../shared/errors.ts'
import { englishFindings } from '../../shared/health-texts.ts'
import { settingsTable } from '../../shared/settings.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Each with what to write instead. */
const habits: readonly (readonly [RegExp, string])[] = [
  [/\bby (?:itself|themselves)\b/i, 'automatically'],
  [/\bof (?:its|their) own\b/i, 'separate, dedicated'],
  [/\bat once\b/i, 'immediately, or: at the same time'],
  [/\bgo(?:es)? on\b/i, 'continues, resumes'],
  [/\b(?:anew|for ever|surely|meanwhile)\b/i, 'again; forever; certainly'],
  [/\b(?:at most )?so many\b/i, 'up to N'],
  [/\bwhoever\b/i, 'you, the user, an attacker'],
  [/\bfates?\b/i, 'outcome, disposition'],
  [/\b(?:fell|falls?|falling) over\b/i, 'fails'],
  [/\b(?:in step|came of it|became of)\b/i, 'in sync; outcome'],
]

/**
 * Words that a translation from German leaves behind. "Stands for", "stand still" and "in the way" are English; the other
 * uses that are meant are listed below.
 */
const germanisms: readonly (readonly [RegExp, string])[] = [
  [/\b[Ss]t(?:ands?|ood)\b(?!-| (?:for|still|in the way|out)\b)/, 'is, has'],
  [/\b[Ll]ies?\b(?! about\b)/, 'is, are'],
  [/\b(?:[Bb]ears?|borne)\b/, 'has'],
  [/\b(?:persons?|[Nn]obody|[Ss]omebody)\b/, 'the user, you'],
  [/\b[Bb]ut for\b/, 'except'],
]
/** Machines neither tell nor hear. "Told to" and "tell apart" are English. */
const personified: readonly (readonly [RegExp, string])[] = [
  [/\b(?:[Tt]ells?|[Tt]old)\b(?! (?:to|so|the people)\b)(?!.*\bapart\b)/, 'report, show, publish, distinguish'],
  [/\b(?:[Hh]ears?|[Hh]eard)\b/, 'receive, notice'],
]
const meant: readonly RegExp[] = [
  /treats equal names as one person/,
  /every item with this person/,
  /plexsync-tell/,
  /Attributes that people read or hear/,
  /`heard_(?:kind|entity)`/,
]

/** Every text below a value; functions are catalogues' sentences with gaps, so their source is read. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'function') return [String(value)]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : []
}

function filesIn(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))
}

const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const places: readonly (readonly [string, () => string[]])[] = [
  ...[
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'CHANGELOG.md',
    'test/harness/README.md',
    ...filesIn('docs', '.md'),
  ].map(
    // Names of tests are quoted as they are.
    (path) =>
      [
        path,
        () =>
          read(path)
            .replaceAll(/“[^”]*”/g, '')
            .replaceAll(/"[^"\n]*"/g, '')
            .split('\n'),
      ] as const,
  ),
  ['the errors', () => textsOf(errors)],
  ['the findings of health checks', () => textsOf(englishFindings)],
  ['the settings', () => Object.values(settingsTable).flatMap(({ help, when }) => [help, when])],
  ['the window', () => textsOf(en)],
  ['the desktop', () => textsOf(desktopTexts('en'))],
  [
    'the command line',
    () =>
      ['main/headless/cli.ts', ...filesIn('main/headless/commands', '.ts')]
        .flatMap((path) => read(path).split('\n'))
        .filter((line) => line.includes("'")),
  ],
]

/** Lines of comments below `folder`, as far as they have a line of their own; and the names of its tests. */
function commentsIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|svelte)$/.test(file) && !/words\.test\.ts$/.test(file))
    .flatMap((file) => read(join(folder, file)).split('\n'))
    .filter((line) => /^\s*(?:\/\*\*|\*|\/\/)|^\s*(?:it|test|describe)\b.*\(\s*['"`]/.test(line))
}

it.each(['main', 'renderer', 'shared', 'test'])(
  '%s: comments and names of tests keep none of the old habits',
  (folder) => {
    const found = commentsIn(folder).filter((line) => habits.some(([habit]) => habit.test(line)))
    expect(found).toEqual([])
  },
)

/** Comments below `folder`, those at the end of a line too, and names of tests; of guides every line. */
function proseIn(folder: string): string[] {
  if (folder === 'docs') return filesIn('docs', '.md').flatMap((path) => read(path).split('\n'))
  const comment = /(?:^|\s)\/\/ .*|\/\*.*|^\s*\* .*|^\s*(?:\]\)\(|(?:it|describe|test)\b).*/
  return [...filesIn(folder, '.ts'), ...filesIn(folder, '.svelte')]
    .filter((path) => !path.endsWith('words.test.ts'))
    .flatMap((path) => read(path).split('\n'))
    .flatMap((line) => comment.exec(line)?.[0].trim() ?? [])
}

it.each(['main', 'shared', 'renderer', 'test', 'docs'])('%s: reads as written in English, not translated', (folder) => {
  const found = proseIn(folder)
    .filter((line) => !meant.some((use) => use.test(line)))
    .flatMap((line) =>
      [...germanisms, ...personified].flatMap(([word, instead]) => (word.test(line) ? [`${line}  (${instead})`] : [])),
    )
  expect(found).toEqual([])
})

describe.each(places)('%s', (_place, lines) => {
  it('reads as plain English', () => {
    const found = lines().flatMap((line) =>
      habits.flatMap(([habit, instead]) => (habit.test(line) ? [`${line.trim()}  (${instead})`] : [])),
    )
    expect(found).toEqual([])
  })
})

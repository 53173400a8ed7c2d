import type { Command } from 'commander'
import { CommanderError } from 'commander'
import { describe, expect, it } from 'vitest'
import { createProgram } from '../../main/headless/cli.ts'
import { processShell } from '../../main/headless/shell.ts'
import { isSettingName } from '../../shared/settings.ts'
import { codeLines, inlineCode, placeOf, readPages } from './pages.ts'

/** The real program, with verbs that do nothing. */
function parserOnly(): Command {
  const program = createProgram(processShell, () => {})
  const calm = (command: Command): void => {
    command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} })
    if (command.commands.length === 0) command.action(() => {})
    for (const one of command.commands) calm(one)
  }
  calm(program)
  return program
}

/** What the command line says against these arguments; null if it takes them. */
function complaint(words: readonly string[]): string | null {
  try {
    parserOnly().parse([...words], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Help and version end the program as well; a verb that only groups others shows its help.
    if (error.exitCode !== 0) return error.message
  }
  const [group, verb, name] = words.filter((word) => !word.startsWith('-'))
  if (group === 'config' && (verb === 'get' || verb === 'set') && !isNameOfSetting(name)) return `no setting ${name}`
  const set = words[words.indexOf('--set') + 1]?.split('=')[0]
  if (words.includes('--set') && !isNameOfSetting(set)) return `no setting ${set}`
  return null
}

function isNameOfSetting(name: string | undefined): boolean {
  return name !== undefined && (isSettingName(name) || /^(NAME|KEY|K)$/.test(name))
}

const starts = /(?:^|\s)(?:plexsync|npm run --silent plexsync --|\S*main\/headless\/bin\.mjs)(?=\s)/g

/** The words after `plexsync` in a line of code; null if it is no such command, or a placeholder for any. */
function wordsOf(line: string): string[] | null {
  const at = [...line.matchAll(starts)].at(-1)
  if (at === undefined) return null
  const pieces = [...line.slice(at.index + at[0].length).matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)]
  const end = pieces.findIndex(([piece]) => /^(?:#|\||&&|>|;)/.test(piece))
  const words = pieces.slice(0, end < 0 ? undefined : end).map((match) => match[1] ?? match[2] ?? match[3] ?? '')
  const [first] = words
  return first === undefined || /^(…|ARGS|VERB)$/.test(first) ? null : words
}

/** In a code block a command begins its line, after what leads to it; elsewhere the word is the name of a service. */
const leads =
  /^\s*(?:\$ )?(?:[A-Z_]+=\S+ )*(?:npm run --silent plexsync --|plexsync|ExecStart=\S+ \S*bin\.mjs|docker (?:compose )?exec \S+ plexsync)\s/

const verbs = new Set(parserOnly().commands.map((command) => command.name()))

const quoted = readPages().flatMap((page) => [
  ...codeLines(page).filter(({ text }) => leads.test(text)),
  ...inlineCode(page).filter(({ text }) => /^(?:plexsync|npm run --silent plexsync --) /.test(text)),
])
const commands = quoted.flatMap((snippet) => {
  const words = wordsOf(snippet.text)
  return words === null ? [] : [{ snippet, words }]
})
const inProse = new Set(readPages().flatMap(inlineCode).map(placeOf))

describe('commands in the documents', () => {
  it('are taken by the command line', () => {
    const wrong = commands.flatMap(({ snippet, words }) => {
      const problem = complaint(words)
      // Prose may name a verb without saying of what.
      if (inProse.has(placeOf(snippet)) && problem?.startsWith('error: missing required argument')) return []
      return problem === null ? [] : [`${placeOf(snippet)} -> ${problem}`]
    })
    expect(wrong).toEqual([])
  })

  it('are found', () => {
    const named = new Set(commands.flatMap(({ words }) => words.filter((word) => verbs.has(word))))
    expect(commands.length).toBeGreaterThan(60)
    expect([...verbs].filter((verb) => !named.has(verb))).toEqual([])
  })

  it.each([
    [['dlq', 'retry', '17'], null],
    [['--set', 'max_retries=3', 'process'], null],
    [['serv'], "error: unknown command 'serv'"],
    [['sync', '--everything'], "error: unknown option '--everything'"],
    [['dlq', 'drop'], "error: unknown command 'drop'"],
    [['plugin', 'export', 'x'], "error: required option '--variant <variant>' not specified"],
    [['config', 'get', 'retries'], 'no setting retries'],
    [['--set', 'retries=3', 'process'], 'no setting retries'],
  ])('%j is judged as the command line judges it', (words, problem) => {
    if (problem === null) expect(complaint(words)).toBeNull()
    else expect(complaint(words)).toContain(problem)
  })

  it.each([
    ['plexsync paths test --samples 50   # a comment', ['paths', 'test', '--samples', '50']],
    ['docker compose exec plexsync plexsync doctor', ['doctor']],
    ['npm run --silent plexsync -- status --json | jq .', ['status', '--json']],
    ['plexsync explain --path "/data/Studio A/x.mp4"', ['explain', '--path', '/data/Studio A/x.mp4']],
    ['plexsync config set path_map "/a => /b"', ['config', 'set', 'path_map', '/a => /b']],
    ['plexsync …', null],
    ['      plexsync:', null],
  ])('%s is read as %j', (line, words) => {
    expect(wordsOf(line)).toEqual(words)
  })
})

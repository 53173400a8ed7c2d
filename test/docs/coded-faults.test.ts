/**
 * Every fault that a window may show must be said in both languages: it carries a code with values (`because`, `problem`,
 * `step`, `remark`, `refusal`), whose tables do not compile without both, or its place is listed here with the reason.
 */
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { germanErrors } from '../../shared/errors.de.ts'
import { errorCodes } from '../../shared/errors.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Members of a fault that say it in every language. */
const said: ReadonlySet<string> = new Set(['because', 'problem', 'step', 'remark', 'refusal'])

/** What the window says itself, with the words of the place; see failure-text.ts. */
const saidByTheWindow: ReadonlySet<string> = new Set(['cancelled'])

/** Folders and files whose faults no window shows, or which quote what another program said. */
const elsewhere: readonly (readonly [path: RegExp, reason: string])[] = [
  [/^main\/headless\//, 'the command line speaks English'],
  [
    /^main\/engine\/intake\/(?:hook|group-commit)\.ts$/,
    'the sender of a hook reads it, in a response or in Stash’s log',
  ],
  [/^main\/engine\/http\/response-fault\.ts$/, 'quotes the server'],
  [/^main\/engine\/plex\/plex-faults\.ts$/, 'quotes Plex; the code of each has its sentence'],
  [/^main\/engine\/plex\/sign-in\.ts$/, 'quotes plex.tv'],
  [/^main\/engine\/stash\/(?:graphql|stash-state)\.ts$/, 'quotes Stash; the code of each has its sentence'],
  [/^main\/engine\/servers\/(?:edit-gate|server-gate)\.ts$/, 'the cause of a wait, said by its code (waiting.ts)'],
  [/^main\/engine\/sync\/edit-writer\.ts$/, 'the cause of a wait, said by its code (waiting.ts)'],
  [/^main\/engine\/stash\/watching\.ts$/, 'a call that no caller makes with an empty list'],
  [/^main\/engine\/(?:tasks\/task-runner|reconcile\/reconciler)\.ts$/, 'quotes what was thrown: a bug'],
  [/^main\/engine\/tasks\/reconcile-task\.ts$/, 'quotes the problem that a comparison keeps'],
  [/^main\/engine\/merge\/desired\.ts$/, 'names what is wrong in the metadata, for strict_mode'],
  [/^main\/engine\/sync\/held-back\.ts$/, 'the sentence of its code'],
]
/** Calls in other files that need no code, by a part of their text. */
const technical: readonly (readonly [path: string, part: string, reason: string])[] = [
  ['main/engine/sync/apply.ts', 'images.refusal', 'for the log; the window has the kept field'],
  ['main/desktop/ipc.ts', 'Refused', 'only a page that is not ours reads it'],
  ['main/desktop/secrets.ts', 'it is damaged', 'for the log; the window has a notice of its own'],
  ['main/desktop/secrets.ts', 'was changed by something else', 'for the log; the window has a notice of its own'],
]

interface Made {
  readonly file: string
  readonly line: number
  readonly text: string
}

/** Where a fault is made without anything that says it in every language. */
function bareFaults(file: string): Made[] {
  const source = ts.createSourceFile(file, readFileSync(`${root}${file}`, 'utf8'), ts.ScriptTarget.Latest, true)
  const found: Made[] = []
  const visit = (node: ts.Node): void => {
    if (isBareCall(node, source) || isBareLiteral(node))
      found.push({
        file,
        line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1,
        text: node.getText().replaceAll(/\s+/g, ' '),
      })
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/** `fail(code, message)` of shared/result.ts; other functions of that name take other arguments. */
function isBareCall(node: ts.Node, source: ts.SourceFile): boolean {
  if (!ts.isCallExpression(node) || node.expression.getText() !== 'fail') return false
  if (!/import \{[^}]*\bfail\b[^}]*\} from '[^']*\/result\.ts'/.test(source.text)) return false
  const [code, , more] = node.arguments
  if (code !== undefined && ts.isStringLiteral(code) && saidByTheWindow.has(code.text)) return false
  return more === undefined || !ts.isObjectLiteralExpression(more) || !namesOf(more).some((name) => said.has(name))
}

/** `{ code: 'unreachable', message }`: a fault that no function made. */
function isBareLiteral(node: ts.Node): boolean {
  if (!ts.isObjectLiteralExpression(node)) return false
  const names = namesOf(node)
  const code = node.properties.find((one) => one.name?.getText() === 'code')
  if (code === undefined || !names.includes('message') || !ts.isPropertyAssignment(code)) return false
  const literal = /^'(\w+)'/.exec(code.initializer.getText())?.[1]
  if (literal === undefined || saidByTheWindow.has(literal) || !errorCodes.some((known) => known === literal))
    return false
  return !names.some((name) => said.has(name))
}

function namesOf(literal: ts.ObjectLiteralExpression): string[] {
  return literal.properties.flatMap((one) => one.name?.getText() ?? [])
}

const files = globSync('{main,shared}/**/*.ts', { cwd: root })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => !/\.(?:test|fixture)\.ts$/.test(file))
  .sort()
const bare = files.flatMap(bareFaults)

describe('faults', () => {
  it('are found where they are made', () => {
    expect(files.length).toBeGreaterThan(300)
    expect(bare.length).toBeGreaterThan(20)
  })

  it('carry a code that both languages have words for, or are listed with a reason', () => {
    const left = bare.filter(
      ({ file, text }) =>
        !elsewhere.some(([path]) => path.test(file)) &&
        !technical.some(([path, part]) => path === file && text.includes(part)),
    )
    expect(left.map(({ file, line, text }) => `${file}:${line} ${text}`)).toEqual([])
  })

  it.each([
    ...elsewhere.map(([path, reason]) => [String(path), reason, (made: Made) => path.test(made.file)] as const),
    ...technical.map(
      ([file, part, reason]) =>
        [`${file} ${part}`, reason, (made: Made) => made.file === file && made.text.includes(part)] as const,
    ),
  ])('the exception %s is still needed (%s)', (_place, _reason, covers) => {
    expect(bare.some(covers)).toBe(true)
  })

  it.each(errorCodes)('%s has a German title, sentence and action', (code) => {
    for (const text of Object.values(germanErrors[code])) expect(text).not.toBe('')
  })
})

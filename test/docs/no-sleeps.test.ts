/** Tests wait for what they need, never for a length of time: a machine under load is slower than any length. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Where real time may pass, and why. A test waits with `test/harness/moment.ts` only for what sends it no event. */
const reasons: Readonly<Record<string, string>> = {
  'test/harness/moment.ts': 'the one place where tests look again after a moment',
  'test/harness/clock.ts': "the machine's own clock, as a clock",
  'test/harness/simulated-server.ts': 'the latency of a server',
  'test/harness/stash-plugin-worker.ts': "Stash's util.Sleep, and the answers that its plugins wait for",
  'test/harness/demo.ts': 'stays up until it is ended',
  'test/harness/product-pictures.ts': 'takes pictures, after animations have ended',
  'test/e2e/window/screenshots.ts': 'takes pictures, after animations have ended',
  'test/e2e/companion-fixture.ts': 'a server that drips',
  'test/e2e/desktop/stand-in/child.ts': 'stays up as Electron does',
  'test/e2e/desktop/stand-in/long-timers.ts': "stands in for the runtime's timers",
  'test/e2e/desktop/real/window.suite.ts': 'a deadline inside Electron, for a page that dies before it answers',
}

function isTestCode(path: string): boolean {
  // Benches measure time.
  return /^test\/(?!bench\/)|[.-](test|fixture|suite)\.ts$/.test(path)
}

/** Uses of timers, one line each: by any name under which they can be had, awaited or not. */
function timersIn(path: string, text: string): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (isTimer(node)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart())
      found.push(`${path}:${line + 1} ${node.getText()}`)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

function isTimer(node: ts.Node): boolean {
  if (ts.isStringLiteral(node)) return /^(node:)?timers\/promises$/.test(node.text)
  if (ts.isPropertyAccessExpression(node)) {
    const { expression, name } = node
    const ofClock = name.text === 'setTimer' && /^(system|real)Clock$/.test(expression.getText())
    return ofClock || name.text === 'waitForTimeout' || (name.text === 'wait' && expression.getText() === 'Atomics')
  }
  return ts.isIdentifier(node) && /^set(Timeout|Interval)$/.test(node.text)
}

it.each(['main', 'shared', 'renderer', 'test'])('no test below %s sleeps', (folder) => {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file}`)
    .filter((path) => isTestCode(path) && !(path in reasons))
  expect(files.flatMap((path) => timersIn(path, readFileSync(join(root, path), 'utf8')))).toEqual([])
})

it('each exception is one', () => {
  const unused = Object.keys(reasons).filter(
    (path) => timersIn(path, readFileSync(join(root, path), 'utf8')).length === 0,
  )
  expect(unused).toEqual([])
})

it.each([
  'await new Promise((resolve) => setTimeout(resolve, 50))',
  'await new Promise(\n  (resolve) =>\n    void globalThis.setTimeout(resolve, 50),\n)',
  "import { setTimeout as sleep } from 'node:timers/promises'",
  'await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, 1000))])',
  'const after = (ms: number) => void setTimeout(() => mayKill.resolve(), ms)',
  'const later = setTimeout',
  'await page.waitForTimeout(100)',
  'Atomics.wait(signal, 0, 0)',
  'realClock.setTimer(2, resolve)',
])('takes for a sleep: %s', (code) => {
  expect(timersIn('sample.test.ts', code).length).toBeGreaterThan(0)
})

/** Below what vitest.config.ts gives to every test. */
const short = /(?:\b(?:testT|t)imeout: |^\s*\}, )([12]?\d?\d_\d{3})\)?(?= \}, (?:async|\(\))| \+|,?$|\)$)/

it('no test has less time than the others', () => {
  const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  const found = tests
    .filter((file) => /\.test\.ts$/.test(file) && !file.startsWith('contract'))
    .flatMap((file) => {
      const lines = readFileSync(join(root, 'test', file), 'utf8').split('\n')
      return lines.flatMap((line, at) => (short.test(line) ? [`test/${file}:${at + 1} ${line.trim()}`] : []))
    })
  expect(found).toEqual([])
})

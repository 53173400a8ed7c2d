/**
 * The files that wire the engine. They compose: each builds what it wires, attaches who listens to whom, and returns how
 * that starts and stops (docs/architecture.md).
 */
import { readFileSync } from 'node:fs'
import ts from 'typescript'

const engine = new URL('../../main/engine/', import.meta.url)

export const wiringFiles = [
  'engine.ts',
  'core.ts',
  'stores.ts',
  'connect-servers.ts',
  'pipeline.ts',
  'catch-up.ts',
  'hearing.ts',
  'plays.ts',
  'collections.ts',
  'health.ts',
  'call-handlers.ts',
]

export const wiringSource = (file: string): string => readFileSync(new URL(file, engine), 'utf8')

const listening = '// ---- who listens to whom ----'
const starting = '// ---- start and stop ----'
const endingAll = 'for (const end of ends) end()'

/** What is wrong with the listeners of a wiring file, one line each. */
export function misplacedListeners(text: string): string[] {
  const source = ts.createSourceFile('wiring.ts', text, ts.ScriptTarget.Latest, true)
  const from = text.indexOf(listening)
  const to = text.indexOf(starting)
  const found: string[] = []
  if (from >= 0 && to < from) found.push('no section for start and stop after that of the listeners')
  if (from >= 0 && !text.includes(endingAll)) found.push('the subscriptions are not ended')
  const visit = (node: ts.Node): void => {
    if (isAttached(node)) {
      const at = node.getStart()
      const line = `line ${source.getLineAndCharacterOfPosition(at).line + 1}: ${node.getText().split('\n')[0]}`
      if (from < 0 || at < from || at > to) found.push(`${line} is attached outside the section "who listens to whom"`)
      else if (ts.isExpressionStatement(node.parent)) found.push(`${line} has an end that nobody keeps`)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/** A listener is given away: by a call that subscribes it, or as a callback in what something is built with. */
function isAttached(node: ts.Node): boolean {
  if (ts.isCallExpression(node))
    return ts.isPropertyAccessExpression(node.expression) && subscribes(node.expression.name.text) && !isPassedOn(node)
  if (ts.isPropertyAssignment(node) || ts.isMethodDeclaration(node) || ts.isShorthandPropertyAssignment(node))
    return /^on[A-Z]/.test(node.name.getText()) && isCallback(node)
  return false
}

function subscribes(name: string): boolean {
  return /^on[A-Z]|^(add|addListener|addEventListener|subscribe)$/.test(name)
}

/** `onFound: (listener) => found.add(listener)`: another's listener, which the caller attaches. */
function isPassedOn(call: ts.CallExpression): boolean {
  const [listener] = call.arguments.slice(-1)
  const { parent } = call
  if (listener === undefined || !ts.isArrowFunction(parent) || parent.body !== call) return false
  return ts.isPropertyAssignment(parent.parent) && parent.parameters.at(-1)?.name.getText() === listener.getText()
}

/** A function of this file; one of the host's (`options.onDamage`) and a subscription that is passed on are none. */
function isCallback(node: ts.PropertyAssignment | ts.MethodDeclaration | ts.ShorthandPropertyAssignment): boolean {
  if (!ts.isPropertyAssignment(node)) return true
  const value = node.initializer
  if (ts.isPropertyAccessExpression(value)) return false
  return !(ts.isArrowFunction(value) && ts.isCallExpression(value.body) && isPassedOn(value.body))
}

/**
 * What the code prints to the log without a table of lines (`line-tables.ts`), read out of its source: for each call of a logger the level, the component, and the
 * message as a pattern in which every value that is only known at run time is a wildcard.
 *
 * Helpers are followed: where the message is a parameter (`line('error', 'moving to DLQ')`), each call of the function in
 * the same file is looked at in its place. So a quoted sentence must be one that the code can really put together.
 */
import { globSync } from 'node:fs'
import ts from 'typescript'
import { readText, root } from './pages.ts'

export interface PrintedLine {
  /** Of the call, for messages. */
  readonly at: string
  /** Null where it is only known at run time. */
  readonly level: string | null
  readonly component: string
  readonly pattern: RegExp
  /** Characters of it that are always the same. */
  readonly fixed: number
}

/** A text in the making: fixed pieces and wildcards (regular expressions). */
type Piece = string | { readonly wildcard: string }
type Text = readonly Piece[]
/** Parameters of the functions that are being followed. */
type Scope = ReadonlyMap<string, { readonly value: ts.Expression; readonly scope: Scope }>

const anything: Piece = { wildcard: '.+' }
const wholeNumber: Piece = { wildcard: '\\d+' }
/** Names in our code whose values are whole numbers. */
const numeric = /^(?:id|[a-z]+Id|length|tries|done|remaining|attempts|in_progress|dead|dead_letters|recovered)$/
const mostDepth = 5

/** Messages that are written elsewhere and handed to the log as a fault's message, which no single file shows. */
const messageFiles: Readonly<Record<string, string>> = { Matcher: 'main/engine/match/decision.ts' }

export function printedLines(): PrintedLine[] {
  const files = globSync('main/**/*.ts', { cwd: root }).filter((file) => !/\.(?:test|fixture)\.ts$/.test(file))
  return files.sort().flatMap((file) => {
    const path = file.replaceAll('\\', '/')
    const text = readText(path)
    return /\blog\(/.test(text) ? new SourceReader(path, text).lines() : []
  })
}

class SourceReader {
  readonly #source: ts.SourceFile
  readonly #path: string
  readonly #calls: ts.CallExpression[] = []
  readonly #constants = new Map<string, ts.Expression>()

  constructor(path: string, text: string) {
    this.#path = path
    this.#source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node)) this.#calls.push(node)
      if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer !== undefined)
        this.#constants.set(node.name.text, node.initializer)
      ts.forEachChild(node, visit)
    }
    visit(this.#source)
  }

  lines(): PrintedLine[] {
    return this.#calls.filter(isLogCall).flatMap((call) => this.#follow(call, new Map(), call, 0))
  }

  /** The lines of a call; where it stands in a function whose parameters it prints, once for each call of that. */
  #follow(log: ts.CallExpression, scope: Scope, from: ts.Node, depth: number): PrintedLine[] {
    const owner = ownerOf(from)
    const needed = owner === null ? [] : owner.parameters.filter((name) => mentions([...log.arguments], name, scope))
    if (owner === null || needed.length === 0 || depth === mostDepth) return this.#print(log, scope)
    const callers = this.#calls.filter((call) => !isLogCall(call) && calledName(call) === owner.name)
    if (callers.length === 0) return this.#print(log, scope)
    return callers.flatMap((call) => {
      const values = owner.parameters.flatMap((name, at) => {
        const value = call.arguments[at]
        return value === undefined ? [] : [[name, { value, scope }] as const]
      })
      return this.#follow(log, new Map([...scope, ...values]), call, depth + 1)
    })
  }

  #print(log: ts.CallExpression, scope: Scope): PrintedLine[] {
    const [levelAt, componentAt, messageAt] = log.arguments
    if (levelAt === undefined || componentAt === undefined || messageAt === undefined) return []
    const { line } = this.#source.getLineAndCharacterOfPosition(log.getStart())
    const component = this.#texts(componentAt, scope, 0)[0]?.[0] ?? ''
    if (typeof component !== 'string') return []
    const levels = this.#texts(levelAt, scope, 0).map((text) => (typeof text[0] === 'string' ? text[0] : null))
    let messages = this.#texts(messageAt, scope, 0)
    const written = messageFiles[component]
    if (written !== undefined && messages.every(isAllWild)) messages = templatesOf(written)
    return levels.flatMap((level) =>
      messages
        .filter((text) => !isAllWild(text))
        .map((text) => ({ at: `${this.#path}:${line + 1}`, level, component, ...patternOf(text) })),
    )
  }

  /** Every text that an expression may become. */
  #texts(node: ts.Expression, scope: Scope, depth: number): Text[] {
    if (depth > mostDepth) return [[anything]]
    const next = (expression: ts.Expression, within = scope): Text[] => this.#texts(expression, within, depth + 1)
    if (ts.isStringLiteralLike(node)) return [node.text === '' ? [] : [node.text]]
    if (ts.isNumericLiteral(node)) return [[node.text]]
    if (isNumeric(node)) return [[wholeNumber]]
    if (ts.isParenthesizedExpression(node)) return next(node.expression)
    if (ts.isConditionalExpression(node)) return [...next(node.whenTrue), ...next(node.whenFalse)]
    if (ts.isTemplateExpression(node)) {
      let all: Text[] = [[node.head.text]]
      for (const { expression, literal } of node.templateSpans)
        all = all.flatMap((text) => next(expression).map((value) => [...text, ...value, literal.text]))
      return all
    }
    if (ts.isIdentifier(node)) {
      const given = scope.get(node.text)
      if (given !== undefined) return this.#texts(given.value, given.scope, depth + 1)
      const constant = this.#constants.get(node.text)
      return constant !== undefined && isText(constant) ? next(constant) : [[anything]]
    }
    if (ts.isCallExpression(node)) return this.#result(node, scope, depth)
    return [[anything]]
  }

  /** Of a call: figures of a fixed form, and functions of this file that are one `return`. */
  #result(call: ts.CallExpression, scope: Scope, depth: number): Text[] {
    const name = calledName(call)
    if (name === 'toFixed') return [[{ wildcard: '\\d+\\.\\d' }]]
    const made = this.#source.statements.find(
      (one): one is ts.FunctionDeclaration => ts.isFunctionDeclaration(one) && one.name?.text === name,
    )
    const [only, ...more] = made?.body?.statements ?? []
    if (made === undefined || more.length > 0 || only === undefined || !ts.isReturnStatement(only)) return [[anything]]
    const inner = new Map(
      made.parameters.flatMap((parameter, at) => {
        const value = call.arguments[at]
        return value !== undefined && ts.isIdentifier(parameter.name)
          ? [[parameter.name.text, { value, scope }] as const]
          : []
      }),
    )
    return only.expression === undefined ? [[anything]] : this.#texts(only.expression, inner, depth + 1)
  }
}

function isLogCall(call: ts.CallExpression): boolean {
  return (
    ts.isPropertyAccessExpression(call.expression) && call.expression.name.text === 'log' && call.arguments.length > 2
  )
}

/** `f` of `f(…)`, `this.f(…)`, `this.#f(…)` and `a.b.f(…)`. */
function calledName({ expression }: ts.CallExpression): string | null {
  if (ts.isIdentifier(expression)) return expression.text
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : null
}

/** The nearest function around a node that has a name to be called by. */
function ownerOf(node: ts.Node): { readonly name: string; readonly parameters: readonly string[] } | null {
  for (let at = node.parent; at !== undefined; at = at.parent) {
    if (!ts.isFunctionLike(at)) continue
    const parameters = at.parameters.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : ['']))
    if ((ts.isFunctionDeclaration(at) || ts.isMethodDeclaration(at)) && at.name !== undefined)
      return { name: at.name.getText(), parameters }
    if (ts.isVariableDeclaration(at.parent) && ts.isIdentifier(at.parent.name))
      return { name: at.parent.name.text, parameters }
  }
  return null
}

/** Whether an argument, as far as it is followed, prints a parameter of that name. */
function mentions(nodes: readonly ts.Node[], name: string, scope: Scope): boolean {
  return nodes.some((node) => {
    if (ts.isIdentifier(node) && !isPropertyName(node)) {
      const given = scope.get(node.text)
      if (given !== undefined) return mentions([given.value], name, given.scope)
      return node.text === name
    }
    return mentions(node.getChildren(), name, scope)
  })
}

function isPropertyName(node: ts.Identifier): boolean {
  return ts.isPropertyAccessExpression(node.parent) && node.parent.name === node
}

/** A sum with a number in it, or a value whose name says that it is one. */
function isNumeric(node: ts.Expression): boolean {
  if (ts.isBinaryExpression(node)) return ts.isNumericLiteral(node.right)
  if (ts.isPropertyAccessExpression(node)) return numeric.test(node.name.text)
  return ts.isIdentifier(node) && numeric.test(node.text)
}

function isText(node: ts.Expression): boolean {
  return (
    ts.isNumericLiteral(node) ||
    ts.isStringLiteralLike(node) ||
    ts.isTemplateExpression(node) ||
    ts.isConditionalExpression(node)
  )
}

function isAllWild(text: Text): boolean {
  return text.every((piece) => typeof piece !== 'string' || !/\w/.test(piece))
}

/** Every sentence of a file, whatever prints it. */
function templatesOf(path: string): Text[] {
  const reader = ts.createSourceFile(path, readText(path), ts.ScriptTarget.Latest, true)
  const texts: Text[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isTemplateExpression(node))
      texts.push([node.head.text, ...node.templateSpans.flatMap(({ literal }): Text => [anything, literal.text])])
    ts.forEachChild(node, visit)
  }
  visit(reader)
  return texts.filter((text) => patternOf(text).fixed > 15)
}

function patternOf(text: Text): Pick<PrintedLine, 'pattern' | 'fixed'> {
  const source = text
    .map((piece) => (typeof piece === 'string' ? piece.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&') : piece.wildcard))
    .join('')
  const fixed = text.reduce((sum, piece) => sum + (typeof piece === 'string' ? piece.length : 0), 0)
  return { pattern: new RegExp(`^${source}$`, 'u'), fixed }
}

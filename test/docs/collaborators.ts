/**
 * Counts the collaborators of classes and functions: what their parameters bring that works for them, whatever its type is
 * called. A class, an interface with methods and a function are one each. An object that only groups others counts as what is
 * in it, at any depth; a table of equal entries (the gates of both servers, the calls of the contract) is one. Values count
 * nothing, and neither does a catalogue of words.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { calls } from '../../shared/contract.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

export interface Counted {
  readonly file: string
  readonly name: string
  /** What works for it, by the way that leads there: `queue.jobs`. */
  readonly collaborators: readonly string[]
}

/** The product's sources below a folder. */
export function sourcesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ts$/.test(file) && !/[.-](test|fixture)\.ts$/.test(file))
    .map((file) => join(root, folder, file))
}

const options: ts.CompilerOptions = {
  ...{ noEmit: true, strict: true, skipLibCheck: true, allowImportingTsExtensions: true, types: ['node'] },
  ...{ typeRoots: [join(dirname(fileURLToPath(import.meta.resolve('typescript'))), '../../@types')] },
  ...{ module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2024, lib: ['lib.es2024.d.ts'] },
}

/**
 * What a schema infers is a value, which counts nothing, and inferring it is half of what the compiler would have to do. In
 * this form of the library only the words of an enum are known, by which tables are keyed; any other schema gives `any`.
 */
const schemaLibrary = `
  declare function words<const T extends readonly string[]>(values: T): { readonly inferred: T[number]; readonly options: T }
  export { words as enum }
  type Inferred<T> = T extends { readonly inferred: infer Value } ? Value : any
  export { type Inferred as infer }`

function hostWithoutSchemas(): ts.CompilerHost {
  const host = ts.createCompilerHost(options)
  const { readFile } = host
  host.readFile = (file) => (/\/node_modules\/zod\/index\.d\.c?ts$/.test(file) ? schemaLibrary : readFile(file))
  return host
}

/** Of all classes and functions in the files whose parameters have types, as the compiler sees them. */
export function countCollaborators(files: readonly string[]): Counted[] {
  const program = ts.createProgram(files, options, hostWithoutSchemas())
  const counter = new Counter(program.getTypeChecker())
  return files.flatMap((file) => {
    const source = program.getSourceFile(file)
    if (source === undefined) throw new Error(`${file} was not read`)
    return functionsIn(source).map((one) => ({
      file: relative(root, file),
      name: nameOf(one),
      collaborators: one.parameters.flatMap((parameter) => counter.of(parameter)),
    }))
  })
}

/** Functions with a name, methods and constructors with more than four positional parameters, a last `signal` or `lifetime` aside. */
export function longParameterLists(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  return functionsIn(source)
    .filter(({ parent }) => !ts.isCallExpression(parent))
    .filter(({ parameters }) => parameters.filter(({ name }) => !/^(signal|lifetime)$/.test(name.getText())).length > 4)
    .map((one) => `${relative(root, file)}: ${nameOf(one)}`)
}

class Counter {
  readonly #checker: ts.TypeChecker

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker
  }

  of({ name, type }: ts.ParameterDeclaration): string[] {
    if (type === undefined || isCatalogue(type)) return []
    return this.#in(this.#checker.getTypeFromTypeNode(type), ts.isIdentifier(name) ? name.text : '', [])
  }

  /** @param within the types that led here, since types may contain themselves. */
  #in(given: ts.Type, way: string, within: readonly ts.Type[]): string[] {
    const type = this.#checker.getNonNullableType(given)
    // One of them is given: the largest counts.
    if (type.isUnion()) return largest(type.types.map((one) => this.#in(one, way, within)))
    if (type.getCallSignatures().length > 0) return [way]
    if ((type.flags & ts.TypeFlags.Object) === 0 && !type.isIntersection()) return []
    if (within.includes(type) || this.#checker.isArrayType(type) || this.#checker.isTupleType(type)) return []
    const symbol = type.getSymbol()
    if (symbol !== undefined && isForeign(symbol)) return symbol.name === 'Database' ? [way] : []
    if (symbol !== undefined && (symbol.flags & ts.SymbolFlags.Class) !== 0) return [way]
    const members = type.getProperties()
    if (members.some(isMethod)) return [way]
    const found = members.map((member) =>
      this.#in(this.#checker.getTypeOfSymbol(member), way === '' ? member.name : `${way}.${member.name}`, [
        ...within,
        type,
      ]),
    )
    const isTable = found.length > 1 && found.every((one) => one.length > 0) && this.#isTable(members)
    return isTable ? [way] : found.flat()
  }

  #isTable(members: readonly ts.Symbol[]): boolean {
    if (members.every(({ name }) => name in calls)) return true
    const [first, ...others] = members.map((member) => this.#checker.getTypeOfSymbol(member))
    return others.every((type) => type === first)
  }
}

/** Words in one language: their functions make sentences. */
function isCatalogue(type: ts.TypeNode): boolean {
  return ts.isTypeReferenceNode(type) && /Texts$/.test(type.typeName.getText())
}

function largest(each: readonly string[][]): string[] {
  return each.reduce((most, one) => (one.length > most.length ? one : most), [])
}

function isForeign({ name, declarations }: ts.Symbol): boolean {
  return (
    !name.startsWith('__') && declarations?.some((node) => /node_modules/.test(node.getSourceFile().fileName)) === true
  )
}

function isMethod({ declarations }: ts.Symbol): boolean {
  return (
    declarations?.some(
      (node) => ts.isMethodSignature(node) || ts.isMethodDeclaration(node) || ts.isGetAccessor(node),
    ) === true
  )
}

function functionsIn(source: ts.SourceFile): ts.SignatureDeclaration[] {
  const found: ts.SignatureDeclaration[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body !== undefined) found.push(node)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

function nameOf(one: ts.SignatureDeclaration): string {
  if (ts.isConstructorDeclaration(one)) return one.parent.name?.text ?? 'a class'
  const { parent } = one
  const name = ts.isArrowFunction(one) && ts.isVariableDeclaration(parent) ? parent.name : one.name
  return name === undefined || !ts.isIdentifier(name) ? 'a function' : name.text
}

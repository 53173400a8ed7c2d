/** Counts the collaborators of classes and functions: the members of every interface named `…Deps`, inherited ones too. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const main = fileURLToPath(new URL('../../main', import.meta.url))

export interface CountedDeps {
  readonly name: string
  readonly file: string
  readonly count: number
}

/** Interfaces and types of the product by name; names of `…Deps` are unique, which the test makes sure of. */
export function countDeps(): CountedDeps[] {
  const declared = new Map<string, Declared>()
  for (const file of readdirSync(main, { recursive: true, encoding: 'utf8' })) {
    if (!/\.ts$/.test(file) || /\.(test|fixture)\.ts$/.test(file)) continue
    const source = ts.createSourceFile(file, readFileSync(join(main, file), 'utf8'), ts.ScriptTarget.Latest)
    for (const node of source.statements) {
      if (!ts.isInterfaceDeclaration(node) && !ts.isTypeAliasDeclaration(node)) continue
      const known = declared.get(node.name.text)
      if (known === undefined || node.name.text.endsWith('Deps'))
        declared.set(node.name.text, { node, file, isTwice: known !== undefined })
    }
  }
  return [...declared]
    .filter(([name]) => name.endsWith('Deps'))
    .map(([name, { file, isTwice }]) => ({
      name,
      file,
      count: isTwice ? Number.POSITIVE_INFINITY : membersOf(name, declared).size,
    }))
}

interface Declared {
  readonly node: ts.InterfaceDeclaration | ts.TypeAliasDeclaration
  readonly file: string
  readonly isTwice: boolean
}

function membersOf(name: string, declared: ReadonlyMap<string, Declared>): Set<string> {
  const node = declared.get(name)?.node
  if (node === undefined) return new Set()
  if (ts.isTypeAliasDeclaration(node)) return membersOfType(node.type, declared)
  const inherited = (node.heritageClauses ?? []).flatMap(({ types }) =>
    types.flatMap((type) => [...membersOfReference(type.expression, type.typeArguments, declared)]),
  )
  return new Set([...inherited, ...namesIn(node.members)])
}

function membersOfType(type: ts.TypeNode, declared: ReadonlyMap<string, Declared>): Set<string> {
  if (ts.isTypeLiteralNode(type)) return new Set(namesIn(type.members))
  if (ts.isIntersectionTypeNode(type)) return new Set(type.types.flatMap((one) => [...membersOfType(one, declared)]))
  return ts.isTypeReferenceNode(type) ? membersOfReference(type.typeName, type.typeArguments, declared) : new Set()
}

/** Of `X`, `Pick<X, …>` and `Omit<X, …>`. */
function membersOfReference(
  of: ts.Node,
  [first, second]: readonly ts.TypeNode[] = [],
  declared: ReadonlyMap<string, Declared>,
): Set<string> {
  const name = ts.isIdentifier(of) ? of.text : ''
  if ((name !== 'Pick' && name !== 'Omit') || first === undefined || second === undefined)
    return membersOf(name, declared)
  const keys = new Set(literalsIn(second))
  if (name === 'Pick') return keys
  return new Set([...membersOfType(first, declared)].filter((member) => !keys.has(member)))
}

function namesIn(members: ts.NodeArray<ts.TypeElement>): string[] {
  // Options tune, they are no collaborators.
  return members.flatMap(({ name }) =>
    name !== undefined && ts.isIdentifier(name) && name.text !== 'options' ? [name.text] : [],
  )
}

function literalsIn(type: ts.TypeNode): string[] {
  if (ts.isUnionTypeNode(type)) return type.types.flatMap(literalsIn)
  return ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal) ? [type.literal.text] : []
}

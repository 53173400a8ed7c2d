/** Finds files that import each other in a circle; types count too, because a reader follows them as well. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Each circle as its files, joined in the order in which they import each other. */
export function circlesBelow(folder: string): string[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|svelte)$/.test(file))
    .map((file) => join(folder, file))
  const imports = new Map(files.map((file) => [file, importsOf(file)]))
  const circles: string[] = []
  const done = new Set<string>()
  const way: string[] = []
  const visit = (file: string): void => {
    const start = way.indexOf(file)
    if (start >= 0) circles.push([...way.slice(start), file].join(' → '))
    if (start >= 0 || done.has(file)) return
    way.push(file)
    for (const other of imports.get(file) ?? []) visit(other)
    way.pop()
    done.add(file)
  }
  for (const file of files) visit(file)
  return circles
}

function importsOf(file: string): string[] {
  const found = readFileSync(join(root, file), 'utf8').matchAll(/(?:from|import) '(\.[^']+)'/g)
  return [...found].map(([, path = '']) => join(dirname(file), path)).filter((path) => existsSync(join(root, path)))
}

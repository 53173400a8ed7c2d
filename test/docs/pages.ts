/** The documents as the drift tests read them. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

export interface Page {
  /** Relative to the checkout, with slashes. */
  readonly path: string
  readonly text: string
}

export interface Snippet {
  readonly page: string
  /** Counted from 1. */
  readonly line: number
  readonly text: string
}

const others = ['README.md', 'CONTRIBUTING.md', '.github/ISSUE_TEMPLATE/bug.md']

export function readPages(): Page[] {
  const inDocs = readdirSync(`${root}docs`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`)
  return [...others, ...inDocs.sort()].map((path) => ({ path, text: readText(path) }))
}

/** With line breaks as on Unix: a checkout on Windows may have others. */
export function readText(path: string): string {
  return readFileSync(`${root}${path}`, 'utf8').replaceAll('\r\n', '\n')
}

/** Each line of a code block (fenced, or indented by four), without its indent. Fences of a diagram count too. */
export function codeLines(page: Page): Snippet[] {
  const found: Snippet[] = []
  let isFenced = false
  let before: 'blank' | 'code' | 'text' = 'blank'
  page.text.split('\n').forEach((text, at) => {
    if (/^\s*```/.test(text)) {
      isFenced = !isFenced
      before = 'blank'
      return
    }
    const isIndented = text.startsWith('    ') && before !== 'text'
    if (isFenced || isIndented)
      found.push({ page: page.path, line: at + 1, text: isIndented && !isFenced ? text.slice(4) : text })
    // A heading ends its line: what is indented below it is code.
    before = text.trim() === '' || text.startsWith('#') ? 'blank' : isIndented ? 'code' : 'text'
  })
  return found
}

/** Each `piece of code` within the prose; one that is broken over two lines is joined. */
export function inlineCode(page: Page): Snippet[] {
  const blocks = new Set(codeLines(page).map(({ line }) => line))
  const prose = page.text
    .split('\n')
    .map((text, at) => (blocks.has(at + 1) || /^\s*```/.test(text) ? '' : text))
    .join('\n')
  return [...prose.matchAll(/(?<!`)`([^`]+)`(?!`)/g)].map((match) => ({
    page: page.path,
    line: prose.slice(0, match.index).split('\n').length,
    text: (match[1] ?? '').replaceAll(/\s*\n\s*/g, ' '),
  }))
}

/** Where a snippet is, for messages. */
export function placeOf({ page, line, text }: Snippet): string {
  return `${page}:${line}: ${text}`
}

import { existsSync, readdirSync } from 'node:fs'
import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { codeLines, inlineCode, readPages, readText, root } from './pages.ts'

const pages = readPages()

/** GitHub's anchors: small letters, marks dropped, blanks as hyphens; a heading that comes again gets a number. */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>()
  for (const [, heading = ''] of text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.+)$/gm)) {
    const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const anchor = plain.replaceAll(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-')
    let free = anchor
    for (let n = 1; anchors.has(free); n++) free = `${anchor}-${n}`
    anchors.add(free)
  }
  return anchors
}

function linksOf(text: string): string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '')
  const targets = [...prose.matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)].map(([, target = '']) => target)
  return targets.filter((target) => !/^[a-z][a-z0-9+.-]*:/.test(target))
}

describe('links', () => {
  it.each(pages.map((page) => [page.path, page.text] as const))('of %s lead somewhere', (path, text) => {
    const broken = linksOf(text).filter((link) => {
      const [file = '', anchor] = link.split('#')
      const target = file === '' ? path : posix.normalize(posix.join(posix.dirname(path), file))
      if (!existsSync(`${root}${target}`)) return true
      return anchor !== undefined && target.endsWith('.md') && !anchorsOf(readText(target)).has(anchor)
    })
    expect(broken).toEqual([])
  })

  it('are found', () => {
    expect(linksOf('[a](b.md#c "d") ![e](f.png) `[g](h)` [i](https://j.k)')).toEqual(['b.md#c', 'f.png'])
    expect([...anchorsOf('## Issue 1: a (b)\n# Issue 1: a (b)\n```\n# no\n```\n')]).toEqual([
      'issue-1-a-b',
      'issue-1-a-b-1',
    ])
  })
})

describe('docs/architecture.md', () => {
  const path = 'docs/architecture.md'
  const page = { path, text: readText(path) }

  it('names folders and files that exist', () => {
    const lines = codeLines(page).map(({ text }) => text)
    const folders = ['main/engine/', 'main/headless/', 'main/desktop/', 'renderer/', 'shared/', 'test/harness/']
    const named: string[] = []
    let folder = ''
    for (const line of lines) {
      const top = folders.find((one) => line.startsWith(one))
      if (top !== undefined) folder = top
      if (top !== undefined) named.push(top)
      else if (/^ {2}\w/.test(line))
        named.push(
          ...[...line.slice(2).matchAll(/(?<=^|^[\w./ ]*\/ )([\w-]+(?:\/|\.ts))/g)].map(([name]) => folder + name),
        )
    }
    expect(named.filter((name) => !existsSync(`${root}${name}`))).toEqual([])
    const rooms = readdirSync(`${root}main/engine`, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    expect(rooms.map(({ name }) => `main/engine/${name}/`).filter((room) => !named.includes(room))).toEqual([])
  })

  it('names source files that exist', () => {
    const files = inlineCode(page).filter(({ text }) => /^[\w-]+\/[\w./-]+\.ts$/.test(text))
    expect(files.length).toBeGreaterThan(10)
    const missing = files.filter(
      ({ text }) => !existsSync(`${root}main/engine/${text}`) && !existsSync(`${root}${text}`),
    )
    expect(missing).toEqual([])
  })

  it('names tables that the migrations make', () => {
    const folder = `${root}main/engine/database/migrations`
    const sql = readdirSync(folder)
      .filter((name) => name.endsWith('.sql'))
      .map((name) => readText(`main/engine/database/migrations/${name}`))
    const made = new Set(sql.flatMap((text) => [...text.matchAll(/CREATE TABLE (\w+)/g)].map(([, name]) => name)))
    const stored = page.text.split('## What is stored')[1]?.split('\n## ')[0] ?? ''
    const rows = stored.split('\n').filter((line) => line.startsWith('| `'))
    const named = rows.flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name))
    expect(named.length).toBeGreaterThan(5)
    expect(named.filter((name) => !made.has(name))).toEqual([])
  })
})

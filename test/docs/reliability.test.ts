/** docs/reliability.md names a test for each sentence: each must exist under that name. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)
const page = readFileSync(new URL('docs/reliability.md', root), 'utf8')
const named = [...page.matchAll(/`([\w./-]+\.ts)`:\s+“([^”]+)”/g)].map(
  ([, file = '', name = '']) => [file, name] as const,
)

it('names tests', () => {
  expect(named.length).toBeGreaterThan(40)
})

it.each(named)('%s: %s', (file, name) => {
  const source = readFileSync(new URL(file, root), 'utf8')
  const wanted = name.replace(/\s+/g, ' ')
  expect(source.includes(wanted)).toBe(true)
})

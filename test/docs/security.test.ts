/** docs/security.md promises nothing without a test: each that it names exists, and each defence names one. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const document = readFileSync(`${root}docs/security.md`, 'utf8')
const defences = (document.split('## Defences')[1] ?? '').split('\n## ')[0] ?? ''
const promises = defences.split('\n').filter((line) => line.startsWith('- '))

it('names a test for every defence', () => {
  expect(promises.length).toBeGreaterThan(30)
  expect(promises.filter((line) => !/ `[\w/.-]+\.test\.ts` "[^"]+"$/.test(line))).toEqual([])
})

it.each(promises)('%s', (promise) => {
  const [, file = '', name = ''] = /`([\w/.-]+\.test\.ts)` "([^"]+)"$/.exec(promise) ?? []
  expect(readFileSync(`${root}${file}`, 'utf8')).toContain(name)
})

/** Tests wait for what they need, never for a length of time: a machine under load is slower than any length. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** A promise that only a timer resolves; a deadline beside another promise is no sleep. */
const sleep = /await new Promise\b.*setTimeout\(\w+, /

/** Asks the app every now and then for what it sent to its window, and hands it on: no test waits for that. */
const pump = 'e2e/desktop/window.test.ts'

it.each(['main', 'shared', 'renderer', 'test'])('no test below %s sleeps', (folder) => {
  const tests = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
  const found = tests
    .filter((file) => /\.(test|suite)\.ts$/.test(file) && file !== pump)
    .flatMap((file) => {
      const lines = readFileSync(join(root, folder, file), 'utf8').split('\n')
      return lines.flatMap((line, at) => (sleep.test(line) ? [`${folder}/${file}:${at + 1}`] : []))
    })
  expect(found).toEqual([])
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

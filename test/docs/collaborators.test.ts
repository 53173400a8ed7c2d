/** No class or function of the product has more than seven collaborators; what belongs together becomes a noun. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { countDeps } from './collaborators.ts'

const most = 7

it('finds the collaborators', () => {
  expect(countDeps().length).toBeGreaterThan(50)
})

it('none has too many collaborators', () => {
  const over = countDeps().filter(({ count }) => count > most)
  expect(over.map(({ name, file, count }) => `${file}: ${name} has ${count}`)).toEqual([])
})

it('no group of handlers takes the services as a whole', () => {
  const api = new URL('../../main/engine/api/', import.meta.url)
  const all = readdirSync(api).filter((file) => /services\.ts'/.test(readFileSync(new URL(file, api), 'utf8')))
  expect(all).toEqual([])
})

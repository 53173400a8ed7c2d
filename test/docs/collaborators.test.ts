/** No class or function of the product has more than seven collaborators; what belongs together becomes a noun. */
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

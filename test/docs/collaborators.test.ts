/** No class or function of the product has more than seven collaborators; what belongs together becomes a noun. */
import { expect, it } from 'vitest'
import { countDeps } from './collaborators.ts'

const most = 7

/** Still above the limit, each with its count: it may shrink, and nothing may join. */
const above: Readonly<Record<string, number>> = {
  HandMarkDeps: 10,
  PlayEffectDeps: 8,
  PullDeps: 20,
  PullerDeps: 21,
  ViewingDeps: 13,
  SettleDeps: 8,
}

it('finds the collaborators', () => {
  expect(countDeps().length).toBeGreaterThan(50)
})

it('none has too many collaborators', () => {
  const over = countDeps().filter(({ name, count }) => count > (above[name] ?? most))
  expect(over.map(({ name, file, count }) => `${file}: ${name} has ${count}`)).toEqual([])
})

it('the list of those above the limit is no longer than it must be', () => {
  const counts = new Map(countDeps().map(({ name, count }) => [name, count]))
  const outdated = Object.entries(above).filter(([name, count]) => counts.get(name) !== count)
  expect(outdated).toEqual([])
})

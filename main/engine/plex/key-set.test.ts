import { expect, it } from 'vitest'
import { SeededRandom } from '../../../test/harness/seeded-random.ts'
import { KeySet } from './key-set.ts'

it('takes each key once, whatever its neighbours, up to the largest that a number holds', () => {
  const seed = 20_261_129
  const random = new SeededRandom(seed)
  const around = [1, 31, 32, 33, 63, 64, 2 ** 31 - 1, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER]
  const keys = [...around, ...Array.from({ length: 2000 }, () => random.integer(1, 3000))].map(String)
  const model = new Set<string>()
  const set = new KeySet()
  for (const key of keys) {
    expect(set.add(key), `seed ${seed}, key ${key}`).toBe(!model.has(key))
    model.add(key)
  }
})

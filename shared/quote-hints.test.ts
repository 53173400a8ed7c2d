import { expect, it } from 'vitest'
import { splitNames } from './names.ts'
import { quoteHints } from './quote-hints.ts'

const known = ['drama', 'coast', 'Black, White', 'slow']
const hints = (list: string) => quoteHints(splitNames(list), (name) => known.includes(name))

it.each<[string, ReturnType<typeof hints>]>([
  ['drama, coast', []],
  ['"Black, White", slow', []],
  ['"drama, coast", slow', [{ reading: 'several', name: 'drama, coast', parts: ['drama', 'coast'] }]],
  ['slow, Black, White', [{ reading: 'one', name: 'Black, White', parts: ['Black', 'White'] }]],
  ['"drama, unknown"', []],
  ['unknown, other', []],
])('%s', (list, expected) => expect(hints(list)).toEqual(expected))

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { JsonRowSplitter } from './json-rows.ts'

const at = ['data', 'found', 'rows']

/** The document in pieces of these lengths, the last one as long as it takes. */
function split(text: string, lengths: readonly number[]): { rows: unknown[]; rest: string; isDamaged: boolean } {
  const rows: unknown[] = []
  const splitter = new JsonRowSplitter({ at, take: (row) => rows.push(row) })
  const bytes = Buffer.from(text)
  let from = 0
  for (const length of [...lengths, bytes.length]) {
    splitter.push(bytes.subarray(from, from + length))
    from += length
  }
  return { rows, rest: splitter.rest().toString('utf8'), isDamaged: splitter.isDamaged }
}

const document = fc.record({
  data: fc.record({
    before: fc.jsonValue(),
    found: fc.record({ 'ro"ws\\': fc.jsonValue(), rows: fc.array(fc.jsonValue()), count: fc.nat() }),
    rows: fc.array(fc.jsonValue()),
  }),
})

it('gives what JSON.parse would, wherever the pieces are cut', () => {
  fc.assert(
    fc.property(
      document,
      fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 200 }),
      fc.constantFrom(0, 2),
      (given, lengths, indent) => {
        const text = JSON.stringify(given, null, indent)
        const whole: typeof given = JSON.parse(text)
        const { rows, rest, isDamaged } = split(text, lengths)
        expect(isDamaged).toBe(false)
        expect(rows).toEqual(whole.data.found.rows)
        expect(JSON.parse(rest)).toEqual({ data: { ...whole.data, found: { ...whole.data.found, rows: [] } } })
      },
    ),
  )
})

it.each([
  ['an element that is no JSON', '{"data":{"found":{"rows":[1,{"a":}]}}}'],
  ['a comma before the end', '{"data":{"found":{"rows":[1,]}}}'],
  ['a comma without an element', '{"data":{"found":{"rows":[,1]}}}'],
  ['elements without a comma', '{"data":{"found":{"rows":[{}{}]}}}'],
])('says that %s is damage', (_what, text) => {
  expect(split(text, []).isDamaged).toBe(true)
})

it('leaves a cut document cut, and another text as it is', () => {
  expect(split('{"data":{"found":{"rows":[{"a":1},{"a"', []).rest).toBe('{"data":{"found":{"rows":[')
  expect(split('<html>["a</html>', [3]).rest).toBe('<html>["a</html>')
})

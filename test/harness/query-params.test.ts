import { expect, test } from 'vitest'
import { QueryParams } from './query-params.ts'

test.each([
  ['title==x', 'title=', 'x'],
  ['title%3D=x', 'title=', 'x'],
  ['title!==x', 'title!=', 'x'],
  ['updatedAt>>=5', 'updatedAt>>', '5'],
  ['updatedAt%3E%3E=5', 'updatedAt>>', '5'],
  ['file=a+b%2Cc', 'file', 'a b,c'],
  ['genre%5B0%5D.tag.tag==x', 'genre[0].tag.tag', '=x'],
  ['genre[].tag.tag-=A%2CB', 'genre[].tag.tag-', 'A,B'],
  ['plain', 'plain', ''],
  ['bad=%zz%C3%A4', 'bad', '%zzä'],
])('%s', (raw, name, value) => {
  expect(new QueryParams(raw).pairs).toEqual([[name, value]])
})

test('of repeated names the last one counts', () => {
  const params = new QueryParams('a=1&b=2&a=3')
  expect(params.get('a')).toBe('3')
  expect(params.has('c')).toBe(false)
  expect(params.toObject()).toEqual({ a: '3', b: '2' })
})

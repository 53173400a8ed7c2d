import { expect, it } from 'vitest'
import { pageAfter } from './pages.ts'

const ends = { first: { key: 9, id: 1 }, last: { key: 5, id: 3 } }

it('asks for the next page from the last row of the one that was read', () => {
  const after = pageAfter({ offset: 40, limit: 3 }, { total: 100, rows: [1, 2, 3], ends })
  expect(after).toEqual({ offset: 43, limit: 3, near: { index: 42, key: 5, id: 3, total: 100 } })
})

it('ends with a page that is not full, and with one that is empty', () => {
  expect(pageAfter({ offset: 0, limit: 4 }, { total: 3, rows: [1, 2, 3], ends })).toBeNull()
  expect(pageAfter({ offset: 3, limit: 3 }, { total: 3, rows: [], ends: null })).toBeNull()
})

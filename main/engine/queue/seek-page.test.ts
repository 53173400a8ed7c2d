import { describe, expect, it } from 'vitest'
import { beyond, direction, seekPage } from './seek-page.ts'

const near = { index: 5000, key: 77, id: 8 }
const from = { key: 77, id: 8 }

describe('where a page is read from', () => {
  it('is the beginning without a row to begin from', () => {
    expect(seekPage({ offset: 0, limit: 100 }, 10_000)).toEqual({ from: null, forwards: true, skip: 0, take: 100 })
    expect(seekPage({ offset: 300, limit: 100 }, 10_000)).toMatchObject({ from: null, forwards: true, skip: 300 })
  })

  it('is the end where that is nearer', () => {
    expect(seekPage({ offset: 9900, limit: 100 }, 10_000)).toEqual({ from: null, forwards: false, skip: 0, take: 100 })
    // The last page is not full: backwards it must not begin before its own first row.
    expect(seekPage({ offset: 9900, limit: 100 }, 9950)).toEqual({ from: null, forwards: false, skip: 0, take: 50 })
    expect(seekPage({ offset: 9700, limit: 100 }, 9950)).toMatchObject({ forwards: false, skip: 150, take: 100 })
  })

  it('is the row that the caller has, before it and behind it', () => {
    expect(seekPage({ offset: 5001, limit: 100, near }, 10_000)).toEqual({ from, forwards: true, skip: 0, take: 100 })
    expect(seekPage({ offset: 5101, limit: 100, near }, 10_000)).toMatchObject({ from, forwards: true, skip: 100 })
    expect(seekPage({ offset: 4900, limit: 100, near }, 10_000)).toEqual({ from, forwards: false, skip: 0, take: 100 })
    expect(seekPage({ offset: 4700, limit: 100, near }, 10_000)).toMatchObject({ from, forwards: false, skip: 200 })
  })

  it('is not a row in the middle of the page, nor one that is farther away', () => {
    expect(seekPage({ offset: 4950, limit: 100, near }, 10_000)).toMatchObject({ from: null, skip: 4950 })
    expect(seekPage({ offset: 100, limit: 100, near }, 10_000)).toMatchObject({ from: null, forwards: true, skip: 100 })
  })

  it('is the known row also where the list has become shorter than it was', () => {
    expect(seekPage({ offset: 5001, limit: 100, near }, 4000)).toMatchObject({ from, skip: 0, take: 100 })
  })

  it('is told to SQL as rows behind the known one, in the direction that is read', () => {
    const ahead = seekPage({ offset: 5001, limit: 100, near }, 10_000)
    const back = seekPage({ offset: 4900, limit: 100, near }, 10_000)
    expect([beyond(ahead, 'at', true), direction(ahead, true)]).toEqual(['(at, id) < (@key, @id)', 'DESC'])
    expect([beyond(back, 'at', true), direction(back, true)]).toEqual(['(at, id) > (@key, @id)', 'ASC'])
    expect([beyond(ahead, 'at', false), direction(ahead, false)]).toEqual(['(at, id) > (@key, @id)', 'ASC'])
    expect([beyond(back, 'at', false), direction(back, false)]).toEqual(['(at, id) < (@key, @id)', 'DESC'])
    expect(beyond(seekPage({ offset: 0, limit: 1 }, 1), 'at', true)).toBe('TRUE')
  })
})

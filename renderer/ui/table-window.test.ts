import { describe, expect, it } from 'vitest'
import { moveCursor, rowHeight, scrollToShow, seenRows } from './table-window.ts'

describe('seenRows', () => {
  it('draws what is seen and a few more, never past the ends', () => {
    expect(seenRows(0, 300, 100_000)).toEqual({ first: 0, end: 18 })
    expect(seenRows(50_000 * rowHeight, 300, 100_000)).toEqual({ first: 49_992, end: 50_018 })
    expect(seenRows(99_990 * rowHeight, 300, 100_000)).toEqual({ first: 99_982, end: 100_000 })
    expect(seenRows(0, 300, 0)).toEqual({ first: 0, end: 0 })
  })

  it('survives a list that became shorter than the place scrolled to', () => {
    expect(seenRows(5_000, 300, 3)).toEqual({ first: 3, end: 3 })
  })
})

describe('scrollToShow', () => {
  it('moves only as far as needed', () => {
    expect(scrollToShow(5, 0, 300)).toBe(0)
    expect(scrollToShow(10, 0, 300)).toBe(rowHeight)
    expect(scrollToShow(2, 300, 300)).toBe(2 * rowHeight)
  })
})

describe('moveCursor', () => {
  it('stays within the list', () => {
    expect(moveCursor('ArrowUp', 0, 10, 300)).toBe(0)
    expect(moveCursor('j', 9, 10, 300)).toBe(9)
    expect(moveCursor('End', 3, 10, 300)).toBe(9)
    expect(moveCursor('PageDown', 0, 100, 300)).toBe(9)
    expect(moveCursor('x', 0, 10, 300)).toBeNull()
    expect(moveCursor('ArrowDown', -1, 0, 300)).toBeNull()
  })
})

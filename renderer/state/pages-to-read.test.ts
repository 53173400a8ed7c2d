import { expect, test } from 'vitest'
import { pagesToRead } from './pages-to-read.ts'

const held = (wanted: [number, number], reading: number[] = [], read: number[] = []) =>
  pagesToRead({ wanted, pageSize: 100, has: (page) => read.includes(page), reading: new Set(reading) })

test('the pages on screen are read, unless they are there or on their way', () => {
  expect(held([90, 130])).toEqual([0, 1])
  expect(held([90, 130], [1])).toEqual([0])
  expect(held([90, 130], [], [0, 1])).toEqual([])
  expect(held([0, 0])).toEqual([])
})

test('two at a time: what a fast scroll has passed is not asked for when its turn comes', () => {
  expect(held([360_000, 360_030], [60, 120])).toEqual([])
  expect(held([360_000, 360_030], [120])).toEqual([3_600])
})

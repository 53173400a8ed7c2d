import { describe, expect, it } from 'vitest'
import { dayFor, isSceneDate } from './partial-date.ts'

describe('isSceneDate', () => {
  it.each(['2024', '2024-02', '2024-02-29', '1999-12-31', '0001-01-01'])('%s exists', (text) => {
    expect(isSceneDate(text)).toBe(true)
  })
  it.each([
    '',
    '2023-02-29',
    '2024-02-30',
    '2024-13',
    '2024-00-01',
    '2024-01-32',
    '0000-01-01',
    '24-01-01',
    '2024-1-1',
    '2024/01/01',
    '2024-01-01T00:00:00Z',
    '20240',
  ])('%j does not', (text) => {
    expect(isSceneDate(text)).toBe(false)
  })
})

describe('dayFor', () => {
  it.each([
    ['2023', '', '2023-01-01'],
    ['2023', '2022-12-31', '2023-01-01'],
    ['2023', '2023-06-11', '2023-06-11'],
    ['2023-05', '', '2023-05-01'],
    ['2023-05', '2023-06-11', '2023-05-01'],
    ['2023-05', '2023-05-31', '2023-05-31'],
    ['2023-05-02', '2023-05-31', '2023-05-02'],
    ['', '2023-05-31', ''],
  ])('%j where Plex has %j is %j', (sceneDate, plexDay, day) => {
    expect(dayFor(sceneDate, plexDay)).toBe(day)
  })
})

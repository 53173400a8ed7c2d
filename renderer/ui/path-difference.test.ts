import { expect, it } from 'vitest'
import { partsOf } from './path-difference.ts'

it.each([
  ['/data/films/A/b.mp4', '/media/films/A/b.mp4', ['', '/data', '/films/A/b.mp4']],
  ['D:\\films\\A\\b.mp4', '/mnt/films/A/b.mp4', ['', 'D:', '\\films\\A\\b.mp4']],
  ['/data/films/old/b.mp4', '/data/films/new/b.mp4', ['/data/films', '/old', '/b.mp4']],
  ['/data/b.mp4', '/data/more/b.mp4', ['/data', '', '/b.mp4']],
  ['/data/b.mp4', '/data/b.mp4', ['/data/b.mp4', '', '']],
  ['/data/b.mp4', '/data/c.mp4', ['/data', '/b.mp4', '']],
  ['', '/data/c.mp4', ['', '', '']],
])('marks in %s what %s has not', (path, other, parts) => {
  const { before, differs, after } = partsOf(path, other)
  expect([before, differs, after]).toEqual(parts)
  expect(before + differs + after).toBe(path)
})

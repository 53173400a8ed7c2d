import { expect, it } from 'vitest'
import { pairsOf } from './gap-pairs.ts'
import type { SizedGap } from './gap-row.ts'

const gap = (id: number, path: string, title = '', size: number | null = null): SizedGap => ({
  kind: 'missing',
  scene_id: String(id),
  rating_key: null,
  title,
  path,
  size,
  changes: [],
  skipped: null,
  enqueued: false,
})
const stray = (key: number, path: string, title = '', size: number | null = null): SizedGap => ({
  ...gap(1, path, title, size),
  kind: 'unknown_to_stash',
  scene_id: null,
  rating_key: String(key),
})
const short = (pairs: ReturnType<typeof pairsOf>) =>
  pairs.map(({ scene_id, rating_key, evidence }) => [scene_id, rating_key, evidence])

it('pairs the same file name in another folder, and the same title under another name', () => {
  const missing = [gap(1, '/data/old/Paper Ferry.mp4'), gap(2, '/data/winter.light.1080p.mkv', 'Winter Light')]
  const unknown = [stray(11, '/media/Winter Light.mp4'), stray(12, '/media/new/Paper Ferry.mp4')]
  expect(short(pairsOf(missing, unknown))).toEqual([
    ['1', '12', 'file_name'],
    ['2', '11', 'title'],
  ])
})

it('pairs files of one size first, whatever they are called, unless it is a small or a common one', () => {
  const large = 1_234_567_890
  const missing = [gap(1, '/a/Paper Ferry.mp4', '', large), gap(2, '/a/b.mp4', '', 4096), gap(3, '/a/c.mp4', '', 7e8)]
  const unknown = [
    stray(11, '/media/Paper Ferry.mp4', '', 5_000_000),
    stray(12, '/media/2021-05.mp4', '', large),
    stray(13, '/media/sample.mp4', '', 4096),
    stray(14, '/media/x.mp4', '', 7e8),
    stray(15, '/media/y.mp4', '', 7e8),
  ]
  expect(short(pairsOf(missing, unknown))).toEqual([['1', '12', 'file_size']])
})

it('pairs nothing by a name that several have', () => {
  const missing = [gap(1, '/a/scene1.mp4'), gap(2, '/b/scene1.mp4')]
  expect(pairsOf(missing, [stray(11, '/media/scene1.mp4')])).toEqual([])
  expect(pairsOf([gap(1, '/a/scene1.mp4')], [stray(11, '/x/scene1.mp4'), stray(12, '/y/scene1.mp4')])).toEqual([])
})

it('gives each item to one scene', () => {
  const missing = [gap(1, '/a/Glass Road.mp4'), gap(2, '/a/glass road 720p.mp4')]
  expect(short(pairsOf(missing, [stray(11, '/media/Glass Road.mp4')]))).toEqual([['1', '11', 'file_name']])
})

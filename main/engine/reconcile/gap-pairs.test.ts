import { expect, it } from 'vitest'
import type { GapRow } from '../../../shared/contract.ts'
import { pairsOf } from './gap-pairs.ts'

const gap = (id: number, path: string, title = ''): GapRow => ({
  kind: 'missing',
  scene_id: String(id),
  rating_key: null,
  title,
  path,
  changes: [],
  skipped: null,
  enqueued: false,
})
const stray = (key: number, path: string, title = ''): GapRow => ({
  ...gap(1, path, title),
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

it('pairs nothing by a name that several bear', () => {
  const missing = [gap(1, '/a/scene1.mp4'), gap(2, '/b/scene1.mp4')]
  expect(pairsOf(missing, [stray(11, '/media/scene1.mp4')])).toEqual([])
  expect(pairsOf([gap(1, '/a/scene1.mp4')], [stray(11, '/x/scene1.mp4'), stray(12, '/y/scene1.mp4')])).toEqual([])
})

it('gives each item to one scene', () => {
  const missing = [gap(1, '/a/Glass Road.mp4'), gap(2, '/a/glass road 720p.mp4')]
  expect(short(pairsOf(missing, [stray(11, '/media/Glass Road.mp4')]))).toEqual([['1', '11', 'file_name']])
})

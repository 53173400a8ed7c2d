import { beforeEach, expect, test } from 'vitest'
import { ManualClock } from '../../../../test/harness/clock.ts'
import { freshDatabase } from '../../../../test/harness/fresh-database.ts'
import type { Database } from '../../database/open.ts'
import { Links } from './links.ts'

const day = 24 * 60 * 60_000
const signal = new AbortController().signal
let clock: ManualClock
let db: Database
let links: Links

beforeEach(() => {
  clock = new ManualClock()
  db = freshDatabase()
  links = new Links(db, clock)
  record(1001, 1)
  record(1002, 2)
})

function record(ratingKey: number, sceneId: number): void {
  db.prepare('INSERT INTO sync_item (rating_key, scene_id, section_id, file) VALUES (?, ?, ?, ?)').run(
    ratingKey,
    sceneId,
    '1',
    `/media/${sceneId}.mp4`,
  )
}
const forget = (ratingKey: number) => db.prepare('DELETE FROM sync_item WHERE rating_key = ?').run(ratingKey)
const scenesOf = (ratingKey: string) => links.of('server', ratingKey).map(({ sceneId }) => sceneId)

test('what the sync has on record is the link, and is remembered after it went', async () => {
  expect(scenesOf('1001')).toEqual(['1'])
  await links.upkeep('server', () => true, signal)
  forget(1001)
  expect(links.of('server', '1001')).toEqual([{ sceneId: '1', file: '/media/1.mp4', rival: false }])
  expect(links.of('another server', '1001')).toEqual([])
})

test('a link is kept for 90 days after its item vanished, and for good while the item is there', async () => {
  await links.upkeep('server', () => true, signal)
  forget(1001)
  forget(1002)
  const exists = (ratingKey: string): boolean => ratingKey === '1002'
  clock.jump(89 * day)
  await links.upkeep('server', exists, signal)
  expect(scenesOf('1001')).toEqual(['1'])
  clock.jump(2 * day)
  await links.upkeep('server', exists, signal)
  expect(scenesOf('1001')).toEqual([])
  clock.jump(200 * day)
  await links.upkeep('server', exists, signal)
  expect(scenesOf('1002')).toEqual(['2'])
})

test('the scene on record comes first, a rival after it, and a rival that took over is none any more', async () => {
  links.addRival('server', '1001', '5')
  expect(scenesOf('1001')).toEqual(['1', '5'])
  forget(1001)
  record(1001, 5)
  await links.upkeep('server', () => true, signal)
  expect(links.of('server', '1001').map(({ sceneId, rival }) => `${sceneId} ${rival}`)).toEqual(['5 false'])
  links.addRival('server', '1002', '1')
  links.dropRival('server', '1002', '1')
  expect(scenesOf('1002')).toEqual(['2'])
})

test('a scene’s items are those on record and those remembered', async () => {
  record(1003, 1)
  await links.upkeep('server', () => true, signal)
  forget(1001)
  expect(links.itemsOf('server', '1').toSorted()).toEqual(['1001', '1003'])
})

import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { PlexPart } from '../../../shared/domain.ts'
import { bindToServer } from './index-owner.ts'
import { openIndex, part } from './part-index.fixture.ts'
import { lookupLimit } from './part-lookup.ts'
import { baseKey, pathKey } from './path-key.ts'
import { titleKey } from './title-key.ts'

function keys(parts: readonly PlexPart[]): string[] {
  return parts.map(({ ratingKey }) => ratingKey)
}

function page(from: number, count: number): PlexPart[] {
  return Array.from({ length: count }, (_, at) => part(`${from + at}`, `/media/${from + at}.mp4`))
}

describe('PartIndex lookups', () => {
  const clip = part('7', '/media/A/Clip.mp4', { title: 'The Clip', size: 5_000_000_000, duration: 61.5 })
  const { index } = openIndex([
    clip,
    part('8', '/media/B/clip.MP4', { size: null, duration: null }),
    part('9', '/media/A/Clip.mp4', { sectionId: '2' }),
  ])

  it('give parts back as they were', () => {
    expect(index.byItem('7')).toEqual([clip])
  })

  it('find by path, name, name and size, title and item', () => {
    expect(keys(index.byPath(pathKey('/media/A/Clip.mp4')))).toEqual(['7', '9'])
    expect(keys(index.byPath(pathKey('/media/a/clip.mp4')))).toEqual([])
    expect(keys(index.byBase(baseKey('CLIP.mp4'))).sort()).toEqual(['7', '8', '9'])
    expect(keys(index.byBaseAndSize('clip.mp4', 5_000_000_000))).toEqual(['7'])
    expect(keys(index.byBaseAndSize('clip.mp4', null))).toEqual(['8'])
    expect(keys(index.byTitle(titleKey('the clip')))).toEqual(['7'])
    expect(index.byItem('77')).toEqual([])
    expect(index.count()).toBe(3)
  })

  it('are seeks, each in a separate index', () => {
    const { db } = openIndex()
    const plan = (where: string) =>
      db
        .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN SELECT file FROM plex_part WHERE ${where}`)
        .all()
        .map(({ detail }) => detail)
        .join()
    expect(plan("path_key = 'a'")).toContain('SEARCH plex_part USING INDEX plex_part_by_path')
    expect(plan("base_key = 'a' AND size IS 1")).toContain('plex_part_by_base (base_key=? AND size=?)')
    expect(plan("base_key = 'a' AND size IS NULL")).toContain('plex_part_by_base (base_key=? AND size=?)')
    expect(plan("title_key = 'a'")).toContain('plex_part_by_title (title_key=?)')
    expect(plan('rating_key = 1')).toContain('plex_part_by_item (rating_key=?)')
    expect(plan('section_id = 1 AND generation < 2')).toContain('plex_part_unseen (section_id=? AND generation<?)')
  })

  it('end at the limit', () => {
    const many = openIndex(
      Array.from({ length: lookupLimit + 5 }, (_, at) => part(`${at + 1}`, `/media/${at}/video.mp4`)),
    )
    expect(many.index.byBase('video.mp4')).toHaveLength(lookupLimit)
  })
})

describe('PartIndex refresh', () => {
  it('takes pages, sweeps what was not seen and notes the revision', async () => {
    const { index, clock } = openIndex(page(1, 1200))
    const refresh = index.beginRefresh('1')
    await refresh.add([...page(1, 499), part('2000', '/media/new.mp4'), part('2000', '/media/new-cd2.mp4')])
    expect(index.byItem('1200')).toHaveLength(1)
    expect(await refresh.finish('r1')).toBe(true)
    expect(index.byItem('1200')).toEqual([])
    expect(index.byItem('2000')).toHaveLength(2)
    expect(index.count()).toBe(500)
    expect(index.sections()).toEqual([{ id: '1', revision: 'r1', refreshedAt: clock.time, items: 500 }])
  })

  it('read the libraries once, however many rows a listing writes', async () => {
    const { index } = openIndex()
    const sections = vi.spyOn(index, 'sections')
    const refresh = index.beginRefresh('1')
    const parts = Array.from({ length: 1_000 }, (_, at) => part(`${at + 1}`, `/media/${at}.mp4`))
    await refresh.add(parts.slice(0, 500))
    await refresh.add(parts.slice(500))
    expect(await refresh.finish('r1')).toBe(true)
    expect([index.count(), sections.mock.calls.length]).toEqual([1_000, 1])
  })

  it('leaves other libraries alone', async () => {
    const { index } = openIndex([part('1', '/archive/x.mp4', { sectionId: '2' }), part('2', '/media/y.mp4')])
    await index.beginRefresh('1').finish('r1')
    expect(keys(index.byPath('/archive/x.mp4'))).toEqual(['1'])
    expect(index.byPath('/media/y.mp4')).toEqual([])
  })

  it('keeps what came in besides while it ran', async () => {
    const { index } = openIndex()
    const refresh = index.beginRefresh('1')
    await refresh.add(page(1, 3))
    index.upsertParts([part('9', '/media/just-added.mp4')])
    await refresh.finish('r1')
    expect(index.count()).toBe(4)
  })

  it('leaves the old entries usable after a crash, and the next one cleans up', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'plexsync-index-'))
    try {
      const file = join(folder, 'plexsync.db')
      const before = openIndex([], file)
      const first = before.index.beginRefresh('1')
      await first.add(page(1, 10))
      await first.finish('r1')
      await before.index.beginRefresh('1').add([part('1', '/media/moved.mp4')])
      before.db.close() // the crash

      const after = openIndex([], file)
      expect(after.index.byItem('10')).toHaveLength(1)
      expect(after.index.sections()[0]?.revision).toBe('r1')
      const next = after.index.beginRefresh('1')
      await next.add([part('1', '/media/moved.mp4'), ...page(3, 2)])
      await next.finish('r2')
      expect(after.index.byItem('1').map(({ file: at }) => at)).toEqual(['/media/moved.mp4'])
      expect(after.index.count()).toBe(3)
      after.db.close()
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('ends without sweeping when it is cancelled or another one took over', async () => {
    const { index } = openIndex(page(1, 5))
    expect(await index.beginRefresh('1').finish('r1', AbortSignal.abort())).toBe(false)
    const older = index.beginRefresh('1')
    const newer = index.beginRefresh('1')
    await newer.add(page(1, 2))
    expect(await older.finish('r1')).toBe(false)
    expect(index.count()).toBe(5)
    expect(await newer.finish('r2')).toBe(true)
    expect(index.count()).toBe(2)
    expect(index.sections()[0]?.revision).toBe('r2')
  })
})

describe('PartIndex changes', () => {
  it('counts items, not parts, through every kind of change', async () => {
    const { index } = openIndex([...page(1, 3), part('1', '/media/1-cd2.mp4')])
    expect(index.count()).toBe(3)
    index.upsertParts([
      part('1', '/media/1.mp4'),
      part('4', '/media/4.mp4'),
      part('4', '/media/4.mp4', { title: 'New' }),
    ])
    expect(index.count()).toBe(4)
    index.removeItem('2')
    const refresh = index.beginRefresh('1')
    await refresh.add([part('1', '/media/moved.mp4'), part('5', '/media/5.mp4')])
    expect(index.count()).toBe(4)
    await refresh.finish('r1')
    expect(index.count()).toBe(2)
    expect(index.sections()[0]?.items).toBe(2)
  })

  it('notes the revision of an incremental listing', () => {
    const { index, clock } = openIndex(page(1, 2))
    clock.time += 5
    index.noteRevision('1', 'r7')
    expect(index.sections()).toEqual([{ id: '1', revision: 'r7', refreshedAt: clock.time, items: 2 }])
  })

  it('replaces an item with all its parts', () => {
    const { index } = openIndex([part('1', '/media/a.mp4'), part('1', '/media/b.mp4'), part('2', '/media/c.mp4')])
    index.upsertParts([part('1', '/media/b.mp4', { title: 'New', size: 2 })])
    expect(index.byItem('1')).toEqual([part('1', '/media/b.mp4', { title: 'New', size: 2 })])
    expect(index.byTitle('b')).toEqual([])
    expect(index.count()).toBe(2)
  })

  it('never cuts an item apart at the end of a batch', () => {
    const parts = [...page(1, 499), ...Array.from({ length: 4 }, (_, at) => part('900', `/media/cd${at}.mp4`))]
    const { index } = openIndex(parts)
    index.upsertParts(parts)
    expect(index.byItem('900')).toHaveLength(4)
  })

  it('removes items and libraries', async () => {
    const { index } = openIndex([...page(1, 3), part('9', '/archive/x.mp4', { sectionId: '2' })])
    expect(index.removeItem('1')).toBe(true)
    expect(index.removeItem('1')).toBe(false)
    await index.removeSection('1')
    expect(index.count()).toBe(1)
    expect(index.sections().map(({ id }) => id)).toEqual(['2'])
  })
})

describe('picks and owner', () => {
  it('remembers a pick per file, whatever the path’s spelling', () => {
    const { picks, clock } = openIndex()
    const pick = { sceneId: '3', ratingKey: '5', file: '/plex/x.mp4', size: 9, duration: 60 }
    picks.remember({ ...pick, path: 'D:\\data\\X.mp4' })
    picks.remember({ ...pick, path: 'd:/data/x.mp4', ratingKey: '6' })
    const at = (path: string, size = 1) => ({ path, size, duration: null })
    expect(picks.find(at('D:\\Data\\x.mp4'), null)?.ratingKey).toBe('6')
    expect(picks.find(at('/data/x.mp4'), '3')).toBeNull()
    expect(picks.find(at('/data/renamed.mp4', 9), '3')?.ratingKey).toBe('6')
    expect(picks.find(at('/data/renamed.mp4', 9), '4')).toBeNull()
    expect(picks.list()).toEqual([{ ...pick, path: 'd:/data/x.mp4', ratingKey: '6', pickedAt: clock.time }])
    expect(picks.forget('D:\\data\\x.mp4')).toBe(true)
    expect(picks.list()).toEqual([])
  })

  it('empties index and picks when another server answers', () => {
    const { db, index, picks } = openIndex()
    picks.remember({
      path: '/data/imported.mp4',
      sceneId: null,
      ratingKey: '4',
      file: null,
      size: null,
      duration: null,
    })
    expect(bindToServer(db, 'server-a', index, picks)).toBe(false)
    expect(picks.find({ path: '/data/imported.mp4', size: null, duration: null }, null)?.ratingKey).toBe('4')
    index.upsertParts([part('1', '/media/x.mp4')])
    index.beginRefresh('1')
    expect(bindToServer(db, 'server-a', index, picks)).toBe(false)
    expect(index.count()).toBe(1)
    expect(bindToServer(db, 'server-b', index, picks)).toBe(true)
    expect([index.count(), index.sections(), picks.list()]).toEqual([0, [], []])
    expect(bindToServer(db, 'server-b', index, picks)).toBe(false)
  })
})

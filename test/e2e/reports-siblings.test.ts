/**
 * Relatives of the reported cases: what else servers and people do to a library that no hook and no stamp of a scene shows.
 * Each is written without help, and nothing that PlexSync did not write is lost.
 */
import { describe, expect, it } from 'vitest'
import { tagNames } from '../harness/plex-item.ts'
import type { PlexItem } from '../harness/plex-model.ts'
import { startTestEngine, type TestEngine } from './test-engine.ts'

const minute = 60_000
const hour = 60 * minute

async function written(scenes: number, settings: Record<string, string | number | boolean> = {}): Promise<TestEngine> {
  const app = await startTestEngine({
    scenes,
    settings: { poll_interval: 60, ...settings },
  })
  await app.pass(minute)
  await app.hookAll(scenes)
  await app.settled()
  return app
}

/** What comes every day, without the day: ten minutes, then the comparison of everything. */
async function nightly(app: TestEngine): Promise<void> {
  await app.pass(10 * minute)
  await app.call('startReconcile', { scope: 'all' })
  await app.until(async () => (await app.call('getReconcile')).run?.state === 'done')
  await app.settled()
}

const polled = { stash_poll_seconds: 60 }
const fileOf = (scene: number) => ({ file: `/media/scene ${scene}.mp4`, size: 1_000_000 + scene })
const genres = (item: PlexItem) => tagNames(item, 'genre')

describe('Plex', () => {
  it.each([false, true])('renames and re-keys an item at the same time (preserve_plex_edits %s)', async (preserve) => {
    await using app = await written(1, { preserve_plex_edits: preserve })
    app.stash.actions.moveFile(1, '/data/scene 1.mp4', '/data/b/other name.mp4')
    app.plex.library.removeItem(app.keys[0] ?? 0)
    const item = app.plex.library.addItem({ section: 1, file: { file: '/media/b/other name.mp4', size: 1_000_001 } })
    await app.hook(1)
    await app.settled()
    await app.pass(10 * minute)
    expect(item.text).toMatchObject({ title: 'Scene 1', studio: 'Studio' })
    expect(await app.call('getStatus')).toMatchObject({ synced_scenes: 1, dead_letters: 0 })
  })

  it.each(['', 'Scenes'])(
    'deletes a library and makes one of the same name again (plex_library "%s")',
    async (plex_library) => {
      await using app = await written(3, { plex_library })
      for (const key of app.keys) app.plex.library.removeItem(key)
      app.plex.library.removeSection(1)
      await app.pass(20 * minute)
      const section = app.plex.library.addSection({ title: 'Scenes', locations: ['/media'] }).id
      expect(section).not.toBe(1)
      const items = [1, 2, 3].map((scene) => app.plex.library.addItem({ section, file: fileOf(scene) }))
      await nightly(app)
      expect(items.map(({ text }) => text.title)).toEqual(['Scene 1', 'Scene 2', 'Scene 3'])
      expect(await app.call('getStatus')).toMatchObject({ synced_scenes: 3, dead_letters: 0 })
    },
  )

  it('moves an item into another library', async () => {
    await using app = await written(1)
    const section = app.plex.library.addSection({ title: 'More', locations: ['/more'] }).id
    app.plex.library.removeItem(app.keys[0] ?? 0)
    const item = app.plex.library.addItem({ section, file: fileOf(1) })
    await app.pass(10 * minute)
    expect(item.text.title).toBe('Scene 1')
  })

  it('changes the order of the two files of an item, and Stash that of the scene: nothing is written', async () => {
    await using app = await startTestEngine({ scenes: 0 })
    const files = [
      { path: '/data/a.mp4', size: 11 },
      { path: '/data/b.mp4', size: 22 },
    ]
    app.stash.library.addScene({ title: 'Two', details: 'Two files', tags: ['one'], files })
    const item = app.plex.library.addItem({
      section: 1,
      media: [{ parts: [{ file: '/media/a.mp4', size: 11 }] }, { parts: [{ file: '/media/b.mp4', size: 22 }] }],
    })
    await app.pass(minute)
    await app.hookAll(1)
    await app.settled()
    expect(item.text.title).toBe('Two')
    item.media.reverse()
    app.plex.library.touch(item)
    app.stash.library.scene(1).files.reverse()
    app.plex.requests.reset()
    await app.hookAll(1)
    await app.settled()
    await nightly(app)
    expect(app.writes()).toBe(0)
    app.stash.actions.updateScene(1, { tags: [], details: 'New' })
    await app.hookAll(1)
    await app.settled()
    expect(genres(item)).toEqual([])
  })

  it('swaps the files of two items: each gets the metadata of its file', async () => {
    await using app = await written(2)
    const [one, two] = app.keys.map((key) => app.plex.library.item(key))
    if (one === undefined || two === undefined) throw new Error('two items')
    ;[one.media, two.media] = [two.media, one.media]
    app.plex.library.touch(one)
    app.plex.library.touch(two)
    await nightly(app)
    expect([one.text.title, two.text.title]).toEqual(['Scene 2', 'Scene 1'])
  })

  it('replaces a file in place by one of the same size: the item that was scanned again is written', async () => {
    await using app = await written(1, { preserve_plex_edits: true })
    const key = app.keys[0] ?? 0
    const { addedAt } = app.item(1)
    app.plex.library.removeItem(key)
    app.plex.library.addItem({ section: 1, ratingKey: key, file: fileOf(1), addedAt })
    await nightly(app)
    expect(app.text(1, 'title')).toBe('Scene 1')
    expect(app.text(1, 'summary')).toBe('About scene 1')
    expect(app.tags(1, 'genre')).toEqual(['one', 'two'])
  })

  it('is restored from a backup of before the last write', async () => {
    await using app = await written(1)
    const item = app.item(1)
    const { updatedAt } = item
    await app.pass(hour)
    app.stash.actions.updateScene(1, { details: 'Newer', tags: ['one', 'two', 'three'] })
    await app.hook(1)
    await app.settled()
    expect(app.text(1, 'summary')).toBe('Newer')
    app.plex.library.editByPerson(item.ratingKey, {
      text: { summary: 'About scene 1' },
      tags: { genre: ['one', 'two'] },
    })
    item.updatedAt = updatedAt
    await nightly(app)
    expect(app.text(1, 'summary')).toBe('Newer')
    expect(app.tags(1, 'genre').toSorted()).toEqual(['one', 'three', 'two'])
  })

  it('has other folders: the same items under other paths, and a corrected path_map', async () => {
    await using app = await written(2, { preserve_plex_edits: true })
    app.plex.library.editByPerson(app.keys[0] ?? 0, { text: { summary: 'By hand' } })
    for (const scene of [1, 2])
      app.plex.library.renameFile(`/media/scene ${scene}.mp4`, `/mnt/films/scene ${scene}.mp4`)
    await app.pass(10 * minute)
    await app.call('saveSettings', { by: 'command', values: { path_map: '/data=>/mnt/films' } })
    await app.pass(10 * minute)
    app.stash.actions.updateScene(1, { details: 'New 1', tags: ['one'] })
    app.stash.actions.updateScene(2, { details: 'New 2', tags: ['one'] })
    await app.hookAll(2)
    await app.settled()
    expect(app.text(1, 'summary')).toBe('By hand')
    expect(app.text(2, 'summary')).toBe('New 2')
    expect([app.tags(1, 'genre'), app.tags(2, 'genre')]).toEqual([['one'], ['one']])
  })

  it('gives the key of a vanished item to a film of the same size: nothing of it is cleared', async () => {
    await using app = await written(1)
    const key = app.keys[0] ?? 0
    app.plex.library.removeItem(key)
    app.plex.library.addItem({
      section: 1,
      ratingKey: key,
      file: { file: '/media/holidays.mp4', size: 1_000_001 },
      text: { title: 'Scene 1', studio: 'Studio', summary: 'About scene 1' },
      tags: { genre: ['one', 'two'] },
      locked: ['title'],
    })
    await app.hook(1)
    await app.settled()
    app.stash.actions.updateScene(1, { details: '', studio: null, tags: [] })
    await app.hook(1)
    await app.settled()
    await nightly(app)
    expect(app.plex.library.item(key).text).toMatchObject({
      title: 'Scene 1',
      studio: 'Studio',
      summary: 'About scene 1',
    })
    expect(genres(app.plex.library.item(key))).toEqual(['one', 'two'])
  })
})

describe('Stash', () => {
  it('merges a scene into one whose file is in another library: both items get the metadata of what is left', async () => {
    await using app = await written(2, polled)
    const section = app.plex.library.addSection({ title: 'More', locations: ['/more'] }).id
    app.stash.library.addScene({
      title: 'Third',
      details: 'In another library',
      files: [{ path: '/data/third.mp4', size: 3 }],
    })
    const third = app.plex.library.addItem({ section, file: { file: '/media/third.mp4', size: 3 } })
    await app.hook(3)
    await app.settled()
    await app.pass(minute)
    expect(third.text.title).toBe('Third')
    app.stash.actions.mergeScenes(1, [3])
    await app.pass(5 * minute)
    expect(third.text).toMatchObject({ title: 'Scene 1', summary: 'About scene 1' })
    expect(app.text(1, 'title')).toBe('Scene 1')
  })

  it.each(['while PlexSync runs', 'while PlexSync is off'])(
    'is restored from a backup %s: older values, older stamps',
    async (when) => {
      await using app = await written(2, polled)
      const backup = structuredClone(app.stash.library.scene(1))
      await app.pass(hour)
      app.stash.actions.updateScene(1, { title: 'Newer', tags: ['three'] })
      await app.hook(1)
      await app.settled()
      expect(app.text(1, 'title')).toBe('Newer')
      const restore = () => void app.stash.library.scenes.set(1, backup)
      if (when.endsWith('off')) await app.restart(restore)
      else restore()
      await nightly(app)
      expect(app.text(1, 'title')).toBe('Scene 1')
      expect(app.tags(1, 'genre')).toEqual(['one', 'two'])
    },
    60_000,
  )

  it('loses a scene to a restored backup and scans its file again: the new scene owns what the old one wrote', async () => {
    await using app = await written(2, polled)
    app.stash.library.scenes.delete(1)
    app.stash.library.addScene({
      title: 'Again',
      details: 'Found again',
      tags: ['one'],
      files: [{ path: '/data/scene 1.mp4', size: 1_000_001 }],
    })
    await app.pass(10 * minute)
    expect(app.text(1, 'title')).toBe('Again')
    expect(app.tags(1, 'genre')).toEqual(['one'])
    expect(await app.deadLetters()).toEqual([])
  })

  it.each(['while PlexSync runs', 'while PlexSync is off'])(
    'merges two studios %s, with neither hook nor stamp',
    async (when) => {
      await using app = await written(2, polled)
      const merge = () => {
        const kept = app.stash.library.studio('House')
        for (const scene of app.stash.library.scenes.values()) scene.studio = kept
        const gone = app.stash.library.studio('Studio')
        app.stash.library.forgetName('studio', gone)
        app.stash.library.studios.delete(gone.id)
      }
      app.stash.library.studio('House')
      await app.pass(2 * minute)
      if (when.endsWith('off')) await app.restart(merge)
      else merge()
      await app.pass(10 * minute)
      expect([app.text(1, 'studio'), app.text(2, 'studio')]).toEqual(['House', 'House'])
      expect(app.tags(1, 'collection')).toEqual(['House'])
    },
  )

  it('exchanges the names of two performers while PlexSync is off', async () => {
    await using app = await written(2, polled)
    app.stash.actions.updateScene(2, { performers: ['Bo Ray'] })
    await app.hook(2)
    await app.settled()
    await app.pass(2 * minute)
    const [ann, bo] = [app.stash.library.performer('Ann Lee'), app.stash.library.performer('Bo Ray')]
    await app.restart(async () => {
      app.stash.actions.renamePerformer(ann.id, 'Somebody')
      app.stash.actions.renamePerformer(bo.id, 'Ann Lee')
      app.stash.actions.renamePerformer(ann.id, 'Bo Ray')
    })
    await app.pass(10 * minute)
    expect([app.tags(1, 'actor'), app.tags(2, 'actor')]).toEqual([['Bo Ray'], ['Ann Lee']])
  })

  it('renames a tag to a name that is denied: it goes', async () => {
    await using app = await written(1, { ...polled, tag_deny: '"Big, Bold", 12" Vinyl' })
    app.stash.actions.renameTag(app.stash.library.tag('one').id, 'Big, Bold')
    await app.pass(10 * minute)
    expect(app.tags(1, 'genre')).toEqual(['two'])
    app.stash.actions.renameTag(app.stash.library.tag('two').id, '12" Vinyl')
    await app.pass(10 * minute)
    expect(app.tags(1, 'genre')).toEqual([])
  })

  it('corrects the letter case of a tag: Plex keeps the first spelling, which is reported once and never written', async () => {
    await using app = await written(3, polled)
    app.stash.actions.renameTag(app.stash.library.tag('one').id, 'One')
    await app.pass(3 * minute)
    app.plex.requests.reset()
    await app.hookAll(3)
    await app.settled()
    await nightly(app)
    expect(app.tags(1, 'genre')).toEqual(['one', 'two'])
    expect(app.writes()).toBe(0)
    const logged = app.logs.filter(({ line }) => line.includes("Plex keeps the spelling 'one' for 'One'"))
    expect(logged).toHaveLength(1)
  })

  it('gives the file of one scene to another, with neither hook nor stamp', async () => {
    await using app = await written(2, polled)
    app.stash.actions.assignFile(2, '/data/scene 1.mp4', 1)
    await nightly(app)
    expect(app.text(1, 'title')).toBe('Scene 2')
    expect(app.text(2, 'title')).toBe('Scene 2')
  })

  it('moves a file of which Plex has a new item only hours later, while PlexSync is restarted in between', async () => {
    await using app = await written(1, polled)
    app.stash.actions.moveFileByApi(1, '/data/scene 1.mp4', '/data/late/scene 1.mp4')
    await app.pass(3 * hour)
    await app.restart()
    await app.pass(6 * hour)
    app.plex.library.removeItem(app.keys[0] ?? 0)
    const item = app.plex.library.addItem({ section: 1, file: { file: '/media/late/scene 1.mp4', size: 1_000_001 } })
    await app.pass(10 * minute)
    expect(item.text.title).toBe('Scene 1')
    expect(await app.deadLetters()).toEqual([])
  })
})

describe('a pick', () => {
  it('is kept where the file is renamed on both sides and the item has another key', async () => {
    await using app = await written(1)
    const key = app.plex.library.addItem({ section: 1, file: { file: '/media/x/film.mp4', size: 5 } }).ratingKey
    app.stash.library.addScene({ title: 'Odd', details: 'Odd one', files: [{ path: '/odd/odd.mp4', size: 5 }] })
    await app.call('pickMatch', { scene_id: '2', rating_key: String(key) })
    await app.settled()
    app.stash.actions.moveFile(2, '/odd/odd.mp4', '/odd/odd again.mp4')
    app.plex.library.renameFile('/media/x/film.mp4', '/media/x/film again.mp4')
    app.stash.actions.updateScene(2, { title: 'Odd again' })
    await app.hook(2)
    await app.settled()
    expect(app.plex.library.item(key).text.title).toBe('Odd again')
  })

  it('whose item is gone asks again, and the very file that comes later is written', async () => {
    await using app = await written(1)
    const key = app.plex.library.addItem({ section: 1, file: { file: '/media/x/film.mp4', size: 5 } }).ratingKey
    app.stash.library.addScene({ title: 'Odd', details: 'Odd one', files: [{ path: '/data/odd.mp4', size: 9 }] })
    await app.call('pickMatch', { scene_id: '2', rating_key: String(key) })
    await app.settled()
    app.plex.library.removeItem(key)
    await app.hook(2)
    await app.settled()
    const item = app.plex.library.addItem({ section: 1, file: { file: '/media/odd.mp4', size: 9 } })
    await app.pass(30 * minute)
    expect(item.text.title).toBe('Odd')
  })
})

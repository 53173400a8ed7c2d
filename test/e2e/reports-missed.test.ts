/**
 * What people reported as missed: changes in Plex that touch no scene's `updated_at`. Each is written without help: within
 * minutes where Plex reports it, within a day where only a comparison can find it.
 */
import { describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from './test-engine.ts'

const minute = 60_000
const hour = 60 * minute

async function written(scenes: number, settings: Record<string, string | boolean> = {}): Promise<TestEngine> {
  const app = await startTestEngine({ scenes, settings: { poll_interval: 60, ...settings } })
  await app.hookAll(scenes)
  await app.settled()
  return app
}

describe('an item that Plex has under another key', () => {
  it('a renamer moves the file: the hook comes immediately, Plex makes a new item minutes later', async () => {
    await using app = await written(1)
    const size = 1_000_001
    app.stash.actions.moveFile(1, '/data/scene 1.mp4', '/data/sorted/scene 1.mp4')
    await app.hook(1)
    await app.settled()
    await app.pass(3 * minute)
    app.plex.library.removeItem(app.keys[0] ?? 0)
    const item = app.plex.library.addItem({ section: 1, file: { file: '/media/sorted/scene 1.mp4', size } })
    await app.pass(10 * minute)
    expect(item.text.title).toBe('Scene 1')
    expect(item.text.summary).toBe('About scene 1')
  })

  it('a library is rebuilt: all items vanish and come back, and the overview never counts empty ones', async () => {
    await using app = await written(3)
    expect(await app.call('getStatus')).toMatchObject({ synced_scenes: 3 })
    for (const key of app.keys) app.plex.library.removeItem(key)
    await app.pass(6 * minute)
    expect(await app.call('getStatus')).toMatchObject({ synced_scenes: 0 })
    const items = [1, 2, 3].map((scene) =>
      app.plex.library.addItem({ section: 1, file: { file: `/media/scene ${scene}.mp4`, size: 1_000_000 + scene } }),
    )
    await app.pass(10 * minute)
    expect(items.map((item) => item.text.title)).toEqual(['Scene 1', 'Scene 2', 'Scene 3'])
    expect(await app.call('getStatus')).toMatchObject({ synced_scenes: 3, dead_letters: 0 })
  })

  it('removed and added between two looks, so that the number of items is the same', async () => {
    await using app = await written(1)
    app.plex.library.removeItem(app.keys[0] ?? 0)
    const file = { file: '/media/scene 1.mp4', size: 1_000_001 }
    const item = app.plex.library.addItem({ section: 1, file })
    await app.pass(10 * minute)
    expect(item.text.title).toBe('Scene 1')
  })
})

describe('a dead letter whose cause is over', () => {
  it('Plex gets a new file thirty hours after the scene was saved', async () => {
    await using app = await startTestEngine({ scenes: 1 })
    app.stash.library.addScene({ title: 'Late', details: 'Late', files: [{ path: '/data/late.mp4', size: 9 }] })
    await app.hook(2)
    await app.pass(3 * hour)
    expect(await app.deadLetters()).toHaveLength(1)
    await app.pass(27 * hour)
    const item = app.plex.library.addItem({ section: 1, file: { file: '/media/late.mp4', size: 9 } })
    await app.pass(10 * minute)
    expect(item.text.title).toBe('Late')
    expect(await app.deadLetters()).toHaveLength(0)
  })

  it('a doubtful match becomes certain, because Plex has the very file by now', async () => {
    await using app = await startTestEngine({ scenes: 1, settings: { path_map: '' } })
    app.stash.library.addScene({ title: 'Alike', details: 'x', files: [{ path: '/other/scene 1.mp4', size: 5 }] })
    await app.hook(2)
    await app.settled()
    expect(await app.deadLetters()).toMatchObject([{ code: 'low_confidence' }])
    const item = app.plex.library.addItem({ section: 1, file: { file: '/other/scene 1.mp4', size: 5 } })
    await app.pass(10 * minute)
    expect(item.text.title).toBe('Alike')
  })
})

describe('an item that Plex reset', () => {
  it.each([false, true])(
    'to the values of its scanner: written again within a day (preserve_plex_edits %s)',
    async (preserve) => {
      await using app = await written(1, { reconcile_interval: 'daily', preserve_plex_edits: preserve })
      const key = app.keys[0] ?? 0
      app.plex.library.editByPerson(key, { unlock: [...app.item(1).locked] })
      app.plex.library.refreshByAgent(key)
      expect(app.text(1, 'title')).toBe('scene 1')
      expect(app.tags(1, 'genre')).toEqual([])
      await app.pass(25 * hour)
      expect(app.text(1, 'title')).toBe('Scene 1')
      expect(app.text(1, 'summary')).toBe('About scene 1')
      expect(app.tags(1, 'genre')).toEqual(['one', 'two'])
      expect(app.tags(1, 'actor')).toEqual(['Ann Lee'])
    },
  )

  it('whose owner took out one name, and unlocked nothing: it stays out with preserve_plex_edits', async () => {
    await using app = await written(1, { reconcile_interval: 'daily', preserve_plex_edits: true })
    app.plex.library.editByPerson(app.keys[0] ?? 0, { tags: { genre: ['two'] } })
    await app.pass(25 * hour)
    expect(app.tags(1, 'genre')).toEqual(['two'])
  })
})

it('asks Plex once in five minutes while nothing happens', async () => {
  await using app = await written(1)
  await app.pass(10 * minute)
  app.plex.requests.reset()
  await app.pass(hour)
  expect(app.plex.requests.total).toBe(12)
})

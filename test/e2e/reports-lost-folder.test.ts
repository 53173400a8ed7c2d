/** What people reported of a lost data folder while preserve_plex_edits is on: PlexSync's own locks look like the user's. */
import { expect, it } from 'vitest'
import { sampleJpeg } from '../harness/sample-images.ts'
import { startTestEngine, type TestEngine } from './test-engine.ts'

const keeping = { preserve_plex_edits: true, reconcile_interval: 'daily' }

/** Written by an earlier installation, whose data folder is gone; `between` is what happened in Plex before. */
async function lost(
  between: (plex: TestEngine['plex'], key: (scene: number) => number) => void = () => {},
  settings: Readonly<Record<string, string | number | boolean>> = {},
): Promise<TestEngine> {
  const app = await startTestEngine({ settings: { ...keeping, ...settings } })
  await app.hookAll(3)
  await app.settled()
  between(app.plex, (scene) => app.keys[scene - 1] ?? 0)
  await app.forget()
  await app.hookAll(3)
  await app.settled()
  return app
}

async function locks(app: TestEngine) {
  const { checks } = await app.call('runHealthChecks')
  return checks.find(({ id }) => id === 'locked_fields')
}

/** Saves scene 1 in Stash under another title, studio and tags. */
async function changed(app: TestEngine): Promise<void> {
  await app.pass(3_000)
  app.stash.actions.updateScene(1, { title: 'New title', studio: 'New studio', tags: ['one', 'three'] })
  await app.hook(1)
  await app.settled()
}

it('without adoption nothing is overwritten, and the health check says why', async () => {
  await using app = await lost()
  const check = await locks(app)
  expect(check).toMatchObject({ warning: true, code: 'unknown_locks', values: { items: 3, differing: 0 } })
  expect((await app.call('getStatus')).health.warnings).toBeGreaterThan(0)
  await changed(app)
  expect(app.text(1, 'title')).toBe('Scene 1')
  expect(app.text(1, 'studio')).toBe('Studio')
  expect(app.tags(1, 'genre').toSorted()).toEqual(['one', 'two'])
  // Title, studio, tags, and the collection of the studio.
  expect(await locks(app)).toMatchObject({ values: { items: 3, differing: 4 } })
})

it('after adoption a change in Stash arrives, the removal of a tag too', async () => {
  await using app = await lost()
  app.plex.requests.reset()
  const report = await app.work('adoptLocks', { all: false, dry_run: false })
  expect(report).toMatchObject({ items: 3, differing: 0, enqueued: 0 })
  expect(app.writes()).toBe(0)
  expect(await locks(app)).toMatchObject({ state: 'pass', code: 'no_unknown_locks' })
  await changed(app)
  expect(app.text(1, 'title')).toBe('New title')
  expect(app.text(1, 'studio')).toBe('New studio')
  expect(app.tags(1, 'genre').toSorted()).toEqual(['one', 'three'])
  // Nothing is left for a second adoption.
  expect(await app.work('adoptLocks', { all: true, dry_run: false })).toMatchObject({ items: 0, fields: 0 })
})

it('a locked edit of the user is never adopted as equal: no text, no name more and no name less', async () => {
  await using app = await lost((plex, key) => {
    plex.library.editByPerson(key(1), { text: { studio: 'Mine' } })
    plex.library.editByPerson(key(2), { tags: { genre: ['one', 'two', 'mine'] } })
    plex.library.editByPerson(key(3), { tags: { genre: ['one'] } })
  })
  expect(await locks(app)).toMatchObject({ values: { items: 3, differing: 3 } })
  const report = await app.work('adoptLocks', { all: false, dry_run: false })
  expect(report.sample.map(({ scene_id, field, plex }) => [scene_id, field, plex])).toEqual([
    ['1', 'studio', 'Mine'],
    ['2', 'tags', ['one', 'two', 'mine']],
    ['3', 'tags', ['one']],
  ])
  for (const id of [1, 2, 3]) app.stash.actions.updateScene(id, { studio: 'New studio', tags: ['three'] })
  await app.hookAll(3)
  await app.settled()
  expect([1, 2, 3].map((id) => app.text(id, 'studio'))).toEqual(['Mine', 'New studio', 'New studio'])
  expect([1, 2, 3].map((id) => app.tags(id, 'genre').toSorted())).toEqual([['three'], ['mine', 'one', 'two'], ['one']])
  // They are kept on purpose, so they are no warning.
  expect(await locks(app)).toMatchObject({ state: 'pass', code: 'locks_kept' })
})

it('on the user’s word all are adopted: what is overwritten is named first, and can be taken back', async () => {
  await using app = await lost((plex, key) => {
    plex.library.editByPerson(key(1), { text: { studio: 'Mine' }, tags: { genre: ['mine'] } })
  })
  app.plex.requests.reset()
  const dry = await app.work('adoptLocks', { all: true, dry_run: true })
  expect(dry.sample.map(({ field, plex, stash }) => [field, plex, stash])).toEqual([
    ['studio', 'Mine', 'Studio'],
    ['tags', ['mine'], ['one', 'two']],
  ])
  expect(await locks(app)).toMatchObject({ values: { differing: 2 } })
  expect(app.writes()).toBe(0)
  expect(await app.work('adoptLocks', { all: true, dry_run: false })).toMatchObject({ differing: 2, enqueued: 1 })
  await app.settled()
  expect(app.text(1, 'studio')).toBe('Studio')
  expect(app.tags(1, 'genre').toSorted()).toEqual(['one', 'two'])
  expect(app.logs.some(({ line }) => line.includes('Adopted studio, tags of the Plex item'))).toBe(true)
  await app.call('undoScene', { scene_id: '1' })
  expect(app.text(1, 'studio')).toBe('Mine')
  expect(app.tags(1, 'genre')).toEqual(['mine'])
})

it('a poster that is the scene’s cover is adopted, and follows the next cover; another one is not', async () => {
  await using app = await startTestEngine({ scenes: 2, settings: { ...keeping, sync_poster: true } })
  const cover = async (id: number, seed: number) => {
    await app.pass(3_000)
    app.stash.actions.updateScene(id, { cover: sampleJpeg(seed) })
    await app.hook(id, { fields: ['cover_image'] })
    await app.settled()
  }
  for (const id of [1, 2]) await cover(id, id)
  const chosen = app.plex.library.posterByPerson(app.keys[1] ?? 0, sampleJpeg(50))
  app.item(2).locked.add('thumb')
  await app.forget()
  await app.work('adoptLocks', { all: true, dry_run: false })
  await app.settled()
  for (const id of [1, 2]) await cover(id, 10 + id)
  const shown = (id: number) => {
    const { selected, images } = app.item(id).shelves.posters
    return images.find(({ key }) => key === selected)
  }
  expect(shown(1)?.bytes.equals(sampleJpeg(11))).toBe(true)
  expect(shown(2)?.key).toBe(chosen)
})

it('costs Plex one request for fifty items, and a kill in between forgets and repeats nothing', async () => {
  await using app = await lost()
  app.plex.requests.reset()
  const task = await app.call('beginTask', { kind: 'adopt', request: {} })
  await app.restart()
  await app.until(async () => (await app.call('listTasks', { id: task.id })).tasks[0]?.state === 'done')
  expect(app.plex.requests.count({ label: 'metadata' })).toBeLessThanOrEqual(3)
  await changed(app)
  expect(app.text(1, 'title')).toBe('New title')
})

it('a comparison alone finds them, where only future changes are wanted', async () => {
  await using app = await startTestEngine({ settings: keeping })
  await app.hookAll(3)
  await app.settled()
  await app.forget()
  const run = await app.call('startReconcile', { scope: 'all', dry_run: true })
  await app.until(async () => (await app.call('getReconcile', { id: run.id })).run?.state === 'done')
  expect(await locks(app)).toMatchObject({ code: 'unknown_locks', values: { items: 3 } })
})

it('with preserve_plex_edits off there is nothing to adopt: Stash overwrites locked fields', async () => {
  await using app = await lost(() => {}, { preserve_plex_edits: false })
  expect(await locks(app)).toMatchObject({ state: 'pass', code: 'no_unknown_locks' })
  await changed(app)
  expect(app.text(1, 'title')).toBe('New title')
})

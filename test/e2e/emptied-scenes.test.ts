/** Scenes that were written and lose their metadata in Stash: one is an edit, many are an accident. */
import { expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from './test-engine.ts'

const bare = { details: '', studio: null, performers: [], tags: [], date: null }

async function written(scenes: number): Promise<TestEngine> {
  const app = await startTestEngine({ scenes })
  await app.hookAll(scenes)
  await app.settled()
  return app
}

async function empty(app: TestEngine, scenes: readonly number[]): Promise<void> {
  for (const scene of scenes) {
    app.stash.actions.updateScene(scene, bare)
    await app.hook(scene)
    await app.quiesce()
  }
  await app.pass(60_000)
}

it('one emptied scene: what PlexSync wrote is taken back, what its owner wrote stays', async () => {
  await using app = await written(2)
  app.plex.library.editByPerson(app.keys[0] ?? 0, { tags: { genre: ['one', 'two', 'theirs'] }, lock: false })
  await empty(app, [1])
  expect([app.text(1, 'studio'), app.text(1, 'summary')]).toEqual(['', ''])
  expect(app.tags(1, 'genre')).toEqual(['theirs'])
  expect(app.text(1, 'title')).toBe('Scene 1')
  expect(app.text(2, 'summary')).toBe('About scene 2')
})

it('six within an hour, one after another: none is touched, and one decision is asked', async () => {
  await using app = await written(6)
  app.plex.requests.reset()
  await empty(app, [1, 2, 3, 4, 5, 6])
  expect(app.writes()).toBe(0)
  const dead = await app.deadLetters()
  expect(dead).toHaveLength(6)
  expect(new Set(dead.map(({ code }) => code))).toEqual(new Set(['scene_emptied']))
  expect(await app.call('getStatus')).toMatchObject({ needs_you: 6 })
})

it('retried: they are taken out of Plex too', async () => {
  await using app = await written(6)
  await empty(app, [1, 2, 3, 4, 5, 6])
  await app.call('retryDeadLetters', { select: 'like', code: 'scene_emptied' })
  await app.settled()
  for (const scene of [1, 2, 3, 4, 5, 6]) expect(app.text(scene, 'summary')).toBe('')
  expect(await app.deadLetters()).toHaveLength(0)
})

it('discarded: they stay in Plex, also after a comparison of everything', async () => {
  await using app = await written(6)
  await empty(app, [1, 2, 3, 4, 5, 6])
  await app.call('discardDeadLetters', { select: 'all' })
  await app.call('startReconcile', { scope: 'all' })
  await app.pass(60_000)
  for (const scene of [1, 6]) expect(app.text(scene, 'summary')).toBe(`About scene ${scene}`)
  expect(await app.deadLetters()).toHaveLength(0)
})

it('metadata that comes back is written, whatever was asked before', async () => {
  await using app = await written(6)
  await empty(app, [1, 2, 3, 4, 5, 6])
  for (const scene of [1, 2, 3, 4, 5, 6]) app.stash.actions.updateScene(scene, { details: `Again ${scene}` })
  await app.hookAll(6)
  await app.settled()
  expect(app.text(4, 'summary')).toBe('Again 4')
  expect(await app.deadLetters()).toHaveLength(0)
})

it('an empty scene that was never written is not written', async () => {
  await using app = await startTestEngine({ scenes: 1 })
  app.plex.library.editByPerson(app.keys[0] ?? 0, { text: { summary: 'By hand' } })
  await empty(app, [1])
  expect(app.text(1, 'summary')).toBe('By hand')
  expect(await app.lastJob(1)).toMatchObject({ state: 'filtered' })
})

/** A pick that is taken back: the question returns, and what was written because of it is undone. */
import { expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from './test-engine.ts'

/** Scene 1 has two items in Plex that look like it, none for certain. */
async function unsure(app: TestEngine): Promise<{ readonly other: string }> {
  app.stash.library.addScene({
    title: 'Unsure',
    studio: 'Studio',
    files: [{ path: '/elsewhere/unsure.mp4', size: 5_000 }],
  })
  const items = ['/media/a/unsure.mp4', '/media/b/unsure.mp4'].map((file, at) =>
    app.plex.library.addItem({ section: 1, file: { file, size: 6_000 + at } }),
  )
  await app.hook(2)
  await app.until(async () => (await app.lastJob(2))?.state === 'dead')
  return { other: String(items[1]?.ratingKey) }
}

it('undoes what the pick wrote, and asks again', async () => {
  await using app = await startTestEngine({ scenes: 1 })
  const { other } = await unsure(app)
  await app.call('pickMatch', { scene_id: '2', rating_key: other })
  await app.until(() => app.plex.library.item(Number(other)).text.studio === 'Studio')
  await app.settled()
  expect(await app.deadLetters()).toEqual([])

  const { changes } = await app.call('unpickMatch', { scene_id: '2', rating_key: other })
  expect(changes.map(({ field }) => field)).toContain('studio')
  await app.until(async () => (await app.deadLetters()).length === 1)
  expect(app.plex.library.item(Number(other)).text.studio ?? '').toBe('')
  const [letter] = await app.deadLetters()
  expect(letter).toMatchObject({ scene_id: '2', code: 'low_confidence' })
  expect(letter?.candidates).toHaveLength(2)
})

it('before anything was written only forgets the pick', async () => {
  await using app = await startTestEngine({ scenes: 1 })
  const { other } = await unsure(app)
  await app.call('pause')
  await app.call('pickMatch', { scene_id: '2', rating_key: other })
  app.plex.requests.reset()
  expect(await app.call('unpickMatch', { scene_id: '2', rating_key: other })).toEqual({ changes: [] })
  await app.call('resume')
  await app.until(async () => (await app.deadLetters()).length === 1)
  expect(app.writes()).toBe(0)
  expect(await app.tryCall('unpickMatch', { scene_id: '2', rating_key: other })).toMatchObject({
    fault: { code: 'unknown_name' },
  })
})

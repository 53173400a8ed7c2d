/** What is around a comparison: the runs before it, the next one, and pairs that are likely the same. */
import { expect, it } from 'vitest'
import { startTestEngine } from './test-engine.ts'

const compare = async (app: Awaited<ReturnType<typeof startTestEngine>>) => {
  await app.call('startReconcile', { scope: 'all', dry_run: true })
  await app.until(async () => (await app.call('getReconcile')).run?.state === 'done')
}

it('keeps what earlier comparisons found, and says when the next one is due', async () => {
  await using app = await startTestEngine({ settings: { reconcile_interval: 'daily', stash_poll_seconds: 3600 } })
  await compare(app)
  await app.call('enqueueScenes', { scope: 'all' })
  await app.settled()
  await compare(app)
  const { runs, next_at } = await app.call('listReconciles')
  const gaps = runs.map((run) => Object.values(run.gaps).reduce((sum, count) => sum + count, 0))
  expect(gaps).toEqual([0, 3])
  const inHours = (Date.parse(next_at ?? '') - app.clock.now()) / 3_600_000
  expect(inHours).toBeGreaterThan(20)
  expect(inHours).toBeLessThanOrEqual(24)
  await app.restart()
  expect((await app.call('listReconciles')).runs.map(({ gaps: found }) => found)).toEqual(runs.map((run) => run.gaps))
  await app.call('saveSettings', { values: { reconcile_interval: 'never' } })
  expect((await app.call('listReconciles')).next_at).toBeNull()
})

it('pairs a scene that Plex misses with a file that no scene has', async () => {
  await using app = await startTestEngine({ scenes: 1 })
  app.stash.library.addScene({
    title: 'Paper Ferry',
    studio: 'Studio',
    files: [{ path: '/data/old/Paper Ferry.mp4', size: 500 }],
  })
  const item = app.plex.library.addItem({ section: 1, file: { file: '/media/new/Paper Ferry.mp4', size: 900 } })
  await compare(app)
  const { run } = await app.call('getReconcile')
  const { pairs } = await app.call('listGapPairs', { id: run?.id ?? 0 })
  expect(pairs).toEqual([
    {
      scene_id: '2',
      title: 'Paper Ferry',
      path: '/data/old/Paper Ferry.mp4',
      rating_key: String(item.ratingKey),
      plex_title: expect.any(String),
      plex_file: '/media/new/Paper Ferry.mp4',
      evidence: 'file_name',
    },
  ])
  await app.call('pickMatch', { scene_id: '2', rating_key: String(item.ratingKey) })
  await app.until(() => item.text.studio === 'Studio')
})

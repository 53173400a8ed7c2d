/** Plays where it becomes tight: many rows, a second PlexSync, servers that are away, hooks of our own writes. */
import { afterEach, expect, test, vi } from 'vitest'
import { startTestEngine, type TestEngine, type TestEngineOptions } from './test-engine.ts'

// Days of test time with a pull every quarter of an hour: work for a loaded machine.
vi.setConfig({ testTimeout: 180_000 })

const minute = 60_000
let app: TestEngine
afterEach(() => app[Symbol.asyncDispose]())

async function start(scenes: number, options: TestEngineOptions = {}): Promise<void> {
  app = await startTestEngine({ scenes, ...options })
  await app.hookAll(scenes)
  await app.settled()
  app.plex.playback.onPlaying = () => {}
}
const on = { activity_plays: 'plex_to_stash', activity_from: '2024-01-01' }
const seconds = (): number => Math.floor(app.clock.now() / 1000)
const key = (scene: number): number => app.keys[scene - 1] ?? 0
const history = (scene: number): number[] => app.stash.library.scene(scene).playTimes
function lose(name: string, applied: boolean): void {
  app.stash.faults.add({ where: ({ body }) => body.includes(name), times: 1, applied, fault: { kind: 'reset' } })
}

test('10,000 rows on the first run: pages of 200, one read per 50 scenes, one write per scene', async () => {
  const scenes = 100
  const rowsPerScene = 100
  await start(scenes)
  for (let row = 0; row < rowsPerScene; row++)
    for (let scene = 1; scene <= scenes; scene++)
      app.plex.playback.watch(key(scene), { viewedAt: seconds() - row * 86_400 - scene })
  app.plex.requests.reset()
  app.stash.requests.reset()
  await app.call('saveSettings', { values: on })
  const report = await app.call('pullPlays', {})
  expect(report).toMatchObject({ seen: scenes * rowsPerScene, applied: scenes * rowsPerScene, scenes, runs: [1] })
  expect(history(1)).toHaveLength(rowsPerScene)
  expect(app.stash.requests.count({ label: 'sceneAddPlay' })).toBe(scenes)
  expect(app.plex.requests.count({ label: 'history' })).toBe(50)
  expect(app.stash.requests.filter({ label: 'findScenes' }).filter(({ body }) => body.includes('Watched')).length).toBe(
    2,
  )
})

test('a pull that is fulfilled leaves the queue alone, also where Stash reports it by hooks', async () => {
  await start(2, { stash: { activityHooks: true } })
  const { webhook_url: url } = await app.call('getStatus', {})
  app.stash.connectHooks({ url: url ?? '', token: 'test-hook-token' })
  await app.call('saveSettings', { values: { ...on, activity_resume: true } })
  await app.pass(1_000)
  app.plex.playback.watch(key(1))
  app.plex.playback.stopAt(key(2), 90_000)
  const jobs = (await app.call('listActivity', {})).total
  await app.call('pullPlays', {})
  await app.stash.hooksDelivered()
  await app.quiesce()
  expect(history(1)).toHaveLength(1)
  expect(app.stash.library.scene(2).resume_time).toBe(90)
  expect((await app.call('listActivity', {})).total).toBe(jobs)
  expect((await app.call('getStatus', {})).queue).toEqual({ ready: 0, delayed: 0, in_progress: 0 })
})

test('two PlexSyncs add a play once, except when one is killed between its add and its check', async () => {
  await start(2)
  await app.call('saveSettings', { values: on })
  await app.pass(1_000)
  app.plex.playback.watch(key(1))
  // The other one adds in the moment in which ours is under way.
  app.stash.faults.add({
    where: ({ body }) => {
      if (body.includes('sceneAddPlay')) history(1).push(seconds())
      return false
    },
    fault: { kind: 'reset' },
  })
  expect(await app.call('pullPlays', {})).toMatchObject({ applied: 0, skipped: { already_in_stash: 1 } })
  app.stash.faults.clear()
  expect(history(1)).toEqual([seconds()])

  app.plex.playback.watch(key(2))
  const at = seconds()
  lose('sceneAddPlay', true)
  await app.tryCall('pullPlays', {})
  app.stash.faults.clear()
  history(2).push(at)
  await app.restart()
  await app.call('pullPlays', {})
  expect(history(2)).toEqual([at, at])
  await app.call('undoPlays', { select: 'all' })
  expect(history(2)).toEqual([at])
})

test('a second is never added again after its answer was lost, however long that takes', async () => {
  await start(1)
  await app.call('saveSettings', { values: on })
  await app.pass(1_000)
  app.plex.playback.watch(key(1))
  lose('sceneAddPlay', true)
  await app.tryCall('pullPlays', {})
  app.stash.faults.clear()
  await app.call('pullPlays', {})
  expect(history(1)).toHaveLength(1)
  await app.pass(90_000)
  expect(await app.call('pullPlays', {})).toMatchObject({ applied: 1, runs: [1] })
  expect(history(1)).toHaveLength(1)
  expect(await app.call('undoPlays', { select: 'run', run: 1 })).toMatchObject({ undone: 1 })
})

test('names of accounts wait while Plex is away', async () => {
  await start(1)
  app.plex.playback.accounts.set(7, 'Guest')
  await app.plex.down()
  await app.call('saveSettings', { values: { activity_accounts: 'Guest' } })
  expect((await app.call('getPlays', {})).notices).toEqual([{ code: 'accounts_pending', values: { names: 'Guest' } }])
  await app.plex.up()
  await app.pass(2 * minute)
  await app.call('saveSettings', { values: on })
  await app.pass(1_000)
  app.plex.playback.watch(key(1), { accountId: 7 })
  await app.call('pullPlays', {})
  expect(history(1)).toHaveLength(1)
  expect((await app.call('getPlays', {})).notices).toEqual([])
})

test('an account that Plex does not have stops the pull, with a notice and no name in the log', async () => {
  await start(1)
  await app.plex.down()
  await app.call('saveSettings', { values: { ...on, activity_accounts: 'Zebediah' } })
  await app.plex.up()
  await app.pass(20 * minute)
  expect((await app.call('getPlays', {})).notices).toEqual([
    { code: 'accounts_unknown', values: { names: 'Zebediah' } },
  ])
  expect(app.logs.filter(({ line }) => line.includes('The pull failed'))).not.toHaveLength(0)
  expect(app.logs.filter(({ line }) => line.includes('Zebediah'))).toHaveLength(0)
})

test('while a server is away nothing is asked, and the next pull catches up', async () => {
  await start(1)
  await app.call('saveSettings', { values: on })
  await app.pass(1_000)
  app.plex.playback.watch(key(1))
  await app.stash.down()
  await app.pass(60 * minute)
  await app.stash.up()
  await app.pass(40 * minute)
  expect(history(1)).toHaveLength(1)
})

test('switched off and on again, "from now on" starts again', async () => {
  await start(1)
  await app.call('saveSettings', { values: { activity_plays: 'plex_to_stash' } })
  await app.pass(1_000)
  await app.call('saveSettings', { values: { activity_plays: 'off' } })
  await app.pass(minute)
  app.plex.playback.watch(key(1))
  await app.pass(minute)
  await app.call('saveSettings', { values: { activity_plays: 'plex_to_stash' } })
  await app.pass(20 * minute)
  expect(history(1)).toEqual([])
  app.plex.playback.watch(key(1))
  await app.pass(20 * minute)
  expect(history(1)).toHaveLength(1)
})

test('ratings that the environment or an import asks for in both directions stay off, with one notice', async () => {
  await start(1)
  const document = JSON.stringify({
    format: 'plexsync-settings',
    version: 1,
    settings: { sync_rating: true, activity_ratings: 'plex_to_stash' },
  })
  await app.call('importSettings', { document })
  app.plex.playback.rate(key(1), 8)
  await app.pass(20 * minute)
  expect(app.stash.library.scene(1).rating100).toBe(null)
  expect((await app.call('getPlays', {})).notices).toEqual([{ code: 'ratings_both_ways', values: {} }])
  expect(app.logs.filter(({ line }) => line.includes('activity_ratings stays off'))).toHaveLength(1)
})

test('a bug report and the log name no account, and nothing else that settings name', async () => {
  await start(1)
  app.plex.playback.accounts.set(7, 'Zebediah')
  await app.call('saveSettings', { values: { ...on, activity_accounts: 'Zebediah', label_tags: 'Zoological' } })
  await app.pass(1_000)
  app.plex.playback.watch(key(1), { accountId: 7 })
  await app.call('pullPlays', {})
  await app.tryCall('saveSettings', { values: { activity_accounts: 'Zebediah, Zenobia' } })
  expect((await app.call('listPlays', {})).rows.map(({ account }) => account)).toEqual(['Zebediah'])
  const { text } = await app.call('getBugReport', {})
  expect(text).toContain('activity_plays: plex_to_stash')
  expect(text).toContain('Plex request lines: longest taken')
  expect(text).toMatch(/Stash: groups, ids, files with stamps; UTC offset \S+, clock -?\d+ s ahead/)
  expect(text).toContain('activity_accounts: (set)')
  for (const shown of [text, ...app.logs.map(({ line }) => line)])
    expect(shown).not.toMatch(/Zebediah|Zenobia|Zoological/)
})

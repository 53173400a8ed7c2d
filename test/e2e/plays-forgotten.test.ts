/** The tables of plays stay small over the years, and what was forgotten is never counted as new. */
import { afterEach, expect, test, vi } from 'vitest'
import type { PullReport } from '../../shared/plays.ts'
import { startTestEngine, type TestEngine } from './test-engine.ts'

// Days of test time with a pull every quarter of an hour: work for a loaded machine.
vi.setConfig({ testTimeout: 180_000 })

const day = 24 * 60 * 60_000
let app: TestEngine
afterEach(() => app[Symbol.asyncDispose]())

const seconds = (): number => Math.floor(app.clock.now() / 1000)
const key = (scene: number): number => app.keys[scene - 1] ?? 0
const history = (scene: number): number[] => app.stash.library.scene(scene).playTimes
const pull = (): Promise<PullReport> => app.call('pullPlays', {})
const watch = (scene: number, daysAgo: number, accountId = 1) =>
  app.plex.playback.watch(key(scene), { viewedAt: seconds() - daysAgo * 86_400, accountId })
const states = async (): Promise<string[]> =>
  (await app.call('listPlays', {})).rows.map(({ state, reason }) => reason ?? state).toSorted()

async function start(values: Record<string, string | boolean>): Promise<void> {
  app = await startTestEngine({ scenes: 4 })
  await app.hookAll(4)
  await app.settled()
  app.plex.playback.onPlaying = () => {}
  const from = new Date(app.clock.now() - 20 * day).toISOString().slice(0, 10)
  await app.call('saveSettings', { values: { activity_plays: 'plex_to_stash', activity_from: from, ...values } })
  await app.pass(1_000)
}

/** PlexSync does not run for so long. */
async function sleep(days: number): Promise<void> {
  await app.restart(() => app.clock.advance(days * day))
}

test('rows that came to nothing go after 400 days; plays that are in Stash stay and can be undone', async () => {
  await start({})
  for (let row = 0; row < 12; row++) watch(1, 1 + row / 10, 7)
  app.plex.playback.double(watch(2, 3), 30)
  watch(3, 40)
  const gone = app.plex.library.addItem({ section: 1, file: '/media/nobody.mp4' })
  app.plex.playback.watch(gone.ratingKey, { viewedAt: seconds() - 5 * 86_400 })
  const { runs } = await pull()
  await app.call('undoPlays', { select: 'run', run: runs[0] ?? 0 })
  watch(4, 2)
  await pull()
  expect(new Set(await states())).toEqual(
    new Set(['applied', 'undone', 'other_account', 'baseline', 'duplicate', 'no_scene']),
  )
  await sleep(390)
  await pull()
  expect(await states()).toHaveLength(17)

  await sleep(11)
  await pull()

  expect(await states()).toEqual(['applied'])
  expect(history(4)).toHaveLength(1)
  expect(await app.call('undoPlays', { select: 'all' })).toMatchObject({ undone: 1 })
  expect(history(4)).toEqual([])
})

test('a forgotten row that Plex shows again is not new, also when an earlier day is set', async () => {
  await start({})
  app.plex.playback.accounts.set(7, 'Guest')
  watch(1, 2, 7)
  watch(2, 3)
  const first = await pull()
  await app.call('undoPlays', { select: 'run', run: first.runs[0] ?? 0 })
  watch(3, 100)
  await sleep(410)
  await pull()
  expect(await states()).toEqual([])
  // Now everything is read again from far back, and the guest counts as well.
  await app.call('saveSettings', { values: { activity_from: '2020-01-01', activity_accounts: 'Owner, Guest' } })
  await app.pass(1_000)
  expect((await app.call('getPlays', {})).last).toMatchObject({ seen: 1, applied: 1 })
  expect(await app.call('pullPlays', { dry_run: true })).toMatchObject({ seen: 0, applied: 0 })
  expect([history(1), history(2)]).toEqual([[], []])
  expect(history(3)).toHaveLength(1)
})

test('a view is no mark by hand because older rows of its item were forgotten', async () => {
  await start({ activity_hand_marks: true })
  watch(1, 2)
  watch(1, 1)
  const { runs } = await pull()
  await app.call('undoPlays', { select: 'run', run: runs[0] ?? 0 })
  await sleep(410)
  await pull()
  expect(await states()).toEqual([])
  watch(1, 0)
  expect(await pull()).toMatchObject({ seen: 1, applied: 1 })
  expect(history(1)).toHaveLength(1)
})

test('of the resume points that replaced each other only the last is kept, with what was there before all of them', async () => {
  await start({ activity_plays: 'off', activity_resume: true })
  app.stash.library.scene(1).resume_time = 7
  for (const point of [60_000, 120_000, 180_000]) {
    app.plex.playback.stopAt(key(1), point)
    await pull()
    await app.pass(60_000)
  }
  expect(app.stash.library.scene(1).resume_time).toBe(180)
  await sleep(410)
  await pull()
  expect((await app.call('getPlays', {})).runs).toHaveLength(1)
  expect(await app.call('undoPlays', { select: 'all' })).toMatchObject({ resume: 1, kept: 0 })
  expect(app.stash.library.scene(1).resume_time).toBe(7)
})

import { afterEach, describe, expect, test, vi } from 'vitest'
import type { PullReport } from '../../shared/plays.ts'
import { startTestEngine, type TestEngine, type TestEngineOptions } from './test-engine.ts'

// Days of test time with a pull every quarter of an hour: work for a loaded machine.
vi.setConfig({ testTimeout: 180_000 })

const minute = 60_000
const day = 24 * 60 * minute
let app: TestEngine
afterEach(() => app[Symbol.asyncDispose]())

async function start(values: Record<string, string | boolean>, options: TestEngineOptions = {}): Promise<void> {
  app = await startTestEngine({ scenes: 3, ...options })
  await app.hookAll(3)
  await app.settled()
  app.plex.playback.onPlaying = () => {}
  await app.call('saveSettings', { values })
  await app.pass(1_000)
}
const pull = (): Promise<PullReport> => app.call('pullPlays', {})
const key = (scene: number): number => app.keys[scene - 1] ?? 0
const scene = (id: number) => app.stash.library.scene(id)
const seconds = (): number => Math.floor(app.clock.now() / 1000)

describe('a resume point', () => {
  test('comes to Stash without a played duration, and goes when Plex has none any more', async () => {
    await start({ activity_resume: true })
    app.plex.playback.stopAt(key(1), 95_000)
    expect(await pull()).toMatchObject({ seen: 0, resume: { applied: 1, skipped: 0, failed: 0 }, runs: [1] })
    expect(scene(1)).toMatchObject({ resume_time: 95, play_duration: 0 })
    expect((await pull()).resume).toEqual({ applied: 0, skipped: 0, failed: 0 })
    await app.pass(minute)
    app.plex.playback.watch(key(1))
    await pull()
    expect(scene(1).resume_time).toBe(0)
    expect(scene(1).playTimes).toEqual([])
  })

  test('that was set in Stash stays, also when Plex has none', async () => {
    await start({ activity_resume: true })
    scene(1).resume_time = 40
    app.plex.playback.mark(key(1), true)
    await pull()
    expect(scene(1).resume_time).toBe(40)
  })

  test('is left alone if it differs by some seconds only, or if Stash was played later', async () => {
    await start({ activity_resume: true })
    scene(1).resume_time = 100
    app.plex.playback.stopAt(key(1), 119_000)
    scene(2).playTimes.push(seconds() + 10)
    app.plex.playback.stopAt(key(2), 300_000)
    expect((await pull()).resume).toEqual({ applied: 0, skipped: 2, failed: 0 })
    expect(scene(1).resume_time).toBe(100)
    expect(scene(2).resume_time).toBe(0)
  })

  test('of an item marked as unwatched goes within a day', async () => {
    await start({ activity_resume: true })
    app.plex.playback.stopAt(key(1), 95_000)
    await app.pass(16 * minute)
    expect(scene(1).resume_time).toBe(95)
    app.plex.playback.mark(key(1), false)
    await app.pass(day + 30 * minute)
    expect(scene(1).resume_time).toBe(0)
  })

  test('is put back by undo, unless the user moved on', async () => {
    await start({ activity_resume: true })
    scene(1).resume_time = 12
    app.plex.playback.stopAt(key(1), 95_000)
    app.plex.playback.stopAt(key(2), 95_000)
    await pull()
    scene(2).resume_time = 200
    expect(await app.call('undoPlays', { select: 'all' })).toEqual({ undone: 0, resume: 1, ratings: 0, kept: 1 })
    expect(scene(1).resume_time).toBe(12)
    expect(scene(2).resume_time).toBe(200)
    expect((await pull()).resume.applied).toBe(0)
  })

  test('works with Stash 0.24 and with plays off', async () => {
    await start({ activity_resume: true }, { stash: { version: '0.24' } })
    app.plex.playback.stopAt(key(1), 95_000)
    expect((await pull()).resume.applied).toBe(1)
    expect(scene(1).resume_time).toBe(95)
  })

  test('costs one filtered listing per pull', async () => {
    await start({ activity_resume: true })
    app.plex.playback.stopAt(key(1), 95_000)
    await pull()
    await app.pass(16 * minute)
    app.plex.requests.reset()
    await app.pass(30 * minute)
    const { sections: _others, ...counts } = app.plex.requests.counts()
    expect(counts).toEqual({ listing: 2 })
  })

  test('that several runs moved comes back to what it was before the first', async () => {
    await start({ activity_resume: true })
    scene(1).resume_time = 5
    app.plex.playback.stopAt(key(1), 60_000)
    const first = (await pull()).runs[0] ?? 0
    await app.pass(minute)
    app.plex.playback.stopAt(key(1), 120_000)
    const second = (await pull()).runs[0] ?? 0
    await app.call('undoPlays', { select: 'run', run: first })
    expect(scene(1).resume_time).toBe(120)
    await app.call('undoPlays', { select: 'run', run: second })
    expect(scene(1).resume_time).toBe(5)
  })
})

describe('a rating', () => {
  const on = { activity_ratings: 'plex_to_stash' }

  test('that changes comes to Stash; one that was there before does not', async () => {
    await start({})
    app.plex.playback.rate(key(1), 8)
    await app.call('saveSettings', { values: on })
    await app.pass(1_000)
    expect(scene(1).rating100).toBe(null)
    app.plex.playback.rate(key(2), 7)
    expect((await pull()).ratings).toEqual({ applied: 1, skipped: 0, failed: 0 })
    expect(scene(2).rating100).toBe(70)
    app.plex.playback.rate(key(1), 9.5)
    await pull()
    expect(scene(1).rating100).toBe(95)
  })

  test('that is cleared clears only what came from Plex', async () => {
    await start(on)
    app.plex.playback.rate(key(1), 6)
    app.plex.playback.rate(key(2), 6)
    await pull()
    scene(2).rating100 = 33
    app.plex.playback.rate(key(1), null)
    app.plex.playback.rate(key(2), null)
    await pull()
    expect([scene(1).rating100, scene(2).rating100]).toEqual([null, 33])
  })

  test('is put back by undo, unless the user rated in Stash since', async () => {
    await start(on)
    scene(1).rating100 = 40
    app.plex.playback.rate(key(1), 8)
    app.plex.playback.rate(key(2), 8)
    app.plex.playback.rate(key(3), 8)
    await pull()
    scene(2).rating100 = 55
    expect(await app.call('undoPlays', { select: 'all' })).toEqual({ undone: 0, resume: 0, ratings: 2, kept: 1 })
    expect([1, 2, 3].map((id) => scene(id).rating100)).toEqual([40, 55, null])
    expect((await pull()).ratings).toEqual({ applied: 0, skipped: 0, failed: 0 })
  })

  test('works with Stash 0.24 and with plays off', async () => {
    await start(on, { stash: { version: '0.24' } })
    app.plex.playback.rate(key(1), 7)
    expect((await pull()).ratings.applied).toBe(1)
    expect(scene(1).rating100).toBe(70)
  })

  test('that differs by less than half a star is left alone', async () => {
    await start(on)
    scene(1).rating100 = 72
    app.plex.playback.rate(key(1), 7)
    expect((await pull()).ratings).toEqual({ applied: 0, skipped: 1, failed: 0 })
    expect(scene(1).rating100).toBe(72)
  })

  test('never goes back to Plex, whatever its hook says', async () => {
    await start(on)
    app.stash.connectHooks(null)
    const fired: string[] = []
    app.stash.actions.onHooks = (hooks) => fired.push(...hooks.map(({ id }) => String(id)))
    app.plex.playback.rate(key(1), 6)
    await pull()
    expect(fired).toEqual(['1'])
    const before = app.writes()
    await app.hook(1, { fields: ['id', 'rating100'] })
    await app.settled()
    await app.pass(30 * minute)
    expect(app.writes()).toBe(before)
    expect(app.item(1).numbers.userRating).toBe(6)
  })
})

describe('what it costs', () => {
  test('ratings and marks add one filtered listing per library and pull each, and nothing else', async () => {
    await start({
      activity_plays: 'plex_to_stash',
      activity_from: '2025-01-01',
      activity_hand_marks: true,
      activity_ratings: 'plex_to_stash',
    })
    app.plex.playback.rate(key(1), 6)
    app.plex.playback.mark(key(2), true)
    await pull()
    expect([scene(1).rating100, scene(2).playTimes.length]).toEqual([60, 1])
    await app.pass(16 * minute)
    app.plex.requests.reset()
    await app.pass(30 * minute)
    const { sections: _others, ...counts } = app.plex.requests.counts()
    expect(counts).toEqual({ history: 2, listing: 4 })
  })
})

describe('a mark by hand', () => {
  const on = { activity_plays: 'plex_to_stash', activity_from: '2025-01-01', activity_hand_marks: true }

  test('is one play at the date of the last view; marks from before are the baseline', async () => {
    await start({})
    app.plex.playback.mark(key(2), true)
    await app.call('saveSettings', { values: on })
    await app.pass(minute)
    app.plex.playback.mark(key(1), true)
    const at = seconds()
    await app.pass(minute)
    expect(await pull()).toMatchObject({ applied: 1 })
    expect([scene(1).playTimes, scene(2).playTimes]).toEqual([[at], []])
    expect((await app.call('listPlays', {})).rows[0]).toMatchObject({ source: 'hand_mark', state: 'applied' })
    expect(await pull()).toMatchObject({ seen: 0, applied: 0 })
  })

  test('is not seen in a play, also one that arrives late', async () => {
    await start(on)
    app.plex.playback.watch(key(1))
    app.plex.playback.watch(key(2), { viewedAt: seconds() - 10 * 86_400 })
    await app.pass(16 * minute)
    expect([scene(1).playTimes.length, scene(2).playTimes.length]).toEqual([1, 0])
    await app.pass(day)
    expect([scene(1).playTimes.length, scene(2).playTimes.length]).toEqual([1, 1])
  })

  test('is counted by a dry run, which remembers nothing of it', async () => {
    await start(on)
    app.plex.playback.mark(key(1), true)
    app.plex.playback.watch(key(2))
    const dryRun = () => app.call('pullPlays', { dry_run: true })
    expect(await dryRun()).toMatchObject({ seen: 2, applied: 2, runs: [] })
    expect(await dryRun()).toMatchObject({ seen: 2, applied: 2, runs: [] })
    expect(scene(1).playTimes).toEqual([])
    expect(await pull()).toMatchObject({ seen: 2, applied: 2 })
    expect(await dryRun()).toMatchObject({ seen: 0, applied: 0 })
  })

  test('after a mark as unwatched counts again', async () => {
    await start(on)
    app.plex.playback.mark(key(1), true)
    await app.pass(16 * minute)
    app.plex.playback.mark(key(1), false)
    await app.pass(day + 30 * minute)
    app.plex.playback.mark(key(1), true)
    await app.pass(16 * minute)
    expect(scene(1).playTimes).toHaveLength(2)
  })
})

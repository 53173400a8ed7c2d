/**
 * PlexSync brings watching back to a Stash, with a simulated Plex: plays once and exactly reversible, also beside a second
 * PlexSync and after a response that was lost; resume points; ratings that do not go back. Against the simulated Stash of
 * several versions, and against a real one (`npm run test:stash`).
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../main/engine/engine.ts'
import { openLog } from '../../main/engine/log/logger.ts'
import type { CallName, RequestOf, ResponseOf } from '../../shared/contract.ts'
import { PushedClock } from '../harness/clock.ts'
import { placeFreshDatabase } from '../harness/fresh-database.ts'
import { startLosingProxy } from '../harness/losing-proxy.ts'
import { openPlainEngine } from '../harness/plain-engine.ts'
import { type PlexServer, startPlexServer } from '../harness/plex-server.ts'
import { makeMemoryFolder } from '../harness/temp-folder.ts'
import { openStashTarget } from './open-stash-target.ts'
import { SimulatedStash } from './stash-simulated.ts'
import type { StashTarget } from './stash-target.ts'

const never = new AbortController().signal

/** Of all parties but a real Stash, beside which it is never pushed. */
const clock = new PushedClock()

const targets: readonly (readonly [string, () => Promise<StashTarget>])[] =
  (process.env.PLEXSYNC_TEST_STASH ?? '') === ''
    ? (['0.24', '0.25', '0.30'] as const).map((version) => [
        `the simulated Stash ${version}`,
        () => SimulatedStash.open(version, clock),
      ])
    : [['the Stash that was named', openStashTarget]]

const clips = ['first.mp4', 'second.mp4', 'third.mp4'] as const
type Clip = (typeof clips)[number]
const patient = 60_000

/** One PlexSync with a separate data folder, which it keeps when it starts again. */
interface Installation extends AsyncDisposable {
  call<N extends CallName>(name: N, request: RequestOf<N>): Promise<ResponseOf<N>>
  faultOf<N extends CallName>(name: N, request: RequestOf<N>): Promise<string>
  restart(): Promise<void>
}

const minutes = (count: number): number => Math.floor(Date.now() / 1000) - count * 60
const inZone = (second: number): string => new Date(second * 1000).toISOString().replace('.000Z', 'Z')

describe.each(targets)('beside %s', (_name, open) => {
  let stash: StashTarget
  let plex: PlexServer
  const ids = new Map<string, string>()
  const keys = new Map<string, number>()
  const id = (clip: Clip): string => ids.get(clip) ?? ''
  const key = (clip: Clip): number => keys.get(clip) ?? 0
  const keepsHistory = (): boolean => stash.minor >= 25

  async function data<T>(query: string, variables: Record<string, unknown> = {}): Promise<T> {
    const response = await stash.graphql(query, variables)
    expect(response.errors).toEqual([])
    return response.data as T
  }

  async function history(clip: Clip): Promise<number[]> {
    const { findScene } = await data<{ findScene: { play_history: string[] } }>(
      'query History($id: ID!) { findScene(id: $id) { play_history } }',
      { id: id(clip) },
    )
    return findScene.play_history.map((text) => Math.floor(Date.parse(text) / 1000))
  }

  async function viewing(
    clip: Clip,
  ): Promise<{ resume_time: number; play_duration: number; rating100: number | null }> {
    const { findScene } = await data<{ findScene: { rating100: number | null } & Record<string, number | null> }>(
      'query Viewing($id: ID!) { findScene(id: $id) { resume_time play_duration rating100 } }',
      { id: id(clip) },
    )
    const { resume_time, play_duration, rating100 } = findScene
    return { resume_time: resume_time ?? 0, play_duration: play_duration ?? 0, rating100 }
  }

  const play = (clip: Clip, at: readonly number[]) =>
    data('mutation Play($id: ID!, $times: [Timestamp!]) { sceneAddPlay(id: $id, times: $times) { count } }', {
      id: id(clip),
      times: at.map(inZone),
    })

  async function install(url = stash.url): Promise<Installation> {
    const folder = await makeMemoryFolder('plexsync-watching-')
    placeFreshDatabase(folder.file('plexsync.db'))
    let engine: Engine
    async function start(): Promise<void> {
      engine = openPlainEngine({
        dataFolder: folder.path,
        settings: {
          plex_url: plex.url,
          plex_token: plex.token,
          stash_url: url,
          stash_api_key: stash.key,
          hook_token: 'hook-token-of-this-test',
          webhook_port: '0',
          quiet_time: '0',
          stash_poll_seconds: '5',
          sync_poster: 'false',
        },
        clock,
        log: await openLog({ folder: null, clock, print: () => {}, printAll: false }),
      })
      const started = await engine.start()
      if (!started.ok) throw new Error(started.fault.message)
    }
    await start()
    const installation: Installation = {
      async call(name, request) {
        const response = await engine.invoke(name, request, never)
        if (!response.ok) throw new Error(`${name}: ${response.fault.message}`)
        return response.value
      },
      async faultOf(name, request) {
        const response = await engine.invoke(name, request, never)
        return response.ok ? 'none' : response.fault.code
      },
      async restart() {
        await engine.close()
        await start()
      },
      async [Symbol.asyncDispose]() {
        await engine.close()
        await folder.close()
      },
    }
    // Written once, so that items and scenes are linked.
    await installation.call('enqueueScenes', { scope: 'scenes', scene_ids: clips.map(id) })
    const isDone = async (): Promise<boolean> => {
      const { rows } = await installation.call('listActivity', { limit: 100, offset: 0 })
      const isWritten = (clip: Clip): boolean =>
        rows.some(({ scene_id, state }) => scene_id === id(clip) && (state === 'synced' || state === 'unchanged'))
      return clips.every(isWritten)
    }
    await expect.poll(isDone, { timeout: patient, interval: 50 }).toBe(true)
    return installation
  }

  beforeAll(async () => {
    stash = await open()
    const found = await stash.addClips(clips)
    plex = await startPlexServer({ clock })
    plex.playback.onPlaying = () => {}
    plex.library.addSection({ title: 'Scenes', locations: ['/'] })
    for (const [at, clip] of clips.entries()) {
      ids.set(clip, found[at] ?? '')
      await stash.updateScene(id(clip), { title: `Watched ${at}`, details: 'Watched' })
      const { findScene } = await data<{ findScene: { files: { path: string; size: number }[] } }>(
        'query Files($id: ID!) { findScene(id: $id) { files { path size } } }',
        { id: id(clip) },
      )
      const [{ path: file, size } = { path: '', size: 0 }] = findScene.files
      keys.set(clip, plex.library.addItem({ section: 1, file: { file, size } }).ratingKey)
    }
  }, patient)

  afterAll(async () => {
    await plex?.close()
    await stash?.close()
  }, patient)

  const on = { activity_plays: 'plex_to_stash', activity_from: '2024-01-01' }
  const noHistory = 'this Stash keeps no play history'

  it('refuses plays where Stash keeps no history', async ({ skip }) => {
    skip(keepsHistory(), 'this Stash keeps a play history')
    await using app = await install()
    await app.call('saveSettings', { values: on })
    plex.playback.watch(key('first.mp4'))
    expect(await app.faultOf('pullPlays', {})).toBe('stash_too_old')
    expect((await app.call('listPlays', {})).total).toBe(0)
  }, 240_000)

  it('adds each play once with its own moment, and undo leaves the history as it was', async ({ skip }) => {
    skip(!keepsHistory(), noHistory)
    await play('first.mp4', [1_600_000_000, 1_600_000_000, minutes(9_000)])
    const before = await history('first.mp4')
    await using app = await install()
    await app.call('saveSettings', { values: on })
    const rows = [minutes(5_000), minutes(4_000), minutes(3)]
    for (const viewedAt of rows) plex.playback.watch(key('first.mp4'), { viewedAt })
    // One that Stash's own player counted too.
    plex.playback.watch(key('first.mp4'), { viewedAt: before[0] ?? 0 })
    await app.call('pullPlays', {})
    await app.call('pullPlays', {})
    expect((await history('first.mp4')).toSorted()).toEqual([...before, ...rows].toSorted())
    const states = (await app.call('listPlays', {})).rows.map(({ state, reason }) => reason ?? state)
    expect(states.toSorted()).toEqual(['already_in_stash', 'applied', 'applied', 'applied'])
    expect(await app.call('undoPlays', { select: 'all' })).toMatchObject({ undone: 3 })
    expect(await history('first.mp4')).toEqual(before)
    await app.call('pullPlays', {})
    expect(await history('first.mp4')).toEqual(before)
  }, 240_000)

  it('of two PlexSyncs that pull at the same time each play is there once', async ({ skip }) => {
    skip(!keepsHistory(), noHistory)
    plex.playback.history.length = 0
    const before = await Promise.all(clips.map(history))
    const rows = Array.from({ length: 20 }, (_, at) => minutes(2_000 - at * 60))
    for (const viewedAt of rows) for (const clip of clips) plex.playback.watch(key(clip), { viewedAt })
    await using one = await install()
    await using other = await install()
    // Switching on pulls immediately: both are under way.
    await Promise.all([one, other].map((app) => app.call('saveSettings', { values: on })))
    await Promise.all([one, other].map((app) => app.call('pullPlays', {})))
    for (const [at, clip] of clips.entries())
      expect((await history(clip)).toSorted()).toEqual([...(before[at] ?? []), ...rows].toSorted())
    const added = await Promise.all(
      [one, other].map(async (app) => (await app.call('listPlays', { state: 'applied', limit: 200 })).total),
    )
    expect(added[0] ?? 0).toBe(clips.length * rows.length - (added[1] ?? 0))
    await one.call('undoPlays', { select: 'all' })
    await other.call('undoPlays', { select: 'all' })
    expect(await Promise.all(clips.map(history))).toEqual(before)
  }, 240_000)

  it('a PlexSync that ends between adding and looking finds its play again', async ({ skip }) => {
    skip(!keepsHistory(), noHistory)
    plex.playback.history.length = 0
    const before = await history('second.mp4')
    await using proxy = await startLosingProxy(stash.url)
    await using app = await install(proxy.url)
    const viewedAt = minutes(30)
    plex.playback.watch(key('second.mp4'), { viewedAt })
    const lost = proxy.loseAnswerTo('sceneAddPlay')
    await app.call('saveSettings', { values: on })
    await lost
    await app.restart()
    expect(await history('second.mp4')).toEqual([viewedAt, ...before])
    await app.call('pullPlays', {})
    await app.call('pullPlays', {})
    expect(await history('second.mp4')).toEqual([viewedAt, ...before])
    expect((await app.call('listPlays', {})).rows.map(({ state }) => state)).toEqual(['applied'])
    // The same for an undo.
    const gone = proxy.loseAnswerTo('sceneDeletePlay')
    const undo = app.faultOf('undoPlays', { select: 'all' })
    await gone
    await undo
    await app.restart()
    await app.call('pullPlays', {})
    expect(await history('second.mp4')).toEqual(before)
    expect((await app.call('listPlays', {})).rows.map(({ state }) => state)).toEqual(['undone'])
  }, 240_000)

  it('brings resume points, leaves the played duration alone, and puts the former point back', async () => {
    plex.playback.history.length = 0
    const save = (clip: Clip, at: number, played: number) =>
      data(
        'mutation Save($id: ID!, $at: Float, $played: Float) { sceneSaveActivity(id: $id, resume_time: $at, playDuration: $played) }',
        { id: id(clip), at, played },
      )
    await save('third.mp4', 12, 33)
    const { play_duration } = await viewing('third.mp4')
    await using app = await install()
    await app.call('saveSettings', { values: { activity_resume: true } })
    plex.playback.stopAt(key('third.mp4'), 95_500)
    await app.call('pullPlays', {})
    expect(await viewing('third.mp4')).toMatchObject({ resume_time: 95.5, play_duration })
    plex.playback.stopAt(key('third.mp4'), 140_000)
    await app.call('pullPlays', {})
    expect(await viewing('third.mp4')).toMatchObject({ resume_time: 140, play_duration })
    expect(await app.call('undoPlays', { select: 'all' })).toMatchObject({ resume: 2, kept: 0 })
    expect(await viewing('third.mp4')).toMatchObject({ resume_time: 12, play_duration })
    await save('third.mp4', 0, 0)
  }, 240_000)

  it('brings ratings, which do not go back, and puts the former one back', async () => {
    await stash.graphql('mutation Rate($input: SceneUpdateInput!) { sceneUpdate(input: $input) { id } }', {
      input: { id: id('first.mp4'), rating100: 40 },
    })
    await using app = await install()
    await app.call('saveSettings', { values: { activity_ratings: 'plex_to_stash' } })
    await app.call('pullPlays', {})
    const jobs = (await app.call('listActivity', { limit: 100, offset: 0 })).total
    await stash.nextSecond()
    plex.requests.reset()
    plex.playback.rate(key('first.mp4'), 8)
    await app.call('pullPlays', {})
    expect(await viewing('first.mp4')).toMatchObject({ rating100: 80 })
    // A rating moves the scene's stamp: the change probe looks at the scene again, and nothing is written.
    const looked = async (): Promise<string> => {
      if (stash.isSimulated) clock.push(1_000)
      const { rows, total } = await app.call('listActivity', { limit: 100, offset: 0 })
      const row = rows.find(({ scene_id, origin }) => scene_id === id('first.mp4') && origin === 'sweep')
      return total > jobs ? (row?.state ?? 'none') : 'not yet'
    }
    await expect.poll(looked, { timeout: patient, interval: 100 }).toBe('unchanged')
    expect(plex.requests.count({ label: 'edit' })).toBe(0)
    expect(plex.library.item(key('first.mp4')).numbers.userRating).toBe(8)
    expect(await app.call('undoPlays', { select: 'all' })).toMatchObject({ ratings: 1, kept: 0 })
    expect(await viewing('first.mp4')).toMatchObject({ rating100: 40 })
    await app.call('pullPlays', {})
    expect(await viewing('first.mp4')).toMatchObject({ rating100: 40 })
  }, 240_000)
})

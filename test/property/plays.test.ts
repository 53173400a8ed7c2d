/**
 * Random histories of watching, against the engine over real HTTP: late rows, doubled rows, lost responses, restarts between
 * intent and result, plays of Stash itself, a second PlexSync, items that get another key. Whatever happened:
 * each view is in Stash once, and undo leaves exactly what was not ours.
 */
import { afterEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { startTestEngine, type TestEngine } from '../e2e/test-engine.ts'
import { ManualClock } from '../harness/clock.ts'
import type { PlexPlay } from '../harness/plex-playback.ts'
import { SeededRandom } from '../harness/seeded-random.ts'
import type { StashVersion } from '../harness/stash-schema.ts'

const runs = Number(process.env.PLAYS_RUNS ?? 6)
const steps = 28
const firstSeed = Number(process.env.PLAYS_SEED ?? Math.floor(Math.random() * 1_000_000))
const sceneCount = 4
/** Files of the test engine last 600 s, so that rows less than 300 s apart are one play. */
const windowSeconds = 300
const versions: readonly StashVersion[] = ['0.25', '0.26', '0.27', '0.28', '0.29', '0.30']

interface World {
  readonly app: TestEngine
  readonly random: SeededRandom
  readonly keys: number[]
  /** Rows by scene, whatever key the item had when they were written. */
  readonly rows: Map<number, PlexPlay[]>
  /** Times in Stash that are not ours. */
  readonly foreign: Map<number, number[]>
  /** Of these, the plays that another PlexSync added at the same time as we did. */
  readonly shared: Set<string>
  readonly story: string[]
}

let open: TestEngine | null = null
afterEach(async () => {
  await open?.[Symbol.asyncDispose]()
  open = null
})

async function begin(seed: number): Promise<World> {
  const random = new SeededRandom(seed)
  const skewSeconds = random.integer(-7200, 7200)
  let base: ManualClock | null = null
  const start = new ManualClock().now()
  const skewed = {
    now: () => (base?.now() ?? start) + skewSeconds * 1000,
    setTimer: (ms: number, fn: () => void) => (base === null ? () => {} : base.setTimer(ms, fn)),
  }
  const app = await startTestEngine({
    seed,
    scenes: sceneCount,
    plex: { clock: skewed, keysOfGoneItems: random.next() < 0.5 },
    stash: {
      version: random.pick(versions),
      offsetMinutes: random.integer(-12, 12) * 30,
      historyZone: random.next() < 0.5 ? 'utc' : 'local',
      activityHooks: random.next() < 0.3,
    },
  })
  open = app
  base = app.clock
  await app.hookAll(sceneCount)
  await app.settled()
  app.plex.playback.onPlaying = () => {}
  app.plex.playback.accounts.set(7, 'Guest')
  const world: World = {
    app,
    random,
    keys: [...app.keys],
    rows: new Map(),
    foreign: new Map(),
    shared: new Set(),
    story: [`seed ${seed}`],
  }
  await app.call('saveSettings', { values: { activity_plays: 'plex_to_stash', activity_from: '2025-01-01' } })
  await app.pass(1_000)
  return world
}

/** The other one adds the same plays in the moment in which ours are under way. */
function interfere(world: World, body: string): void {
  if (!body.includes('sceneAddPlay')) return
  const { variables } = z
    .object({ variables: z.object({ id: z.string(), times: z.array(z.string()) }) })
    .parse(JSON.parse(body))
  for (const time of variables.times) {
    put(world, Number(variables.id), Date.parse(time) / 1000)
    world.shared.add(`${variables.id} ${Date.parse(time) / 1000}`)
  }
  world.story.push(`another PlexSync adds the same to scene ${variables.id}`)
}

function put(world: World, scene: number, time: number): void {
  world.app.stash.library.scene(scene).playTimes.push(time)
  world.foreign.set(scene, [...(world.foreign.get(scene) ?? []), time])
}

/** A separate view: far from all others of that scene and account. */
function freeMoment(world: World, scene: number, accountId: number): number {
  const { app, random } = world
  for (;;) {
    const late = random.next() < 0.5 ? random.integer(0, 3600) : random.integer(0, 10 * 86_400)
    const at = app.plex.library.seconds() - late
    const taken = (world.rows.get(scene) ?? []).some(
      (row) => row.accountId === accountId && Math.abs(row.viewedAt - at) < 6 * windowSeconds,
    )
    if (!taken) return at
  }
}

const commands: readonly (readonly [number, string, (world: World, scene: number) => Promise<void> | void])[] = [
  [
    8,
    'watches',
    (world, scene) => {
      const accountId = world.random.next() < 0.8 ? 1 : 7
      const viewedAt = freeMoment(world, scene, accountId)
      const row = world.app.plex.playback.watch(world.keys[scene - 1] ?? 0, { accountId, viewedAt })
      world.rows.set(scene, [...(world.rows.get(scene) ?? []), row])
    },
  ],
  [
    4,
    'is written twice',
    (world, scene) => {
      const rows = world.rows.get(scene) ?? []
      const row = rows.at(-1)
      if (row === undefined) return
      rows.push(world.app.plex.playback.double(row, world.random.integer(0, 120)))
    },
  ],
  [
    2,
    'is played in Stash near a view',
    (world, scene) => {
      const row = world.rows.get(scene)?.at(-1)
      if (row !== undefined) put(world, scene, row.viewedAt + world.random.integer(-200, 200))
    },
  ],
  [1, 'is played in Stash', (world, scene) => put(world, scene, 1_600_000_000 + world.random.integer(0, 1000))],
  [7, 'pull', async ({ app }) => void (await app.tryCall('pullPlays', {}))],
  [
    3,
    'pull whose answer is lost',
    async ({ app, random }) => {
      lose(app, 'sceneAddPlay', random.next() < 0.5)
      await app.tryCall('pullPlays', {})
      app.stash.faults.clear()
    },
  ],
  [
    2,
    'pull that is killed',
    async ({ app, random }) => {
      lose(app, 'sceneAddPlay', random.next() < 0.5)
      await app.tryCall('pullPlays', {})
      app.stash.faults.clear()
      await app.restart()
    },
  ],
  [2, 'restart', ({ app }) => app.restart()],
  [
    2,
    'pull beside another PlexSync',
    async (world) => {
      const { app } = world
      app.stash.faults.add({
        where: ({ body }) => {
          interfere(world, body)
          return false
        },
        fault: { kind: 'reset' },
      })
      await app.tryCall('pullPlays', {})
      app.stash.faults.clear()
    },
  ],
  [3, 'time passes', ({ app, random }) => app.pass(random.integer(1, 40) * 60_000)],
  [
    1,
    'gets another key',
    async (world, scene) => {
      const { app } = world
      // A row that was never seen with its key cannot be resolved once the item is gone.
      await app.tryCall('pullPlays', {})
      app.plex.library.removeItem(world.keys[scene - 1] ?? 0)
      const file = { file: `/media/scene ${scene}.mp4`, size: 1_000_000 + scene }
      world.keys[scene - 1] = app.plex.library.addItem({ section: 1, file }).ratingKey
      await app.hook(scene)
      await app.settled()
    },
  ],
]

function lose(app: TestEngine, name: string, applied: boolean): void {
  app.stash.faults.add({ where: ({ body }) => body.includes(name), times: 1, applied, fault: { kind: 'reset' } })
}

/** Rows of one view: each closer to the next than the window. */
function views(rows: readonly PlexPlay[]): PlexPlay[][] {
  const found: PlexPlay[][] = []
  for (const row of [...rows].sort((a, b) => a.viewedAt - b.viewedAt)) {
    const last = found.at(-1)
    if (last !== undefined && row.viewedAt - (last.at(-1)?.viewedAt ?? 0) < windowSeconds) last.push(row)
    else found.push([row])
  }
  return found
}

function without(all: readonly number[], some: readonly number[]): number[] {
  const left = [...all]
  for (const time of some) {
    const at = left.indexOf(time)
    if (at >= 0) left.splice(at, 1)
  }
  return left
}

/** `isComplete`: everything that can be there must be there. */
function check(world: World, isComplete: boolean): void {
  for (let scene = 1; scene <= sceneCount; scene++) {
    const foreign = world.foreign.get(scene) ?? []
    const history = world.app.stash.library.scene(scene).playTimes
    const story = `${world.story.join('\n')}\nscene ${scene}`
    const ours = without(history, foreign)
    expect(ours.length + foreign.length, `${story}: a play that is not ours is gone`).toBe(history.length)
    const twice = history.filter((time, at) => world.shared.has(`${scene} ${time}`) && history.indexOf(time) !== at)
    expect(twice, `${story}: added by both`).toEqual([])
    const chosen = (world.rows.get(scene) ?? []).filter(({ accountId }) => accountId === 1)
    const known = new Set(chosen.map(({ viewedAt }) => viewedAt))
    expect(
      ours.filter((time) => !known.has(time)),
      `${story}: times without a view`,
    ).toEqual([])
    for (const view of views(chosen)) {
      const moments = new Set(view.map(({ viewedAt }) => viewedAt))
      const count = ours.filter((time) => moments.has(time)).length
      expect(count, `${story}: ${[...moments]} counted ${count} times`).toBeLessThanOrEqual(1)
      const near = foreign.some((time) => view.some(({ viewedAt }) => Math.abs(viewedAt - time) < windowSeconds))
      if (isComplete && !near) expect(count, `${story}: ${[...moments]} is missing`).toBe(1)
    }
  }
}

describe(`plays, seeds ${firstSeed} to ${firstSeed + runs - 1}`, () => {
  test.each(Array.from({ length: runs }, (_, index) => firstSeed + index))('seed %i', async (seed) => {
    const world = await begin(seed)
    const { app, random, story } = world
    const weights = commands.reduce((sum, [weight]) => sum + weight, 0)
    for (let step = 0; step < steps; step++) {
      let left = random.next() * weights
      const command = commands.find(([weight]) => {
        left -= weight
        return left < 0
      })
      if (command === undefined) continue
      const scene = random.integer(1, sceneCount)
      story.push(`${command[1]} (${scene})`)
      await command[2](world, scene)
      check(world, false)
    }
    await app.pass(2 * 60_000)
    await app.call('pullPlays', {})
    check(world, true)

    lose(app, 'sceneDeletePlay', random.next() < 0.5)
    await app.tryCall('undoPlays', { select: 'all' })
    app.stash.faults.clear()
    if (random.next() < 0.5) await app.restart()
    await app.call('undoPlays', { select: 'all' })
    await app.call('pullPlays', {})
    for (let scene = 1; scene <= sceneCount; scene++)
      expect(
        app.stash.library.scene(scene).playTimes.toSorted(),
        `${story.join('\n')}\nundo of scene ${scene}`,
      ).toEqual((world.foreign.get(scene) ?? []).toSorted())
  })
})

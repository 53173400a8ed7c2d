/**
 * Days of a household in seconds: edits, faults, outages, restarts, all at random. In the end nothing is lost, and
 * nothing has grown. Longer: PLEXSYNC_SOAK_DAYS=30. A failing run is repeated by its seed: PLEXSYNC_SEED=….
 */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import BetterSqlite3 from 'better-sqlite3'
import { expect, it } from 'vitest'
import * as z from 'zod'
import type { Fault } from '../harness/fault-script.ts'
import { SeededRandom } from '../harness/seeded-random.ts'
import { startTestEngine, type TestEngine } from './test-engine.ts'

const days = Number(process.env.PLEXSYNC_SOAK_DAYS ?? 3)
const seed = Number(process.env.PLEXSYNC_SEED ?? Math.floor(Math.random() * 2 ** 31))
const scenes = 60
const hour = 60 * 60_000

const faults: readonly Fault[] = [
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503 },
  { kind: 'status', status: 429, headers: { 'Retry-After': '20' } },
  { kind: 'reset' },
  { kind: 'hang' },
  { kind: 'html' },
  { kind: 'truncate' },
]

it(`${days} days (seed ${seed}): nothing lost, nothing grown`, { timeout: 300_000 + days * 120_000 }, async () => {
  const random = new SeededRandom(seed)
  await using app = await startTestEngine({
    scenes,
    seed,
    settings: { poll_interval: 60, stash_poll_seconds: 900, preserve_plex_edits: true },
  })
  const sizes: Sizes[] = []
  for (let day = 0; day < days; day++) {
    for (let at = 0; at < 24; at++) await liveAnHour(app, random)
    await mend(app)
    sizes.push(await measure(app))
  }
  // The sweep goes over all scenes once a day: the latest by which a lost hook is found, whatever the clocks did.
  await app.pass(26 * hour)
  await app.settled()

  expect(await app.deadLetters()).toEqual([])
  const { queue, circuit } = await app.call('getStatus')
  expect(queue).toEqual({ ready: 0, delayed: 0, in_progress: 0 })
  expect(circuit).toEqual({ plex: 'closed', stash: 'closed' })
  expect((await app.call('listOutages')).outages.filter(({ ended_at }) => ended_at === null)).toEqual([])
  for (let scene = 1; scene <= scenes; scene++) expectInStep(app, scene)

  if (process.env.PLEXSYNC_SOAK_DAYS !== undefined) console.table(sizes)
  const [first, last] = [sizes[0], sizes.at(-1)]
  if (first === undefined || last === undefined) throw new Error('no day was lived')
  expect(last.handles).toBeLessThanOrEqual(first.handles + 10)
  expect(last.timers).toBeLessThanOrEqual(first.timers + 5)
  expect(last.memory).toBeLessThan(first.memory + 20 * 1024 * 1024)
  // The history of 90 days is kept: it may grow by what was done, not more.
  expect(last.bytes).toBeLessThan(first.bytes + days * 2 * 1024 * 1024)
  // The log of the database grows until its checkpoint, each 10 MiB, and no further.
  for (const { logBytes } of sizes) expect(logBytes).toBeLessThan(16 * 1024 * 1024)
})

interface Sizes {
  readonly memory: number
  readonly handles: number
  readonly timers: number
  /** Of what the database holds, wherever it is written yet. */
  readonly bytes: number
  readonly logBytes: number
}

/** Without it the heap says how long ago the engine last tidied up, not how much is held. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}

async function liveAnHour(app: TestEngine, random: SeededRandom): Promise<void> {
  const { plex, stash } = app
  const server = random.pick([plex, stash])
  const what = random.next()
  if (what < 0.1) await server.down()
  else if (what < 0.4)
    server.faults.add({ probability: 0.3, seed: random.integer(1, 1e6), times: 12, fault: random.pick(faults) })
  else if (what < 0.47) await app.restart()
  else if (what < 0.5) app.clock.jump(random.pick([-1, 1]) * random.integer(1, 26) * hour)
  for (let n = random.integer(0, 6); n > 0; n--) {
    const scene = random.integer(1, scenes)
    stash.actions.updateScene(scene, {
      title: `Title ${random.integer(1, 1e6)}`,
      details: random.chance(0.2) ? '' : `Details ${random.integer(1, 1e6)}`,
      tags: random.sample(['one', 'two', 'three', 'four'], random.integer(1, 4)),
    })
    // A lost hook is the sweep's to find.
    if (random.chance(0.9)) expect(await app.hook(scene)).toBe(202)
    await app.pass(random.integer(0, 5 * 60_000))
  }
  await app.pass(20 * 60_000)
  await plex.up()
  await stash.up()
  await app.pass(10 * 60_000)
}

/** What the user does in the evening: look at the dead letters and try them again. */
async function mend(app: TestEngine): Promise<void> {
  app.plex.faults.clear()
  app.stash.faults.clear()
  await app.pass(2 * hour)
  await app.call('retryDeadLetters', { select: 'all' })
  await app.settled()
}

function expectInStep(app: TestEngine, id: number): void {
  const scene = app.stash.library.scene(id)
  // A scene that was never edited was never written: the first sweep only sets the baseline.
  if (scene.title === `Scene ${id}`) return
  expect([app.text(id, 'title'), app.text(id, 'summary'), app.tags(id, 'genre').sort()]).toEqual([
    scene.title,
    scene.details,
    scene.tags.map(({ name }) => name).sort(),
  ])
}

async function measure(app: TestEngine): Promise<Sizes> {
  app.plex.requests.reset()
  app.stash.requests.reset()
  app.logs.length = 0
  collectGarbage()
  const file = join(app.folder, 'plexsync.db')
  const db = new BetterSqlite3(file, { readonly: true })
  const pragma = (name: string): number => z.number().parse(db.pragma(name, { simple: true }))
  try {
    return {
      memory: process.memoryUsage().heapUsed,
      handles: process.getActiveResourcesInfo().filter((name) => name !== 'Immediate').length,
      timers: app.clock.timers,
      bytes: pragma('page_count') * pragma('page_size'),
      logBytes: statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0,
    }
  } finally {
    db.close()
  }
}

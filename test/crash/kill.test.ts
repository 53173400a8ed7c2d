/**
 * The app is killed again and again, at random moments of every phase, while scenes are edited. Nothing that it
 * acknowledged may be lost, nothing may be stuck, and in the end Plex must show exactly what Stash has. The whole:
 * PLEXSYNC_CRASHES=200. A failing run is repeated by its seed: PLEXSYNC_SEED=….
 */
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { addPair } from '../e2e/test-engine.ts'
import { type AppProcess, appEnvironment, sampleHookToken, startApp } from '../harness/app-process.ts'
import { aRandomMoment } from '../harness/moment.ts'
import { tagNames } from '../harness/plex-item.ts'
import { type PlexServer, startPlexServer } from '../harness/plex-server.ts'
import { SeededRandom } from '../harness/seeded-random.ts'
import { type StashServer, startStashServer } from '../harness/stash-server.ts'
import { makeTempFolder } from '../harness/temp-folder.ts'

const crashes = Number(process.env.PLEXSYNC_CRASHES ?? 20)
const seed = Number(process.env.PLEXSYNC_SEED ?? Math.floor(Math.random() * 2 ** 31))
const scenes = 40

/** When the kill comes. */
const phases = ['starting', 'intake', 'claimed', 'reading', 'writing', 'after the write', 'any moment'] as const
type Phase = (typeof phases)[number]

interface World {
  readonly plex: PlexServer
  readonly stash: StashServer
  readonly keys: readonly number[]
  readonly random: SeededRandom
}

describe('kill -9', () => {
  it(`${crashes} times (seed ${seed}): nothing acknowledged is lost, nothing is stuck, Plex equals the plan`, {
    timeout: 300_000 + crashes * 5_000,
  }, async () => {
    await using folder = await makeTempFolder('plexsync-crash-')
    await using plex = await startPlexServer({ maxRequestLine: 65_536 })
    await using stash = await startStashServer()
    plex.library.addSection({ title: 'Scenes', locations: ['/media'] })
    const keys = Array.from({ length: scenes }, (_, at) => addPair(plex, stash, at + 1))
    const world: World = { plex, stash, keys, random: new SeededRandom(seed) }
    const environment = {
      ...appEnvironment({
        plexUrl: plex.url,
        plexToken: plex.token,
        stashUrl: stash.url,
        stashApiKey: stash.apiKey,
        pathMap: '/data=>/media',
        plexTvUrl: 'http://127.0.0.1:1',
      }),
      PLEXSYNC_QUIET_TIME: '0',
      // A write that is taken for the user's edit because its record was lost would stay forever with this.
      PLEXSYNC_PRESERVE_PLEX_EDITS: 'true',
      PLEXSYNC_SYNC_POSTER: 'false',
    }
    const acknowledged = new Set<number>()
    let edits = 0
    for (let crash = 0; crash < crashes; crash++) {
      const phase = phases[crash % phases.length] ?? 'any moment'
      const app = startApp({ dataFolder: folder.path, environment })
      edits += await crashOnce(phase, app, world, acknowledged)
      plex.faults.clear()
    }

    await using app = await startApp({ dataFolder: folder.path, environment })
    await app.call('processQueue', { timeout_seconds: 60 })
    const status = await app.call('getStatus')
    expect(status.queue).toEqual({ ready: 0, delayed: 0, in_progress: 0 })
    expect(status.dead_letters).toBe(0)
    expect(acknowledged.size).toBeGreaterThan(0)
    expect(edits).toBeGreaterThan(0)
    for (const scene of acknowledged) expectWritten(scene, world)
    // And with that everything is said: a second sync writes nothing.
    plex.requests.reset()
    await app.call('enqueueScenes', { scope: 'scenes', scene_ids: [...acknowledged].map(String) })
    await app.call('processQueue', { timeout_seconds: 60 })
    expect(plex.requests.count({ method: 'PUT' })).toBe(0)
  })
})

/** Lets the app work and kills it within the phase. Returns how many edits were made. */
async function crashOnce(
  phase: Phase,
  starting: Promise<AppProcess>,
  world: World,
  acknowledged: Set<number>,
): Promise<number> {
  const { random, plex } = world
  if (phase === 'starting') {
    // Whatever happens on the way up: migrations, recovery, listening.
    const app = await starting
    await kill(app)
    return 0
  }
  const app = await starting
  const mayKill = Promise.withResolvers<void>()
  const within = (shortestMs: number, longestMs: number): void =>
    void aRandomMoment(random, shortestMs, longestMs).then(mayKill.resolve)
  if (phase === 'reading' || phase === 'writing' || phase === 'after the write') {
    const match = phase === 'reading' ? { method: 'GET', path: /^\/library\/metadata\// } : { method: 'PUT' }
    plex.faults.add({
      ...match,
      skip: random.integer(0, 5),
      times: 1,
      // In the midst of the write Plex may or may not have carried it out; after it, it has.
      applied: phase === 'after the write' || random.chance(0.5),
      fault: { kind: 'hang' },
      where: () => {
        within(1, 10)
        return true
      },
    })
  }
  if (phase === 'claimed' || phase === 'any moment') within(1, 150)
  let killed = false
  const killing = mayKill.promise
    .then(() => kill(app))
    .then(() => {
      killed = true
    })
  const edits = random.integer(5, 15)
  for (let n = 0; n < edits && !killed; n++) {
    const scene = random.integer(1, scenes)
    edit(scene, world)
    if (phase === 'intake' && n === Math.floor(edits / 2)) within(0, 3)
    const posted = post(app, scene)
    // Only what was answered counts as acknowledged; a hook that the kill cut off may be lost.
    if ((await posted) === 202) acknowledged.add(scene)
    else acknowledged.delete(scene)
  }
  within(0, 100)
  await killing
  return edits
}

/** A change that the sweep cannot see, so that only the queue can bring it to Plex. */
function edit(id: number, { stash, random }: World): void {
  const scene = stash.library.scene(id)
  scene.title = `Title ${random.integer(1, 1e6)}`
  scene.details = random.chance(0.2) ? '' : `Details ${random.integer(1, 1e6)}`
  scene.tags = random
    .sample(['one', 'two', 'three', 'four', 'five'], random.integer(1, 4))
    .map((name) => stash.library.tag(name))
  scene.performers = random
    .sample(['Ann Lee', 'Bo Ray', 'Cy Fox'], random.integer(0, 3))
    .map((name) => stash.library.performer(name))
}

function expectWritten(id: number, { plex, stash, keys }: World): void {
  const scene = stash.library.scene(id)
  const item = plex.library.item(keys[id - 1] ?? 0)
  expect({
    scene: id,
    title: item.text.title,
    summary: item.text.summary ?? '',
    tags: tagNames(item, 'genre').sort(),
    performers: tagNames(item, 'actor').sort(),
  }).toEqual({
    scene: id,
    title: scene.title,
    summary: scene.details,
    tags: scene.tags.map(({ name }) => name).sort(),
    performers: scene.performers.map(({ name }) => name).sort(),
  })
}

async function post(app: AppProcess, scene: number): Promise<number> {
  try {
    const response = await fetch(app.webhookUrl, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${sampleHookToken}` },
      body: JSON.stringify({ type: 'Scene.Update.Post', id: scene, inputFields: ['title', 'details', 'tag_ids'] }),
    })
    await response.arrayBuffer()
    return response.status
  } catch {
    return 0
  }
}

async function kill({ child }: AppProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

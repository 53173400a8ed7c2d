/**
 * From 1,000 hooks to 1,000 written items: requests, and time, with the simulated servers and `plexsync serve` each in a
 * process of its own, after as many others have gone through. The floor is the same edits sent to the same Plex by bare node:http with the same concurrency.
 */
import { Agent } from 'node:http'
import * as z from 'zod'
import { type AppProcess, startApp } from '../harness/app-process.ts'
import { type ServedProcess, startServedProcess } from '../harness/served-process.ts'
import { makeTempFolder } from '../harness/temp-folder.ts'
import type { BenchRow } from './bench-row.ts'
import { postHooks, send } from './signed-hooks.ts'

const token = 'bench-token-0123456789'
const scenes = 1000
const concurrency = 4
const latencyMs = 20
/** The best of so many rounds: other work on the machine only ever adds. */
const rounds = 3

/** What Stash2Plex needed for the same on the machine its figures come from. */
const incumbent = { thousandSeconds: 18, sceneMsAtLatency: 164 + 150, requestsPerScene: 7 }

const countsSchema = z.object({
  plex: z.object({ total: z.number(), labels: z.record(z.string(), z.number()) }),
  stash: z.object({ total: z.number(), labels: z.record(z.string(), z.number()) }),
})

const requestsSchema = z.array(z.object({ path: z.string(), query: z.string() }))

interface Measured {
  /** From the first hook to the last disposition. */
  readonly seconds: number
  readonly plexRequests: number
  readonly edits: number
}

export async function run(): Promise<BenchRow[]> {
  const fast = await best(0)
  const slow = await best(latencyMs)
  const goalSeconds = incumbent.thousandSeconds / 20
  const goalSceneMs = incumbent.sceneMsAtLatency / 20
  const perScene = (slow.changed.seconds / scenes) * 1000
  return [
    {
      id: 1,
      name: 'requests to Plex per changed scene',
      value: fast.changed.plexRequests / scenes,
      unit: '',
      floor: 1,
      goal: '≤ 1.1',
      ok: fast.changed.edits === scenes && fast.changed.plexRequests <= 1.1 * scenes,
    },
    {
      id: 2,
      name: 'requests to Plex per unchanged scene',
      value: fast.unchanged.plexRequests / scenes,
      unit: '',
      floor: 0,
      goal: '≤ 0.05',
      ok: fast.unchanged.edits === 0 && fast.unchanged.plexRequests <= 0.05 * scenes,
    },
    {
      id: 3,
      name: '1,000 scenes from hook to written, no latency',
      value: fast.changed.seconds,
      unit: 's',
      floor: fast.floorSeconds,
      goal: `≤ ${goalSeconds} s (20 × Stash2Plex)`,
      ok: fast.changed.seconds <= goalSeconds,
    },
    {
      id: 3,
      name: '1,000 unchanged scenes from hook to disposition',
      value: fast.unchanged.seconds,
      unit: 's',
      goal: 'for information',
      ok: true,
    },
    {
      id: 4,
      name: `per scene at ${latencyMs} ms per request, concurrency ${concurrency}`,
      value: perScene,
      unit: 'ms',
      floor: (slow.floorSeconds / scenes) * 1000,
      goal: `≤ ${goalSceneMs} ms (20 × Stash2Plex)`,
      ok: perScene <= goalSceneMs,
    },
  ]
}

interface World {
  readonly changed: Measured
  readonly unchanged: Measured
  readonly floorSeconds: number
}

async function best(latency: number): Promise<World> {
  const worlds: World[] = []
  for (let round = 0; round < (latency === 0 ? rounds : 1); round++) worlds.push(await measureWorld(latency))
  const seconds = (measure: (world: World) => number): number => Math.min(...worlds.map(measure))
  const [first] = worlds
  if (first === undefined) throw new Error('no round was run')
  return {
    changed: { ...first.changed, seconds: seconds((world) => world.changed.seconds) },
    unchanged: { ...first.unchanged, seconds: seconds((world) => world.unchanged.seconds) },
    floorSeconds: seconds((world) => world.floorSeconds),
  }
}

async function measureWorld(latency: number): Promise<World> {
  // Twice as many: the first thousand builds the index and lets Node compile, as in an app that has run for an hour.
  await using servers = await startServedProcess({
    scenes: 2 * scenes,
    awkward: 0,
    covers: false,
    keepRequests: 2 * scenes,
    plex: { maxRequestLine: 65_536 },
  })
  await using folder = await makeTempFolder('plexsync-bench-')
  await using app = await startApp({
    dataFolder: folder.path,
    environment: {
      PLEX_URL: servers.plexUrl,
      PLEX_TOKEN: servers.plexToken,
      STASH_URL: servers.stashUrl,
      STASH_API_KEY: servers.stashApiKey,
      PLEXSYNC_HOOK_TOKEN: token,
      PLEXSYNC_PATH_MAP: servers.pathMap,
      PLEXSYNC_QUIET_TIME: '0',
      PLEXSYNC_CONCURRENCY: String(concurrency),
      PLEXSYNC_SYNC_POSTER: 'false',
    },
  })
  await syncScenes(app, idsFrom(scenes + 1))
  for (const server of ['plex', 'stash']) await servers.command('latency', { server, ms: latency })
  const ids = idsFrom(1)
  const changed = await measure(servers, app, ids)
  const floorSeconds = await repeatEdits(servers)
  const unchanged = await measure(servers, app, ids)
  return { changed, unchanged, floorSeconds }
}

function idsFrom(first: number): number[] {
  return Array.from({ length: scenes }, (_, index) => first + index)
}

async function measure(servers: ServedProcess, app: AppProcess, ids: readonly number[]): Promise<Measured> {
  await servers.command('resetRequests')
  const startedAt = performance.now()
  await syncScenes(app, ids)
  const seconds = (performance.now() - startedAt) / 1000
  const { plex } = countsSchema.parse(await servers.command('counts'))
  return { seconds, plexRequests: plex.total, edits: plex.labels.edit ?? 0 }
}

async function syncScenes(app: AppProcess, sceneIds: readonly number[]): Promise<void> {
  await postHooks({ url: app.webhookUrl, token, sceneIds, connections: 50 })
  const done = await app.call('processQueue', { timeout_seconds: 120 })
  if (done.remaining > 0) throw new Error(`${done.remaining} jobs remain`)
}

/** The edits that were just made, once more, by nothing but node:http. Returns seconds. */
async function repeatEdits(servers: ServedProcess): Promise<number> {
  const edits = requestsSchema.parse(
    await servers.command('requests', { server: 'plex', match: { label: 'edit' }, limit: scenes }),
  )
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency })
  const headers = { 'X-Plex-Token': servers.plexToken, Accept: 'application/json' }
  let next = 0
  async function drive(): Promise<void> {
    for (let edit = edits[next++]; edit !== undefined; edit = edits[next++]) {
      const status = await send(agent, `${servers.plexUrl}${edit.path}?${edit.query}`, 'PUT', headers)
      if (status !== 200) throw new Error(`an edit was answered with ${status}`)
    }
  }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: concurrency }, drive))
  const seconds = (performance.now() - startedAt) / 1000
  agent.destroy()
  return seconds
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await run(), null, 2)}\n`)

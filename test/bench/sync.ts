/**
 * From 1,000 hooks to 1,000 written items: requests, and time, with the simulated servers and `plexsync serve` each in a
 * separate process: the first thousand after a start, and the next. The floor is the same edits sent to the same Plex by
 * bare node:http with the same concurrency, in the process of the bench, which is warm by then.
 */
import { Agent } from 'node:http'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { type AppProcess, startApp } from '../harness/app-process.ts'
import { type ServedProcess, startServedProcess } from '../harness/served-process.ts'
import { makeTempFolder } from '../harness/temp-folder.ts'
import type { BenchRow } from './bench-row.ts'
import { readProbe } from './probe.ts'
import { postHooks, send } from './signed-hooks.ts'
import { spreadOf } from './spread.ts'

const token = 'bench-token-0123456789'
const scenes = 1000
const concurrency = 4
const latencyMs = 20
/** Each with separate servers, data folder and process. */
const rounds = 5

/** What Stash2Plex needed for the same on the machine its figures come from. */
const incumbent = { thousandSeconds: 18.3, sceneMsAtLatency: 164 + 150, requestsPerScene: 7 }

const countsSchema = z.object({
  plex: z.object({ total: z.number(), labels: z.record(z.string(), z.number()) }),
  stash: z.object({ total: z.number(), labels: z.record(z.string(), z.number()) }),
})

const requestsSchema = z.array(z.object({ path: z.string(), query: z.string() }))

interface Cost {
  /** From the first hook to the last outcome. */
  readonly seconds: number
  /** Processor time, in ms. */
  readonly cpuMs: number
}

interface Measured extends Cost {
  readonly plexRequests: number
  readonly edits: number
}

interface World {
  /** The first thousand after a start with an empty data folder: the index is built, and Node compiles. */
  readonly cold: Measured
  readonly warm: Measured
  readonly unchanged: Measured
  /** The same edits as the warm ones, by bare node:http. */
  readonly floor: Cost
}

export async function run(): Promise<BenchRow[]> {
  const worlds: World[] = []
  for (let round = 0; round < rounds; round++) worlds.push(await measureWorld(0))
  const slow = await measureWorld(latencyMs)
  return [...requestRows(worlds), ...timeRows(worlds), ...processorRows(worlds), latencyRow(slow)]
}

function requestRows(worlds: readonly World[]): BenchRow[] {
  const most = (measure: (world: World) => number): number => Math.max(...worlds.map(measure))
  const perChanged = most(({ warm }) => warm.plexRequests) / scenes
  const perUnchanged = most(({ unchanged }) => unchanged.plexRequests) / scenes
  return [
    {
      id: 1,
      name: 'requests to Plex per changed scene',
      value: perChanged,
      unit: '',
      floor: 1,
      goal: '≤ 1.1',
      ok: worlds.every(({ warm }) => warm.edits === scenes) && perChanged <= 1.1,
    },
    {
      id: 2,
      name: 'requests to Plex per unchanged scene',
      value: perUnchanged,
      unit: '',
      floor: 0,
      goal: '≤ 0.05',
      ok: worlds.every(({ unchanged }) => unchanged.edits === 0) && perUnchanged <= 0.05,
    },
  ]
}

function timeRows(worlds: readonly World[]): BenchRow[] {
  const floor = spreadOf(worlds.map((world) => world.floor.seconds)).median
  const row = (kind: 'cold' | 'warm', times: number): BenchRow => {
    const { median, ...spread } = spreadOf(worlds.map((world) => world[kind].seconds))
    const goal = `≤ ${times} × the bare requests`
    return {
      id: 3,
      name: `${name} ${kind}`,
      value: median,
      spread,
      unit: 's',
      floor,
      goal,
      ok: median <= times * floor,
    }
  }
  const name = '1,000 scenes from hook to written, no latency,'
  const cold = spreadOf(worlds.map((world) => incumbent.thousandSeconds / world.cold.seconds))
  const unchanged = spreadOf(worlds.map((world) => world.unchanged.seconds))
  return [
    row('warm', 3),
    row('cold', 4),
    {
      id: 3,
      name: 'the same cold: times as fast as Stash2Plex (18.3 s, its pause removed)',
      value: cold.median,
      spread: cold,
      unit: '×',
      goal: '≥ 20 × (for information)',
      ok: true,
    },
    {
      id: 3,
      name: '1,000 unchanged scenes from hook to outcome',
      value: unchanged.median,
      spread: unchanged,
      unit: 's',
      goal: 'for information',
      ok: true,
    },
  ]
}

function processorRows(worlds: readonly World[]): BenchRow[] {
  const floor = spreadOf(worlds.map((world) => world.floor.cpuMs / scenes)).median
  const row = (kind: 'cold' | 'warm' | 'unchanged', what: string, most: number | null): BenchRow => {
    const { median, ...spread } = spreadOf(worlds.map((world) => world[kind].cpuMs / scenes))
    const goal = most === null ? 'for information' : `≤ ${most} ms`
    return { id: 3, name: what, value: median, spread, unit: 'ms', floor, goal, ok: most === null || median <= most }
  }
  return [
    row('warm', 'processor time of the app per scene, hook to written, warm', 1.2),
    row('cold', 'the same cold', 2),
    row('unchanged', 'processor time of the app per unchanged scene', null),
  ]
}

function latencyRow({ warm, floor }: World): BenchRow {
  const goal = incumbent.sceneMsAtLatency / 20
  const perScene = (warm.seconds / scenes) * 1000
  return {
    id: 4,
    name: `per scene at ${latencyMs} ms per request, concurrency ${concurrency}`,
    value: perScene,
    unit: 'ms',
    floor: (floor.seconds / scenes) * 1000,
    goal: `≤ ${goal} ms (20 × Stash2Plex)`,
    ok: perScene <= goal,
  }
}

async function measureWorld(latency: number): Promise<World> {
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
    nodeArguments: ['--import', fileURLToPath(new URL('./probe.ts', import.meta.url))],
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
      PLEXSYNC_BENCH_PROBE: '1',
    },
  })
  const cold = await measure(servers, app, idsFrom(scenes + 1))
  for (const server of ['plex', 'stash']) await servers.command('latency', { server, ms: latency })
  const ids = idsFrom(1)
  const warm = await measure(servers, app, ids)
  const floor = await repeatEdits(servers)
  const unchanged = await measure(servers, app, ids)
  return { cold, warm, unchanged, floor }
}

function idsFrom(first: number): number[] {
  return Array.from({ length: scenes }, (_, index) => first + index)
}

async function measure(servers: ServedProcess, app: AppProcess, ids: readonly number[]): Promise<Measured> {
  await servers.command('resetRequests')
  const before = await readProbe(app.child)
  const startedAt = performance.now()
  await syncScenes(app, ids)
  const seconds = (performance.now() - startedAt) / 1000
  const cpuMs = (await readProbe(app.child)).cpuMs - before.cpuMs
  const { plex } = countsSchema.parse(await servers.command('counts'))
  return { seconds, cpuMs, plexRequests: plex.total, edits: plex.labels.edit ?? 0 }
}

async function syncScenes(app: AppProcess, sceneIds: readonly number[]): Promise<void> {
  await postHooks({ url: app.webhookUrl, token, sceneIds, connections: 50 })
  const done = await app.call('processQueue', { timeout_seconds: 120 })
  if (done.remaining > 0) throw new Error(`${done.remaining} jobs remain`)
}

/** The edits that were just made, once more, by nothing but node:http. */
async function repeatEdits(servers: ServedProcess): Promise<Cost> {
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
  const cpu = process.cpuUsage()
  await Promise.all(Array.from({ length: concurrency }, drive))
  const { user, system } = process.cpuUsage(cpu)
  const seconds = (performance.now() - startedAt) / 1000
  agent.destroy()
  return { seconds, cpuMs: (user + system) / 1000 }
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await run(), null, 2)}\n`)

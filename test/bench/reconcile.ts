/**
 * What comparing two libraries of 40,000 costs: requests, time, memory, and how long the event loop is held. The engine
 * runs in a separate process, so that its memory is its own; nothing is known of the libraries before.
 */
import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as z from 'zod'
import type { Engine } from '../../main/engine/engine.ts'
import { openLog } from '../../main/engine/log/logger.ts'
import { systemClock } from '../../main/engine/ports.ts'
import { type ReconcileRun, reconcileRunSchema } from '../../shared/contract.ts'
import { openPlainEngine } from '../harness/plain-engine.ts'
import { startServedProcess } from '../harness/served-process.ts'
import { makeTempFolder } from '../harness/temp-folder.ts'
import type { BenchRow } from './bench-row.ts'
import { memoryRow, type ProcessMemory, watchMemory } from './process-memory.ts'

const never = new AbortController().signal

const scenes = 40_000
const heapLimits = fileURLToPath(new URL('./heap-limits.ts', import.meta.url))
const mebibyte = 1024 * 1024

const orderSchema = z.object({ settings: z.record(z.string(), z.string()) })
const reportSchema = z.object({ run: reconcileRunSchema, cpuSeconds: z.number(), loopP99Ms: z.number() })
type Report = z.infer<typeof reportSchema>

interface Measured extends Report {
  readonly memory: ProcessMemory
}

export async function run(): Promise<BenchRow[]> {
  const plain = await compare({})
  const rich = await compare({ rich: true })
  return [...rowsOf(plain), ...richRowsOf(rich)]
}

async function compare(library: { readonly rich?: true }): Promise<Measured> {
  await using servers = await startServedProcess({ scenes, awkward: 0, covers: false, keepRequests: 1000, ...library })
  const settings = {
    plex_url: servers.plexUrl,
    plex_token: servers.plexToken,
    stash_url: servers.stashUrl,
    stash_api_key: servers.stashApiKey,
    path_map: servers.pathMap,
  }
  const comparison = promisify(execFile)(
    process.execPath,
    // As the command line does at its start, like the cache of compiled sources (main/headless/bin.mjs).
    ['--import', heapLimits, fileURLToPath(import.meta.url), JSON.stringify({ settings })],
    {
      timeout: 600_000,
      maxBuffer: mebibyte,
      env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') },
    },
  )
  using memory = watchMemory(comparison.child.pid ?? 0)
  const report = reportSchema.parse(JSON.parse((await comparison).stdout))
  const { run } = report
  if (run.state !== 'done' || run.scenes_checked !== scenes || run.enqueued !== scenes)
    throw new Error(`The comparison is not what was to be measured: ${JSON.stringify(run)}`)
  return { ...report, memory: memory.most() }
}

function rowsOf({ run, cpuSeconds, memory, loopP99Ms }: Measured): BenchRow[] {
  const requests = run.requests.stash + run.requests.plex
  return [
    row('10a', 'reconcile 40,000 scenes against 40,000 items: requests', requests, '', 150),
    row('10b', 'the same, all 40,000 enqueued: time', run.seconds, 's', 60),
    memoryRow('10c', 'the same: most memory', memory, 200),
    row('10d', 'the same: event-loop delay p99', loopP99Ms, 'ms', 20),
    information('10g', 'the same: processor time of the program', cpuSeconds, 's'),
  ]
}

function richRowsOf({ run, cpuSeconds, memory }: Measured): BenchRow[] {
  return [
    row('10e', 'the same with three files, long details and 15 tags for each scene: time', run.seconds, 's', 60),
    memoryRow('10f', 'the same: most memory', memory, 200),
    information('10h', 'the same: processor time of the program', cpuSeconds, 's'),
  ]
}

function row(id: string, name: string, value: number, unit: string, most: number): BenchRow {
  return { id, name, value, unit, goal: `≤ ${most}${unit === '' ? '' : ` ${unit}`}`, ok: value <= most }
}

function information(id: string, name: string, value: number, unit: string): BenchRow {
  return { id, name, value, unit, goal: 'for information', ok: true }
}

/** In the separate process: one comparison, measured. */
async function measure(settings: Readonly<Record<string, string>>): Promise<Report> {
  await using folder = await makeTempFolder('plexsync-bench-')
  const log = await openLog({ folder: folder.file('logs'), clock: systemClock, print: () => {}, printAll: false })
  const engine = openPlainEngine({ dataFolder: folder.path, settings, log })
  const loop = monitorEventLoopDelay({ resolution: 5 })
  loop.enable()
  const run = await reconcile(engine)
  loop.disable()
  const { user, system } = process.cpuUsage()
  const measured = {
    run,
    cpuSeconds: (user + system) / 1e6,
    // The histogram counts the timer's own interval too.
    loopP99Ms: Math.max(0, loop.percentile(99) / 1e6 - 5),
  }
  await engine.close()
  log.close()
  return measured
}

async function reconcile(engine: Engine): Promise<ReconcileRun> {
  const ended = Promise.withResolvers<ReconcileRun>()
  const end = engine.subscribe((event) => {
    if (event.name === 'reconcile' && event.data.state !== 'running') ended.resolve(event.data)
  })
  const begun = await engine.invoke('startReconcile', { scope: 'all', dry_run: false }, never)
  if (!begun.ok) throw new Error(begun.fault.message)
  return ended.promise.finally(end)
}

if (import.meta.main) {
  const [order] = process.argv.slice(2)
  const result = order === undefined ? await run() : await measure(orderSchema.parse(JSON.parse(order)).settings)
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
}

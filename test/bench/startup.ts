/**
 * From `plexsync serve` to ready with a history of years, and what it takes while nothing happens. The floor is a bare
 * hono server on the same Node. Figures of processes come from /proc, so memory and idle CPU are measured on Linux only.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startApp } from '../harness/app-process.ts'
import { makeTempFolder } from '../harness/temp-folder.ts'
import type { BenchRow } from './bench-row.ts'
import { fillDatabase } from './big-database.ts'
import { memoryOf, memoryRow, type ProcessMemory } from './process-memory.ts'

const rows = { finishedJobs: 100_000, items: 40_000 }
/** The best of this number of starts: other work on the machine only ever adds. */
const starts = 5
const settleMs = 2000
const idleMs = 10_000

interface Measured {
  readonly readyMs: number
  readonly memory: ProcessMemory
}

export async function run(): Promise<BenchRow[]> {
  await using folder = await makeTempFolder('plexsync-bench-')
  fillDatabase(folder.file('plexsync.db'), rows)
  const bare: Measured[] = []
  const ours: Measured[] = []
  let idleShare = Number.NaN
  for (let round = 0; round < starts; round++) {
    bare.push(await startBare())
    await using app = await startApp({ dataFolder: folder.path })
    await sleep(settleMs)
    ours.push({ readyMs: app.readyMs, memory: memoryOf(app.pid) })
    if (round === starts - 1) idleShare = await idleShareOf(app.pid)
  }
  const cold = await coldStart(folder.path)
  const least = (measured: readonly Measured[], of: (one: Measured) => number) => Math.min(...measured.map(of))
  const readyMs = least(ours, (one) => one.readyMs)
  const memory = ours.map((one) => one.memory).reduce((most, one) => (one.countedMib > most.countedMib ? one : most))
  return [
    {
      id: 12,
      name: 'headless start to ready, 100,000 jobs and 40,000 items on disk',
      value: readyMs,
      unit: 'ms',
      floor: least(bare, (one) => one.readyMs),
      goal: '≤ 500 ms',
      ok: readyMs <= 500,
    },
    { id: 12, name: 'the same without a compile cache', value: cold, unit: 'ms', goal: 'for information', ok: true },
    { ...memoryRow(12, 'memory when idle', memory, 120), floor: least(bare, (one) => one.memory.countedMib) },
    {
      id: 12,
      name: `CPU when idle, over ${idleMs / 1000} s`,
      value: idleShare * 100,
      unit: '%',
      floor: 0,
      goal: '≤ 0.5 %',
      ok: idleShare <= 0.005,
    },
  ]
}

/** The first start after an installation or update: nothing is compiled yet. */
async function coldStart(dataFolder: string): Promise<number> {
  await using cache = await makeTempFolder('plexsync-cache-')
  await using app = await startApp({ dataFolder, environment: { NODE_COMPILE_CACHE: cache.path } })
  return app.readyMs
}

async function startBare(): Promise<Measured> {
  const script = fileURLToPath(new URL('./bare-hono.ts', import.meta.url))
  const startedAt = performance.now()
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  if (child.stdout === null) throw new Error('the bare server has no output')
  await once(child.stdout, 'data')
  const readyMs = performance.now() - startedAt
  await sleep(500)
  const memory = memoryOf(child.pid ?? 0)
  await end(child)
  return { readyMs, memory }
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

/** Share of one core that the process takes while nothing happens. */
async function idleShareOf(pid: number): Promise<number> {
  const before = cpuMs(pid)
  await sleep(idleMs)
  return (cpuMs(pid) - before) / idleMs
}

function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  // utime and stime, in ticks of 10 ms.
  return (Number(fields[11]) + Number(fields[12])) * 10
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await run(), null, 2)}\n`)

/**
 * What a NAS notices: how often PlexSync wakes, what processor time it takes and how much it writes, while nothing happens,
 * while jobs wait, and with 500 edits. Figures come from /proc, so they are measured on Linux only; files must be on a disk,
 * since memory counts no bytes. Calls of fsync are counted where strace is installed.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type AppProcess, appEnvironment, sampleHookToken, startApp } from '../harness/app-process.ts'
import { type ServedProcess, startServedProcess } from '../harness/served-process.ts'
import { makeTempFolder } from '../harness/temp-folder.ts'
import type { BenchRow } from './bench-row.ts'

const idleSeconds = 60
const settleMs = 30_000
const edits = 500
const daySeconds = 24 * 60 * 60

export async function run(): Promise<BenchRow[]> {
  if (process.platform !== 'linux') return []
  await using servers = await startServedProcess({ plex: { maxRequestLine: 65_536 } })
  return [
    ...(await idle(servers, 'with the change probe', {}, null)),
    ...(await idle(servers, 'without the probe', { PLEXSYNC_STASH_POLL_SECONDS: '0' }, 1)),
    ...(await waiting(servers)),
    ...(await busy(servers)),
  ]
}

async function idle(
  servers: ServedProcess,
  what: string,
  environment: Readonly<Record<string, string>>,
  mostWakes: number | null,
): Promise<BenchRow[]> {
  await using folder = await makeTempFolder('plexsync-bench-')
  await using app = await startApp({
    dataFolder: folder.path,
    environment: { ...appEnvironment(servers), ...environment },
  })
  const { wakes, bytes, cpuMs } = await takenWhileIdle(app)
  return [
    row(`wake-ups of the main thread when idle, ${what}`, wakes / idleSeconds, '/s', mostWakes),
    row(`written when idle, in a day, ${what}`, (bytes / idleSeconds / 1e6) * daySeconds, 'MB'),
    row(`processor time when idle, ${what}`, cpuMs / idleSeconds / 10, '%', 0.1),
  ]
}

/** Jobs that are kept, as while Plex is away or the user paused. */
async function waiting(servers: ServedProcess): Promise<BenchRow[]> {
  await using folder = await makeTempFolder('plexsync-bench-')
  await using app = await startApp({ dataFolder: folder.path, environment: appEnvironment(servers) })
  await app.call('pause')
  for (let scene = 1; scene <= 50; scene++) await postEdit(app, scene)
  const { wakes, cpuMs } = await takenWhileIdle(app)
  return [
    row('wake-ups of the main thread while 50 jobs wait', wakes / idleSeconds, '/s'),
    row('processor time while 50 jobs wait', cpuMs / idleSeconds / 10, '%', 0.1),
  ]
}

async function busy(servers: ServedProcess): Promise<BenchRow[]> {
  await using folder = await makeTempFolder('plexsync-bench-')
  await using app = await startApp({ dataFolder: folder.path, environment: appEnvironment(servers) })
  await sleep(settleMs)
  const before = takenBy(app.pid)
  const syncs = countSyncs(app.pid)
  await sleep(500)
  for (let edit = 0; edit < edits; edit++) await postEdit(app, (edit % 190) + 1)
  await app.call('processQueue', { timeout_seconds: 120 })
  await sleep(1000)
  const bytes = takenBy(app.pid).bytes - before.bytes
  const count = await syncs()
  return [
    row(`written with ${edits} hooks, one after the other`, bytes / 1e6, 'MB'),
    row('the same for each hook', bytes / edits / 1024, 'KiB'),
    ...(count === null ? [] : [row('calls of fsync for each hook', count / edits, '', 4)]),
  ]
}

interface Taken {
  /** What went to the disk, or will. */
  readonly bytes: number
  /** How often the main thread went to sleep, and so was woken. */
  readonly wakes: number
  /** Processor time of all threads. */
  readonly cpuMs: number
}

async function takenWhileIdle(app: AppProcess): Promise<Taken> {
  await sleep(settleMs)
  const before = takenBy(app.pid)
  await sleep(idleSeconds * 1000)
  const after = takenBy(app.pid)
  return {
    bytes: after.bytes - before.bytes,
    wakes: after.wakes - before.wakes,
    cpuMs: after.cpuMs - before.cpuMs,
  }
}

function takenBy(pid: number): Taken {
  return {
    bytes: numberIn(`/proc/${pid}/io`, 'write_bytes'),
    wakes: numberIn(`/proc/${pid}/status`, 'voluntary_ctxt_switches'),
    cpuMs: cpuMsOf(pid),
  }
}

function numberIn(file: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(readFileSync(file, 'utf8'))?.[1])
}

/** proc(5): utime and stime are the fourteenth and fifteenth field, in hundredths of a second. */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}

/** Counts until the result is called; null if strace cannot be run. */
function countSyncs(pid: number): () => Promise<number | null> {
  const strace = spawn('strace', ['-f', '-e', 'trace=fsync,fdatasync', '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let printed = ''
  strace.stderr.on('data', (chunk: Buffer) => {
    printed += chunk.toString()
  })
  const ended = Promise.race([once(strace, 'exit').then(() => true), once(strace, 'error').then(() => false)])
  return async () => {
    strace.kill('SIGINT')
    const calls = printed.match(/f(?:data)?sync\(/g)?.length ?? 0
    return (await ended) && calls > 0 ? calls : null
  }
}

async function postEdit(app: AppProcess, sceneId: number): Promise<void> {
  const response = await fetch(app.webhookUrl, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${sampleHookToken}` },
    body: JSON.stringify({ type: 'Scene.Update.Post', id: sceneId, inputFields: ['title'] }),
  })
  if (response.status !== 202) throw new Error(`a hook was answered ${response.status}`)
}

function row(name: string, value: number, unit: string, most: number | null = null): BenchRow {
  const goal = most === null ? 'for information' : `≤ ${most}${unit === '' ? '' : ` ${unit}`}`
  return { id: 'disk', name, value, unit, goal, ok: most === null || value <= most }
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await run(), null, 2)}\n`)

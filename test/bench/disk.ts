/**
 * What a NAS notices: how often PlexSync wakes and how much it writes, while nothing happens and with 500 edits. Figures
 * come from /proc, so they are measured on Linux only; files must be on a disk, since memory counts no bytes.
 */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type AppProcess, appEnvironment, sampleHookToken, startApp } from '../harness/app-process.ts'
import { startServedProcess } from '../harness/served-process.ts'
import { makeTempFolder } from '../harness/temp-folder.ts'
import type { BenchRow } from './bench-row.ts'

const idleSeconds = 120
const settleMs = 30_000
const edits = 500
const daySeconds = 24 * 60 * 60

export async function run(): Promise<BenchRow[]> {
  if (process.platform !== 'linux') return []
  await using folder = await makeTempFolder('plexsync-bench-')
  const servers = await startServedProcess({ plex: { maxRequestLine: 65_536 } })
  try {
    await using app = await startApp({ dataFolder: folder.path, environment: appEnvironment(servers) })
    await sleep(settleMs)
    const before = takenBy(app.pid)
    await sleep(idleSeconds * 1000)
    const idle = difference(takenBy(app.pid), before)

    const started = takenBy(app.pid)
    for (let edit = 0; edit < edits; edit++) await postEdit(app, (edit % 190) + 1)
    await app.call('processQueue', { timeout_seconds: 120 })
    await sleep(1000)
    const busy = difference(takenBy(app.pid), started)
    const wakes = idle.wakes / idleSeconds
    return [
      row('wake-ups when idle, main thread', wakes, '/s', '≤ 1 without the probe'),
      row('written when idle, for a day', ((idle.bytes / idleSeconds) * daySeconds) / 1e6, 'MB', 'for information'),
      row(`written with ${edits} hooks, one after the other`, busy.bytes / 1e6, 'MB', 'for information'),
      row('the same for each hook', busy.bytes / edits / 1024, 'KiB', 'for information'),
    ]
  } finally {
    await servers.close()
  }
}

interface Taken {
  /** What went to the disk, or will. */
  readonly bytes: number
  /** How often the main thread went to sleep, and so was woken. */
  readonly wakes: number
}

function takenBy(pid: number): Taken {
  return {
    bytes: numberIn(`/proc/${pid}/io`, 'write_bytes'),
    wakes: numberIn(`/proc/${pid}/status`, 'voluntary_ctxt_switches'),
  }
}

function numberIn(file: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(readFileSync(file, 'utf8'))?.[1])
}

function difference(after: Taken, before: Taken): Taken {
  return { bytes: after.bytes - before.bytes, wakes: after.wakes - before.wakes }
}

async function postEdit(app: AppProcess, sceneId: number): Promise<void> {
  const response = await fetch(app.webhookUrl, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${sampleHookToken}` },
    body: JSON.stringify({ type: 'Scene.Update.Post', id: sceneId, inputFields: ['title'] }),
  })
  if (response.status !== 202) throw new Error(`a hook was answered ${response.status}`)
}

function row(name: string, value: number, unit: string, goal: string): BenchRow {
  return { id: 'disk', name, value, unit, goal, ok: true }
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await run(), null, 2)}\n`)

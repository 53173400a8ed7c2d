/**
 * A rewrite of 40,000 items after a change of what is written, with the process killed twice on the way: what it asks of
 * Plex for each changed item, and whether one is left behind.
 */
import { once } from 'node:events'
import { type AppProcess, appEnvironment, startApp } from '../harness/app-process.ts'
import { startServedProcess } from '../harness/served-process.ts'
import { makeTempFolder } from '../harness/temp-folder.ts'
import type { BenchRow } from './bench-row.ts'
import { plexCounts } from './plex-counts.ts'

const scenes = 40_000
/** Items written when the process is killed. */
const kills = [8_000, 24_000]

export async function run(): Promise<BenchRow[]> {
  await using servers = await startServedProcess({ scenes, awkward: 0, covers: false, keepRequests: 100 })
  await using folder = await makeTempFolder('plexsync-bench-')
  const start = (): Promise<AppProcess> =>
    startApp({
      dataFolder: folder.path,
      environment: { ...appEnvironment(servers), PLEXSYNC_QUIET_TIME: '0', PLEXSYNC_SYNC_POSTER: 'false' },
    })
  let app = await start()
  try {
    await app.call('beginTask', { kind: 'sync_all', request: {} })
    await drained(app)
    await app.call('saveSettings', { values: { content_rating: 'XXX' } })
    await servers.command('resetRequests')
    const startedAt = performance.now()
    await app.call('beginTask', { kind: 'rewrite', request: {} })
    for (const written of kills) {
      await until(async () => (await plexCounts(servers)).total >= written)
      const ended = once(app.child, 'exit')
      app.child.kill('SIGKILL')
      await ended
      app = await start()
    }
    await drained(app)
    const seconds = (performance.now() - startedAt) / 1000
    const { total } = await plexCounts(servers)
    const { pending_rewrite: left } = await app.call('getStatus')
    const name = `rewrite of ${scenes.toLocaleString('en')} items, killed twice`
    const perItem = total / scenes
    return [
      {
        id: 18,
        name: `${name}: requests to Plex per item`,
        value: perItem,
        unit: '',
        floor: 1,
        goal: '≤ 1.1',
        ok: perItem <= 1.1,
      },
      { id: 18, name: `${name}: items left behind`, value: left, unit: '', goal: '0', ok: left === 0 },
      { id: 18, name: `${name}: time`, value: seconds, unit: 's', goal: 'for information', ok: true },
    ]
  } finally {
    await app[Symbol.asyncDispose]()
  }
}

/** Waits until no task runs and the queue is empty. */
async function drained(app: AppProcess): Promise<void> {
  await until(async () => {
    const { tasks } = await app.call('listTasks', {})
    const { queue } = await app.call('getStatus')
    return !tasks.some(({ state }) => state === 'running') && queue.ready + queue.in_progress + queue.delayed === 0
  })
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resume) => setTimeout(resume, 250))
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await run(), null, 2)}\n`)

/**
 * The first pull of a household that has watched for years: 10,000 rows of the play history reach a Stash that knows
 * none of them. Links of 2,000 scenes exist before; the pull is timed from the request to its result.
 */
import { fileURLToPath } from 'node:url'
import * as z from 'zod'
import { appEnvironment, sampleHookToken, startApp } from '../harness/app-process.ts'
import { startServedProcess } from '../harness/served-process.ts'
import { makeTempFolder } from '../harness/temp-folder.ts'
import type { BenchRow } from './bench-row.ts'
import { readProbe } from './probe.ts'
import { memoryRow, watchMemory } from './process-memory.ts'
import { postHooks } from './signed-hooks.ts'

const scenes = 2_000
const rowsPerScene = 5
const rows = scenes * rowsPerScene

const labels = z.record(z.string(), z.number())
const countsSchema = z.object({ plex: z.object({ labels }), stash: z.object({ labels }) })

export async function run(): Promise<BenchRow[]> {
  await using servers = await startServedProcess({ scenes, awkward: 0, covers: false, keepRequests: 100 })
  await using folder = await makeTempFolder('plexsync-bench-')
  await using app = await startApp({
    dataFolder: folder.path,
    nodeArguments: ['--import', fileURLToPath(new URL('./probe.ts', import.meta.url))],
    environment: {
      ...appEnvironment(servers),
      PLEXSYNC_QUIET_TIME: '0',
      PLEXSYNC_SYNC_POSTER: 'false',
      PLEXSYNC_ACTIVITY_FROM: '2015-01-01',
      PLEXSYNC_BENCH_PROBE: '1',
    },
  })
  await postHooks({
    url: app.webhookUrl,
    token: sampleHookToken,
    sceneIds: Array.from({ length: scenes }, (_, index) => index + 1),
    connections: 50,
  })
  const synced = await app.call('processQueue', { timeout_seconds: 120 })
  if (synced.remaining > 0) throw new Error(`${synced.remaining} jobs remain`)
  await servers.command('plexWatchAll', { rows: rowsPerScene })
  await servers.command('resetRequests')
  await readProbe(app.child)
  using memory = watchMemory(app.pid)
  const before = memory.most().countedMib
  // The switch begins the pull; asking for one waits for it and adds nothing.
  const startedAt = performance.now()
  await app.call('saveSettings', { values: { activity_plays: 'plex_to_stash' } })
  await app.call('pullPlays', {})
  const seconds = (performance.now() - startedAt) / 1000
  const { counts } = await app.call('getPlays', {})
  if (counts.applied !== rows) throw new Error(`${counts.applied} plays were added, ${rows} were watched`)
  const { p99 } = await readProbe(app.child)
  const { plex, stash } = countsSchema.parse(await servers.command('counts'))
  const requests = (plex.labels.history ?? 0) + (stash.labels.sceneAddPlay ?? 0)
  return [
    {
      id: 17,
      name: `first pull of ${rows.toLocaleString('en')} plays: time`,
      value: seconds,
      unit: 's',
      goal: '≤ 60 s',
      ok: seconds <= 60,
    },
    {
      id: 17,
      name: 'first pull: pages of the history and writes to Stash',
      value: requests,
      unit: '',
      floor: rows / 200 + scenes,
      goal: 'one page per 200 rows, one write per scene',
      // The pull that waited reads the latest rows once more.
      ok: requests <= 2 * (rows / 200) + scenes + 2,
    },
    { ...memoryRow(17, 'first pull: most memory', memory.most(), before + 50), floor: before },
    { id: 17, name: 'first pull: event loop delay p99', value: p99, unit: 'ms', goal: '≤ 20 ms', ok: p99 <= 20 },
  ]
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await run(), null, 2)}\n`)

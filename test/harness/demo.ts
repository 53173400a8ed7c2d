/**
 * `npm run demo`: simulated Stash and Plex servers, the real headless app between them, a hook per scene over HTTP, and
 * at the end every item is read back from Plex and compared. `--once` ends then; else everything stays up until Ctrl-C.
 */
import * as z from 'zod'
import { remoteTicket } from '../../main/headless/backend.ts'
import { findHolder } from '../../main/host/instance.ts'
import { activityRowSchema, deadLetterSchema, statusSchema } from '../../shared/contract.ts'
import { type AppProcess, appEnvironment, sampleHookToken, startApp } from './app-process.ts'
import type { SampleOutcome } from './made-scene.ts'
import type { SampleReport } from './sample-check.ts'
import type { SampleScene } from './sample-library.ts'
import { type ServedProcess, startServedProcess } from './served-process.ts'
import { makeTempFolder } from './temp-folder.ts'

const longestMs = 120_000

/** What each kind of sample scene must come to, as the activity and the dead letters show it. */
const expected: Readonly<Record<SampleOutcome, { readonly shown: readonly string[]; readonly words: string }>> = {
  synced: { shown: ['synced'], words: 'written to Plex' },
  unchanged: { shown: ['unchanged'], words: 'equal already, nothing written' },
  no_metadata: { shown: ['filtered'], words: 'no metadata in Stash yet, Plex left alone' },
  no_file: { shown: ['no_file_path'], words: 'no file, in the dead letters' },
  not_in_plex: { shown: ['delayed'], words: 'not in Plex yet, waits for its next try' },
  needs_you: { shown: ['low_confidence'], words: 'not certainly the same file, waits for a decision' },
  show_library: { shown: ['unknown_library'], words: 'in a library of shows, waits for a decision' },
}

async function main(): Promise<void> {
  const isOnce = process.argv.includes('--once')
  // Plex's own limit of a request line is not known; a separate test covers proxies that cut at 8 KB.
  await using servers = await startServedProcess({ drawn: true, plex: { maxRequestLine: 65_536 } })
  await using folder = await makeTempFolder('plexsync-demo-')
  console.log(
    `Simulated Stash at ${servers.stashUrl} with ${servers.scenes} scenes, Plex at ${servers.plexUrl} with ${servers.items} items.`,
  )
  await using app = await startApp({ dataFolder: folder.path, environment: appEnvironment(servers) })
  const scenes = (await servers.command('sample')) as SampleScene[]
  const seconds = await syncAll(app, scenes)
  const isRight = await report(servers, scenes, app, seconds)
  if (isOnce) process.exitCode = isRight ? 0 : 1
  else await stayUp(folder.path)
}

/** Posts the hook that Stash would send for each scene, and waits until nothing is due any more. Returns seconds. */
async function syncAll(app: AppProcess, scenes: readonly SampleScene[]): Promise<number> {
  const startedAt = performance.now()
  for (const { sceneId } of scenes) {
    const response = await fetch(app.webhookUrl, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${sampleHookToken}` },
      body: JSON.stringify({ type: 'Scene.Update.Post', id: sceneId, inputFields: ['title', 'details', 'id'] }),
    })
    await response.arrayBuffer()
    if (response.status !== 202) throw new Error(`the hook of scene ${sceneId} was answered with ${response.status}`)
  }
  await app.call('processQueue', { timeout_seconds: longestMs / 1000 })
  const status = statusSchema.parse(await app.call('getStatus'))
  if (status.queue.ready + status.queue.in_progress > 0) throw new Error(`${status.queue.ready} jobs are still waiting`)
  return (performance.now() - startedAt) / 1000
}

/** Prints what happened to each kind; true if every scene is as it must be. */
async function report(
  servers: ServedProcess,
  scenes: readonly SampleScene[],
  app: AppProcess,
  seconds: number,
): Promise<boolean> {
  const shown = await shownOutcomes(app)
  const checked = (await servers.command('check')) as SampleReport
  const wrongItems = new Set(checked.failures.map((failure) => failure.sceneId))
  let isRight = true
  console.log(`\n${scenes.length} hooks posted and processed in ${seconds.toFixed(1)} s\n`)
  for (const [kind, group] of Map.groupBy(scenes, (scene) => `${scene.kind} ${scene.outcome}`)) {
    const [first] = group
    if (first === undefined) continue
    const { shown: wanted, words } = expected[first.outcome]
    const wrong = group.filter(
      ({ sceneId }) => wrongItems.has(sceneId) || !wanted.includes(shown.get(String(sceneId)) ?? 'nothing'),
    )
    if (wrong.length > 0) isRight = false
    const mark = wrong.length === 0 ? 'ok    ' : 'WRONG '
    console.log(
      `${mark} ${String(group.length).padStart(4)}  ${kind.split(' ')[0]?.replaceAll('_', ' ').padEnd(26)} ${words}`,
    )
    for (const { sceneId } of wrong)
      console.log(`           scene ${sceneId} came to: ${shown.get(String(sceneId)) ?? 'nothing'}`)
  }
  for (const failure of checked.failures)
    console.log(`WRONG  item ${failure.ratingKey} of scene ${failure.sceneId}: ${failure.problems.join('; ')}`)
  console.log(
    `\n${checked.verified} of ${checked.wanted} scenes that can match were read back from Plex and are as they must be.`,
  )
  return isRight && checked.verified === checked.wanted
}

/** The state of each scene's last job; for dead letters the cause. */
async function shownOutcomes(app: AppProcess): Promise<Map<string, string>> {
  const outcomes = new Map<string, string>()
  const page = z.object({ rows: z.array(activityRowSchema) })
  for (let offset = 0; ; offset += 500) {
    const { rows } = page.parse(await app.call('listActivity', { offset, limit: 500 }))
    // Newest first: the first row of a scene is its last job.
    for (const row of rows) if (!outcomes.has(row.scene_id)) outcomes.set(row.scene_id, row.state)
    if (rows.length < 500) break
  }
  const dead = z.object({ rows: z.array(deadLetterSchema) }).parse(await app.call('listDeadLetters', { limit: 1000 }))
  for (const row of dead.rows) outcomes.set(row.scene_id, row.code)
  return outcomes
}

async function stayUp(dataFolder: string): Promise<void> {
  const holder = findHolder(dataFolder)
  const url = holder === null ? null : await remoteTicket(holder)
  if (url?.ok) console.log(`\nThe window: ${url.value}\nCtrl-C ends everything.`)
  const stopped = Promise.withResolvers<void>()
  const alive = setInterval(() => {}, 60_000)
  process.once('SIGINT', () => stopped.resolve())
  process.once('SIGTERM', () => stopped.resolve())
  await stopped.promise
  clearInterval(alive)
}

await main()

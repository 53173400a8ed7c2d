/** Consent to write, as the command line gives it and as it meets it. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { startApp } from '../harness/app-process.ts'
import { jsonOf, runCli } from '../harness/run-cli.ts'
import { type ServedProcess, startServedProcess } from '../harness/served-process.ts'
import { makeMemoryFolder } from '../harness/temp-folder.ts'

let servers: ServedProcess
beforeAll(async () => {
  servers = await startServedProcess({ plex: { maxRequestLine: 65_536 } })
})
afterAll(() => servers.close())
beforeEach(() => servers.command('resetRequests'))

const cli = (folder: string, ...args: string[]) => runCli([...args, '--data-dir', folder])

/** Requests that changed Plex. */
async function written(): Promise<number> {
  const { plex } = (await servers.command('counts')) as { plex: { labels: Record<string, number> } }
  return ['edit', 'poster', 'art'].reduce((sum, label) => sum + (plex.labels[label] ?? 0), 0)
}

/** What the steps of the window store, before the last one. */
async function setUpInTheWindow(folder: string): Promise<void> {
  await using app = await startApp({ dataFolder: folder })
  const { plexUrl, plexToken, stashUrl, stashApiKey, pathMap } = servers
  await app.call('saveSettings', {
    values: {
      ...{ plex_url: plexUrl, plex_token: plexToken, stash_url: stashUrl, stash_api_key: stashApiKey },
      ...{ path_map: pathMap, quiet_time: 0 },
    },
  })
}

it('writes only the scenes that are named while the setup is not finished', async () => {
  await using folder = await makeMemoryFolder()
  await setUpInTheWindow(folder.path)

  expect((await cli(folder.path, 'sync', '--all')).code).toBe(0)
  const drained = await cli(folder.path, 'process', '--json')
  expect(drained.code).toBe(3)
  expect(drained.stderr).toMatch(/Setup not finished: \d+ changes are kept/)
  expect(jsonOf(drained)).toMatchObject({ processed: 0, synced: 0 })
  expect(await written()).toBe(0)

  expect((await cli(folder.path, 'sync', '--scene', '1', '--wait')).code).toBe(0)
  expect(await written()).toBeGreaterThan(0)
  expect(jsonOf(await cli(folder.path, 'status', '--json'))).toMatchObject({
    setup_finished: false,
    waiting_for: { code: 'setup' },
    synced_scenes: 1,
  })
  expect((await cli(folder.path, 'status')).stdout).toMatch(/Setup not finished: \d+ changes are kept/)
})

it('starts to write once config set has completed what is needed', async () => {
  await using folder = await makeMemoryFolder()
  const values = {
    ...{ plex_url: servers.plexUrl, plex_token: servers.plexToken, stash_api_key: servers.stashApiKey },
    ...{ path_map: servers.pathMap, stash_url: servers.stashUrl },
  }
  for (const [name, value] of Object.entries(values))
    expect((await cli(folder.path, 'config', 'set', name, value)).code).toBe(0)
  expect(jsonOf(await cli(folder.path, 'status', '--json'))).toMatchObject({ setup_finished: true, waiting_for: null })
  expect((await cli(folder.path, 'sync', '--scene', '1', '--wait')).code).toBe(0)
  // A second one, since a named scene needs no consent.
  expect((await cli(folder.path, 'sync', '--all')).code).toBe(0)
  expect(jsonOf(await cli(folder.path, 'process', '--json'))).toMatchObject({
    remaining: expect.any(Number),
    synced: expect.toSatisfy((count: number) => count > 100),
  })
  expect(await written()).toBeGreaterThan(0)
})

it('takes a complete environment as consent, and keeps it without that environment', async () => {
  await using folder = await makeMemoryFolder()
  const environment = {
    ...{ PLEX_URL: servers.plexUrl, PLEX_TOKEN: servers.plexToken, STASH_URL: servers.stashUrl },
    ...{ STASH_API_KEY: servers.stashApiKey },
  }
  const first = await startApp({ dataFolder: folder.path, environment })
  expect(await first.call('getStatus')).toMatchObject({ setup_finished: true })
  await first.stop()
  await using second = await startApp({ dataFolder: folder.path })
  expect(await second.call('getStatus')).toMatchObject({ setup_finished: false, state: 'setup' })
  const { PLEX_URL, PLEX_TOKEN, STASH_URL } = environment
  await second.call('saveSettings', { values: { plex_url: PLEX_URL, plex_token: PLEX_TOKEN, stash_url: STASH_URL } })
  expect(await second.call('getStatus')).toMatchObject({ setup_finished: true })
})

/** The command line as docs and scripts know it: every verb beside a running serve and without one, JSON and exit codes. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { settingNames } from '../../shared/settings.ts'
import { type AppProcess, appEnvironment, sampleHookToken, startApp } from '../harness/app-process.ts'
import { jsonOf, runCli, runCliProcess } from '../harness/run-cli.ts'
import { type ServedProcess, startServedProcess } from '../harness/served-process.ts'
import { makeMemoryFolder, type TempFolder } from '../harness/temp-folder.ts'

let servers: ServedProcess
const folders: TempFolder[] = []

async function newFolder(): Promise<string> {
  const folder = await makeMemoryFolder('plexsync-cli-')
  folders.push(folder)
  return folder.path
}

const environment = () => ({ ...appEnvironment(servers), PLEXSYNC_QUIET_TIME: '0' })

/** Runs a verb on a data folder with the simulated servers configured. */
const cli = (folder: string, ...args: string[]) => runCli([...args, '--data-dir', folder], environment())
/** The same in a separate process. */
const program = (folder: string, ...args: string[]) => runCliProcess([...args, '--data-dir', folder], environment())

beforeAll(async () => {
  servers = await startServedProcess({ plex: { maxRequestLine: 65_536 } })
})
afterAll(async () => {
  await servers.close()
  for (const folder of folders) await folder.close()
})

describe('without a running serve', async () => {
  const folder = await newFolder()

  it('status meets the servers and says that nothing runs', async () => {
    const result = await cli(folder, 'status', '--json')
    expect(result.code).toBe(0)
    expect(jsonOf(result)).toMatchObject({
      running: false,
      queue: { ready: 0, delayed: 0, in_progress: 0 },
      dead_letters: 0,
      needs_you: 0,
      circuit: { plex: 'closed', stash: 'closed' },
      plex: { configured: true, reachable: true },
      stash: { configured: true, reachable: true },
      last_synced_at: null,
    })
  })

  it('adopts locked fields, or shows which', async () => {
    const nothing = { items: 0, fields: 0, differing: 0, enqueued: 0, sample: [] }
    for (const options of [['--dry-run'], [], ['--all']]) {
      const result = await cli(folder, 'adopt', ...options, '--json')
      expect([result.code, jsonOf(result)]).toEqual([0, nothing])
    }
    expect((await cli(folder, 'adopt', '--all', '--dry-run')).stdout).toContain('0 fields of 0 items would be adopted')
  })

  it('a dry run plans and writes nothing', async () => {
    const result = await cli(folder, 'sync', '--scene', '1', '2', '--dry-run', '--json')
    expect(result.code).toBe(0)
    expect(jsonOf(result)).toMatchObject({
      plans: [
        { scene_id: '1', rating_key: expect.stringMatching(/^\d+$/), confidence: 'high', changes: expect.any(Array) },
        { scene_id: '2' },
      ],
    })
    const { plex } = (await servers.command('counts')) as { plex: { labels: Record<string, number> } }
    expect(plex.labels.edit ?? 0).toBe(0)
  })

  it('sync --all enqueues, process drains, a second round writes nothing', async () => {
    const enqueued = await cli(folder, 'sync', '--all', '--json')
    expect(jsonOf(enqueued)).toMatchObject({ scenes: 200, skipped: { no_file: 3, no_metadata: 3, already_queued: 0 } })
    const stats = await cli(folder, 'process', '--stats-only', '--json')
    expect(jsonOf(stats)).toMatchObject({ processed: 0, remaining: 194 })
    const drained = await cli(folder, 'process', '--json')
    expect(drained.code).toBe(0)
    const first = jsonOf(drained) as { synced: number; dead_lettered: number; remaining: number }
    expect(first.synced).toBeGreaterThan(150)

    await servers.command('resetRequests')
    await cli(folder, 'sync', '--all')
    expect(jsonOf(await cli(folder, 'process', '--json'))).toMatchObject({ synced: 0 })
    const { plex } = (await servers.command('counts')) as { plex: { labels: Record<string, number> } }
    expect(plex.labels.edit ?? 0).toBe(0)
    expect(plex.labels.poster ?? 0).toBe(0)
  })

  it('dlq lists, retries and discards', async () => {
    const rows = jsonOf(await cli(folder, 'dlq', 'list', '--json')) as { id: number; class: string; action: string }[]
    expect(rows.length).toBeGreaterThan(3)
    expect(rows[0]).toMatchObject({
      scene_id: expect.any(String),
      title: expect.any(String),
      reason: expect.any(String),
      attempts: expect.any(Number),
      failed_at: expect.stringMatching(/^\d{4}-/),
      action: expect.any(String),
    })
    const [first, second] = rows
    expect(jsonOf(await cli(folder, 'dlq', 'retry', String(first?.id), '--json'))).toEqual({ retried: 1 })
    expect(jsonOf(await cli(folder, 'dlq', 'discard', String(second?.id), '--json'))).toMatchObject({ discarded: 1 })
    expect((await cli(folder, 'dlq', 'retry', 'x')).code).toBe(2)
    expect((await cli(folder, 'dlq', 'retry')).code).toBe(2)
    expect(jsonOf(await cli(folder, 'dlq', 'retry', '--all', '--json'))).toEqual({ retried: rows.length - 2 })
    expect(jsonOf(await cli(folder, 'dlq', 'purge', '--older-than', '30d', '--json'))).toEqual({ purged: 0 })
  })

  it('explain shows each step, for a scene and for a path', async () => {
    const scene = jsonOf(await cli(folder, 'explain', '--scene', '1', '--json'))
    expect(scene).toMatchObject({
      confidence: 'high',
      rating_key: expect.any(String),
      steps: expect.arrayContaining([expect.stringMatching(/^File 1 of 1: /)]),
      step_codes: expect.arrayContaining([
        { code: 'file', values: expect.objectContaining({ at: 1, of: 1 }) },
        expect.objectContaining({ code: 'matched' }),
      ]),
      candidates: [],
    })
    const path = await cli(folder, 'explain', '--path', '/nowhere/nothing.mp4', '--json')
    expect(path.code).toBe(0)
    expect(jsonOf(path)).toMatchObject({ confidence: 'none', rating_key: null })
  })

  it('paths test and suggest', async () => {
    expect(jsonOf(await cli(folder, 'paths', 'test', '--samples', '10', '--json'))).toMatchObject({
      samples: 10,
      found: expect.any(Number),
    })
    const { rules } = jsonOf(await cli(folder, 'paths', 'suggest', '--json')) as { rules: { rule: string }[] }
    expect(rules.map((rule) => rule.rule)).toContain('/data/scenes => /media/library')
  })

  it('backup and restore bring the state back', async () => {
    const file = join(await newFolder(), 'copy.db')
    expect((await cli(folder, 'backup', file)).code).toBe(0)
    expect(statSync(file).size).toBeGreaterThan(10_000)
    const other = await newFolder()
    expect((await cli(other, 'restore', file)).code).toBe(0)
    expect(jsonOf(await cli(other, 'status', '--json'))).toMatchObject({ index: { items: 208 } })
    expect((await cli(other, 'restore', join(other, 'nothing.db'))).code).toBe(1)
  })

  it('logs filters, as JSON lines', async () => {
    const result = await cli(folder, 'logs', '--scene', '1', '--component', 'Worker', '--json')
    const lines = result.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { line: string; scene_id: string })
    expect(lines.length).toBeGreaterThan(0)
    expect(lines.every((line) => line.scene_id === '1' && line.line.startsWith('[PlexSync Worker]'))).toBe(true)
  })
})

describe('as a program', () => {
  it('prints one JSON document on stdout, nothing else, and ends with 0', async () => {
    const result = await program(await newFolder(), 'sync', '--scene', '1', '--dry-run', '--json')
    expect(result).toMatchObject({ code: 0, stderr: '' })
    expect(jsonOf(result)).toMatchObject({ plans: [{ scene_id: '1' }] })
  })

  it('prints what is wrong on stderr, and ends with the code', async () => {
    const result = await program(await newFolder(), 'config', 'set', 'max_retries', '21')
    expect(result).toMatchObject({ code: 2, stdout: '' })
    expect(result.stderr).toContain('max_retries: must be a whole number from 1 to 20')
  })
})

describe('settings', async () => {
  const folder = await newFolder()
  const config = (...args: string[]) => runCli(['config', ...args, '--data-dir', folder])

  it('list shows every setting, secrets as "set" only', async () => {
    await config('set', 'plex_token', 'a-token-of-some-length')
    const all = jsonOf(await config('list', '--json')) as Record<string, unknown>
    expect(Object.keys(all).sort()).toEqual([...settingNames].sort())
    expect(all).toMatchObject({ max_retries: 5, plex_token: 'set', stash_api_key: '' })
  })

  it('set and get agree', async () => {
    expect((await config('set', 'max_retries', '7')).code).toBe(0)
    expect(jsonOf(await config('get', 'max_retries', '--json'))).toEqual({ max_retries: 7 })
  })

  it.each([
    [['set', 'max_retries', '21'], 'max_retries: must be a whole number from 1 to 20'],
    [['set', 'plex_url', 'ftp://x'], 'plex_url: must start with http:// or https://'],
    [['set', 'max_retrys', '3'], 'max_retrys'],
    [['get', 'nothing'], 'nothing'],
  ])('%j is wrong usage and says why', async (args, words) => {
    const result = await config(...args)
    expect(result.code).toBe(2)
    expect(result.stderr).toContain(words)
  })

  it('export leaves secrets out, import reads it back', async () => {
    const file = join(await newFolder(), 'settings.json')
    await config('export', file)
    const other = await newFolder()
    expect((await runCli(['config', 'import', file, '--data-dir', other])).code).toBe(0)
    const all = jsonOf(await runCli(['config', 'list', '--json', '--data-dir', other]))
    expect(all).toMatchObject({ max_retries: 7, plex_token: '' })
  })

  it('--set counts for one run, before or after the verb', async () => {
    expect(jsonOf(await config('get', 'concurrency', '--json', '--set', 'concurrency=8'))).toEqual({ concurrency: 8 })
    expect(
      jsonOf(await runCli(['--set', 'concurrency=9', '--json', '--data-dir', folder, 'config', 'get', 'concurrency'])),
    ).toEqual({ concurrency: 9 })
    expect(jsonOf(await config('get', 'concurrency', '--json'))).toEqual({ concurrency: 4 })
    expect((await config('list', '--set', 'nothing=1')).code).toBe(2)
  })

  it('the environment overrides what is stored', async () => {
    const result = await runCli(['config', 'get', 'quiet_time', '--json', '--data-dir', folder], {
      PLEXSYNC_QUIET_TIME: '9',
    })
    expect(jsonOf(result)).toEqual({ quiet_time: 9 })
    const wrong = await runCli(['status', '--data-dir', folder], { PLEX_URL: 'plex.local' })
    expect(wrong.code).toBe(2)
    expect(wrong.stderr).toContain('must start with http:// or https://')
  })
})

describe('exit codes', () => {
  it('2 for wrong usage', async () => {
    for (const args of [
      ['frobnicate'],
      ['sync'],
      ['sync', '--all', '--recent'],
      ['reconcile', '--scope', 'never'],
      ['--nope'],
    ])
      expect((await runCli([...args, '--data-dir', await newFolder()])).code).toBe(2)
  })

  it('3 where nothing is set up', async () => {
    for (const args of [['sync', '--all'], ['process'], ['paths', 'test'], ['reconcile']])
      expect((await runCli([...args, '--data-dir', await newFolder()])).code).toBe(3)
  })

  it('4 where a server does not answer', async () => {
    const gone = { ...appEnvironment(servers), STASH_URL: 'http://127.0.0.1:9' }
    expect((await runCli(['sync', '--all', '--data-dir', await newFolder()], gone)).code).toBe(4)
  })

  it('0 for help on every verb', async () => {
    for (const verb of [[], ['serve'], ['sync'], ['dlq'], ['dlq', 'list'], ['config', 'set'], ['plugin', 'install']])
      expect((await runCli([...verb, '--help'])).code).toBe(0)
  })
})

describe('beside a running serve', async () => {
  const folder = await newFolder()
  let app: AppProcess

  beforeAll(async () => {
    app = await startApp({ dataFolder: folder, environment: appEnvironment(servers) })
  })
  afterAll(async () => {
    expect(await app.stop()).toBe(0)
  })

  it('a second serve ends with 1 and names the first one', async () => {
    const second = await program(folder, 'serve')
    expect(second.code).toBe(1)
    expect(second.stderr).toContain(String(app.pid))
  })

  it('verbs talk to it', async () => {
    const hook = await fetch(app.webhookUrl, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-PlexSync-Token': sampleHookToken },
      body: JSON.stringify({ type: 'Scene.Update.Post', id: '7' }),
    })
    expect(hook.status).toBe(202)
    expect((await cli(folder, 'process', '--json')).code).toBe(0)
    expect(jsonOf(await cli(folder, 'status', '--json'))).toMatchObject({
      running: true,
      pid: app.pid,
      last_synced_at: expect.any(String),
    })
    expect((await cli(folder, 'sync', '--scene', '8', '--wait')).code).toBe(0)
    expect((await cli(folder, 'dlq', 'list')).code).toBe(0)
    expect((await cli(folder, 'backup', join(folder, 'copy.db'))).code).toBe(0)
  })

  it('a restored backup is served immediately', async () => {
    const restored = await cli(folder, 'restore', join(folder, 'copy.db'))
    expect(restored.code).toBe(0)
    expect(jsonOf(await cli(folder, 'status', '--json'))).toMatchObject({
      running: true,
      webhook_url: expect.any(String),
    })
  })

  it('window gives an address that opens once', async () => {
    const { stdout } = await cli(folder, 'window')
    const entered = await fetch(stdout.trim(), { redirect: 'manual' })
    expect(entered.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/)
    expect((await fetch(stdout.trim(), { redirect: 'manual' })).headers.get('set-cookie')).toBeNull()
  })
})

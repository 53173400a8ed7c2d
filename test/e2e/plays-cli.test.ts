/** `plexsync activity` as scripts know it: JSON, exit codes, and what is printed for people. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { appEnvironment } from '../harness/app-process.ts'
import { jsonOf, runCli } from '../harness/run-cli.ts'
import { type ServedProcess, startServedProcess } from '../harness/served-process.ts'
import { makeMemoryFolder, type TempFolder } from '../harness/temp-folder.ts'

let servers: ServedProcess
let folder: TempFolder
let ratingKey = 0
const environment = () => ({ ...appEnvironment(servers), PLEXSYNC_QUIET_TIME: '0', PLEXSYNC_SYNC_POSTER: 'false' })
const cli = (...args: string[]) => runCli([...args, '--data-dir', folder.path], environment())
const matched = z.object({ rating_key: z.string() })
const activity = z.object({ playTimes: z.array(z.number()) })
const times = async (): Promise<number[]> => activity.parse(await servers.command('stashActivity', { id: 1 })).playTimes

beforeAll(async () => {
  servers = await startServedProcess({ plex: { maxRequestLine: 65_536 } })
  folder = await makeMemoryFolder('plexsync-plays-')
  await cli('sync', '--scene', '1', '--wait')
  await cli('process')
  ratingKey = Number(matched.parse(jsonOf(await cli('explain', '--scene', '1', '--json'))).rating_key)
})
afterAll(async () => {
  await servers.close()
  await folder.close()
})

const zeros = {
  seen: 0,
  applied: 0,
  parked: 0,
  failed: 0,
  skipped: { baseline: 0, duplicate: 0, already_in_stash: 0, ambiguous: 0, other_account: 0 },
  resume: { applied: 0, skipped: 0, failed: 0 },
  ratings: { applied: 0, skipped: 0, failed: 0 },
  runs: [],
}

describe('plexsync activity', () => {
  it('pull while off reads nothing, says so on stderr, and ends with 0', async () => {
    await servers.command('plexWatch', { ratingKey })
    await servers.command('resetRequests')
    const result = await cli('activity', 'pull', '--json')
    expect(result.code).toBe(0)
    expect(jsonOf(result)).toMatchObject(zeros)
    expect(result.stderr).toContain('Nothing is switched on')
    const { plex, stash } = z
      .object({ plex: z.object({ total: z.number() }), stash: z.object({ total: z.number() }) })
      .parse(await servers.command('counts'))
    expect([plex.total, stash.total]).toEqual([0, 0])
  })

  it('pull says why it brings nothing where the environment asks for ratings in both directions', async () => {
    const both = { ...environment(), PLEXSYNC_ACTIVITY_RATINGS: 'plex_to_stash', PLEXSYNC_SYNC_RATING: 'true' }
    const result = await runCli(['activity', 'pull', '--json', '--data-dir', folder.path], both)
    expect(result.code).toBe(0)
    expect(jsonOf(result)).toMatchObject(zeros)
    expect(result.stderr).toContain('activity_ratings stays off: sync_rating is on')
    expect(result.stderr).not.toContain('Nothing is switched on')
    const resume = ['--set', 'activity_resume=true']
    const beside = await runCli(['activity', 'pull', ...resume, '--data-dir', folder.path], both)
    expect({ code: beside.code, stderr: beside.stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('activity_ratings stays off: sync_rating is on'),
    })
  })

  it('a dry run works while off and shows what a day would bring', async () => {
    const result = await cli('activity', 'pull', '--dry-run')
    expect(result.code).toBe(0)
    const year = new Date().getFullYear()
    expect(result.stdout).toContain(`From now on: 0. From ${year}-01-01: 1 play to 1 scene.`)
    expect(await times()).toEqual([])
    expect(jsonOf(await cli('activity', 'list', '--json'))).toEqual([])
  })

  it('pull adds, list shows, undo takes back', async () => {
    const from = ['--set', 'activity_plays=plex_to_stash', '--set', 'activity_from=2020-01-01']
    const pulled = await cli('activity', 'pull', '--json', ...from)
    expect(pulled.code).toBe(0)
    expect(jsonOf(pulled)).toMatchObject({ ...zeros, seen: 1, applied: 1, runs: [1] })
    const [at] = await times()
    expect(jsonOf(await cli('activity', 'list', '--json'))).toEqual([
      {
        run: 1,
        viewed_at: new Date((at ?? 0) * 1000).toISOString(),
        account: 'Owner',
        scene_id: '1',
        rating_key: String(ratingKey),
        state: 'applied',
        reason: null,
        stash_time: new Date((at ?? 0) * 1000).toISOString(),
      },
    ])
    expect(jsonOf(await cli('activity', 'list', '--state', 'parked', '--json'))).toEqual([])
    const undone = await cli('activity', 'undo', '1', '--json')
    expect(jsonOf(undone)).toMatchObject({ undone: 1 })
    expect(await times()).toEqual([])
    expect(jsonOf(await cli('activity', 'pull', '--json', ...from))).toMatchObject(zeros)
  })

  it.each([
    [['undo', '99'], 1, 'There is no run 99'],
    [['undo'], 2, 'Specify a run, or --all'],
    [['undo', 'x'], 2, 'x is not a run'],
    [['list', '--state', 'lost'], 2, 'Allowed choices'],
    [['pull', '--set', 'activity_ratings=plex_to_stash', '--set', 'sync_rating=true'], 2, 'cannot be on together'],
    [
      ['pull', '--set', 'activity_plays=plex_to_stash', '--set', 'activity_accounts=Nobody'],
      2,
      'Plex has no account named "Nobody"',
    ],
    [['pull', '--set', 'activity_plays=plex_to_stash', '--set', 'activity_from=yesterday'], 2, 'must be now, or a day'],
    [['pull', '--set', 'activity_plays=plex_to_stash', '--plex-url', 'http://127.0.0.1:9'], 4, 'Plex'],
  ])('%j ends with %i', async (args, code, words) => {
    const result = await cli('activity', ...args)
    expect({ code: result.code, stderr: result.stderr }).toMatchObject({ code, stderr: expect.stringContaining(words) })
  })

  it('Stash 0.24 ends with 5 and one sentence, resume points work all the same', async () => {
    const old = await startServedProcess({ stash: { version: '0.24' }, plex: { maxRequestLine: 65_536 } })
    const run = (...args: string[]) =>
      runCli([...args, '--data-dir', folder.path], { ...environment(), ...appEnvironment(old) })
    const refused = await run('activity', 'pull', '--set', 'activity_plays=plex_to_stash')
    expect(refused.code).toBe(5)
    expect(refused.stderr).toContain('This Stash keeps no play history')
    expect((await run('activity', 'pull', '--dry-run')).code).toBe(5)
    expect((await run('activity', 'pull', '--set', 'activity_resume=true')).code).toBe(0)
    await old.close()
  })

  it('some plays that failed end with 1, and the JSON says how many', async () => {
    const row = z.object({ viewedAt: z.number() })
    const at = Math.floor(Date.now() / 1000) - 20 * 86_400
    const { viewedAt } = row.parse(await servers.command('plexWatch', { ratingKey, options: { viewedAt: at } }))
    const body = JSON.stringify({ errors: [{ message: 'FOREIGN KEY constraint failed' }], data: null })
    const rule = { times: 1, fault: { kind: 'status', status: 200, body } }
    await servers.command('fault', { server: 'stash', rule, holds: 'sceneAddPlay(' })
    const from = ['--set', 'activity_plays=plex_to_stash', '--set', 'activity_from=2020-01-01']
    const result = await cli('activity', 'pull', '--json', ...from)
    expect(result.code).toBe(1)
    expect(jsonOf(result)).toMatchObject({ ...zeros, seen: 1, failed: 1, runs: [expect.any(Number)] })
    expect(await times()).toEqual([])
    expect(jsonOf(await cli('activity', 'list', '--state', 'failed', '--json'))).toMatchObject([
      { viewed_at: new Date(viewedAt * 1000).toISOString(), state: 'failed', reason: 'refused' },
    ])
    const again = await cli('activity', 'pull', '--json', ...from)
    expect(again.code).toBe(0)
    expect(jsonOf(again)).toMatchObject({ ...zeros, applied: 1, runs: [expect.any(Number)] })
    expect(await times()).toEqual([viewedAt])
  })

  it('list shows the newest 200, or as many as --limit says', async () => {
    const count = 205
    const first = Math.floor(Date.now() / 1000) - (count + 1) * 3600
    for (let row = 0; row < count; row++)
      await servers.command('plexWatch', { ratingKey, options: { viewedAt: first + row * 3600, accountId: 7 } })
    const from = ['--set', 'activity_plays=plex_to_stash', '--set', 'activity_from=2020-01-01']
    const pulled = await cli('activity', 'pull', '--json', ...from)
    expect(jsonOf(pulled)).toMatchObject({ applied: 0, skipped: { other_account: count } })
    const listed = async (...args: string[]): Promise<string[]> => {
      const rows = jsonOf(await cli('activity', 'list', '--state', 'skipped', '--json', ...args))
      return z
        .array(z.object({ viewed_at: z.string() }))
        .parse(rows)
        .map((row) => row.viewed_at)
    }
    const newestFirst = Array.from({ length: count }, (_, at) =>
      new Date((first + (count - 1 - at) * 3600) * 1000).toISOString(),
    )
    expect(await listed()).toEqual(newestFirst.slice(0, 200))
    expect(await listed('--limit', '3')).toEqual(newestFirst.slice(0, 3))
    expect(await listed('--limit', '1000')).toEqual(newestFirst)
  })

  it('without an address it ends with 3', async () => {
    const empty = await makeMemoryFolder('plexsync-plays-')
    const args = ['activity', 'pull', '--set', 'activity_plays=plex_to_stash', '--data-dir', empty.path]
    expect((await runCli(args, {})).code).toBe(3)
    await empty.close()
  })
})

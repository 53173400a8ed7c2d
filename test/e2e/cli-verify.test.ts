/** `sync --scene ID --verify` and `--undo`, as scripts meet them, on a folder whose setup is not finished. */
import { expect, it } from 'vitest'
import { startApp } from '../harness/app-process.ts'
import { jsonOf, runCli } from '../harness/run-cli.ts'
import { startServedProcess } from '../harness/served-process.ts'
import { makeMemoryFolder } from '../harness/temp-folder.ts'

const cli = (folder: string, ...args: string[]) => runCli([...args, '--data-dir', folder])

it('writes one scene, reads it back and takes it back, without consent to any other', async () => {
  await using servers = await startServedProcess({ plex: { maxRequestLine: 65_536 } })
  await using folder = await makeMemoryFolder()
  {
    await using app = await startApp({ dataFolder: folder.path })
    const { plexUrl, plexToken, stashUrl, stashApiKey, pathMap } = servers
    await app.call('saveSettings', {
      values: {
        ...{ plex_url: plexUrl, plex_token: plexToken, stash_url: stashUrl, stash_api_key: stashApiKey },
        path_map: pathMap,
      },
    })
  }
  const item = async () => {
    const [one] = (await servers.command('plexItems', { ids: [1001] })) as Record<string, unknown>[]
    return one
  }
  const before = await item()

  const verified = await cli(folder.path, 'sync', '--scene', '1', '--verify', '--json')
  expect(verified.code).toBe(0)
  const document = jsonOf(verified) as { written: string[] }
  expect(document).toEqual({
    scene_id: '1',
    rating_key: '1001',
    written: expect.arrayContaining(['studio', 'poster']),
    verified: document.written,
    differs: [],
  })
  expect(await item()).not.toEqual(before)

  const again = await cli(folder.path, 'sync', '--verify', '--scene', '1')
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing to write') })

  const undone = await cli(folder.path, 'sync', '--scene', '1', '--undo', '--json')
  expect(undone.code).toBe(0)
  expect(jsonOf(undone)).toEqual({
    scene_id: '1',
    undone: expect.arrayContaining(['studio', 'poster']),
    kept: expect.any(Array),
  })
  expect((await cli(folder.path, 'sync', '--scene', '1', '--undo')).code).toBe(1)
  expect(jsonOf(await cli(folder.path, 'status', '--json'))).toMatchObject({ setup_finished: false })

  const both = await cli(folder.path, 'sync', '--scene', '1', '--verify', '--undo')
  expect(both).toMatchObject({ code: 0, stdout: expect.stringContaining('stays on the disk of Plex') })
  expect((await cli(folder.path, 'sync', '--scene', '2', '3', '--verify')).code).toBe(2)
  expect((await cli(folder.path, 'sync', '--all', '--verify')).code).toBe(2)
  expect((await cli(folder.path, 'sync', '--scene', '999', '--verify')).code).toBe(1)
})

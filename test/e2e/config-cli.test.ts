/** `plexsync config` with libraries and presets, as scripts know it. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { appEnvironment } from '../harness/app-process.ts'
import { jsonOf, runCli } from '../harness/run-cli.ts'
import { type ServedProcess, startServedProcess } from '../harness/served-process.ts'
import { makeMemoryFolder, type TempFolder } from '../harness/temp-folder.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let servers: ServedProcess
let folder: TempFolder
let library = ''
const cli = (...args: string[]) =>
  runCli([...args, '--data-dir', folder.path], {
    ...appEnvironment(servers),
    PLEXSYNC_QUIET_TIME: '0',
  })

beforeAll(async () => {
  servers = await startServedProcess({ scenes: 12, awkward: 0, covers: false, plex: { maxRequestLine: 65_536 } })
  folder = await makeMemoryFolder('plexsync-config-')
  const refused = await cli('config', 'get', 'title_format', '--library', 'No such library')
  library = /it has ([^,\n]+)/.exec(refused.stderr)?.[1]?.trim() ?? ''
})
afterAll(async () => {
  await servers.close()
  await folder.close()
})

describe('--library', () => {
  it('sets, shows and unsets the value of one library, and leaves that for all alone', async () => {
    expect((await cli('config', 'set', 'content_rating', 'XXX', '--library', library)).code).toBe(0)
    expect(jsonOf(await cli('config', 'get', 'content_rating', '--library', library, '--json'))).toEqual({
      content_rating: 'XXX',
    })
    expect(jsonOf(await cli('config', 'get', 'content_rating', '--json'))).toEqual({ content_rating: '' })
    expect(jsonOf(await cli('config', 'list', '--library', library, '--json'))).toMatchObject({
      content_rating: 'XXX',
      tags_as: 'genres',
    })
    expect((await cli('config', 'unset', 'content_rating', '--library', library)).code).toBe(0)
    expect(jsonOf(await cli('config', 'get', 'content_rating', '--library', library, '--json'))).toEqual({
      content_rating: '',
    })
  })

  it.each([
    [['config', 'set', 'content_rating', 'XXX', '--library', 'Nowhere'], 'Plex has no library named "Nowhere"'],
    [['config', 'unset', 'content_rating', '--library', 'Nowhere'], 'Plex has no library named "Nowhere"'],
    [['config', 'set', 'plex_url', 'http://localhost', '--library', 'LIBRARY'], 'cannot be set for one library'],
    [['config', 'set', 'title_format', '{nothing}', '--library', 'LIBRARY'], 'title_format'],
  ])('%j ends with 2 and names what is wrong', async (args, words) => {
    const result = await cli(...args.map((arg) => (arg === 'LIBRARY' ? library : arg)))
    expect({ code: result.code, stderr: result.stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(words),
    })
  })
})

describe('unset', () => {
  it('goes back to the default', async () => {
    await cli('config', 'set', 'max_tags', '20')
    expect(jsonOf(await cli('config', 'get', 'max_tags', '--json'))).toEqual({ max_tags: 20 })
    expect((await cli('config', 'unset', 'max_tags')).code).toBe(0)
    expect(jsonOf(await cli('config', 'get', 'max_tags', '--json'))).toEqual({ max_tags: 100 })
    expect((await cli('config', 'unset', 'no_such_setting')).code).toBe(2)
  })
})

describe('preset', () => {
  it('shows the difference first and stores nothing in a dry run; stored it is what the preset says', async () => {
    const dry = await cli('config', 'preset', 'stash-plex-agent', '--dry-run', '--json')
    expect(dry.code).toBe(0)
    expect(dry.stderr).toContain('content_rating:  => XXX')
    expect(jsonOf(dry)).toMatchObject({
      items: expect.any(Number),
      changed: expect.any(Number),
      sample: expect.any(Array),
    })
    expect(jsonOf(await cli('config', 'get', 'content_rating', '--json'))).toEqual({ content_rating: '' })

    expect(jsonOf(await cli('config', 'preset', 'stash-plex-agent', '--json'))).toMatchObject({ content_rating: 'XXX' })
    expect(jsonOf(await cli('config', 'get', 'content_rating', '--json'))).toEqual({ content_rating: 'XXX' })
    expect((await cli('config', 'preset', 'stash-plex-agent')).stdout).toContain('Nothing differs from the preset.')
    const unknown = await cli('config', 'preset', 'somebody-else')
    expect(unknown.code).toBe(2)
    expect(unknown.stderr).toContain('stash-plex-agent')
  })

  it('is stored for one library only where one is named', async () => {
    await cli('config', 'unset', 'content_rating')
    expect((await cli('config', 'preset', 'stash-plex-agent', '--library', library)).code).toBe(0)
    expect(jsonOf(await cli('config', 'get', 'content_rating', '--json'))).toEqual({ content_rating: '' })
    expect(jsonOf(await cli('config', 'get', 'content_rating', '--library', library, '--json'))).toEqual({
      content_rating: 'XXX',
    })
  })
})

/**
 * Names with commas and quotes, in every list of names and on every way in and out: the command line, the environment, the
 * window's call and the exported file.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { joinNames, splitNames } from '../../shared/names.ts'
import { definitionOf, envNameOf, type SettingName, settingNames } from '../../shared/settings.ts'
import { jsonOf, runCli } from '../harness/run-cli.ts'
import { makeMemoryFolder, type TempFolder } from '../harness/temp-folder.ts'
import { startTestEngine } from './test-engine.ts'

const folders: TempFolder[] = []
afterAll(async () => {
  for (const folder of folders) await folder.close()
})

async function newFolder(): Promise<string> {
  const folder = await makeMemoryFolder('plexsync-lists-')
  folders.push(folder)
  return folder.path
}

const lists = settingNames.filter((name) => definitionOf(name).kind === 'names')
const hosts = settingNames.filter((name) => definitionOf(name).kind === 'hosts')

const names = ['Big, Bold', '12" Vinyl', 'say "hi"', '"', 'Plain', "it's", 'a;b']
const given = '"Big, Bold", 12" Vinyl, say "hi", """", Plain, it\'s, a;b'

async function read(name: SettingName, folder: string, environment: Record<string, string> = {}, ...args: string[]) {
  const result = await runCli(['config', 'get', name, '--json', '--data-dir', folder, ...args], environment)
  expect(result.stderr).toBe('')
  return splitNames(String(z.record(z.string(), z.unknown()).parse(jsonOf(result))[name]))
}

it('there are lists of names and of hosts', () => {
  expect(lists).toEqual(expect.arrayContaining(['plex_library', 'tag_allow', 'tag_deny']))
  expect(hosts.toSorted()).toEqual(['ui_hosts', 'webhook_hosts'])
})

describe.each(lists)('%s', (name) => {
  it('holds the same names from the command line, the environment and an exported file', async () => {
    const folder = await newFolder()
    expect(await runCli(['config', 'set', name, given, '--data-dir', folder])).toMatchObject({ code: 0 })
    expect(await read(name, folder)).toEqual(names)
    expect(await read(name, await newFolder(), { [envNameOf(name)]: given })).toEqual(names)
    expect(await read(name, await newFolder(), {}, '--set', `${name}=${given}`)).toEqual(names)

    const file = join(folder, 'exported.json')
    expect(await runCli(['config', 'export', file, '--data-dir', folder])).toMatchObject({ code: 0 })
    expect(readFileSync(file, 'utf8')).toContain('Big, Bold')
    const other = await newFolder()
    expect(await runCli(['config', 'import', file, '--data-dir', other])).toMatchObject({ code: 0 })
    expect(await read(name, other)).toEqual(names)
  })

  it('takes a list from the window’s call, and names a quote that is not closed', async () => {
    await using app = await startTestEngine({ started: false })
    for (const [at, account] of names.entries()) app.plex.playback.accounts.set(100 + at, account)
    await app.call('saveSettings', { values: { [name]: joinNames(names) } })
    const { settings: shown } = await app.call('listSettings')
    expect(splitNames(String(shown.find((one) => one.name === name)?.value))).toEqual(names)
    const refused = await app.tryCall('saveSettings', { values: { [name]: 'Plain, "Big' } })
    expect(refused).toMatchObject({ ok: false, fault: { code: 'invalid_input' } })
    expect(!refused.ok && refused.fault.message).toContain(name)
  })
})

describe.each(hosts)('%s', (name) => {
  it.each([
    'http://nas.lan/',
    'nas.lan/plexsync',
    'nas lan',
    'nas:port',
    'nas:99999',
    'nas:0',
    '999.1.1.1',
    'fe80::1::2',
    '*.lan',
    '[::1',
  ])('takes no %s for a host, wherever it comes from', async (host) => {
    const folder = await newFolder()
    const set = await runCli(['config', 'set', name, host, '--data-dir', folder])
    expect(set).toMatchObject({ code: 2 })
    expect(set.stderr).toContain(name)
    expect(await runCli(['config', 'list', '--data-dir', folder], { [envNameOf(name)]: host })).toMatchObject({
      code: 2,
    })
  })

  it.each(['nas', 'nas.lan:9798', '192.168.1.10', '[fe80::1]:9798', '::1', '"nas.lan"'])('takes %s', async (host) => {
    const folder = await newFolder()
    expect(await runCli(['config', 'set', name, host, '--data-dir', folder])).toMatchObject({ code: 0 })
  })
})

it('two libraries whose names hold commas and quotes: the one that is named is written', async () => {
  await using app = await startTestEngine({ scenes: 0, settings: { plex_library: '"Clips, ""Best"""' } })
  const section = app.plex.library.addSection({ title: 'Clips, "Best"', locations: ['/media'] }).id
  const item = app.plex.library.addItem({ section, file: { file: '/media/a.mp4', size: 1 } })
  const other = app.plex.library.addItem({ section: 1, file: { file: '/media/b.mp4', size: 2 } })
  app.stash.library.addScene({ title: 'A', details: 'A', files: [{ path: '/data/a.mp4', size: 1 }] })
  app.stash.library.addScene({ title: 'B', details: 'B', files: [{ path: '/data/b.mp4', size: 2 }] })
  await app.hookAll(2)
  await app.settled()
  expect(item.text.title).toBe('A')
  expect(other.text.title).toBe('b')
})

it('quotes around several libraries are one name, and the notice says that its parts exist', async () => {
  await using app = await startTestEngine({ scenes: 1, settings: { plex_library: '"Scenes, More"' } })
  app.plex.library.addSection({ title: 'More', locations: ['/more'] })
  await app.hook(1)
  await app.settled()
  expect(await app.deadLetters()).toEqual([])
  expect(await app.call('getStatus')).toMatchObject({ unknown_libraries: ['Scenes, More'], state: 'waiting' })
  const checks = await app.work('runHealthChecks')
  const hint = '"Scenes, More" is one name because of its quotes; remove them to name Scenes and More'
  expect(JSON.stringify(checks)).toContain(JSON.stringify(hint).slice(1, -1))
})

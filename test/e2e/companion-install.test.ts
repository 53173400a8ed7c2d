/** The companion installed into the simulated Stash by the real engine, over the real listener. */

import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../main/engine/ports.ts'
import { createStashClient } from '../../main/engine/stash/client.ts'
import { ownCompanion } from '../../main/engine/stash/companion/companion-owner.ts'
import type { HookAddress } from '../../main/engine/stash/companion/hook-address.ts'
import { type InstallRequest, installCompanion } from '../../main/engine/stash/companion/install.ts'
import { PackageShelf } from '../../main/engine/stash/companion/package-shelf.ts'
import { StashPlugins } from '../../main/engine/stash/companion/stash-plugins.ts'
import type { CallName, Invoke } from '../../shared/contract.ts'
import { englishPluginStep } from '../../shared/plugin-step-texts.ts'
import type { PluginStep } from '../../shared/plugin-steps.ts'
import { runCli } from '../harness/run-cli.ts'
import { type StashServer, type StashServerOptions, startStashServer } from '../harness/stash-server.ts'
import { makeTempFolder, type TempFolder } from '../harness/temp-folder.ts'
import { type CompanionEngine, openCompanionEngine } from './companion-engine.ts'
import { needPython, record } from './companion-fixture.ts'

const never = new AbortController().signal

let folder: TempFolder
let stash: StashServer
let test: CompanionEngine | null = null
const ownSystem = process.platform === 'win32' ? 'windows' : process.platform
const variants: readonly ('js' | 'python')[] = ['js', 'python']
const otherSystem = ownSystem === 'windows' ? 'linux' : 'windows'

beforeEach(async () => {
  folder = await makeTempFolder()
})
afterEach(async () => {
  await test?.[Symbol.asyncDispose]()
  test = null
  await stash?.close()
  await folder.close()
})

async function startStash(options: StashServerOptions = {}): Promise<void> {
  stash = await startStashServer({ pluginsPath: folder.path, os: ownSystem, ...options })
  stash.library.addScene({ title: 'One' })
}

async function start(settings: Record<string, string> = {}, listen = true): Promise<CompanionEngine> {
  test = await openCompanionEngine({ stash_url: stash.url, stash_api_key: stash.apiKey, ...settings })
  if (listen) {
    const started = await test.engine.start()
    if (!started.ok) throw new Error(started.fault.message)
  }
  return test
}

async function call<N extends CallName>(name: N, request: Parameters<Invoke>[1]) {
  const response = await test?.engine.invoke(name, request as never, never)
  if (response?.ok !== true) throw new Error(response?.fault.message)
  return response.value
}

/** The report, whose codes say the same as its sentences. */
async function install(variant?: 'js' | 'python') {
  const { step_codes, ...report } = await call('installPlugin', { consent: true, ...(variant && { variant }) })
  expect(step_codes?.map(englishPluginStep)).toEqual(report.steps)
  return report
}
const held = () => stash.plugins.list().find(({ id }) => id === 'plexsync')

/** Edits a scene in Stash and shows what the queue holds then. */
async function waitingAfterEdit(): Promise<number> {
  stash.actions.updateScene(1, { title: `edited ${Math.random()}` })
  await stash.hooksDelivered()
  const { queue } = await call('getStatus', {})
  return queue.delayed + queue.ready
}

describe('by folder', () => {
  it.for(variants)('is written, loaded, tested, and forwards hooks: %s', async (variant, context) => {
    if (variant === 'python') needPython(context)
    await startStash()
    const { engine, logged } = await start()
    expect(await call('getPluginStatus', {})).toMatchObject({
      installed: false,
      version: null,
      current_version: '1.2.3',
    })

    const { steps, ...report } = await install(variant)
    expect(report).toEqual({ installed: true, variant, method: 'folder', others: null })
    expect(steps.at(-1)).toMatch(/^Tested: the plugin reached PlexSync at http:\/\/127\.0\.0\.1:\d+\.$/)
    expect(await waitingAfterEdit()).toBe(1)

    const script = folder.file('plexsync', variant === 'js' ? 'plexsync.js' : 'plexsync.py')
    const { hook_token } = engine.settings()
    expect(await readFile(script, 'utf8')).toContain(hook_token)
    expect((await stat(script)).mode & 0o777).toBe(ownSystem === 'windows' ? 0o666 : 0o600)
    expect(JSON.stringify([steps, logged, held()?.description, stash.jobs.log])).not.toContain(hook_token)
    const status = await call('getPluginStatus', {})
    expect(status).toMatchObject({ installed: true, enabled: true, version: '1.2.3', variant })
    expect(status.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(status.last_event_at).not.toBeNull()
  })

  it('takes the embedded variant where Stash is on this machine, and leaves nothing of the other', async (context) => {
    needPython(context)
    await startStash()
    await start()
    await install('python')
    expect(await readdir(folder.file('plexsync'))).toContain('plexsync.py')
    const { steps, variant } = await install()
    expect(variant).toBe('js')
    expect(steps[0]).toMatch(/^Stash holds version 1\.2\.3 \(python\), reporting to http:.*: it is replaced\.$/)
    expect((await readdir(folder.file('plexsync'))).sort()).toEqual(['plexsync.js', 'plexsync.yml'])
  })

  it('switches a plugin on that was switched off', async () => {
    await startStash()
    await start()
    await install()
    stash.plugins.setEnabled({ plexsync: false })
    expect(await call('getPluginStatus', {})).toMatchObject({ installed: true, enabled: false })
    expect((await install()).installed).toBe(true)
    expect(held()?.enabled).toBe(true)
  })

  it('works without the listener, and says what could not be tested', async () => {
    await startStash()
    await start({ webhook_port: '9797' }, false)
    const { steps, ...report } = await install()
    expect(report).toEqual({ installed: true, variant: 'js', method: 'folder', others: null })
    expect(steps.at(-1)).toContain('Whether it reaches PlexSync shows once PlexSync runs')
  })
})

describe('by package', () => {
  it.for(variants)('is got by Stash from the listener, tested, and forwards hooks: %s', async (variant, context) => {
    if (variant === 'python') needPython(context)
    await startStash({ os: otherSystem })
    const { engine } = await start()
    const sources = structuredClone(stash.plugins.sources)
    const { steps, ...report } = await install(variant)
    expect(report).toEqual({ installed: true, variant, method: 'package', others: null })
    expect(steps[0]).toContain(`Stash runs on ${otherSystem}`)
    expect(await waitingAfterEdit()).toBe(1)
    expect(stash.plugins.sources).toEqual(sources)
    const manifest = JSON.parse(await readFile(folder.file('plexsync', 'manifest'), 'utf8'))
    expect(manifest.source_repository).toMatch(/\/stash-plugin\/[0-9a-f]{32}\/index\.yml$/)
    // The zip holds the token: nothing is left to be got once it is installed.
    for (const path of ['', '../index.yml', '../plexsync.zip', 'plexsync.zip'])
      expect((await fetch(new URL(path, manifest.source_repository))).status).toBe(404)
    expect(engine.settings().hook_token).not.toBe('')
  })

  it('cannot be got while PlexSync does not run, and says so', async () => {
    await startStash({ os: otherSystem })
    await start({ webhook_port: '9797' }, false)
    const { steps, ...report } = await install()
    expect(report).toEqual({ installed: false, variant: 'js', method: 'none', others: null })
    expect(steps.at(-1)).toContain('only while PlexSync runs')
    expect(held()).toBeUndefined()
  })
})

describe('refusals', () => {
  it('nothing is touched without consent', async () => {
    await startStash()
    const { engine } = await start()
    const response = await engine.invoke('installPlugin', { consent: false }, never)
    expect(response).toMatchObject({ ok: false, fault: { code: 'invalid_input' } })
    expect(await readdir(folder.path)).toEqual([])
  })

  it('a Stash elsewhere cannot reach a listener on loopback', async () => {
    await startStash()
    const { engine } = await start({ stash_url: 'http://192.0.2.7:9999' })
    const response = await engine.invoke('installPlugin', { consent: true }, never)
    expect(response).toMatchObject({ ok: false, fault: { code: 'invalid_input' } })
    expect(response.ok ? '' : response.fault.message).toContain('webhook_host')
  })

  it('any free port is known only to the running PlexSync', async () => {
    await startStash()
    const { engine } = await start({}, false)
    expect(await engine.invoke('installPlugin', { consent: true }, never)).toMatchObject({
      fault: { code: 'not_configured' },
    })
  })

  it.each(['PlexSync', 'plexsync'])("another plugin with the id '%s' is left alone", async (id) => {
    await startStash()
    await start()
    await mkdir(folder.file('theirs'))
    const manifest = 'name: Another\ninterface: js\nexec:\n  - a.js\n'
    await writeFile(folder.file('theirs', `${id}.yml`), manifest)
    await stash.plugins.reload()
    const { steps, ...report } = await install()
    expect(report).toMatchObject({ installed: false, method: 'none' })
    expect(steps).toEqual([expect.stringContaining(`another plugin with the id '${id}'`)])
    expect(await readdir(folder.path)).toEqual(['theirs'])
    expect(await call('getPluginStatus', {})).toMatchObject({ installed: false, enabled: false, version: null })
  })
})

describe('what fails on the way', () => {
  /** Stash's folder is what `folderSeen` says, whatever Stash really uses: two machines, or a container. */
  async function installWith(
    request: Partial<InstallRequest>,
    folderSeen?: string,
    shelf = new PackageShelf(systemClock, () => 'shelf'),
  ) {
    const client = createStashClient({
      address: () => ({ url: stash.url, apiKey: stash.apiKey }),
      timeouts: () => ({ connectMs: 1000, readMs: 5000 }),
      clock: systemClock,
    })
    const plugins = new StashPlugins(client.graphql, systemClock)
    if (folderSeen !== undefined)
      plugins.folder = async () => ({ ok: true, value: { path: folderSeen, os: ownSystem } })
    const steps: string[] = []
    let made = 0
    const ports = {
      stash: plugins,
      shelf,
      clock: systemClock,
      newId: () => `${made++}`.padStart(32, '0').split('').reverse().join(''),
      lastPingAt: () => null,
      say: (step: PluginStep) => void steps.push(englishPluginStep(step)),
    }
    const installed = await installCompanion(
      {
        addresses: [dead],
        token: 'a-hook-token',
        version: '1.2.3',
        variant: null,
        stashIsHere: true,
        isListening: true,
        own: ownCompanion('0123456789abcdef', 'a-hook-token', []),
        beside: false,
        ...request,
      },
      ports,
      new AbortController().signal,
    )
    client.close()
    if (!installed.ok) throw new Error(installed.fault.message)
    return { ...installed.value, steps }
  }
  const dead: HookAddress = { base: 'http://127.0.0.1:1', isLoopback: true, why: 'same_machine' }

  it('a folder of the same name that is not the one Stash reads is cleaned up again', async () => {
    await startStash()
    await using elsewhere = await makeTempFolder()
    const { steps, ...report } = await installWith({}, elsewhere.path)
    expect(report).toMatchObject({ installed: false, method: 'none' })
    expect(steps[1]).toMatch(/Stash does not see what was written .* It was removed again\.$/)
    expect(steps[2]).toContain('Stash could not get the package from http://127.0.0.1:1')
    expect(await readdir(elsewhere.path)).toEqual([])
  })

  it('each address is tried with the embedded variant only, and what reaches no PlexSync is taken out again', async () => {
    await startStash()
    const { steps, ...report } = await installWith({ addresses: [dead, { ...dead, base: 'http://127.0.0.1:2' }] })
    expect(report).toMatchObject({ installed: false, method: 'none' })
    const tried = steps.filter((step) => step.includes('did not reach PlexSync'))
    expect(tried.map((step) => /\((\w+)\)/.exec(step)?.[1])).toEqual(['js', 'js'])
    expect(held()).toBeUndefined()
    expect(await readdir(folder.path)).toEqual([])
  })

  it.each([true, false])('what was there before is put back as it was, switched on: %s', async (enabled) => {
    await startStash()
    await start()
    await install()
    stash.plugins.setEnabled({ plexsync: enabled })
    const before = {
      description: held()?.description,
      script: await readFile(folder.file('plexsync', 'plexsync.js'), 'utf8'),
    }
    const { steps, installed } = await installWith({
      own: ownCompanion('0123456789abcdef', 'x', [baseOf(before.description)]),
    })
    expect(installed).toBe(false)
    expect(steps.join('\n')).toContain('What was there before was put back.')
    expect(held()).toMatchObject({ description: before.description, enabled })
    expect(await readFile(folder.file('plexsync', 'plexsync.js'), 'utf8')).toBe(before.script)
  })

  it.each([true, false])('the package that was there before is made again, switched on: %s', async (enabled) => {
    await startStash({ os: otherSystem })
    const shelf = new PackageShelf(systemClock, () => 'shelf')
    await using listener = await shelfServer(shelf)
    const request = { addresses: [{ ...dead, base: listener.base }], variant: 'js' as const }
    expect(await installWith(request, undefined, shelf)).toMatchObject({ installed: true, method: 'package' })
    stash.plugins.setEnabled({ plexsync: enabled })
    const before = {
      description: held()?.description,
      script: await readFile(folder.file('plexsync', 'plexsync.js'), 'utf8'),
    }
    listener.answersHooks = false
    const { installed, steps } = await installWith({ ...request, version: '9.9.9' }, undefined, shelf)
    expect(installed).toBe(false)
    expect(steps.join('\n')).toContain('What was there before was put back.')
    expect(held()).toMatchObject({ description: before.description, version: '1.2.3', enabled })
    expect(await readFile(folder.file('plexsync', 'plexsync.js'), 'utf8')).toBe(before.script)
  })

  it('nothing is installed unasked where Stash reaches PlexSync over a network only', async () => {
    await startStash()
    const { steps, ...report } = await installWith({ addresses: [{ ...dead, isLoopback: false }] })
    expect(report).toMatchObject({ installed: false, method: 'none' })
    expect(steps.at(-1)).toContain('Nothing is installed there unless you choose a variant')
    expect(await readdir(folder.path)).toEqual([])
  })

  it('a plugins folder that does not exist yet is made, and taken away again where nothing comes of it', async () => {
    await startStash({ pluginsPath: folder.file('plugins') })
    expect(await installWith({})).toMatchObject({ installed: false })
    expect(existsSync(folder.file('plugins'))).toBe(false)
    await start()
    expect(await install()).toMatchObject({ installed: true, method: 'folder' })
    expect(held()?.enabled).toBe(true)
  })

  it('only the variant that was asked for is tried', async (context) => {
    needPython(context)
    await startStash()
    const { steps } = await installWith({ variant: 'python' })
    expect(steps.filter((step) => step.includes('did not reach PlexSync'))).toHaveLength(1)
  })

  it('the address that answers is kept', async () => {
    await startStash()
    const { engine } = await start()
    const status = await call('getStatus', {})
    const base = new URL(status.webhook_url ?? '').origin
    const addresses: HookAddress[] = [dead, { base, isLoopback: true, why: 'named' }]
    const report = await installWith({ addresses, token: engine.settings().hook_token })
    expect(report).toMatchObject({ installed: true, variant: 'js', method: 'folder', others: null })
    expect(await call('getPluginStatus', {})).toMatchObject({ address: base })
  })

  it('a listener that does not know the token has not answered', async () => {
    await startStash()
    await start()
    const status = await call('getStatus', {})
    const base = new URL(status.webhook_url ?? '').origin
    const { steps, installed } = await installWith({ addresses: [{ ...dead, base }], token: 'not-the-token' })
    expect(installed).toBe(false)
    const attempts = steps.filter((step) => step.includes('did not reach PlexSync'))
    expect(attempts.length).toBeGreaterThan(0)
    for (const attempt of attempts) expect(attempt).toMatch(/failed: 401|with status 401/)
  })

  it('without Python, the Python variant is not installed, and says why', async () => {
    await startStash()
    const { engine } = await start()
    const status = await call('getStatus', {})
    const base = new URL(status.webhook_url ?? '').origin
    const { PATH } = process.env
    process.env.PATH = folder.file('empty')
    try {
      const addresses: HookAddress[] = [{ base, isLoopback: false, why: 'same_machine' }]
      const { steps, installed } = await installWith({
        addresses,
        variant: 'python',
        token: engine.settings().hook_token,
      })
      expect(installed).toBe(false)
      expect(steps.join('\n')).toMatch(/Stash cannot run the plugin \(python\): .*ENOENT/)
      expect(await readdir(folder.path)).toEqual([])
    } finally {
      process.env.PATH = PATH
    }
  })

  it('a source that answers with something else is not taken for an installation', async () => {
    await startStash({ os: otherSystem })
    await using source = await record()
    source.answer = 200
    const report = await installWith({ addresses: [{ ...dead, base: source.base }], stashIsHere: false })
    expect(report).toMatchObject({ installed: false, method: 'none' })
    expect(source.received[0]?.url).toBe('/stash-plugin/shelf/index.yml')
    expect(stash.jobs.log.some(({ message }) => message.startsWith('Error installing package plexsync'))).toBe(true)
    expect(held()).toBeUndefined()
  })
})

describe('export', () => {
  it('writes the files of a variant into a folder', async (context) => {
    needPython(context)
    await startStash()
    const { engine } = await start()
    const { files } = await call('exportPlugin', { folder: folder.file('out'), variant: 'python' })
    expect(files).toEqual([folder.file('out', 'plexsync.py'), folder.file('out', 'plexsync.yml')])
    expect(await readFile(files[0] ?? '', 'utf8')).toContain(engine.settings().hook_token)
    await stash.plugins.reload()
    expect(held()).toMatchObject({ version: '1.2.3', enabled: true })
    expect(await waitingAfterEdit()).toBe(1)
  })

  it('fails where the folder cannot be written', async () => {
    await startStash()
    const { engine } = await start()
    await writeFile(folder.file('file'), '')
    const response = await engine.invoke('exportPlugin', { folder: folder.file('file'), variant: 'js' }, never)
    expect(response).toMatchObject({ ok: false, fault: { code: 'cannot_store' } })
  })
})

describe('two PlexSyncs on one Stash', () => {
  it('stay separate: the second asks, then gets a separate id, and both receive hooks', async () => {
    await startStash()
    const first = await start()
    await install()
    const theirs = held()?.description
    await using second = await openCompanionEngine({ stash_url: stash.url, stash_api_key: stash.apiKey })
    const started = await second.engine.start()
    expect(started.ok).toBe(true)
    const invoke = async <N extends CallName>(name: N, request: Parameters<Invoke>[1]) => {
      const response = await second.engine.invoke(name, request as never, never)
      if (!response.ok) throw new Error(response.fault.message)
      return response.value
    }
    expect(await invoke('getPluginStatus', {})).toMatchObject({ installed: false, others: baseOf(theirs) })
    const refused = await invoke('installPlugin', { consent: true })
    expect(refused).toMatchObject({ installed: false, others: baseOf(theirs) })
    expect(held()?.description).toBe(theirs)

    const beside = await invoke('installPlugin', { consent: true, beside: true })
    expect(beside).toMatchObject({ installed: true, others: baseOf(theirs) })
    expect(held()?.description).toBe(theirs)
    expect(
      stash.plugins
        .list()
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['plexsync', expect.stringMatching(/^plexsync-[0-9a-z]{6}$/)])
    expect(await invoke('getPluginStatus', {})).toMatchObject({ installed: true, reaches_us: true, knows_token: true })

    stash.actions.updateScene(1, { title: 'Both hear it' })
    await stash.hooksDelivered()
    for (const { engine } of [first, second]) {
      const status = await engine.invoke('getStatus', {}, never)
      expect(status).toMatchObject({ ok: true, value: { last_event_at: expect.any(String) } })
    }
    // Installed again it is replaced without a question.
    expect(await invoke('installPlugin', { consent: true })).toMatchObject({ installed: true })
  })

  it('notice another token and another address in their own plugin', async () => {
    await startStash()
    const { engine } = await start()
    await install()
    await engine.invoke('saveSettings', { values: { hook_token: 'another-hook-token' } }, never)
    expect(await call('getPluginStatus', {})).toMatchObject({ installed: true, knows_token: false, reaches_us: true })
    await install()
    expect(await call('getPluginStatus', {})).toMatchObject({ knows_token: true, others: null })
  })
})

describe('a PlexSync that is no longer where its plugin reports to', () => {
  const token = { hook_token: 'the-same-hook-token' }

  it('a new port: the plugin is its own, and is replaced without a question', async () => {
    await startStash()
    await start(token)
    await install()
    const before = held()?.description
    await test?.[Symbol.asyncDispose]()
    await start(token)
    expect(await call('getPluginStatus', {})).toMatchObject({
      installed: true,
      reaches_us: false,
      knows_token: true,
      others: null,
    })
    expect(JSON.stringify(await call('runHealthChecks', {}))).toContain('plugin_address')
    expect(await install()).toMatchObject({ installed: true, others: null })
    expect(held()?.description).not.toBe(before)
    expect(stash.plugins.list()).toHaveLength(1)
    expect(await call('getPluginStatus', {})).toMatchObject({ reaches_us: true, knows_token: true })
    expect(await waitingAfterEdit()).toBe(1)
  })

  it('a new installation with another token and port takes the plugin for that of another PlexSync, and asks', async () => {
    await startStash()
    await start(token)
    await install()
    const before = held()?.description
    await test?.[Symbol.asyncDispose]()
    await start({ hook_token: 'a-token-of-another-one' })
    expect(await call('getPluginStatus', {})).toMatchObject({ installed: false, others: baseOf(before) })
    expect(await install()).toMatchObject({ installed: false, others: baseOf(before) })
    expect(held()).toMatchObject({ description: before, enabled: true })
  })

  it('the command refuses, names the other one’s address and how to install beside it, and ends with 5', async () => {
    await startStash()
    await start(token)
    await install()
    const before = held()?.description
    const given = {
      STASH_URL: stash.url,
      STASH_API_KEY: stash.apiKey ?? '',
      PLEXSYNC_HOOK_TOKEN: 'a-token-of-another-one',
      PLEXSYNC_WEBHOOK_PORT: '9123',
    }
    await using other = await makeTempFolder()
    const refused = await runCli(['plugin', 'install', '--yes', '--data-dir', other.path], given)
    expect(refused).toMatchObject({ code: 5 })
    expect(refused.stdout + refused.stderr).toContain(baseOf(before))
    expect(refused.stdout + refused.stderr).toContain('--beside')
    expect(held()?.description).toBe(before)
    const status = await runCli(['plugin', 'status', '--data-dir', other.path], given)
    expect(status.stdout).toContain(`Another PlexSync holds a plugin too, reporting to ${baseOf(before)}`)
  })
})

it('Stash 0.25 runs scripts in otto, which takes an Error of null for an error: the plugin is tested and stays on', async () => {
  await startStash({ version: '0.25' })
  await start()
  expect(await install('js')).toMatchObject({ installed: true, variant: 'js' })
  expect(held()?.enabled).toBe(true)
  expect(await waitingAfterEdit()).toBe(1)
  expect(stash.jobs.log.filter(({ message }) => message.includes('null'))).toEqual([])
})

describe('Stash 0.24', () => {
  it('is tested by its task and the ping that arrives', async () => {
    await startStash({ version: '0.24' })
    await start()
    const { steps, installed } = await install()
    expect(installed).toBe(true)
    expect(steps.at(-1)).toMatch(/^Tested: the plugin reached PlexSync/)
    expect(await waitingAfterEdit()).toBe(1)
  })
})

function baseOf(description: string | null | undefined): string {
  return /at (\S+) what/.exec(description ?? '')?.[1] ?? ''
}

/** A listener that serves what is on the shelf, and answers hooks as long as it is told to. */
async function shelfServer(shelf: PackageShelf) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const file = shelf.file(pathname.replace(/^\/stash-plugin\//, ''))
    request.resume()
    if (file !== null) response.writeHead(200, { 'Content-Type': file.type }).end(file.bytes)
    else if (!listener.answersHooks) response.writeHead(401).end()
    else
      response
        .writeHead(200, { 'Content-Type': 'application/json' })
        .end(JSON.stringify({ data: { me: { name: 'PlexSync' } } }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const listener = {
    base: `http://127.0.0.1:${port}`,
    answersHooks: true,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
  return listener
}

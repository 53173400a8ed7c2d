/**
 * Secrets that cannot be guessed are planted wherever one can come in: settings, addresses, headers, what servers answer
 * and echo, arguments, hooks, stacks. Then a sync runs with failures, everything is asked for, and every byte that came
 * out or stayed on disk is searched for them.
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import type { CallName } from '../../shared/contract.ts'
import { type AppProcess, startApp } from '../harness/app-process.ts'
import { type PlexServer, startPlexServer } from '../harness/plex-server.ts'
import { fillServers, makeSampleLibrary } from '../harness/sample-library.ts'
import { type StashServer, startStashServer } from '../harness/stash-server.ts'
import { makeTempFolder } from '../harness/temp-folder.ts'

/** Signs that look different in a URL, so that an encoded secret is another text than the plain one. */
const secret = (): string => `${randomBytes(15).toString('base64url')}+/=${randomBytes(6).toString('hex')}`

const planted = {
  plexToken: secret(),
  stashKey: secret(),
  hookToken: secret(),
  /** Given to a call or a command, and never stored. */
  candidate: secret(),
  argument: secret(),
  environment: secret(),
  wrongHook: secret(),
  address: secret(),
  passphrase: secret(),
}

/** Every form in which a planted secret could be somewhere. */
const forms = Object.entries(planted).flatMap(([name, value]) => {
  const bytes = Buffer.from(value)
  const found = [value, encodeURIComponent(value), bytes.toString('base64'), bytes.toString('hex')]
  return found.map((form) => ({ name, form }))
})

/** The names of the secrets in a text. */
function leaks(text: string): string[] {
  return [...new Set(forms.filter(({ form }) => text.includes(form)).map(({ name }) => name))]
}

const bin = fileURLToPath(new URL('../../main/headless/bin.mjs', import.meta.url))

/** Runs a verb; resolves with all that it printed. */
function command(dataFolder: string, ...given: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...given, '--data-dir', dataFolder], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let printed = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        printed += chunk.toString()
      })
    child.on('error', reject)
    child.on('close', () => resolve(printed))
  })
}

/** What the servers do with our secrets: echo them, in bodies, headers, pages and redirects. */
function plantFaults(plex: PlexServer, stash: StashServer): void {
  const echo = `X-Plex-Token=${planted.plexToken} Authorization: Bearer ${planted.hookToken} {"apiKey":"${planted.stashKey}"}`
  const headers = { 'X-Echo': planted.plexToken, 'Set-Cookie': `plex=${planted.plexToken}` }
  const edit = (skip: number) => ({ label: 'edit', times: 1, skip })
  plex.faults.add({ ...edit(1), fault: { kind: 'status', status: 500, body: echo, headers } })
  plex.faults.add({ ...edit(2), fault: { kind: 'status', status: 400, body: `<html>${echo}</html>`, headers } })
  plex.faults.add({ ...edit(3), fault: { kind: 'html', body: `<title>${echo}</title>` } })
  plex.faults.add({
    ...edit(4),
    fault: { kind: 'redirect', to: `http://127.0.0.1:1/?X-Plex-Token=${encodeURIComponent(planted.plexToken)}` },
  })
  plex.faults.add({ ...edit(5), fault: { kind: 'reset' } })
  plex.faults.add({ label: 'listing', times: 1, fault: { kind: 'truncate', bytes: 40 } })
  const errors = [{ message: `variable $key "${planted.stashKey}" at ${stash.url}?apikey=${planted.stashKey}` }]
  stash.faults.add({
    ...{ label: 'findScenes', times: 1, skip: 1 },
    fault: { kind: 'status', status: 200, body: JSON.stringify({ errors, data: null }) },
  })
  stash.faults.add({
    label: 'findScenes',
    times: 1,
    skip: 3,
    fault: { kind: 'status', status: 422, body: JSON.stringify({ errors }) },
  })
}

/** Hooks of strangers, with secrets wherever a sender can put one. */
async function postStrangeHooks(webhookUrl: string): Promise<void> {
  const body = JSON.stringify({ type: 'Scene.Update.Post', id: 1, inputFields: ['title'] })
  const type = { 'Content-Type': 'application/json' }
  const token = encodeURIComponent(planted.wrongHook)
  const requests: [string, Record<string, string>, string][] = [
    [webhookUrl, { ...type, Authorization: `Bearer ${planted.wrongHook}` }, body],
    [webhookUrl, { ...type, ApiKey: planted.wrongHook, 'User-Agent': planted.wrongHook }, body],
    [`${webhookUrl}?apikey=${token}`, type, body],
    [`${webhookUrl}/${token}`, type, body],
    [webhookUrl, { ...type, Origin: `http://${planted.wrongHook.slice(0, 5)}.example` }, body],
    [webhookUrl, { ...type, ApiKey: planted.hookToken }, `{"type":"${planted.wrongHook}","id":"${planted.wrongHook}"}`],
    [webhookUrl, { ...type, ApiKey: planted.hookToken }, `{"token":"${planted.wrongHook}"`],
    [`${webhookUrl}/ack?type=${token}&id=${token}`, { ApiKey: planted.hookToken }, ''],
  ]
  for (const [url, headers, content] of requests) {
    const response = await fetch(url, { method: 'POST', headers, body: content })
    expect(response.status).toBeGreaterThanOrEqual(400)
    expect(leaks(await response.text())).toEqual([])
  }
}

async function syncAll(app: AppProcess, sceneIds: readonly number[]): Promise<void> {
  for (const id of sceneIds) {
    const response = await fetch(app.webhookUrl, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${planted.hookToken}` },
      body: JSON.stringify({ type: 'Scene.Update.Post', id, inputFields: ['title'] }),
    })
    expect(response.status).toBe(202)
  }
  await app.call('processQueue', { timeout_seconds: 20 })
}

/** The response of a call, or the text of its fault. */
async function answerOf(app: AppProcess, name: CallName, request: unknown = {}): Promise<string> {
  try {
    return JSON.stringify(await app.call(name, request))
  } catch (error) {
    return String(error)
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

function leakyFiles(folder: string): string[] {
  return filesBelow(folder)
    .filter((file) => relative(folder, file) !== 'secrets.json')
    .flatMap((file) => leaks(readFileSync(file, 'latin1')).map((name) => `${relative(folder, file)}: ${name}`))
}

it('no planted secret is in the log, the database, an answer, an event, an export, a report or a printed line', async () => {
  const stash = await startStashServer({ apiKey: planted.stashKey })
  const plex = await startPlexServer({ token: planted.plexToken, maxRequestLine: 65_536 })
  await using folder = await makeTempFolder('plexsync-secrets-')
  await using outside = await makeTempFolder('plexsync-exports-')
  try {
    const sample = makeSampleLibrary({ scenes: 40, covers: true })
    fillServers(sample, stash, plex)
    plantFaults(plex, stash)
    await using app = await startApp({ dataFolder: folder.path, environment: { PLEXSYNC_QUIET_TIME: '0' } })
    const said: [string, string][] = []
    const settings = {
      ...{ plex_url: plex.url, plex_token: planted.plexToken, stash_url: stash.url, stash_api_key: planted.stashKey },
      ...{ hook_token: planted.hookToken, path_map: sample.pathMap, debug_logging: true, max_retries: 1 },
    }
    await app.call('saveSettings', { values: settings, by: 'command' })
    const events = listenToEvents(app)

    await postStrangeHooks(app.webhookUrl)
    await syncAll(
      app,
      sample.scenes.map(({ sceneId }) => sceneId),
    )
    const wrong = [
      `http://user:${planted.address}@localhost:1`,
      `http://localhost:1/?X-Plex-Token=${encodeURIComponent(planted.address)}`,
      planted.address,
    ]
    for (const plex_url of wrong) {
      said.push([
        'saveSettings',
        await answerOf(app, 'saveSettings', { values: { plex_url: plex_url, max_retries: 0 } }),
      ])
      said.push(['testPlex', await answerOf(app, 'testPlex', { plex_url, plex_token: planted.candidate })])
      said.push([
        'testStash',
        await answerOf(app, 'testStash', { stash_url: plex_url, stash_api_key: planted.candidate }),
      ])
    }
    said.push(['testPlex', await answerOf(app, 'testPlex', { plex_token: planted.candidate })])
    said.push(['testStash', await answerOf(app, 'testStash', { stash_api_key: planted.candidate })])
    const reads: CallName[] = [
      'getStatus',
      'listActivity',
      'listDeadLetters',
      'listLogs',
      'runHealthChecks',
      'listOutages',
    ]
    reads.push(
      'getBugReport',
      'listSettings',
      'exportSettings',
      'getAbout',
      'getPluginStatus',
      'testPaths',
      'suggestPaths',
    )
    for (const name of reads) said.push([name, await answerOf(app, name)])
    for (const { sceneId } of sample.scenes.slice(0, 10)) {
      said.push(['getScene', await answerOf(app, 'getScene', { scene_id: String(sceneId) })])
      said.push(['explainMatch', await answerOf(app, 'explainMatch', { scene_id: String(sceneId) })])
    }
    said.push(['exportSettings', await answerOf(app, 'exportSettings', { passphrase: planted.passphrase })])

    const verbs = [
      ['status'],
      ['config', 'list'],
      ['config', 'get', 'plex_token', '--json'],
      ['config', 'set', 'plex_url', wrong[0] ?? ''],
      ['config', 'export', outside.file('settings.json')],
      ['backup', outside.file('copy.db')],
      ['doctor', '--json'],
      ['dlq', 'list', '--json'],
      ['logs', '--json'],
      ['--plex-token', planted.argument, 'status'],
      ['--set', `plex_token=${planted.argument}`, 'doctor'],
      ['--set', `plex_tokn=${planted.argument}`, 'status'],
    ]
    for (const verb of verbs) said.push([verb.join(' ').slice(0, 30), await command(folder.path, ...verb)])
    said.push(['events', events.end()])

    // Proof that there was something to hide, and that the search would find it.
    expect((await answerOf(app, 'listDeadLetters')).length).toBeGreaterThan(100)
    expect(readFileSync(folder.file('secrets.json'), 'utf8')).toContain(planted.plexToken)
    expect(leaks(JSON.stringify({ a: planted.plexToken }))).toEqual(['plexToken'])
    const seen = [...plex.requests, ...stash.requests]
    expect(seen.some(({ headers }) => Object.values(headers).includes(planted.plexToken))).toBe(true)

    expect(said.flatMap(([what, text]) => leaks(text).map((name) => `${what}: ${name}`))).toEqual([])
    expect(
      seen.flatMap(({ method, path, query }) => leaks(`${path}?${query}`).map((name) => `${method} ${path}: ${name}`)),
    ).toEqual([])
    // While it runs: the write-ahead log is on disk too.
    expect(leakyFiles(folder.path)).toEqual([])
    expect(leakyFiles(outside.path)).toEqual([])
    await app.stop()
    expect(leaks(app.stdout() + app.stderr())).toEqual([])
    expect(leakyFiles(folder.path)).toEqual([])
  } finally {
    await plex.close()
    await stash.close()
  }
})

/** Collects the events of the window's stream. */
function listenToEvents(app: AppProcess): { end(): string } {
  let text = ''
  const abort = new AbortController()
  const { apiKey } = JSON.parse(readFileSync(join(dataFolderOf(app), 'instance.json'), 'utf8')) as { apiKey: string }
  void fetch(`${new URL(app.uiUrl).origin}/api/events`, {
    headers: { Authorization: `Bearer ${apiKey}` },
    signal: abort.signal,
  })
    .then(async (response) => {
      const decoder = new TextDecoder()
      for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true })
    })
    .catch(() => {})
  return {
    end() {
      abort.abort()
      expect(text).toContain('event: log')
      return text
    },
  }
}

function dataFolderOf(app: AppProcess): string {
  return String(app.child.spawnargs[app.child.spawnargs.indexOf('--data-dir') + 1])
}

it('the last words of a crash hold no secret, not even one that an error carries as a property', async () => {
  await using folder = await makeTempFolder('plexsync-crash-')
  const bug = `process.on('message', (token) => {
    const error = new Error('request to http://plex/?X-Plex-Token=' + encodeURIComponent(token) + ' failed for ' + token)
    throw Object.assign(error, { config: { headers: { 'X-Plex-Token': token } }, cause: new Error('Bearer ' + token) })
  }); process.channel.unref()`
  await using app = await startApp({
    dataFolder: folder.path,
    environment: { PLEX_TOKEN: planted.environment },
    nodeArguments: ['--import', `data:text/javascript,${encodeURIComponent(bug)}`],
  })
  const ended = new Promise((resolve) => app.child.once('close', resolve))
  app.child.send(planted.environment)
  expect(await ended).toBe(1)
  expect(app.stderr()).toContain('Fatal error')
  expect(leaks(app.stdout() + app.stderr())).toEqual([])
  expect(leakyFiles(folder.path)).toEqual([])
  expect(readFileSync(folder.file('logs', 'plexsync.log'), 'utf8')).toContain('Fatal error')
})

it.skipIf(process.platform === 'win32')('folder and files are for their owner alone', async () => {
  await using folder = await makeTempFolder('plexsync-rights-')
  const dataFolder = folder.file('data')
  await using app = await startApp({ dataFolder })
  await app.call('saveSettings', { values: { plex_token: planted.plexToken } })
  const rights = (file: string): string => (statSync(file).mode & 0o777).toString(8)
  expect(rights(dataFolder)).toBe('700')
  expect(rights(join(dataFolder, 'logs'))).toBe('700')
  const open = filesBelow(dataFolder).filter((file) => rights(file) !== '600')
  expect(open.map((file) => relative(dataFolder, file))).toEqual([])
  expect(rights(join(dataFolder, 'secrets.json'))).toBe('600')
})

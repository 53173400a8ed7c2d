import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { strToU8, zipSync } from 'fflate'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type StashServer, startStashServer } from './stash-server.ts'
import { makeTempFolder, type TempFolder } from './temp-folder.ts'
import { askStash, at } from './test-requests.ts'

let folder: TempFolder
let stash: StashServer

beforeEach(async () => {
  folder = await makeTempFolder()
  stash = await startStashServer({ pluginsPath: folder.path })
  stash.library.addScene({ title: 'One' })
})
afterEach(async () => {
  await stash.close()
  await folder.close()
})

async function listen(
  answer: (path: string, body: string, headers: NodeJS.Dict<string | string[]>) => [number, string | Uint8Array],
) {
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    request.on('end', () => {
      const [status, body] = answer(request.url ?? '', text, request.headers)
      response.writeHead(status).end(body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, [Symbol.asyncDispose]: close }
}

async function addPlugin(id: string, files: Record<string, string>): Promise<void> {
  await mkdir(folder.file(id))
  for (const [name, text] of Object.entries(files)) await writeFile(folder.file(id, name), text)
  await askStash(stash, 'mutation{reloadPlugins}')
}

const scriptManifest = `name: Relay
interface: js
exec:
  - relay.js
hooks:
  - name: Tell
    triggeredBy:
      - Scene.Update.Post
    defaultArgs:
      mode: hook
`

test('a script of the js kind asks the server and forwards hooks through the credential check', async () => {
  const seen: unknown[] = []
  await using listener = await listen((path, body, headers) => {
    seen.push([path, headers.apikey, JSON.parse(body).operationName])
    return [200, '{"data":{"me":{"name":"PlexSync"}}}']
  })
  const script = `
    var context = input.Args.hookContext;
    log.Info("got " + (context ? context.type : input.Args.mode));
    var url = "${listener.url}/ack?id=" + (context ? context.id : 0);
    var answer = gql.Do("query($input: StashBoxInput!) { validateStashBoxCredentials(input: $input) { valid status } }",
      { input: { endpoint: url, api_key: "secret", name: "x" } });
    ({ Output: answer.validateStashBoxCredentials.valid ? "ok" : "down" });`
  await addPlugin('relay', { 'relay.yml': scriptManifest, 'relay.js': script })
  expect(stash.plugins.list()).toMatchObject([
    { id: 'relay', enabled: true, hooks: [{ hooks: ['Scene.Update.Post'] }] },
  ])
  const ping = await askStash(stash, 'mutation{runPluginOperation(plugin_id:"relay",args:{mode:"ping"})}')
  expect(at(ping.json, 'data', 'runPluginOperation')).toBe('ok')
  stash.actions.updateScene(1, { title: 'x' })
  await stash.hooksDelivered()
  expect(seen).toEqual([
    ['/ack?id=0', 'secret', 'Me'],
    ['/ack?id=1', 'secret', 'Me'],
  ])
  expect(stash.jobs.log.map((entry) => entry.message)).toContain('[Plugin / Relay] got Scene.Update.Post')
  const unknown = await askStash(stash, 'mutation{runPluginOperation(plugin_id:"nope")}')
  expect(at(unknown.json, 'errors', 0, 'message')).toContain('no plugin')
})

test('a raw plugin gets its arguments on stdin; one that cannot start silences those after it', async () => {
  const program = `process.stdin.on('data', (d) => { const i = JSON.parse(d); console.log(JSON.stringify({ output: i.args.mode })) })`
  const manifest = `name: Raw\nexec:\n  - ${process.execPath}\n  - "{pluginDir}/run.cjs"\n`
  await addPlugin('raw', { 'raw.yml': manifest, 'run.cjs': program })
  const ping = await askStash(stash, 'mutation{runPluginOperation(plugin_id:"raw",args:{mode:"ping"})}')
  expect(at(ping.json, 'data', 'runPluginOperation')).toBe('ping')
  const hooks = '\nhooks:\n  - name: h\n    triggeredBy: [Scene.Update.Post]\n'
  await addPlugin('broken', { 'broken.yml': `name: Broken\nexec:\n  - /no/such/interpreter${hooks}` })
  await addPlugin('later', { 'later.yml': scriptManifest, 'relay.js': 'log.Info("later ran"); 1' })
  const edit = async () => {
    stash.jobs.log.length = 0
    stash.actions.updateScene(1, { title: 'x' })
    await stash.hooksDelivered()
    return stash.jobs.log.some((entry) => entry.message.includes('later ran'))
  }
  expect(await edit()).toBe(false)
  await askStash(stash, 'mutation{setPluginsEnabled(enabledMap:{broken:false})}')
  expect(await edit()).toBe(true)
})

test('a manifest that is not strict YAML, or has an unknown key, does not load', async () => {
  await addPlugin('a', { 'a.yml': 'name: A\nexec:\n  - python\n  - {pluginDir}/x.py\n' })
  await addPlugin('b', { 'b.yml': 'name: B\ncolour: red\n' })
  await addPlugin('c', { 'c.yml': 'name: C\nexec: sh\n' })
  expect(stash.plugins.list()).toEqual([])
  expect(stash.jobs.log.filter((entry) => entry.level === 'Error').length).toBeGreaterThanOrEqual(3)
})

test('installing gets the index and the archive, checks the sum, and only logs its errors', async () => {
  const archive = zipSync({ 'relay.yml': strToU8(scriptManifest), 'relay.js': strToU8('1') })
  let sum = createHash('sha256').update(archive).digest('hex')
  await using source = await listen((path) => {
    if (path === '/p/relay.zip') return [200, archive]
    const entry = `- id: relay\n  name: Relay\n  version: 1.0\n  date: 2025-01-01 00:00:00\n  path: relay.zip\n  sha256: ${sum}\n`
    return path === '/p/index.yml' ? [200, entry] : [404, '']
  })
  const install = async () => {
    const packages = [{ id: 'relay', sourceURL: `${source.url}/p/index.yml` }]
    const response = await askStash(
      stash,
      'mutation($p:[PackageSpecInput!]!){installPackages(type:Plugin,packages:$p)}',
      { p: packages },
    )
    await stash.jobs.settled()
    const job = await askStash(stash, 'query($i:ID!){findJob(input:{id:$i}){status error}}', {
      i: at(response.json, 'data', 'installPackages'),
    })
    return at(job.json, 'data', 'findJob')
  }
  const good = sum
  sum = 'wrong'
  expect(await install()).toEqual({ status: 'FINISHED', error: null })
  expect(stash.plugins.list()).toEqual([])
  expect(stash.jobs.log.at(-1)?.message).toContain('hash is incorrect')
  sum = good
  await install()
  expect(stash.plugins.list()).toMatchObject([{ id: 'relay' }])
  const read = () =>
    askStash(
      stash,
      '{installedPackages(type:Plugin){package_id} configuration{general{pluginsPath pluginPackageSources{url}}}}',
    )
  expect(at((await read()).json, 'data', 'installedPackages')).toEqual([])
  await askStash(
    stash,
    'mutation($u:String!){configureGeneral(input:{pluginPackageSources:[{name:"x",url:$u}]}){apiKey}}',
    {
      u: `${source.url}/p/index.yml`,
    },
  )
  expect((await read()).json).toMatchObject({
    data: {
      installedPackages: [{ package_id: 'relay' }],
      configuration: {
        general: { pluginsPath: folder.path, pluginPackageSources: [{ url: `${source.url}/p/index.yml` }] },
      },
    },
  })
})

test('settings of a plugin are overwritten whole and read by name', async () => {
  const set = 'mutation($m:Map!){configurePlugin(plugin_id:"relay",input:$m)}'
  await askStash(stash, set, { m: { url: 'a', old: true } })
  await askStash(stash, set, { m: { url: 'b' } })
  const read = await askStash(stash, '{configuration{plugins(include:["relay"])}}')
  expect(at(read.json, 'data', 'configuration', 'plugins')).toEqual({ relay: { url: 'b' } })
})

test('credentials: refused and unreachable are invalid, an empty answer makes the server stumble', async () => {
  const check = (endpoint: string) =>
    askStash(stash, 'query($e:String!){validateStashBoxCredentials(input:{endpoint:$e,api_key:"k",name:"n"}){valid}}', {
      e: endpoint,
    })
  await using listener = await listen((path) => (path === '/empty' ? [200, '{"data":{"me":null}}'] : [401, '']))
  expect(at((await check(`${listener.url}/`)).json, 'data', 'validateStashBoxCredentials', 'valid')).toBe(false)
  expect(at((await check('http://127.0.0.1:1/')).json, 'data', 'validateStashBoxCredentials', 'valid')).toBe(false)
  expect(at((await check(`${listener.url}/empty`)).json, 'errors', 0, 'message')).toContain('nil pointer')
})

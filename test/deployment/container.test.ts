/**
 * A built image, run as docs/install.md says: what a hook reports is written, with a poster drawn inside the image, and a
 * stop in the middle of the work loses nothing. PLEXSYNC_TEST_IMAGE names the image, PLEXSYNC_TEST_CONTAINERS the program
 * that runs it with its options (`docker` if it is not set). The servers are simulated, on this machine's loopback.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, readdirSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { createCanvas, loadImage } from '@napi-rs/canvas'
import { expect, it } from 'vitest'
import * as z from 'zod'
import { appEnvironment, sampleHookToken } from '../harness/app-process.ts'
import { paintedJpeg } from '../harness/painted-jpeg.ts'
import { type PlexServer, startPlexServer } from '../harness/plex-server.ts'
import { type StashServer, startStashServer } from '../harness/stash-server.ts'
import { makeTempFolder, type TempFolder } from '../harness/temp-folder.ts'

const image = process.env.PLEXSYNC_TEST_IMAGE ?? ''
const [program = '', ...options] = (process.env.PLEXSYNC_TEST_CONTAINERS ?? 'docker').split(' ')
const hint = 'no image is named; build one and set PLEXSYNC_TEST_IMAGE'
const patience = { timeout: 180_000, interval: 100 }
const readySchema = z.object({ webhookUrl: z.string() })
const health = z.object({ Test: z.array(z.string()) })

/** Not synchronous: the simulated servers are in this process, and the container waits for them. */
const tool = async (...args: string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)(program, [...options, ...args])
  return stdout.trim()
}

interface World extends AsyncDisposable {
  readonly plex: PlexServer
  readonly stash: StashServer
  readonly keys: readonly number[]
  readonly folder: TempFolder
  /** The user that the container runs as, and that owns the data folder. */
  readonly user: string
}

async function startWorld(scenes: number): Promise<World> {
  const [plex, stash] = [await startPlexServer(), await startStashServer()]
  plex.library.addSection({ title: 'Scenes', locations: ['/media'] })
  const keys = Array.from({ length: scenes }, (_, index) => {
    const name = `clip ${index + 1}.mp4`
    stash.library.addScene({
      title: `Before ${index + 1}`,
      studio: 'Lantern House',
      files: [{ path: `/data/${name}`, size: 1000 + index }],
    })
    return plex.library.addItem({ section: 1, file: { file: `/media/${name}`, size: 1000 + index } }).ratingKey
  })
  const folder = await makeTempFolder('plexsync-container-')
  const [uid, gid] = process.getuid?.() === 0 ? [1234, 1234] : [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
  chownSync(folder.path, uid, gid)
  return {
    plex,
    stash,
    keys,
    folder,
    user: `${uid}:${gid}`,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([plex.close(), stash.close(), folder.close()])
    },
  }
}

interface Container extends AsyncDisposable {
  readonly name: string
  readonly webhookUrl: string
  /** Asks it to end as `docker stop` does; returns its exit code. */
  stop(): Promise<number | null>
}

async function startContainer(world: World, settings: Readonly<Record<string, string>> = {}): Promise<Container> {
  const name = `plexsync-test-${process.pid}-${nextNumber()}`
  const environment = {
    ...appEnvironment({
      plexUrl: world.plex.url,
      plexToken: world.plex.token,
      stashUrl: world.stash.url,
      stashApiKey: world.stash.apiKey ?? '',
      pathMap: '/data => /media',
      plexTvUrl: 'http://127.0.0.1:9',
    }),
    PLEXSYNC_WEBHOOK_PORT: String(await freePort()),
    PLEXSYNC_UI_PORT: String(await freePort()),
    ...settings,
  }
  const child = spawn(
    program,
    [
      ...options,
      ...['run', '--rm', '--name', name, '--network', 'host', '--user', world.user, '--stop-timeout', '40'],
      ...['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
      ...['--volume', `${world.folder.path}:/data`],
      ...Object.entries(environment).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
      ...[image, 'serve', '--ready-json'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const { webhookUrl } = await readReady(child)
  const ended = once(child, 'exit')
  const stop = async (): Promise<number | null> => {
    if (child.exitCode === null) await tool('stop', '-t', '40', name)
    await ended
    return child.exitCode
  }
  return { name, webhookUrl, stop, [Symbol.asyncDispose]: async () => void (await stop()) }
}

let containers = 0
const nextNumber = (): number => ++containers

async function readReady(child: ChildProcess): Promise<z.infer<typeof readySchema>> {
  const { stdout, stderr } = child
  if (stdout === null || stderr === null) throw new Error('the container has no output')
  let errors = ''
  stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  const line = once(createInterface({ input: stdout }), 'line')
  const first = await Promise.race([line, once(child, 'exit').then(() => null)])
  if (first === null) throw new Error(`the container ended: ${errors}`)
  return readySchema.parse(JSON.parse(String(first[0])))
}

/** A port that nothing listens on: the health check must know it, so the app cannot choose one. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

const titleOf = ({ plex }: World, key: number): string => plex.library.item(key).text.title ?? ''

const uploaded = ({ plex }: World, key: number): Buffer[] =>
  plex.library
    .item(key)
    .shelves.posters.images.filter((poster) => poster.key.startsWith('upload://'))
    .map(({ bytes }) => bytes)

async function pixel(poster: Buffer, x: number, y: number): Promise<number[]> {
  const canvas = createCanvas(1000, 1500)
  const context = canvas.getContext('2d')
  context.drawImage(await loadImage(poster), 0, 0)
  return [...context.getImageData(x, y, 1, 1).data].slice(0, 3)
}

it('writes what a hook reports, with a poster that is drawn inside the image', async ({ skip }) => {
  skip(image === '', hint)
  await using world = await startWorld(1)
  await using container = await startContainer(world, { PLEXSYNC_SYNC_POSTER: 'true', PLEXSYNC_POSTER_STYLE: 'fill' })
  world.stash.connectHooks({ url: container.webhookUrl, token: sampleHookToken })
  const [key = 0] = world.keys
  world.stash.actions.updateScene(1, { title: 'Paper Lanterns', cover: paintedJpeg(640, 360, 'red') })
  await expect.poll(() => titleOf(world, key), patience).toBe('Paper Lanterns')
  await expect.poll(() => uploaded(world, key).length, patience).toBe(1)
  const [poster = Buffer.alloc(0)] = uploaded(world, key)
  expect(await loadImage(poster)).toMatchObject({ width: 1000, height: 1500 })
  const [red = 0, green = 255, blue = 255] = await pixel(poster, 500, 750)
  expect(red).toBeGreaterThan(180)
  expect(Math.max(green, blue)).toBeLessThan(90)

  // What the image says about itself, and the command within the container.
  const { Test: check } = health.parse(
    JSON.parse(await tool('inspect', '--format', '{{json .Config.Healthcheck}}', container.name)),
  )
  const [kind, ...command] = check
  expect(kind).toBe('CMD')
  await tool('exec', container.name, ...command)
  const status = z.object({ pid: z.number() }).loose()
  expect(status.safeParse(JSON.parse(await tool('exec', container.name, 'plexsync', 'status', '--json'))).error).toBe(
    undefined,
  )
  expect(await tool('exec', container.name, 'id', '-u')).toBe(world.user.split(':')[0])
  await expect(tool('exec', container.name, 'touch', '/app/anything')).rejects.toThrow('Read-only file system')
  expect(await container.stop()).toBe(0)
  for (const name of readdirSync(world.folder.path)) {
    const { uid, mode } = statSync(world.folder.file(name))
    expect([name, String(uid), mode & 0o077]).toEqual([name, world.user.split(':')[0], 0])
  }
})

it('ends in order when it is stopped in the middle of its work, and does the rest after a start', async ({ skip }) => {
  skip(image === '', hint)
  const scenes = 300
  await using world = await startWorld(scenes)
  const written = () => world.keys.filter((key) => titleOf(world, key).startsWith('After ')).length
  {
    await using container = await startContainer(world)
    world.stash.connectHooks({ url: container.webhookUrl, token: sampleHookToken })
    // So slow that a stop comes long before the end.
    world.plex.faults.latencyMs = 500
    for (let id = 1; id <= scenes; id++) world.stash.actions.updateScene(id, { title: `After ${id}` })
    await world.stash.hooksDelivered()
    await expect.poll(written, patience).toBeGreaterThan(0)
    expect(await container.stop()).toBe(0)
  }
  world.plex.faults.latencyMs = 0
  const atStop = written()
  expect(atStop).toBeLessThan(scenes)
  world.stash.connectHooks(null)
  await using container = await startContainer(world)
  await expect.poll(written, patience).toBe(scenes)
  expect(await container.stop()).toBe(0)
})

it('is no root without --user, and a new volume can be written', async ({ skip }) => {
  skip(image === '', hint)
  const volume = `plexsync-test-${process.pid}`
  try {
    const run = (...args: string[]) =>
      tool('run', '--rm', '--network', 'host', '--read-only', '--tmpfs', '/tmp', '--volume', `${volume}:/data`, ...args)
    expect(await run('--entrypoint', 'id', image, '-un')).toBe('node')
    await run(image, 'config', 'set', 'plex_url', 'http://127.0.0.1:32400')
    expect(await run(image, 'config', 'get', 'plex_url')).toBe('http://127.0.0.1:32400')
  } finally {
    await tool('volume', 'rm', '--force', volume)
  }
})

/** The Dockerfile without Docker: the files that it copies, and only those, are a PlexSync that runs. CI builds it for real. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join, matchesGlob } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import * as z from 'zod'
import { external } from '../../vite.node.ts'
import { buildProgram, buildRenderer } from '../e2e/desktop/built-desktop.ts'
import { makeTempFolder } from '../harness/temp-folder.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')
const [, image = ''] = dockerfile.split(/^FROM node:24-slim$/m)
const readySchema = z.object({ webhookUrl: z.string(), uiUrl: z.string() })

/** Source and target of each COPY of the image itself. */
function copies(): { source: string; target: string }[] {
  return [...image.matchAll(/^COPY (?:--from=build )?(.+) (\S+)$/gm)].flatMap(([, sources = '', target = '']) =>
    sources
      .split(' ')
      .map((source) => source.replace('/app/', ''))
      .map((source) => ({ source, target: target === './' ? source : target })),
  )
}

it('holds everything that runs, from its first file to the window', async () => {
  await buildRenderer()
  await buildProgram()
  await using folder = await makeTempFolder('plexsync-image-')
  const app = folder.file('app')
  mkdirSync(app)
  for (const { source, target } of copies()) {
    if (source === 'node_modules') symlinkSync(join(root, source), join(app, target))
    else
      cpSync(join(root, source), join(app, target), {
        recursive: true,
        filter: (path) => !/\.(test|fixture)\.ts$/.test(path),
      })
  }
  const args = ['serve', '--ready-json', '--webhook-port', '0', '--ui-port', '0', '--data-dir', folder.file('data')]
  const child = spawn(process.execPath, [join(app, 'main/headless/bin.mjs'), ...args], {
    env: { PATH: process.env.PATH, HOME: folder.path },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = once(child, 'exit')
  try {
    const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended])
    const { webhookUrl, uiUrl } = readySchema.parse(JSON.parse(String(line)))
    expect((await fetch(new URL('/healthz', webhookUrl))).status).toBe(200)
    const entered = await fetch(uiUrl, { redirect: 'manual' })
    const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? ''
    expect(await (await fetch(new URL('/', uiUrl), { headers: { cookie } })).text()).toContain('<script type="module"')
  } finally {
    child.kill('SIGTERM')
    expect((await ended)[0]).toBe(0)
  }
})

it('runs as a user, writes to /data only, and asks itself whether it is healthy', () => {
  expect(image).toMatch(/^USER node$/m)
  expect(image).toMatch(/^VOLUME \/data$/m)
  expect(image).toMatch(/PLEXSYNC_DATA_DIR=\/data/)
  expect(image).toMatch(/^HEALTHCHECK [\s\S]*\/healthz/m)
  // Signals reach the program itself only in this form.
  expect(image).toMatch(/^ENTRYPOINT \["node", "\/app\/main\/headless\/bin\.mjs"\]$/m)
})

it('takes what draws posters for the machine that runs it, not for the one that builds', () => {
  const [build = ''] = dockerfile.split(/^FROM node:24-slim$/m)
  expect(build).toMatch(/^ARG TARGETARCH$/m)
  const cpu = /cpu="\$\((.+)\)" \\$/m.exec(build)?.[1] ?? 'false'
  const cpuOf = (architecture: string) =>
    execFileSync('sh', ['-c', cpu], {
      env: { PATH: process.env.PATH, TARGETARCH: architecture },
      encoding: 'utf8',
    }).trim()
  expect(cpuOf('amd64')).toBe('x64')
  expect(cpuOf('arm64')).toBe('arm64')
  expect(cpuOf('')).toBe(process.arch)
  expect(build).toContain('npm ci --ignore-scripts --omit=dev --os=linux --libc=glibc --cpu="$cpu"')
})

it.each(['x64', 'arm64'])(
  'has the native code of every package that is not bundled, for Linux with glibc on %s',
  (cpu) => {
    const packageSchema = z.object({ dependencies: z.record(z.string(), z.string()) })
    const { dependencies } = packageSchema.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))
    const lockSchema = z.object({
      packages: z.record(
        z.string(),
        z.object({
          version: z.string().optional(),
          os: z.array(z.string()).optional(),
          cpu: z.array(z.string()).optional(),
          libc: z.array(z.string()).optional(),
          integrity: z.string().optional(),
        }),
      ),
    })
    const { packages } = lockSchema.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')))
    const native = external.filter((name) => typeof name === 'string' && name in dependencies)
    expect(native).toEqual(['better-sqlite3', '@napi-rs/canvas'])
    // A separate package for each platform, which npm chooses by the options in the Dockerfile.
    expect(packages[`node_modules/@napi-rs/canvas-linux-${cpu}-gnu`]).toMatchObject({
      version: dependencies['@napi-rs/canvas'],
      os: ['linux'],
      cpu: [cpu],
      libc: ['glibc'],
      integrity: expect.stringMatching(/^sha512-/),
    })
    // All platforms in one package, of which the Dockerfile removes those that the image is not for.
    const removed = [...dockerfile.matchAll(/node_modules\/better-sqlite3\/prebuilds\/(\S+)/g)].map(
      ([, glob = '']) => glob,
    )
    const kept = readdirSync(join(root, 'node_modules/better-sqlite3/prebuilds')).filter(
      (file) => !removed.some((glob) => matchesGlob(file, glob)),
    )
    expect(kept).toContain(`linux-${cpu}.node`)
    expect(kept).toHaveLength(2)
  },
)

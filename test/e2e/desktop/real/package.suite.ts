/** The packaged program, made by electron-builder from the real distribution of this run's Electron. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import { makeTempFolder, type TempFolder } from '../../../harness/temp-folder.ts'
import { readAsar } from '../asar.ts'
import { electronVersion, hasRuntime, root, runtime } from './runtime.ts'

/** As Node it would end immediately; as the app it is ended after this. */
const asNodeMs = 5_000

const run = promisify(execFile)
const configSchema = z.looseObject({ electronFuses: z.record(z.string(), z.boolean()) })
/** The first Electron that has it; electron-builder refuses to flip a fuse that a program lacks. */
const fuseSince: Readonly<Record<string, number>> = { grantFileProtocolExtraPrivileges: 29 }

/** Packs for Linux without any download. Resolves with the program, the deb where one was asked for, and the fuses. */
async function pack(
  folder: TempFolder,
  target: 'dir' | 'deb',
): Promise<{ program: string; resources: string; deb: string; fuses: Record<string, boolean> }> {
  const version = await electronVersion()
  const config = configSchema.parse(parse(await readFile(join(root, 'electron-builder.yml'), 'utf8')))
  const major = Number(version.split('.')[0])
  const fuses = Object.fromEntries(
    Object.entries(config.electronFuses).filter(([name]) => major >= (fuseSince[name] ?? 0)),
  )
  const own = folder.file('builder.json')
  await writeFile(own, JSON.stringify({ ...config, electronFuses: fuses }))
  const nowhere = 'http://127.0.0.1:9'
  await run(
    process.execPath,
    [
      ...[join(root, 'node_modules', 'electron-builder', 'cli.js'), '--linux', target, '--publish', 'never'],
      ...['--config', own, `-c.electronDist=${dirname(runtime)}`, `-c.electronVersion=${version}`],
      `-c.directories.output=${folder.file('dist')}`,
      // A deb names where it comes from; only the release knows that.
      '-c.extraMetadata.homepage=https://example.invalid',
    ],
    {
      cwd: root,
      env: {
        ...process.env,
        HTTP_PROXY: nowhere,
        HTTPS_PROXY: nowhere,
        CUSTOM_FPM_PATH: fileURLToPath(new URL('fpm-by-dpkg.mjs', import.meta.url)),
      },
    },
  )
  const made = await readdir(folder.file('dist'))
  const at = folder.file('dist', made.find((name) => name.endsWith('-unpacked')) ?? '')
  const deb = folder.file('dist', made.find((name) => name.endsWith('.deb')) ?? '')
  return { program: join(at, 'plexsync'), resources: join(at, 'resources'), deb, fuses }
}

/** The fuses of a program as the tool that flips them reads them back: `1` is on, `0` is off. */
async function fusesOf(program: string): Promise<Record<string, boolean>> {
  const builder = createRequire(join(root, 'node_modules', 'electron-builder', 'package.json'))
  const { getCurrentFuseWire, FuseV1Options } = await import(builder.resolve('@electron/fuses'))
  const wire: Record<string, unknown> = await getCurrentFuseWire(program)
  const names: [string, unknown][] = Object.entries(FuseV1Options)
  return Object.fromEntries(
    names.flatMap(([name, index]) =>
      typeof index === 'number' && wire[index] !== undefined
        ? [[`${name.charAt(0).toLowerCase()}${name.slice(1)}`, String.fromCharCode(Number(wire[index])) === '1']]
        : [],
    ),
  )
}

describe.skipIf(!hasRuntime || process.platform !== 'linux')(
  'a package of the real program',
  { timeout: 180_000 },
  () => {
    it('has its fuses flipped in the real program, is no Node, and holds its native module beside the archive', async () => {
      await using folder = await makeTempFolder('plexsync-package-')
      const { program, resources, fuses } = await pack(folder, 'dir')
      expect(await fusesOf(program)).toMatchObject(fuses)

      const files = await readAsar(join(resources, 'app.asar'))
      expect([...files.keys()]).toEqual(expect.arrayContaining(['out/desktop/index.js', 'out/renderer/index.html']))
      const binary = [...files.keys()].find((path) => path.endsWith('.node')) ?? ''
      expect(existsSync(join(resources, 'app.asar.unpacked', binary))).toBe(true)

      const asNode = spawn(program, ['-e', 'process.exit(42)', '--data-dir=/nonexistent'], {
        env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
        stdio: 'ignore',
        timeout: asNodeMs,
        killSignal: 'SIGKILL',
      })
      const [code] = await once(asNode, 'exit')
      expect(code).not.toBe(42)
    })

    it('is a deb that dpkg reads: program, menu entry, icons, what it needs, and its scripts', async () => {
      await using folder = await makeTempFolder('plexsync-deb-')
      const { deb } = await pack(folder, 'deb')
      // For the one who installs it in a separate root afterwards.
      const keep = process.env.PLEXSYNC_KEEP_DEB
      if (keep !== undefined) await copyFile(deb, keep)

      const field = async (name: string) => (await run('dpkg-deb', ['--field', deb, name])).stdout.trim()
      expect(await field('Package')).toBe('plexsync')
      // Without the last two the program does not start where nothing else brought them.
      for (const library of ['libgtk-3-0', 'libgbm1', 'libasound2']) expect(await field('Depends')).toContain(library)
      expect(await field('Recommends')).toContain('libsecret-1-0')
      const { stdout: contents } = await run('dpkg-deb', ['--contents', deb], { maxBuffer: 16 * 1024 * 1024 })
      for (const path of [
        './opt/PlexSync/plexsync',
        './opt/PlexSync/chrome-sandbox',
        './opt/PlexSync/resources/app.asar',
        './usr/share/applications/plexsync.desktop',
        './usr/share/icons/hicolor/256x256/apps/plexsync.png',
      ])
        expect(contents).toContain(` ${path}\n`)
      expect(contents).not.toMatch(/\s\.\/(etc|home|tmp|var)\//)
      await run('dpkg-deb', ['--extract', deb, folder.file('root')])
      const entry = await readFile(folder.file('root/usr/share/applications/plexsync.desktop'), 'utf8')
      expect(entry).toContain('Exec=/opt/PlexSync/plexsync %U')
      expect(entry).toContain('StartupWMClass=plexsync')
      await run('dpkg-deb', ['--control', deb, folder.file('control')])
      for (const script of ['postinst', 'postrm']) await run('bash', ['-n', folder.file('control', script)])
    })
  },
)

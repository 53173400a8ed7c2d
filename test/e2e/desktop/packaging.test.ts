/**
 * What goes into the packages: electron-builder itself, with a placeholder in the place of Electron's distribution. It
 * shows the list of files and the fuses; that a real package starts is shown by the workflow on three systems.
 */
import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeTempFolder, type TempFolder } from '../../harness/temp-folder.ts'
import { extract, readAsar } from './asar.ts'
import { buildDesktop, buildRenderer } from './built-desktop.ts'
import { startDesktop } from './desktop-process.ts'
import { makePackageProject } from './package-project.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const sizeBudget = 8 * 1024 * 1024

let folderOfProject: TempFolder
let project = ''

beforeAll(async () => {
  await buildDesktop()
  await buildRenderer()
  folderOfProject = await makeTempFolder('plexsync-package-')
  project = await makePackageProject(folderOfProject)
})
afterAll(() => folderOfProject.close())

/** Where @electron/fuses writes: after this text come version, length, and one digit for each fuse. */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
const fuseNames = [
  'runAsNode',
  'enableCookieEncryption',
  'enableNodeOptionsEnvironmentVariable',
  'enableNodeCliInspectArguments',
  'enableEmbeddedAsarIntegrityValidation',
  'onlyLoadAppFromAsar',
  'loadBrowserProcessSpecificV8Snapshot',
  'grantFileProtocolExtraPrivileges',
]

type Platform = 'linux' | 'win'
type Arch = 'x64' | 'arm64'
const outputs = new Map<string, Promise<string>>()

/** Where the unpacked app is. Each package is made once, those for Linux together: most of the time goes into starting. */
async function packaged(platform: Platform, arch: Arch): Promise<string> {
  const archs: readonly Arch[] = platform === 'linux' ? ['x64', 'arm64'] : [arch]
  const name = [platform, ...archs].join('-')
  const output = outputs.get(name) ?? packageApp(name, platform, archs)
  outputs.set(name, output)
  return join(await output, `${platform}${arch === 'x64' ? '' : `-${arch}`}-unpacked`)
}

/** Runs electron-builder; resolves with its folder. No network: a download would fail immediately. */
async function packageApp(name: string, platform: Platform, archs: readonly Arch[]): Promise<string> {
  const distribution = folderOfProject.file(name, 'electron')
  const output = folderOfProject.file(name, 'dist')
  await mkdir(join(distribution, 'locales'), { recursive: true })
  const fuses = Buffer.from([1, fuseNames.length])
  const program = Buffer.concat([Buffer.from(`placeholder ${sentinel}`), fuses, Buffer.from('11111111')])
  for (const [file, content] of [
    ['electron', program],
    ['electron.exe', program],
    ['version', '45.4.1'],
    ['LICENSE', ''],
    ['LICENSES.chromium.html', ''],
    ['chrome-sandbox', ''],
    ['locales/en-US.pak', ''],
    ['locales/fr.pak', ''],
  ] as const)
    await writeFile(join(distribution, file), content, { mode: 0o755 })
  const nowhere = 'http://127.0.0.1:9'
  const cli = join(root, 'node_modules', 'electron-builder', 'cli.js')
  const packaging = promisify(execFile)(
    process.execPath,
    [
      ...[cli, `--${platform}`, 'dir', ...archs.map((arch) => `--${arch}`), '--publish', 'never'],
      ...[`-c.electronDist=${distribution}`, `-c.directories.output=${output}`],
    ],
    // The packager leaves folders behind where temporary files go.
    { cwd: project, env: { ...process.env, HTTP_PROXY: nowhere, HTTPS_PROXY: nowhere, TMPDIR: output } },
  )
  // The placeholder is no Windows program, so its resources cannot be edited: the archive is complete by then.
  if (platform === 'win') await expect(packaging).rejects.toThrow('Command failed')
  else await packaging
  return output
}

const allowed =
  /^(package\.json|LICENSE|out\/desktop\/([\w-]+\.js|preload\.cjs|migrations\/\d{4}_\w+\.sql|scripts\/plexsync(-tell)?\.(js|py)|icons\/(tray|app)\/[\w@.-]+)|out\/renderer\/(index\.html|assets\/[\w.-]+)|node_modules\/better-sqlite3\/(package\.json|LICENSE|lib\/[\w/-]+\.js|prebuilds\/[\w-]+\.node)|node_modules\/@napi-rs\/canvas\/(package\.json|LICENSE|[\w-]+\.js)|node_modules\/@napi-rs\/canvas-[\w-]+\/(package\.json|skia\.[\w-]+\.node))$/

describe.skipIf(process.platform === 'win32')('a package', () => {
  it.each([
    ['linux', 'x64', 'linux-x64', 'linux-x64-gnu'],
    ['linux', 'arm64', 'linux-arm64', 'linux-arm64-gnu'],
    ['win', 'x64', 'win32-x64', 'win32-x64-msvc'],
    ['win', 'arm64', 'win32-arm64', 'win32-arm64-msvc'],
  ] as const)(
    'for %s %s holds what runs, one binary of each kind, no sources',
    async (platform, arch, sqlite, canvas) => {
      const app = await packaged(platform, arch)
      const files = await readAsar(join(app, 'resources', 'app.asar'))
      expect([...files.keys()].filter((path) => !allowed.test(path))).toEqual([])
      const binaries = [...files.keys()].filter((path) => path.endsWith('.node'))
      const poster = `node_modules/@napi-rs/canvas-${canvas}/skia.${canvas}.node`
      expect(binaries.sort()).toEqual([poster, `node_modules/better-sqlite3/prebuilds/${sqlite}.node`])
      expect([...files.keys()]).toEqual(
        expect.arrayContaining(['out/desktop/index.js', 'out/desktop/preload.cjs', 'out/renderer/index.html']),
      )
      const bytes = [...files].reduce((sum, [path, file]) => sum + (path.endsWith('.node') ? 0 : file.length), 0)
      expect(bytes).toBeLessThan(sizeBudget)
      const beside = await readdir(join(app, 'resources'), { recursive: true, withFileTypes: true })
      expect(
        beside
          .filter((entry) => entry.isFile())
          .map(({ name }) => name)
          .sort(),
      ).toEqual(['app.asar', `${sqlite}.node`, `skia.${canvas}.node`].sort())
    },
  )

  it('is fused shut, speaks two languages, and starts from what was packed', async () => {
    await using folder = await makeTempFolder()
    const app = await packaged('linux', process.arch === 'arm64' ? 'arm64' : 'x64')
    const program = await readFile(join(app, 'plexsync'), 'latin1')
    const wire = program.slice(program.indexOf(sentinel) + sentinel.length + 2)
    const on = fuseNames.filter((_, i) => wire[i] === '1')
    expect(on).toEqual(['enableCookieEncryption', 'enableEmbeddedAsarIntegrityValidation', 'onlyLoadAppFromAsar'])
    expect(await readdir(join(app, 'locales'))).toEqual(['en-US.pak'])

    const files = await readAsar(join(app, 'resources', 'app.asar'))
    await extract(files, folder.file('app'))
    await using desktop = await startDesktop({
      folder,
      environment: { STAND_IN_APP: folder.file('app', 'out', 'desktop', 'index.js') },
    })
    await desktop.until((running) => running, 'announced')
    const page = await desktop.ask('request', 'plexsync://app/')
    expect(Buffer.from(page.body, 'base64').toString()).toContain('<title>PlexSync</title>')
  })
})

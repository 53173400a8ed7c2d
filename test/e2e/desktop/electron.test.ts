/**
 * The app on the real runtime: what the stand-in cannot show. Skipped, with a line that says so, where Electron's
 * runtime is not installed; the workflow runs it on Linux, macOS and Windows. `PLEXSYNC_PACKAGED` names a packaged program
 * that is then started too.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeTempFolder, type TempFolder } from '../../harness/temp-folder.ts'
import { buildDesktop, buildRenderer } from './built-desktop.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const distribution = process.env.ELECTRON_OVERRIDE_DIST_PATH || join(root, 'node_modules', 'electron', 'dist')
const programs: Partial<Record<NodeJS.Platform, string>> = {
  darwin: join('Electron.app', 'Contents', 'MacOS', 'Electron'),
  win32: 'electron.exe',
}
const runtime = join(distribution, programs[process.platform] ?? 'electron')
const hasRuntime = existsSync(runtime)
/** Other tests run beside this one. */
const patient = { timeout: 10_000 }
const packaged = process.env.PLEXSYNC_PACKAGED

if (!hasRuntime)
  console.warn(
    '\n*** SKIPPED: Electron’s runtime is not installed, so nothing here was tried on real Electron. Install it with: node node_modules/electron/install.js ***\n',
  )

class RealApp implements AsyncDisposable {
  readonly folder: TempFolder
  readonly electron: ElectronApplication

  constructor(folder: TempFolder, electron: ElectronApplication) {
    this.folder = folder
    this.electron = electron
  }

  static async start(): Promise<RealApp> {
    const folder = await makeTempFolder('plexsync-electron-')
    const environment = { ...process.env, PLEXSYNC_WEBHOOK_PORT: '0' }
    const electron = await _electron.launch({
      executablePath: runtime,
      args: [root, `--data-dir=${folder.file('data')}`],
      env: Object.fromEntries(Object.entries(environment).filter((pair): pair is [string, string] => !!pair[1])),
    })
    return new RealApp(folder, electron)
  }

  /** Not set up, so the setup opens by itself. */
  async window(): Promise<Page> {
    const page = await this.electron.firstWindow()
    await page.locator('h1').first().waitFor()
    return page
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.electron.close()
    await this.folder.close()
  }
}

describe.skipIf(!hasRuntime)('on real Electron', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    await buildDesktop()
    await buildRenderer()
  })

  it('opens the setup, sandboxed and isolated, on its own scheme', async () => {
    await using app = await RealApp.start()
    const page = await app.window()
    expect(page.url()).toBe('plexsync://app/#/setup')
    const seen = await page.evaluate(async () => ({
      origin: window.origin,
      secure: window.isSecureContext,
      node: [typeof Reflect.get(window, 'require'), typeof Reflect.get(window, 'process')],
      verbs: Object.keys(Reflect.get(window, 'plexsync')),
      opened: window.open('https://example.com/') !== null,
      fetched: await fetch('https://example.com/').then(
        () => true,
        () => false,
      ),
      camera: await navigator.permissions.query({ name: 'camera' }).then(({ state }) => state),
    }))
    expect(seen).toEqual({
      origin: 'plexsync://app',
      secure: true,
      node: ['undefined', 'undefined'],
      verbs: ['invoke', 'subscribe', 'openExternal'],
      opened: false,
      fetched: false,
      camera: 'denied',
    })
  })

  it('answers calls with values that survive the structured clone, and refuses what is no call', async () => {
    await using app = await RealApp.start()
    const page = await app.window()
    const call = (name: string): Promise<unknown> =>
      page.evaluate((called) => Reflect.get(window, 'plexsync').invoke(called, {}), name)
    expect(await call('getStatus')).toMatchObject({ ok: true, value: { running: true } })
    expect(await call('getAbout')).toMatchObject({ ok: true, value: { host: 'desktop' } })
    expect(await call('constructor')).toMatchObject({ ok: false, fault: { code: 'invalid_input' } })
  })

  it('stays on its page', async () => {
    await using app = await RealApp.start()
    const page = await app.window()
    await page.evaluate(() => {
      location.href = 'https://example.com/'
    })
    await expect.poll(() => page.url(), patient).toMatch(/^plexsync:\/\/app\//)
  })

  it('hides its window when it is closed, and goes on', async () => {
    await using app = await RealApp.start()
    await app.window()
    const visible = () =>
      app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.isVisible()))
    await expect.poll(visible, patient).toEqual([true])
    await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
    // Where the desktop shows no tray icons, as under Xvfb, it stays in the task list.
    const minimized = () =>
      app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((window) => window.isMinimized()))
    if (process.platform === 'linux') await expect.poll(minimized, patient).toHaveLength(1)
    else await expect.poll(visible, patient).toEqual([false])
    await app.electron.evaluate(({ app: running }) => void running.emit('second-instance'))
    await expect.poll(visible, patient).toEqual([true])
  })

  it('comes back after its window crashed', async () => {
    await using app = await RealApp.start()
    await app.window()
    await app.electron.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
    )
    const title = () =>
      app.electron.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript('document.querySelector("h1")?.textContent'),
      )
    await expect.poll(title, { timeout: 20_000 }).toBeTruthy()
  })

  it('leaves a second start to the first', async () => {
    await using app = await RealApp.start()
    await app.window()
    const second = spawn(runtime, [root, `--data-dir=${app.folder.file('data')}`], { stdio: 'ignore' })
    expect(await once(second, 'exit')).toEqual([0, null])
  })

  it('seals secrets with the system’s keychain, or warns', async () => {
    await using app = await RealApp.start()
    const page = await app.window()
    const answer: unknown = await page.evaluate(async () => {
      const plexsync = Reflect.get(window, 'plexsync')
      await plexsync.invoke('saveSettings', { values: { plex_token: 'a-token-of-this-test' } })
      return plexsync.invoke('getAbout', {})
    })
    const sealed = app.folder.file('data', 'secrets.sealed.json')
    if (existsSync(sealed)) expect(readFileSync(sealed, 'utf8')).not.toContain('a-token-of-this-test')
    else expect(answer).toMatchObject({ ok: true, value: { secrets_warning: expect.stringMatching(/not encrypted/) } })
  })
})

describe.skipIf(packaged === undefined)('the packaged program', { timeout: 120_000 }, () => {
  it('starts, receives hooks, and ends in order', async () => {
    await using folder = await makeTempFolder('plexsync-packaged-')
    const app = spawn(packaged ?? '', [`--data-dir=${folder.file('data')}`, '--hidden'], {
      env: { ...process.env, PLEXSYNC_WEBHOOK_PORT: '19797' },
      stdio: 'inherit',
    })
    try {
      const healthy = () =>
        fetch('http://127.0.0.1:19797/healthz').then(
          ({ status }) => status,
          () => 0,
        )
      await expect.poll(healthy, { timeout: 60_000, interval: 250 }).toBe(200)
      expect(existsSync(folder.file('data', 'plexsync.db'))).toBe(true)
    } finally {
      const ended = once(app, 'exit')
      app.kill('SIGTERM')
      await ended
    }
    // Windows has no signals: there the process just ends.
    if (process.platform !== 'win32') expect(existsSync(folder.file('data', 'instance.json'))).toBe(false)
  })

  it('cannot be used as Node', async () => {
    const app = spawn(packaged ?? '', ['-e', 'process.exit(42)', '--data-dir=/nonexistent'], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: 'ignore',
    })
    const code = await Promise.race([
      once(app, 'exit').then(([exit]) => exit),
      new Promise((end) => setTimeout(end, 5_000)),
    ])
    app.kill('SIGKILL')
    expect(code).not.toBe(42)
  })
})

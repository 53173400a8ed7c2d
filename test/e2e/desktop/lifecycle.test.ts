/** The built app on the stand-in: starting, waking up, ending, updates. */
import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeTempFolder } from '../../harness/temp-folder.ts'
import { buildDesktop } from './built-desktop.ts'
import { call, startConfigured } from './configured.ts'
import { startDesktop } from './desktop-process.ts'
import { last, named } from './recorded.ts'

/** Other tests run beside this one. */
const patient = { timeout: 60_000 }

beforeAll(buildDesktop)

describe('starting', () => {
  it('starts into the tray where everything is set up', async () => {
    await using app = await startConfigured()
    await app.desktop.until(
      (record) => String(last(record, 'Tray.setToolTip')).startsWith('PlexSync: Up to date'),
      'record',
    )
    expect(await app.desktop.ask('windows')).toEqual([])
  })

  it('loads nothing before the tray but what the tray needs', async () => {
    // What the first file brings with it is only itself, Electron and Node.
    const first = readFileSync(fileURLToPath(new URL('../../../out/desktop/index.js', import.meta.url)), 'utf8')
    const brought = [...first.matchAll(/^(?:import|export) (?:.* from )?"([^"]+)"/gm)].map(([, from = '']) => from)
    expect(brought.length).toBeGreaterThan(0)
    expect(brought.filter((from) => from !== 'electron' && !from.startsWith('node:'))).toEqual([])
    expect(first.length).toBeLessThan(100_000)
    expect(first).toMatch(/await import\("\.\/open-desktop-app\.js"\)/)
    // And the app that is loaded then finds the tray there.
    await using app = await startDesktop()
    await app.until((running) => running, 'announced')
    const record = await app.ask('record')
    const at = (name: string): number => record.findIndex(([call]) => call === name)
    expect(at('new Tray')).toBeGreaterThan(at('app.enableSandbox'))
    expect(at('new Tray')).toBeLessThan(at('session.setDisplayMediaRequestHandler'))
  })

  it('opens the window only when there is an engine to answer it, also where the icon was clicked before', async () => {
    // The app starts, and its keyring lets it wait.
    await using app = await startDesktop({ arguments: ['--hidden'], environment: { STAND_IN_KEYRING: 'asks' } })
    await app.until((record) => named(record, 'new Tray').length === 1, 'record')
    await app.ask('clickTray')
    await app.until((windows) => windows.length === 1, 'windows')
    expect(await app.ask('ipcChannels')).not.toEqual([])
  })

  it('opens the setup where nothing is set up, but not when started at login', async () => {
    await using fresh = await startDesktop()
    const [window] = await fresh.until((windows) => windows.length === 1, 'windows')
    expect(window?.url).toBe('plexsync://app/#/setup')
    await using atLogin = await startDesktop({ arguments: ['--hidden'] })
    await atLogin.until((running) => running, 'announced')
    expect(await atLogin.ask('windows')).toEqual([])
  })

  it('keeps a window where the desktop shows no tray icons', async () => {
    await using app = await startConfigured({ trayHost: false })
    await app.desktop.until((windows) => windows.length === 1, 'windows')
    await app.desktop.ask('windowEvent', 'ready-to-show')
    expect(await app.desktop.ask('windowEvent', 'close')).toBe(true)
    const record = await app.desktop.ask('record')
    expect(named(record, 'BrowserWindow.minimize')).toHaveLength(1)
    expect(named(record, 'BrowserWindow.hide')).toHaveLength(0)
  })

  it('leaves the second start to the first', async () => {
    await using second = await startDesktop({ environment: { STAND_IN_SECOND: '1' } })
    const record = await second.until((calls) => named(calls, 'app.exit').length === 1, 'record')
    expect(named(record, 'new Tray')).toHaveLength(0)
    expect(existsSync(second.folder.file('data', 'plexsync.db'))).toBe(false)

    await using first = await startConfigured()
    await first.desktop.until((running) => running, 'announced')
    await first.desktop.ask('appEvent', 'second-instance')
    expect(await first.desktop.ask('windows')).toHaveLength(1)
  })

  it('says why it could not start, and starts when the cause is gone', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((listening) => other.once('listening', listening))
    const port = (other.address() as AddressInfo).port
    await using app = await startDesktop({ environment: { PLEXSYNC_WEBHOOK_PORT: String(port) } })
    const [window] = await app.until((windows) => windows.length === 1, 'windows')
    expect(window?.url).toBe('plexsync://notice/failure')
    expect(window?.options.webPreferences).toMatchObject({ javascript: false, sandbox: true })
    expect(window?.options.webPreferences).not.toHaveProperty('preload')
    const page = await app.ask('request', 'plexsync://notice/failure')
    expect(Buffer.from(page.body, 'base64').toString()).toContain(`webhook_port ${port} is in use`)
    expect(last(await app.ask('record'), 'Tray.setToolTip')).toBe('PlexSync: Stopped')

    await new Promise((closed) => other.close(closed))
    const url = 'plexsync://notice/do/retry'
    expect(await app.ask('contentsEvent', 'will-navigate', { url })).toBe(true)
    await app.until((running) => running, 'announced')
    await app.until((windows) => windows.some((shown) => shown.url.startsWith('plexsync://app/')), 'windows')
  })

  it('says in German why it could not start, and what exactly was seen', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((listening) => other.once('listening', listening))
    const port = (other.address() as AddressInfo).port
    await using app = await startDesktop({
      environment: { PLEXSYNC_WEBHOOK_PORT: String(port), PLEXSYNC_LANGUAGE: 'de' },
    })
    await app.until((windows) => windows.length === 1, 'windows')
    const page = Buffer.from((await app.ask('request', 'plexsync://notice/failure')).body, 'base64').toString()
    expect(page).toContain('Ein anderes Programm belegt diesen Port bereits.')
    expect(page).toContain('Beende das andere Programm')
    expect(page).toMatch(/Im Einzelnen.*webhook_port: Port \d+ ist durch ein anderes Programm belegt/s)
    await new Promise((closed) => other.close(closed))
  })

  it('does not share a data folder with a running service', async () => {
    await using folder = await makeTempFolder()
    await using first = await startDesktop({ folder })
    await first.until((running) => running, 'announced')
    await using second = await startDesktop({ folder })
    await second.until((windows) => windows.length === 1, 'windows')
    const page = await second.ask('request', 'plexsync://notice/failure')
    expect(Buffer.from(page.body, 'base64').toString()).toContain('PlexSync already runs on')
  })
})

describe('sleep', () => {
  it('pauses before it and continues after it, asking both servers first', async () => {
    await using app = await startConfigured()
    const { desktop, plex } = app
    await desktop.until((running) => running, 'announced')
    await desktop.ask('power', 'suspend')
    await desktop.until((entries) => entries.some(({ id }) => id === 'resume'), 'menu')
    const before = plex.requests.total
    await desktop.ask('power', 'resume')
    await desktop.until((entries) => entries.some(({ id }) => id === 'pause'), 'menu')
    expect(plex.requests.total).toBeGreaterThan(before)
  })

  it('leaves a pause of the user alone', async () => {
    await using app = await startConfigured()
    const { desktop, plex } = app
    await desktop.until((running) => running, 'announced')
    await call(desktop, 'pause', {})
    await desktop.ask('power', 'suspend')
    const before = plex.requests.total
    await desktop.ask('power', 'resume')
    await expect.poll(() => plex.requests.total, patient).toBeGreaterThan(before)
    expect((await call(desktop, 'getStatus', {})).paused).toBe(true)
  })
})

describe('ending', () => {
  it('finishes what is being written, shows that, and loses nothing', async () => {
    await using app = await startConfigured()
    const { desktop, plex, sample } = app
    const [scene] = sample.scenes
    await desktop.until((running) => running, 'announced')
    plex.faults.add({ method: 'PUT', fault: { kind: 'delay', ms: 2_000 } })
    await desktop.ask('clickTray')
    await app.sendHook(scene?.sceneId ?? 0)
    await expect.poll(() => plex.requests.count({ method: 'PUT' }), patient).toBe(1)
    expect(await desktop.ask('appEvent', 'before-quit')).toBe(true)
    // Its window would offer what no longer works.
    await desktop.until((windows) => windows.every(({ url }) => !url.startsWith('plexsync://app/')), 'windows')
    await desktop.until(
      (record) => last(record, 'Tray.setToolTip') === 'PlexSync: Closing: 1 change is still being written',
      'record',
    )
    await desktop.until((windows) => windows.some(({ url }) => url === 'plexsync://notice/closing'), 'windows')
    const page = await desktop.ask('request', 'plexsync://notice/closing')
    expect(Buffer.from(page.body, 'base64').toString()).toContain('http-equiv="refresh"')
    const record = await desktop.until((calls) => named(calls, 'app.exit').length > 0, 'record')
    expect(named(record, 'app.exit')[0]).toEqual(['app.exit', 0])
    const item = plex.library.item(scene?.ratingKeys[0] ?? 0)
    expect(item.text.title).toBe(scene?.expected?.title)
    expect(readFileSync(desktop.folder.file('data', 'logs', 'plexsync.log'), 'utf8')).toContain('completed')
    expect(existsSync(desktop.folder.file('data', 'instance.json'))).toBe(false)
  })

  it('ends in order also when that is asked while it is still being loaded', async () => {
    await using app = await startDesktop({ arguments: ['--hidden'] })
    await app.until((record) => named(record, 'new Tray').length === 1, 'record')
    expect(await app.ask('appEvent', 'before-quit')).toBe(true)
    const record = await app.until((calls) => named(calls, 'app.exit').length > 0, 'record')
    expect(named(record, 'app.exit')[0]).toEqual(['app.exit', 0])
  })

  it('ends in order also when that is asked in the middle of the start', async () => {
    await using app = await startDesktop({ environment: { STAND_IN_QUITS: 'while starting' } })
    const record = await app.until((calls) => named(calls, 'app.exit').length > 0, 'record')
    expect(named(record, 'app.exit')).toEqual([['app.exit', 0]])
    expect(named(record, 'dialog.showErrorBox')).toEqual([])
    expect(existsSync(app.folder.file('data', 'instance.json'))).toBe(false)
  })

  it('ends in order when the system asks for it', async () => {
    await using app = await startConfigured()
    await app.desktop.until((running) => running, 'announced')
    await app.desktop.ask('signal', 'SIGTERM')
    await app.desktop.until((calls) => named(calls, 'app.exit').length > 0, 'record')
  })

  it('does not wait when told so', async () => {
    await using app = await startConfigured()
    const { desktop, plex, sample } = app
    await desktop.until((running) => running, 'announced')
    plex.faults.add({ method: 'PUT', fault: { kind: 'hang' } })
    await app.sendHook(sample.scenes[0]?.sceneId ?? 0)
    await expect.poll(() => plex.requests.count({ method: 'PUT' }), patient).toBe(1)
    await desktop.ask('clickMenu', 'quit')
    await desktop.until((entries) => entries.some(({ id }) => id === 'quit_now'), 'menu')
    await desktop.ask('clickMenu', 'quit_now')
    expect(named(await desktop.ask('record'), 'app.exit')[0]).toEqual(['app.exit', 0])
  })
})

describe('updates', () => {
  it('are looked for only by a package that may replace itself', async () => {
    await using resources = await makeTempFolder()
    await writeFile(resources.file('app-update.yml'), 'provider: generic\nurl: http://127.0.0.1:9/\n')
    const environment = {
      STAND_IN_PACKAGED: '1',
      STAND_IN_RESOURCES: resources.path,
      PLEXSYNC_DEBUG_LOGGING: 'true',
    }
    const log = async (more: Record<string, string>): Promise<string> => {
      await using app = await startDesktop({ environment: { ...environment, ...more } })
      await app.until((running) => running, 'announced')
      const about = async (): Promise<string> => {
        const { lines } = await call(app, 'listLogs', { level: 'debug' })
        return lines.map(({ line }) => line).find((line) => /[Uu]pdates|Not handled/.test(line)) ?? ''
      }
      await expect.poll(about, patient).not.toBe('')
      return await about()
    }
    expect(await log({})).toMatch(/No updates: the package manager/)
    // Here the updater is made, from the bundle, and finds everything that it needs.
    expect(await log({ APPIMAGE: '/opt/PlexSync.AppImage' })).toMatch(/Checking for updates/)
    await writeFile(resources.file('package-type'), 'deb')
    expect(await log({ APPIMAGE: '/opt/PlexSync.AppImage' })).toMatch(/No updates: the deb package/)
  })
})

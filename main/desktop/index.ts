/**
 * The desktop app's first file. What must happen before Electron is ready happens here, in this order; then the tray, and only
 * then the rest of the app is loaded. So nothing may be imported here that brings the engine or its schemas with it.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { app, dialog, protocol } from 'electron'
import { textOf } from '../../shared/result.ts'
import { dataFolderOf } from '../host/data-folder.ts'
import { limitHeapGrowth } from '../host/heap-limits.ts'
import { setApplicationMenu } from './application-menu.ts'
import type { DesktopApp } from './desktop-app.ts'
import { DesktopSettings } from './desktop-settings.ts'
import { schemePrivileges } from './scheme.ts'
import { readStartOptions } from './start-options.ts'
import { AppTray } from './tray.ts'
import { TrayHost } from './tray-host.ts'

limitHeapGrowth()
const options = readStartOptions(process.argv.slice(1))
const dataFolder = dataFolderOf(options.dataFolder, process.env)
// Electron's files are in the data folder: then "one app at a time" means one per data folder.
app.setPath('userData', join(dataFolder, 'electron'))
// Also from a checkout, where Electron would take the name of package.json.
app.setName('PlexSync')
app.setAppUserModelId('org.plexsync.PlexSync')
app.enableSandbox()
protocol.registerSchemesAsPrivileged([schemePrivileges])

/** Loading holds up this thread, which is also the one that hands the icon to the system, in a few round trips. */
const handOverMs = 100

/** What is asked of the app while it is still being loaded is done when it is there. */
const loaded = Promise.withResolvers<DesktopApp>()

// A second start makes the first one show its window.
if (app.requestSingleInstanceLock()) app.whenReady().then(run).catch(exitOnFatalError)
else app.exit(0)

async function run(): Promise<void> {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
  const settings = new DesktopSettings(options.dataFolder === undefined ? null : dataFolder)
  const icons = join(import.meta.dirname, 'icons')
  const tray = new AppTray({
    icons,
    platform: process.platform,
    now: () => performance.now(),
    texts: settings.texts,
    onAction: (action) => void loaded.promise.then((desktop) => desktop.act(action)),
    onCause: (view) => void loaded.promise.then((desktop) => desktop.show(view)),
  })
  performance.mark('tray')
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => void loaded.promise.then((desktop) => desktop.quit()))
  app.on('second-instance', () => void loaded.promise.then((desktop) => desktop.show()))
  app.on('before-quit', quitWhenLoaded)
  setApplicationMenu()
  const trayHost = new TrayHost(process.platform)
  await Promise.all([trayHost.find(), setTimeout(handOverMs)])
  const { openDesktopApp } = await import('./open-desktop-app.ts')
  const desktop = await openDesktopApp(
    { dataFolder, icons, hidden: options.hidden, settings, tray, trayHost },
    exitOnFatalError,
  )
  loaded.resolve(desktop)
  app.off('before-quit', quitWhenLoaded)
  await desktop.start()
}

/** From then on the app itself listens. Ending while it is being loaded would leave what it has just opened. */
function quitWhenLoaded(event: Electron.Event): void {
  event.preventDefault()
  void loaded.promise.then((desktop) => desktop.quit())
}

/** Nothing is left to show it with but the system's own box. What was acknowledged is on disk. */
function exitOnFatalError(error: unknown): void {
  dialog.showErrorBox('PlexSync', textOf(error))
  app.exit(1)
}

/** The desktop app's first file. What must happen before Electron is ready happens here, in this order. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { app, dialog, protocol } from 'electron'
import { textOf } from '../../shared/result.ts'
import { dataFolderOf } from '../host/data-folder.ts'
import { limitHeapGrowth } from '../host/heap-limits.ts'
import { setApplicationMenu } from './application-menu.ts'
import { DesktopApp } from './desktop-app.ts'
import { openDesktopLog } from './engine-host.ts'
import { schemePrivileges } from './scheme.ts'
import { readStartOptions } from './start-options.ts'

const options = readStartOptions(process.argv.slice(1))
const dataFolder = dataFolderOf(options.dataFolder, process.env)
// Electron's own files lie in the data folder: then "one app at a time" means one per data folder.
app.setPath('userData', join(dataFolder, 'electron'))
// Also from a checkout, where Electron would take the name of package.json.
app.setName('PlexSync')
app.setAppUserModelId('org.plexsync.PlexSync')
app.enableSandbox()
limitHeapGrowth()
protocol.registerSchemesAsPrivileged([schemePrivileges])

// The first one hears of it and shows its window.
if (app.requestSingleInstanceLock()) app.whenReady().then(run).catch(fallOver)
else app.exit(0)

async function run(): Promise<void> {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
  const log = await openDesktopLog(dataFolder, app.isPackaged)
  process.on('uncaughtException', (error) => {
    log.log('error', '', `Fatal error: ${textOf(error)}`, { error })
    log.flush()
    fallOver(error)
  })
  process.on('unhandledRejection', (error) => log.log('error', '', `Not handled: ${textOf(error)}`, { error }))
  setApplicationMenu()
  const desktop = new DesktopApp({
    dataFolder,
    isOtherFolder: options.dataFolder !== undefined,
    icons: join(import.meta.dirname, 'icons'),
    hidden: options.hidden,
    log,
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void desktop.quit())
  await desktop.start()
}

/** Nothing is left to show it with but the system's own box. What was acknowledged is on disk. */
function fallOver(error: unknown): void {
  dialog.showErrorBox('PlexSync', textOf(error))
  app.exit(1)
}

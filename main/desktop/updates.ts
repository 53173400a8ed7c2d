/** Updates: looks for one, reports it, and installs it only when asked. */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from 'electron'
import { textOf } from '../../shared/result.ts'
import type { Logger } from '../engine/ports.ts'
import { updateLines } from './desktop-log.ts'
import type { UpdateState } from './tray-menu.ts'
import { noUpdatesBecause } from './update-support.ts'

/** Not immediately: a start at login has better things to do. */
const firstLookMs = 60_000
const lookEveryMs = 24 * 60 * 60_000

export interface UpdateDeps {
  readonly app: Pick<App, 'isPackaged'>
  readonly resources: string
  readonly logger: Logger
  /** A version was found, is being loaded, or (null) did not work out. */
  readonly onChange: (update: UpdateState) => void
  readonly onFound: (version: string) => void
  readonly onFailed: () => void
  /** Ends everything else, so that the installer may take over. */
  readonly prepareToInstall: () => Promise<void>
}

export interface Updates {
  /** Loads what was found, ends the app and starts the new version. */
  install(): Promise<void>
  close(): void
}

/** Begins looking, where this installation may update itself at all. */
export async function followUpdates(deps: UpdateDeps): Promise<Updates> {
  const { logger, resources, onChange, onFound, onFailed, prepareToInstall } = deps
  const reason = noUpdatesBecause({
    isPackaged: deps.app.isPackaged,
    platform: process.platform,
    hasUpdateFile: existsSync(join(resources, 'app-update.yml')),
    packageType: readPackageType(join(resources, 'package-type')),
    appImage: process.env.APPIMAGE,
  })
  if (reason !== null) {
    logger.log(...updateLines.none({ reason }))
    return { install: async () => {}, close: () => {} }
  }
  const { autoUpdater } = (await import('electron-updater')).default
  autoUpdater.autoDownload = false
  autoUpdater.autoInstallOnAppQuit = false
  autoUpdater.logger = null
  let found: string | null = null
  autoUpdater.on('update-available', ({ version }) => {
    if (version === found) return
    found = version
    onChange({ version, percent: null })
    onFound(version)
  })
  autoUpdater.on('download-progress', ({ percent }) => {
    if (found !== null) onChange({ version: found, percent: Math.round(percent) })
  })
  // Without a listener an error would end the process.
  autoUpdater.on('error', (error) => logger.log(...updateLines.failed({ problem: textOf(error) })))
  const look = (): void => void autoUpdater.checkForUpdates().catch(() => null)
  logger.log(...updateLines.daily())
  const first = setTimeout(look, firstLookMs)
  const again = setInterval(look, lookEveryMs)

  return {
    async install() {
      if (found === null) return
      const version = found
      try {
        onChange({ version, percent: 0 })
        await autoUpdater.downloadUpdate()
      } catch (error) {
        logger.log(...updateLines.notLoaded({ version, problem: textOf(error) }))
        onChange({ version, percent: null })
        onFailed()
        return
      }
      await prepareToInstall()
      autoUpdater.quitAndInstall()
    },
    close() {
      clearTimeout(first)
      clearInterval(again)
    },
  }
}

function readPackageType(file: string): string | null {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : null
}

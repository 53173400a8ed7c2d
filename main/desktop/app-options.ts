/** What the app is given by the first file, which shows the tray before the app is loaded. */
import type { AppLog } from '../engine/log/logger.ts'
import type { DesktopSettings } from './desktop-settings.ts'
import type { AppTray } from './tray.ts'
import type { TrayHost } from './tray-host.ts'

export interface AppOptions {
  readonly dataFolder: string
  readonly icons: string
  /** Started at login: nothing opens automatically. */
  readonly hidden: boolean
  readonly settings: DesktopSettings
  /** It is there before anything of this is loaded. */
  readonly tray: AppTray
  /** It has been looked for once. */
  readonly trayHost: TrayHost
  readonly log: AppLog
}

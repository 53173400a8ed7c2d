/** What is loaded once the tray is there: the app with the engine, and the log that both write to. */

import { app } from 'electron'
import { textOf } from '../../shared/result.ts'
import { hostLines } from '../host/host-log.ts'
import type { AppOptions } from './app-options.ts'
import { DesktopApp } from './desktop-app.ts'
import { desktopLines } from './desktop-log.ts'
import { openDesktopLog } from './engine-host.ts'

performance.mark('app loaded')

/** `exitOnFatalError` ends the app after an uncaught error, once it is in the log. */
export async function openDesktopApp(
  options: Omit<AppOptions, 'log'>,
  exitOnFatalError: (error: unknown) => void,
): Promise<DesktopApp> {
  const log = await openDesktopLog(options.dataFolder, app.isPackaged)
  process.on('uncaughtException', (error) => {
    log.log(...hostLines.fatal({ problem: textOf(error) }), { error })
    log.flush()
    exitOnFatalError(error)
  })
  process.on('unhandledRejection', (error) =>
    log.log(...desktopLines.notHandled({ problem: textOf(error) }), { error }),
  )
  return new DesktopApp({ ...options, log })
}

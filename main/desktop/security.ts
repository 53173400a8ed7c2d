/** Deny by default: what any page in this app may do. Electron's security checklist, item by item, has its tests. */

import type { App, Session, WebPreferences } from 'electron'
import type { Logger } from '../engine/ports.ts'
import { windowLines } from './desktop-log.ts'
import { isNoticePage, isWindowPage } from './scheme.ts'

/** For every window. Most are Electron's defaults; they are written down so that a changed default changes nothing. */
export const safePreferences = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
} as const satisfies WebPreferences

/** Writing to the clipboard is what "copy for a bug report" does; reading it is denied like everything else. */
const grantedToWindow: readonly string[] = ['clipboard-sanitized-write']

/** Denies permissions, devices and downloads other than those the window itself makes. */
export function hardenSession(session: Session, logger: Logger): void {
  session.setPermissionRequestHandler((contents, permission, response) =>
    response(grantedToWindow.includes(permission) && isWindowPage(contents.getURL())),
  )
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => grantedToWindow.includes(permission) && isWindowPage(origin),
  )
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}))
  session.on('will-download', (event, item) => {
    // The settings export is a blob that the window made; a page cannot make us fetch anything.
    if (item.getURL().startsWith('blob:plexsync://app/')) return
    logger.log(...windowLines.downloadRefused())
    event.preventDefault()
  })
}

/** No page leaves its scheme, opens a window, or holds another page. */
export function hardenContents(app: Pick<App, 'on'>, logger: Logger): void {
  app.on('web-contents-created', (_created, contents) => {
    const stay = (event: { preventDefault(): void }, url: string): void => {
      const from = contents.getURL()
      const staysInWindow = isWindowPage(url) && (from === '' || isWindowPage(from))
      const staysInNotice = isNoticePage(url) && (from === '' || isNoticePage(from))
      if (staysInWindow || staysInNotice) return
      event.preventDefault()
      logger.log(...windowLines.pageHeldBack())
    }
    contents.on('will-navigate', (event) => stay(event, event.url))
    contents.on('will-redirect', (event) => stay(event, event.url))
    contents.on('will-frame-navigate', (event) => {
      if (!event.isMainFrame) event.preventDefault()
    })
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  })
}

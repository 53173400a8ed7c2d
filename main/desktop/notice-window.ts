/** A small window for a plain page without script and without preload: why it could not start, or what it waits for. */
import { BrowserWindow } from 'electron'
import { actionUrl } from './notice-page.ts'
import { isNoticePage, noticeUrl } from './scheme.ts'
import { safePreferences } from './security.ts'

export class NoticeWindow {
  readonly #icon: string
  #window: BrowserWindow | null = null

  constructor(icon: string) {
    this.#icon = icon
  }

  /** Shows the page at `path`. `onAction` gets the action of a link that is clicked; `onClosed` when it is closed instead. */
  show(path: string, onAction: (action: string) => void, onClosed: () => void = () => {}): void {
    this.close()
    const window = new BrowserWindow({
      width: 560,
      height: 400,
      show: false,
      title: 'PlexSync',
      icon: this.#icon,
      autoHideMenuBar: true,
      maximizable: false,
      fullscreenable: false,
      webPreferences: { ...safePreferences, javascript: false, devTools: false },
    })
    window.webContents.on('will-navigate', (event) => {
      const action = isNoticePage(event.url) ? URL.parse(event.url)?.pathname.replace(/^\/do\//, '') : undefined
      if (action === undefined || event.url !== actionUrl(action)) return
      event.preventDefault()
      onAction(action)
    })
    window.once('ready-to-show', () => window.show())
    // Without its first paint it would never be shown; without its process it would stay blank.
    window.webContents.once('did-finish-load', () => window.show())
    window.webContents.once('render-process-gone', () => window.reload())
    window.on('closed', () => {
      // Closed by the app: it has been replaced, or is not needed any more.
      if (this.#window !== window) return
      this.#window = null
      onClosed()
    })
    this.#window = window
    void window.loadURL(`${noticeUrl}${path}`)
  }

  focus(): boolean {
    this.#window?.show()
    return this.#window !== null
  }

  close(): void {
    const window = this.#window
    this.#window = null
    window?.destroy()
  }
}

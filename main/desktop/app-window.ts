/** The window: made when it is first asked for, hidden when it is closed, made again after a crash. */

import { join } from 'node:path'
import { app, BrowserWindow, type IpcMainInvokeEvent, nativeTheme, screen } from 'electron'
import type { EngineEvent } from '../../shared/contract.ts'
import type { Logger } from '../engine/ports.ts'
import { channels } from './channels.ts'
import { windowLines } from './desktop-log.ts'
import { type DesktopMemory, visibleBounds } from './desktop-memory.ts'
import { isWindowPage, windowUrl } from './scheme.ts'
import { safePreferences } from './security.ts'

const unresponsiveMs = 30_000
/** A hidden window costs a process and its memory; opening it again after this takes a moment. */
const keepHiddenMs = 4 * 60_000
/** This number of crashes within `crashWindowMs` means that loading it again does not help. */
const mostCrashes = 3
const crashWindowMs = 60_000

/** What a close button does: hide into the tray; if there is none, stay in the task list; or really close. */
export type ClosingWay = 'hide' | 'minimize' | 'close'

export interface WindowDeps {
  readonly memory: DesktopMemory
  readonly logger: Logger
  readonly icon: string
  readonly now: () => number
  readonly closingWay: () => ClosingWay
  /** After the user closed the window, and it was hidden or minimised. */
  readonly onClosed: (way: ClosingWay) => void
  /** It crashed too often to be loaded again automatically. */
  readonly onGivenUp: () => void
}

export class AppWindow {
  readonly #deps: WindowDeps
  #window: BrowserWindow | null = null
  #loaded = false
  /** The view of a window that was hidden for long and has been closed since. */
  #lastView: string | undefined
  #endHidden: NodeJS.Timeout | undefined
  #crashes: number[] = []

  constructor(deps: WindowDeps) {
    this.#deps = deps
  }

  /** Brings the window to the front, at a view such as `/needs-you` if one is given. */
  show(view?: string): void {
    clearTimeout(this.#endHidden)
    const window = this.#window
    if (window === null) {
      this.#window = this.#create(view ?? this.#lastView)
      return
    }
    if (!this.#loaded) void window.loadURL(addressOf(view))
    else if (view !== undefined) window.webContents.send(channels.view, view)
    if (window.isMinimized()) window.restore()
    void app.dock?.show()
    window.show()
    window.focus()
  }

  /** Sends an event of the engine. A hidden window gets none, and reads everything again when it is shown. */
  send(event: EngineEvent): void {
    if (this.#window?.isVisible() && this.#loaded) this.#window.webContents.send(channels.event, event)
  }

  /** Whether a message comes from the top frame of this window, and that shows our own page. */
  isSender({ sender, senderFrame }: Pick<IpcMainInvokeEvent, 'sender' | 'senderFrame'>): boolean {
    const contents = this.#window?.webContents
    return (
      contents !== undefined &&
      sender === contents &&
      senderFrame !== null &&
      senderFrame === contents.mainFrame &&
      isWindowPage(senderFrame.url)
    )
  }

  close(): void {
    this.#window?.destroy()
  }

  #create(view: string | undefined): BrowserWindow {
    const { memory, icon } = this.#deps
    const screens = screen.getAllDisplays().map(({ workArea }) => workArea)
    const window = new BrowserWindow({
      width: 1180,
      height: 780,
      minWidth: 720,
      minHeight: 480,
      ...(visibleBounds(memory.content.bounds, screens) ?? {}),
      show: false,
      title: 'PlexSync',
      icon,
      autoHideMenuBar: true,
      // The window's own ground, so that it does not flash before its first paint.
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#14181a' : '#f3f4f4',
      webPreferences: {
        ...safePreferences,
        preload: join(import.meta.dirname, 'preload.cjs'),
        devTools: !app.isPackaged,
      },
    })
    if (memory.content.maximized) window.maximize()
    window.once('ready-to-show', () => {
      void app.dock?.show()
      window.show()
    })
    window.on('show', () => this.#readAgain())
    window.on('close', (event) => this.#closing(event, window))
    window.on('closed', () => {
      clearTimeout(this.#endHidden)
      this.#window = null
      this.#loaded = false
    })
    this.#watch(window)
    void window.loadURL(addressOf(view))
    return window
  }

  #closing(event: { preventDefault(): void }, window: BrowserWindow): void {
    const { memory, closingWay, onClosed } = this.#deps
    memory.remember({ bounds: roundedBounds(window.getNormalBounds()), maximized: window.isMaximized() })
    const way = closingWay()
    if (way === 'close') return
    event.preventDefault()
    if (way === 'hide') this.#hide(window)
    else window.minimize()
    if (way === 'hide') app.dock?.hide()
    onClosed(way)
  }

  #hide(window: BrowserWindow): void {
    window.hide()
    clearTimeout(this.#endHidden)
    this.#endHidden = setTimeout(() => {
      if (window.isVisible()) return
      const { hash } = new URL(window.webContents.getURL())
      this.#lastView = hash === '' ? undefined : hash.slice(1)
      window.destroy()
    }, keepHiddenMs)
  }

  #watch(window: BrowserWindow): void {
    const { logger, now, onGivenUp } = this.#deps
    const contents = window.webContents
    contents.on('did-finish-load', () => {
      this.#loaded = true
    })
    contents.on('did-fail-load', (_event, code, description, url, isMainFrame) => {
      // -3: replaced by another navigation.
      if (isMainFrame && code !== -3) logger.log(...windowLines.notLoaded({ url, problem: description }))
    })
    contents.on('render-process-gone', (_event, { reason, exitCode }) => {
      if (reason === 'clean-exit') return
      this.#loaded = false
      logger.log(...windowLines.ended({ reason, exitCode }))
      this.#crashes = [...this.#crashes.filter((at) => now() - at < crashWindowMs), now()]
      if (this.#crashes.length < mostCrashes) {
        // The view it had: its address is that of the page that crashed.
        const shown = contents.getURL()
        void window.loadURL(isWindowPage(shown) ? shown : windowUrl)
        return
      }
      this.#crashes = []
      window.destroy()
      onGivenUp()
    })
    let patience: NodeJS.Timeout | undefined
    window.on('unresponsive', () => {
      logger.log(...windowLines.hangs())
      patience = setTimeout(() => contents.forcefullyCrashRenderer(), unresponsiveMs)
    })
    window.on('responsive', () => clearTimeout(patience))
    window.on('closed', () => clearTimeout(patience))
  }

  #readAgain(): void {
    this.send({ name: 'overflow', data: { event: '*' } })
  }
}

function addressOf(view: string | undefined): string {
  return view === undefined ? windowUrl : `${windowUrl}#${view}`
}

/** Fractional scaling makes fractions of points. */
function roundedBounds({ x, y, width, height }: { x: number; y: number; width: number; height: number }) {
  return {
    x: Math.round(x),
    y: Math.round(y),
    width: Math.max(720, Math.round(width)),
    height: Math.max(480, Math.round(height)),
  }
}

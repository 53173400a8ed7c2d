/** The icon in the tray. What it shows is decided in `tray-state.ts` and `tray-menu.ts`; this hands it to the system. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Menu, type MenuItemConstructorOptions, type NativeImage, nativeImage, nativeTheme, Tray } from 'electron'
import type { ActivityState, Status } from '../../shared/contract.ts'
import type { DesktopTexts } from './texts.ts'
import {
  type MenuAction,
  noDetails,
  type TrayDetails,
  type TrayModel,
  trayMenu,
  traySentence,
  type UpdateState,
} from './tray-menu.ts'
import { nextTray, type TrayMemory } from './tray-state.ts'

export interface TrayDeps {
  /** Folder with the icons. */
  readonly icons: string
  readonly platform: NodeJS.Platform
  /** Milliseconds of a clock that does not jump. */
  readonly now: () => number
  readonly texts: () => DesktopTexts
  readonly onAction: (action: Exclude<MenuAction, 'cause'>) => void
  /** The icon, or the sentence in the menu, was clicked: `view` shows the cause of what it says. */
  readonly onCause: (view: string) => void
}

export class AppTray {
  readonly #deps: TrayDeps
  readonly #tray: Tray
  readonly #images = new Map<string, NativeImage>()
  #memory: TrayMemory | null = null
  #status: Status | null = null
  #failed = false
  #closing: number | null = null
  #update: UpdateState = null
  #details: TrayDetails = noDetails
  #timer: NodeJS.Timeout | undefined
  /** What the system has been given: the same again would make a desktop draw again. */
  #given = { image: '', tooltip: '', menu: '' }

  constructor(deps: TrayDeps) {
    this.#deps = deps
    this.#tray = new Tray(this.#image('stopped'))
    this.#given.image = this.#imageName('stopped')
    this.#tray.on('click', () => this.#act('cause'))
    nativeTheme.on('updated', this.#draw)
    this.#draw()
  }

  readonly setStatus = (status: Status): void => {
    this.#status = status
    this.#failed = false
    this.#step()
  }

  /** The engine does not run. */
  setFailed(): void {
    this.#status = null
    this.#memory = null
    this.#failed = true
    this.#draw()
  }

  /** `left` changes are still being written while the app ends. */
  setClosing(left: number): void {
    this.#closing = left
    this.#draw()
  }

  setUpdate(update: UpdateState): void {
    this.#update = update
    this.#draw()
  }

  /** The last changes, and the causes of what needs attention. */
  readonly setDetails = (details: TrayDetails): void => {
    this.#details = details
    this.#draw()
  }

  /** Words again, as after a change of the language. */
  refresh(): void {
    this.#draw()
  }

  close(): void {
    clearTimeout(this.#timer)
    nativeTheme.off('updated', this.#draw)
    this.#tray.destroy()
  }

  #step(): void {
    clearTimeout(this.#timer)
    if (this.#status === null) return
    const { memory, lookAgainMs } = nextTray(this.#memory, this.#status, this.#deps.now())
    this.#memory = memory
    if (lookAgainMs !== null) this.#timer = setTimeout(() => this.#step(), lookAgainMs)
    this.#draw()
  }

  readonly #draw = (): void => {
    // What was asked for before the app ended may be answered after it.
    if (this.#tray.isDestroyed()) return
    const texts = this.#deps.texts()
    const model = this.#model()
    const name = this.#imageName(model.shown)
    if (name !== this.#given.image) this.#tray.setImage(this.#image(model.shown))
    const tooltip = `PlexSync: ${traySentence(model, texts)}`
    if (tooltip !== this.#given.tooltip) this.#tray.setToolTip(tooltip)
    const entries = trayMenu(model, texts)
    const menu = JSON.stringify(entries)
    if (menu !== this.#given.menu) this.#tray.setContextMenu(this.#menu(entries))
    this.#given = { image: name, tooltip, menu }
  }

  #model(): TrayModel {
    return {
      shown: this.#closing === null ? (this.#memory?.shown ?? 'stopped') : 'stopped',
      summary: this.#memory?.summary ?? null,
      status: this.#status,
      failed: this.#failed,
      closing: this.#closing,
      update: this.#update,
      details: this.#details,
    }
  }

  #menu(entries: ReturnType<typeof trayMenu>): Menu {
    return Menu.buildFromTemplate(
      entries.map((entry): MenuItemConstructorOptions => {
        if (entry.action === null) return { type: 'separator' }
        // In a label an ampersand marks a key, unless it is doubled.
        const label = entry.label.replaceAll('&', '&&')
        if (entry.action === 'view') return { id: entry.view, label, click: () => this.#deps.onCause(entry.view) }
        return { id: entry.action, label, enabled: entry.enabled, click: () => this.#act(entry.action) }
      }),
    )
  }

  #act(action: MenuAction): void {
    if (action !== 'cause') this.#deps.onAction(action)
    else this.#deps.onCause(this.#memory?.summary.view ?? '/overview')
  }

  #imageName(state: ActivityState): string {
    if (this.#deps.platform === 'darwin') return `${state}-Template`
    // Panels of Linux are dark far more often than the windows on them.
    const dark = this.#deps.platform === 'linux' || nativeTheme.shouldUseDarkColorsForSystemIntegratedUI
    return `${state}-${dark ? 'dark' : 'light'}`
  }

  #image(state: ActivityState): NativeImage {
    const name = this.#imageName(state)
    const known = this.#images.get(name)
    if (known !== undefined) return known
    const file = join(this.#deps.icons, 'tray', name)
    // Linux takes one picture and scales it: the larger one. Elsewhere the @2x files beside it are found by their names.
    const image =
      this.#deps.platform === 'linux'
        ? nativeImage.createFromBuffer(readFileSync(`${file}@3x.png`))
        : nativeImage.createFromPath(`${file}.png`)
    if (this.#deps.platform === 'darwin') image.setTemplateImage(true)
    this.#images.set(name, image)
    return image
  }
}

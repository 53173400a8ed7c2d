/**
 * A stand-in for Electron's main process, for tests where no runtime can be had. It records what is asked of it and lets
 * a test raise events; it holds no logic, so that nothing is proven here that only Electron can prove. Typed
 * from electron.d.ts: a name that changes there does not compile here.
 */
import { EventEmitter } from 'node:events'
import type * as Electron from 'electron'

/** Everything that was asked, in order: `['Tray.setToolTip', 'PlexSync: …']`. */
export const record: [name: string, ...args: unknown[]][] = []

function recorded<A extends unknown[]>(name: string): (...args: A) => void {
  return (...args) => void record.push([name, ...args])
}

/** What a test may ask of the objects that the app made. */
export const made = {
  windows: [] as BrowserWindow[],
  trays: [] as Tray[],
  notifications: [] as Notification[],
  menus: [] as Menu[],
  keyring: Promise.withResolvers<boolean>(),
  ipc: new Map<string, (event: unknown, ...args: unknown[]) => unknown>(),
  schemes: new Map<string, (request: Request) => Promise<Response>>(),
  permissionRequest: null as Parameters<Electron.Session['setPermissionRequestHandler']>[0],
  permissionCheck: null as Parameters<Electron.Session['setPermissionCheckHandler']>[0],
  device: null as Parameters<Electron.Session['setDevicePermissionHandler']>[0],
}

type AppNames =
  | 'isPackaged'
  | 'whenReady'
  | 'getName'
  | 'getPath'
  | 'exit'
  | 'getVersion'
  | 'getAppPath'
  | 'setPath'
  | 'setAppUserModelId'
  | 'enableSandbox'
  | 'requestSingleInstanceLock'
  | 'getPreferredSystemLanguages'
  | 'setLoginItemSettings'
  | 'getLoginItemSettings'

class App extends EventEmitter implements Pick<Electron.App, AppNames> {
  readonly isPackaged = process.env.STAND_IN_PACKAGED !== undefined
  readonly getName = () => 'PlexSync'
  readonly getPath = () => process.env.STAND_IN_DATA_DIR ?? ''
  readonly dock = undefined
  readonly whenReady = async () => {}
  readonly getVersion = () => {
    // A native call may run an event loop, and an event arrives in it.
    if (process.env.STAND_IN_QUITS === 'while starting') this.emit('before-quit', { preventDefault: () => {} })
    return '1.0.0'
  }
  readonly getAppPath = () => process.cwd()
  readonly setPath = recorded('app.setPath')
  readonly setAppUserModelId = recorded('app.setAppUserModelId')
  readonly enableSandbox = recorded('app.enableSandbox')
  readonly setLoginItemSettings = recorded('app.setLoginItemSettings')
  readonly requestSingleInstanceLock = () => process.env.STAND_IN_SECOND === undefined
  readonly getPreferredSystemLanguages = () => ['en-GB']
  readonly getLoginItemSettings = () => ({
    openAtLogin: false,
    wasOpenedAtLogin: false,
    status: 'not-registered' as const,
    executableWillLaunchAtLogin: false,
    launchItems: [],
    openAsHidden: false,
    restoreState: false,
    wasOpenedAsHidden: false,
  })
  readonly setName = recorded('app.setName')
  /** A real exit would take the record with it. */
  readonly exit = recorded('app.exit')
}
export const app = new App()

class WebContents extends EventEmitter {
  url = ''
  windowOpenHandler: Parameters<Electron.WebContents['setWindowOpenHandler']>[0] | null = null
  readonly mainFrame = {}
  readonly send = recorded('webContents.send')
  readonly forcefullyCrashRenderer = recorded('webContents.forcefullyCrashRenderer')
  readonly getURL = () => this.url
  readonly setWindowOpenHandler: Electron.WebContents['setWindowOpenHandler'] = (handler) => {
    this.windowOpenHandler = handler
  }
}

type WindowNames =
  | 'loadURL'
  | 'show'
  | 'focus'
  | 'hide'
  | 'minimize'
  | 'maximize'
  | 'restore'
  | 'isVisible'
  | 'isMinimized'
  | 'isMaximized'
  | 'getNormalBounds'
  | 'destroy'

export class BrowserWindow extends EventEmitter implements Pick<Electron.BrowserWindow, WindowNames> {
  readonly webContents = new WebContents()
  readonly options: Electron.BrowserWindowConstructorOptions
  visible = false

  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super()
    this.options = options
    made.windows.push(this)
    record.push(['new BrowserWindow', options])
    app.emit('web-contents-created', {}, this.webContents)
  }

  readonly loadURL = async (url: string) => {
    this.webContents.url = url
    record.push(['BrowserWindow.loadURL', url])
  }
  readonly show = () => {
    this.visible = true
    record.push(['BrowserWindow.show'])
    this.emit('show')
  }
  readonly hide = () => {
    this.visible = false
    record.push(['BrowserWindow.hide'])
  }
  readonly destroy = () => {
    made.windows.splice(made.windows.indexOf(this), 1)
    record.push(['BrowserWindow.destroy'])
    this.emit('closed')
  }
  readonly focus = recorded('BrowserWindow.focus')
  readonly reload = recorded('BrowserWindow.reload')
  readonly minimize = recorded('BrowserWindow.minimize')
  readonly maximize = recorded('BrowserWindow.maximize')
  readonly restore = recorded('BrowserWindow.restore')
  readonly isVisible = () => this.visible
  readonly isMinimized = () => false
  readonly isMaximized = () => false
  readonly getNormalBounds = () => ({ x: 10, y: 20, width: 900, height: 600 })
}

export class Tray extends EventEmitter {
  constructor(image: unknown) {
    super()
    made.trays.push(this)
    record.push(['new Tray', image])
  }
  #isDestroyed = false
  readonly isDestroyed = () => this.#isDestroyed
  readonly setImage = (image: unknown) => this.#asked('setImage', image)
  readonly setToolTip = (text: string) => this.#asked('setToolTip', text)
  readonly setContextMenu = (menu: Menu) => this.#asked('setContextMenu', menu.labels)
  readonly destroy = () => {
    record.push(['Tray.destroy'])
    this.#isDestroyed = true
  }

  #asked(name: string, value: unknown): void {
    if (this.#isDestroyed) throw new TypeError('Tray is destroyed')
    record.push([`Tray.${name}`, value])
  }
}

export class Menu {
  readonly items: Electron.MenuItemConstructorOptions[]
  constructor(items: Electron.MenuItemConstructorOptions[]) {
    this.items = items
    made.menus.push(this)
  }
  get labels(): string[] {
    return this.items.map(({ label }) => label ?? '')
  }
  static readonly buildFromTemplate = (template: Electron.MenuItemConstructorOptions[]) => new Menu(template)
  static readonly setApplicationMenu = recorded('Menu.setApplicationMenu')
}

export class Notification extends EventEmitter {
  readonly options: Electron.NotificationConstructorOptions
  constructor(options: Electron.NotificationConstructorOptions) {
    super()
    this.options = options
    made.notifications.push(this)
  }
  static readonly isSupported = () => true
  readonly show = () => void record.push(['Notification.show', this.options.title, this.options.body])
}

export const ipcMain = {
  handle: (channel: string, handler: (event: unknown, ...args: unknown[]) => unknown) => {
    made.ipc.set(channel, handler)
  },
  removeHandler: (channel: string) => void made.ipc.delete(channel),
}

export const protocol = {
  registerSchemesAsPrivileged: recorded<Parameters<Electron.Protocol['registerSchemesAsPrivileged']>>(
    'protocol.registerSchemesAsPrivileged',
  ),
  handle: (scheme: string, handler: (request: Request) => Promise<Response>) => void made.schemes.set(scheme, handler),
}

const defaultSession = Object.assign(new EventEmitter(), {
  setPermissionRequestHandler: ((handler) => {
    made.permissionRequest = handler
  }) as Electron.Session['setPermissionRequestHandler'],
  setPermissionCheckHandler: ((handler) => {
    made.permissionCheck = handler
  }) as Electron.Session['setPermissionCheckHandler'],
  setDevicePermissionHandler: ((handler) => {
    made.device = handler
  }) as Electron.Session['setDevicePermissionHandler'],
  setDisplayMediaRequestHandler: recorded('session.setDisplayMediaRequestHandler'),
})
export const session = { defaultSession }

export const nativeImage = {
  createFromBuffer: (bytes: Buffer) => ({ bytes: bytes.length, setTemplateImage: recorded('setTemplateImage') }),
  createFromPath: (path: string) => ({ path, setTemplateImage: recorded('setTemplateImage') }),
}

export const nativeTheme = Object.assign(new EventEmitter(), {
  themeSource: 'system',
  shouldUseDarkColors: false,
  shouldUseDarkColorsForSystemIntegratedUI: false,
})

export const safeStorage: Pick<
  Electron.SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
> = {
  /** A keyring that asks answers when its password was typed. */
  isAsyncEncryptionAvailable: () =>
    process.env.STAND_IN_KEYRING === 'asks' ? made.keyring.promise : Promise.resolve(true),
  encryptStringAsync: async (text) => Buffer.from(text, 'utf8').reverse(),
  decryptStringAsync: async (sealed) => ({
    result: Buffer.from(sealed).reverse().toString('utf8'),
    shouldReEncrypt: false,
  }),
  getSelectedStorageBackend: () => (process.env.STAND_IN_KEYRING === 'none' ? 'basic_text' : 'gnome_libsecret'),
}

/** No tests of posters run here: a process that ends is enough. */
export const utilityProcess = {
  fork: () => Object.assign(new EventEmitter(), { postMessage: () => {}, kill: () => true }),
}
export const powerMonitor = new EventEmitter()
export const screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] }
export const shell = {
  openExternal: async (url: string) => void record.push(['shell.openExternal', url]),
  openPath: async (path: string) => void record.push(['shell.openPath', path]),
}
export const dialog = { showErrorBox: recorded('dialog.showErrorBox') }

/** What a test can do to the app in the child process: raise what Electron would raise, ask what it was asked. */
import { existsSync, readFileSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { join } from 'node:path'
import { app, made, nativeTheme, powerMonitor, record, session } from './electron.ts'
import { runOutLongTimers } from './long-timers.ts'

/** An event of which a test can see whether it was prevented. */
function preventable(given: object = {}) {
  const event = {
    ...given,
    defaultPrevented: false,
    preventDefault() {
      event.defaultPrevented = true
    },
  }
  return event
}

function window(index = -1) {
  const found = made.windows.at(index)
  if (found === undefined) throw new Error('there is no window')
  return found
}

/** Who sends an IPC message: the page of the window, another page in it, a frame below it, or another window. */
export type Sender = 'window' | 'other_page' | 'subframe' | 'other_window' | 'gone'

function senderOf(sender: Sender) {
  const contents = made.windows.at(-1)?.webContents
  const frame = Object.assign(contents?.mainFrame ?? {}, { url: 'plexsync://app/' })
  switch (sender) {
    case 'window':
      return { sender: contents, senderFrame: frame }
    case 'other_page':
      return { sender: contents, senderFrame: Object.assign(frame, { url: 'https://evil.example/' }) }
    case 'subframe':
      return { sender: contents, senderFrame: { url: 'plexsync://app/' } }
    case 'other_window':
      return { sender: {}, senderFrame: frame }
    case 'gone':
      return { sender: contents, senderFrame: null }
  }
}

export const commands = {
  /** Tests kill the app, and only a process that ends would keep what it has compiled for the next one. */
  keepCompiled: () => flushCompileCache(),
  record: () => JSON.parse(JSON.stringify(record)) as typeof record,
  windows: () => made.windows.map(({ options, visible, webContents }) => ({ options, visible, url: webContents.url })),
  notifications: () =>
    made.notifications.map(({ options: { title, body, icon } }) => ({ title, body, icon: String(icon) })),
  theme: () => nativeTheme.themeSource,
  /** Whether the app has announced to the command line how to reach it. */
  announced: () => {
    const file = join(process.env.STAND_IN_DATA_DIR ?? '', 'instance.json')
    return existsSync(file) && readFileSync(file, 'utf8').includes('"apiUrl":"http')
  },

  appEvent: (name: string) => {
    const event = preventable()
    app.emit(name, event)
    return event.defaultPrevented
  },
  windowEvent: (name: string) => {
    const event = preventable()
    window().emit(name, event)
    return event.defaultPrevented
  },
  contentsEvent: (name: string, ...args: unknown[]) => {
    const event = preventable(typeof args[0] === 'object' && args[0] !== null ? args[0] : {})
    window().webContents.emit(name, event, ...args)
    return event.defaultPrevented
  },
  runOutLongTimers,
  unlockKeyring: () => made.keyring.resolve(true),
  power: (name: string) => void powerMonitor.emit(name),
  signal: (name: 'SIGTERM') => void process.emit(name),
  clickTray: () => void made.trays.at(-1)?.emit('click'),
  clickNotification: () => void made.notifications.at(-1)?.emit('click'),

  menu: () => made.menus.at(-1)?.items.map(({ id, label, enabled }) => ({ id, label, enabled })) ?? [],
  clickMenu: (id: string) => {
    const item = made.menus.at(-1)?.items.find((candidate) => candidate.id === id)
    if (item?.click === undefined || item.enabled === false) throw new Error(`there is no ${id} to click`)
    // The app's own entries use none of Electron's arguments.
    Reflect.apply(item.click, undefined, [])
  },

  ipcChannels: () => [...made.ipc.keys()],
  ipc: async (sender: Sender, channel: string, ...args: unknown[]) => {
    const handler = made.ipc.get(channel)
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`)
    return handler(senderOf(sender), ...args)
  },

  request: async (url: string, method = 'GET') => {
    const handler = made.schemes.get('plexsync')
    if (handler === undefined) throw new Error('the scheme is not handled')
    const response = await handler(new Request(url, { method }))
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()).toString('base64'),
    }
  },

  permissionRequest: (permission: string, url: string) =>
    new Promise<boolean>((resolve) => {
      const handler: unknown = made.permissionRequest
      if (typeof handler === 'function') handler({ getURL: () => url }, permission, resolve)
    }),
  permissionCheck: (permission: string, origin: string): unknown => {
    const handler: unknown = made.permissionCheck
    return typeof handler === 'function' && handler(null, permission, origin)
  },
  device: (): unknown => {
    const handler: unknown = made.device
    return typeof handler === 'function' && handler({})
  },
  download: (url: string) => {
    const event = preventable()
    session.defaultSession.emit('will-download', event, { getURL: () => url })
    return event.defaultPrevented
  },
  windowOpen: (url: string): unknown => {
    const handler: unknown = window().webContents.windowOpenHandler
    return typeof handler === 'function' && handler({ url })
  },
}
export type Commands = typeof commands

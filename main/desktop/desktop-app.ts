/** The life of the app: it starts into the tray, continues when its window is closed, and ends when its work is on disk. */
import { join } from 'node:path'
import { app, ipcMain, powerMonitor, protocol, safeStorage, session } from 'electron'
import type { EngineEvent, Status } from '../../shared/contract.ts'
import type { Fault } from '../../shared/result.ts'
import type { AppOptions } from './app-options.ts'
import { AppWindow, type ClosingWay } from './app-window.ts'
import { closeInOrder, drainMs, shutdownMs } from './closing.ts'
import { desktopLines } from './desktop-log.ts'
import { DesktopMemory } from './desktop-memory.ts'
import type { DesktopSettings } from './desktop-settings.ts'
import { EngineHost } from './engine-host.ts'
import { serveIpc } from './ipc.ts'
import { DesktopNotifications } from './notifications.ts'
import { openExternal } from './open-external.ts'
import { PlainPages } from './plain-pages.ts'
import { followPower } from './power.ts'
import { createSchemeHandler } from './scheme.ts'
import { hardenContents, hardenSession } from './security.ts'
import { notifyStillHere } from './still-here.ts'
import type { AppTray } from './tray.ts'
import { runTrayAction } from './tray-actions.ts'
import { TrayDetailsReader } from './tray-details.ts'
import type { TrayHost } from './tray-host.ts'
import type { MenuAction } from './tray-menu.ts'
import { followUpdates, type Updates } from './updates.ts'

export class DesktopApp {
  readonly #options: AppOptions
  readonly #memory: DesktopMemory
  readonly #settings: DesktopSettings
  readonly #pages: PlainPages
  readonly #notifications: DesktopNotifications
  readonly #window: AppWindow
  readonly #tray: AppTray
  readonly #trayHost: TrayHost
  #host: EngineHost | null = null
  #fault: Fault | null = null
  /** Ends with the app: nothing that was asked for outlives it. */
  readonly #life = new AbortController()
  #details: TrayDetailsReader | null = null
  #updates: Updates | null = null
  #ends: (() => void)[] = []
  #closing: Promise<void> | null = null
  #closed = false
  /** Settles when the engine has started or failed to; an end of the app before that waits for it. */
  readonly #firstBoot = Promise.withResolvers<void>()
  #booting = this.#firstBoot.promise
  /** The window was asked for before there was an engine to answer it. */
  #wanted: { readonly view: string | undefined } | null = null

  constructor(options: AppOptions) {
    const { dataFolder, icons, log } = options
    const icon = join(icons, 'app', '256x256.png')
    this.#options = options
    this.#memory = new DesktopMemory(join(dataFolder, 'desktop.json'), log)
    this.#settings = options.settings
    this.#tray = options.tray
    this.#trayHost = options.trayHost
    this.#pages = new PlainPages(this.#settings, join(dataFolder, 'logs'), icon)
    const { texts } = this.#settings
    this.#notifications = new DesktopNotifications({
      icon: join(icons, 'app', '64x64.png'),
      texts,
      logger: log,
      open: (view) => this.show(view),
    })

    hardenSession(session.defaultSession, log)
    hardenContents(app, log)
    protocol.handle(
      'plexsync',
      createSchemeHandler(
        this.#pages.page,
        async (name, signal) => (await this.#host?.engine.picture(name, signal)) ?? null,
      ),
    )

    this.#window = new AppWindow({
      memory: this.#memory,
      logger: log,
      icon,
      now: () => performance.now(),
      closingWay: () => this.#closingWay(),
      onClosed: (way) => notifyStillHere(way, this.#memory, this.#notifications, texts()),
      onGivenUp: () => this.#pages.showCrash({ ...this.#pageActions, retry: () => this.show() }),
    })
    app.on('activate', () => this.show())
    // The tray is the app; without this listener Electron ends it with its last window.
    app.on('window-all-closed', () => {})
    app.on('before-quit', (event) => {
      if (this.#closed) return
      event.preventDefault()
      void this.quit()
    })
  }

  /** Runs the engine, and opens the window where there is something to do in it or no tray to open it from. */
  async start(): Promise<void> {
    await this.#boot().finally(this.#firstBoot.resolve)
    if (this.#closing !== null) return
    const { hidden } = this.#options
    // At login the panel may start after this app.
    if (this.#trayHost.found || (hidden && (await this.#trayHost.await()))) {
      if (!hidden && this.#fault === null && (await this.#needsSetup())) this.show('/setup')
    } else if (this.#fault === null) this.show()
  }

  /** Shows the window, at a view if one is given; or, where the engine does not run, why. */
  show(view?: string): void {
    if (this.#closing !== null) this.#pages.focus()
    else if (this.#fault !== null) this.#showFault(this.#fault)
    else if (this.#host === null) this.#wanted = { view }
    else {
      // The notice of the crash goes once the window is open again.
      this.#pages.close()
      this.#window.show(view)
    }
  }

  /** Carries out an entry of the tray's menu. */
  act(action: Exclude<MenuAction, 'cause'>): void {
    void runTrayAction(action, this.#trayActions, this.#life.signal)
  }

  /** Ends in order: no new work, what is in flight is finished, everything is on disk. */
  async quit(limitMs = drainMs): Promise<void> {
    try {
      await this.#close(limitMs)
    } finally {
      app.exit(0)
    }
  }

  async #boot(): Promise<void> {
    const { dataFolder, log } = this.#options
    if (this.#host === null) {
      const host = await EngineHost.open({
        dataFolder,
        version: app.getVersion(),
        log,
        notifier: this.#notifications,
        secrets: { keychain: safeStorage, platform: process.platform, texts: this.#settings.texts().secrets },
      })
      if (!host.ok) return this.#failed(host.fault)
      this.#host = host.value
      this.#wire(host.value)
    }
    const started = await this.#host.start()
    if (!started.ok) return this.#failed(started.fault)
    performance.mark('engine started')
    this.#fault = null
    const status = await this.#host.engine.invoke('getStatus', {}, this.#life.signal)
    if (status.ok) this.#showStatus(status.value)
  }

  #wire(host: EngineHost): void {
    const { log } = this.#options
    const { engine } = host
    this.#settings.apply(engine.settings(), log)
    this.#tray.refresh()
    this.#details = new TrayDetailsReader(engine.invoke, this.#tray.setDetails, this.#life.signal)
    this.#ends = [
      host.subscribe((event) => this.#follow(event, host)),
      serveIpc({
        ipcMain,
        isOurs: (event) => this.#window.isSender(event),
        invoke: engine.invoke,
        signal: this.#life.signal,
        openExternal: (url) => openExternal(url, engine.settings(), log),
        logger: log,
      }),
      followPower({
        powerMonitor,
        invoke: engine.invoke,
        signal: this.#life.signal,
        logger: log,
        onShutdown: () => void this.quit(shutdownMs),
      }),
    ]
    void this.#followUpdates(host)
    if (this.#wanted !== null) this.show(this.#wanted.view)
    this.#wanted = null
  }

  #showStatus(status: Status): void {
    this.#tray.setStatus(status)
    void this.#details?.follow(status)
  }

  #follow(event: EngineEvent, host: EngineHost): void {
    // If the engine could not start, the tray says so, whatever its status is.
    if (event.name === 'status' && this.#fault === null) this.#showStatus(event.data)
    if (event.name === 'settings') {
      this.#settings.apply(host.engine.settings(), this.#options.log)
      this.#tray.refresh()
    }
    this.#window.send(event)
  }

  async #followUpdates({ engine }: EngineHost): Promise<void> {
    const { log } = this.#options
    const notify = (message: { title: string; body: string }): void => {
      if (engine.settings().notifications) this.#notifications.show({ ...message, view: '/health' })
    }
    this.#updates = await followUpdates({
      app,
      resources: process.resourcesPath,
      logger: log,
      onChange: (update) => this.#tray.setUpdate(update),
      onFound: (version) => notify(this.#settings.texts().notice.update(version)),
      onFailed: () => notify(this.#settings.texts().notice.updateFailed),
      prepareToInstall: () => this.#close(drainMs),
    })
  }

  #failed(fault: Fault): void {
    this.#fault = fault
    this.#options.log.log(...desktopLines.notStarted({ problem: fault.message }))
    this.#tray.setFailed()
    this.#showFault(fault)
  }

  #showFault(fault: Fault): void {
    if (this.#pages.focus()) return
    const configure = (): void => this.#window.show('/settings')
    this.#pages.showFailure(fault, { ...this.#pageActions, settings: this.#host === null ? null : configure })
  }

  readonly #pageActions = {
    retry: () => {
      this.#booting = this.#boot()
      void this.#booting.then(() => this.show())
    },
    settings: null,
    quit: () => void this.quit(),
    // Without a tray there would be no way left to reach the app.
    onClosed: () => void (this.#trayHost.found || this.quit()),
  }

  get #trayActions() {
    return {
      engine: () => this.#host?.engine ?? null,
      notifications: this.#notifications,
      texts: this.#settings.texts,
      open: (view?: string) => this.show(view),
      installUpdate: () => void this.#updates?.install(),
      quit: () => void this.quit(),
      quitNow: () => app.exit(0),
    }
  }

  async #needsSetup(): Promise<boolean> {
    const status = await this.#host?.engine.invoke('getStatus', {}, this.#life.signal)
    return status?.ok === true && !status.value.setup_finished
  }

  #closingWay(): ClosingWay {
    if (this.#closing !== null) return 'close'
    return this.#trayHost.found ? 'hide' : 'minimize'
  }

  #close(limitMs: number): Promise<void> {
    this.#closing ??= this.#drain(limitMs).finally(() => {
      this.#closed = true
    })
    return this.#closing
  }

  async #drain(limitMs: number): Promise<void> {
    // An engine that is still opening is closed in order too.
    await this.#booting.catch(() => null)
    this.#updates?.close()
    const host = this.#host
    await closeInOrder({
      limitMs,
      inFlight: async () => {
        const status = await host?.engine.invoke('getStatus', {}, AbortSignal.timeout(limitMs))
        return status?.ok === true ? status.value.queue.in_progress : 0
      },
      // Nothing in the window works any more from here on.
      begin: () => {
        this.#life.abort()
        this.#window.close()
        for (const end of this.#ends) end()
      },
      show: (left) => {
        this.#tray.setClosing(left)
        this.#pages.setClosing(left)
      },
      showPage: () => this.#pages.showClosing(() => app.exit(0)),
      drain: async (ms) => host?.close(ms),
    }).finally(() => {
      this.#trayHost.close()
      this.#pages.close()
      this.#tray.close()
      this.#options.log.close()
    })
  }
}

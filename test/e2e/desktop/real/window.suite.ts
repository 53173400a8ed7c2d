/** The window on the real runtime: what a page may do, and what becomes of it. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { patient, RealApp } from './real-app.ts'
import { hasRuntime, hasTrayHost, root } from './runtime.ts'

describe.skipIf(!hasRuntime)('the window', { timeout: 120_000 }, () => {
  it('opens the setup, sandboxed and isolated, on its own scheme', async () => {
    await using app = await RealApp.start()
    const page = await app.window()
    expect(page.url()).toMatch(/^plexsync:\/\/app\/#\/setup(\?|$)/)
    const seen = await page.evaluate(async () => ({
      origin: window.origin,
      secure: window.isSecureContext,
      node: [typeof Reflect.get(window, 'require'), typeof Reflect.get(window, 'process')],
      verbs: Object.keys(Reflect.get(window, 'plexsync')),
      fetched: await fetch('https://example.com/').then(
        () => true,
        () => false,
      ),
      camera: await navigator.permissions.query({ name: 'camera' }).then(({ state }) => state),
    }))
    expect(seen).toEqual({
      origin: 'plexsync://app',
      secure: true,
      node: ['undefined', 'undefined'],
      verbs: ['invoke', 'subscribe', 'openExternal'],
      fetched: false,
      camera: 'denied',
    })
    const preferences = await app.electron.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents
      // Not in the types, but the only way to see what Chromium was given.
      return (contents as unknown as { getLastWebPreferences(): Record<string, unknown> }).getLastWebPreferences()
    })
    expect(preferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
    })
  })

  it('runs its renderer in a sandbox of the system', async () => {
    await using app = await RealApp.start()
    await app.window()
    const sandboxed = await app.electron.evaluate(({ app: running }) =>
      running.getAppMetrics().flatMap(({ type, sandboxed: is }) => (type === 'Tab' ? [is] : [])),
    )
    // Only macOS and Windows report it; on Linux the process itself does.
    if (process.platform === 'linux') {
      const pid = await app.electron.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId(),
      )
      const { readFileSync } = await import('node:fs')
      expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^Seccomp:\s+2$/m)
    } else expect(sandboxed).toEqual([true])
  })

  it('answers calls with values that survive the structured clone, and refuses what is no call', async () => {
    await using app = await RealApp.start()
    const page = await app.window()
    const call = (name: unknown, request: unknown = {}): Promise<unknown> =>
      page.evaluate(([called, given]) => Reflect.get(window, 'plexsync').invoke(called, given), [
        name,
        request,
      ] as const)
    expect(await call('getStatus')).toMatchObject({ ok: true, value: { running: true, state: 'setup' } })
    expect(await call('getAbout')).toMatchObject({ ok: true, value: { host: 'desktop' } })
    for (const name of ['constructor', '__proto__', 'noSuchCall', 7, null])
      expect(await call(name)).toMatchObject({ ok: false, fault: { code: 'invalid_input' } })
    expect(await call('listActivity', { limit: 'many' })).toMatchObject({ ok: false, fault: { code: 'invalid_input' } })
  })

  it('takes no message from a page that is not its own', async () => {
    await using app = await RealApp.start()
    await app.window()
    const answer = await app.electron.evaluate(
      async ({ BrowserWindow }, preload) => {
        const stranger = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } })
        await stranger.loadURL('data:text/html,<p>stranger</p>')
        const got: unknown = await stranger.webContents.executeJavaScript("window.plexsync.invoke('getStatus', {})")
        stranger.destroy()
        return got
      },
      join(root, 'out', 'desktop', 'preload.cjs'),
    )
    expect(answer).toMatchObject({ ok: false, fault: { message: 'Refused' } })
  })

  it('stays on its page, opens no window, holds no frame and no webview', async () => {
    await using app = await RealApp.start()
    const page = await app.window()
    const opened = await page.evaluate(() => [
      window.open('https://example.com/'),
      window.open('plexsync://app/'),
      window.open('about:blank'),
    ])
    expect(opened).toEqual([null, null, null])
    const held = await page.evaluate(async () => {
      const frame = document.createElement('iframe')
      const settled = new Promise((resolve) => {
        frame.onload = resolve
        frame.onerror = resolve
      })
      frame.src = 'plexsync://app/'
      const view = document.createElement('webview')
      view.setAttribute('src', 'https://example.com/')
      document.body.append(frame, view)
      await settled
      return frame.contentDocument?.body.innerHTML ?? ''
    })
    expect(held).toBe('')
    await page.evaluate(() => {
      location.href = 'https://example.com/'
    })
    const seen = () =>
      app.electron.evaluate(({ webContents, BrowserWindow }) => ({
        contents: webContents.getAllWebContents().length,
        urls: BrowserWindow.getAllWindows().map(({ webContents: one }) => one.getURL()),
      }))
    await expect.poll(seen, patient).toEqual({ contents: 1, urls: [expect.stringMatching(/^plexsync:\/\/app\//)] })
  })

  it('runs no injected script and no eval: its policy is in force', async () => {
    await using app = await RealApp.start()
    const page = await app.window()
    const seen = await page.evaluate(async () => {
      const violations: string[] = []
      document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective))
      const script = document.createElement('script')
      script.textContent = 'window.__injected = true'
      document.head.append(script)
      const image = document.createElement('img')
      const failed = new Promise<boolean>((resolve) => {
        image.onerror = () => resolve(true)
        image.onload = () => resolve(false)
      })
      image.src = 'http://127.0.0.1:9/x.png'
      document.body.append(image)
      await failed
      return { injected: Reflect.get(window, '__injected') === true, violations }
    })
    expect(seen.injected).toBe(false)
    expect(seen.violations).toEqual(expect.arrayContaining(['script-src-elem', 'img-src']))
  })

  it('is denied every permission but writing to the clipboard', async () => {
    await using app = await RealApp.start()
    const page = await app.window()
    const states = await page.evaluate(async () => {
      const names = ['geolocation', 'notifications', 'microphone', 'midi', 'clipboard-read'] as const
      return Promise.all(
        names.map((name) => navigator.permissions.query({ name: name as PermissionName }).then(({ state }) => state)),
      )
    })
    expect(states).toEqual(Array(5).fill('denied'))
  })

  it.skipIf(process.platform === 'linux' && !hasTrayHost)(
    'hides when it is closed, and the app continues',
    async () => {
      await using app = await RealApp.start()
      await app.window()
      await expect.poll(() => app.windows(), patient).toMatchObject([{ visible: true }])
      await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
      await expect.poll(() => app.windows(), patient).toMatchObject([{ visible: false }])
      await app.electron.evaluate(({ app: running }) => void running.emit('second-instance'))
      await expect.poll(() => app.windows(), patient).toMatchObject([{ visible: true }])
    },
  )

  it.skipIf(process.platform !== 'linux' || hasTrayHost)(
    'opens by itself and stays in the task list when closed, where the desktop has no tray',
    async () => {
      await using app = await RealApp.start({ arguments: ['--hidden'] })
      // Patient for half a minute: a panel may come up after the session has started.
      await expect.poll(() => app.windows(), { ...patient, timeout: 60_000 }).toMatchObject([{ visible: true }])
      await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
      await expect.poll(() => app.windows(), patient).toMatchObject([{ minimized: true }])
      await app.electron.evaluate(({ app: running }) => void running.emit('second-instance'))
      await expect.poll(() => app.windows(), patient).toMatchObject([{ visible: true, minimized: false }])
    },
  )

  it('says in words what happened after three crashes in a minute, and opens again from there', async () => {
    await using app = await RealApp.start()
    await app.window()
    const renderer = () =>
      app.electron.evaluate(({ BrowserWindow }) => {
        const contents = BrowserWindow.getAllWindows().find((window) =>
          window.webContents.getURL().startsWith('plexsync://app/'),
        )?.webContents
        return contents === undefined || contents.isCrashed() || contents.isLoading() ? 0 : contents.getOSProcessId()
      })
    const killed = new Set<number>()
    while (killed.size < 3) {
      let pid = 0
      await expect
        .poll(async () => {
          pid = await renderer()
          return pid !== 0 && !killed.has(pid)
        }, patient)
        .toBe(true)
      process.kill(pid, 'SIGKILL')
      killed.add(pid)
    }
    expect(await app.notice('crash')).toMatch(/crashed several times[\s\S]*Syncing continues[\s\S]*Open it again/)
    const notice = app.electron.windows().find((page) => page.url() === 'plexsync://notice/crash')
    await notice?.getByText('Try again').click({ noWaitAfter: true })
    await expect
      .poll(() => app.windows(), patient)
      .toMatchObject([{ url: expect.stringMatching(/^plexsync:\/\/app\//) }])
  })

  it('comes back with its view after its process was killed', async () => {
    await using app = await RealApp.start()
    const page = await app.window()
    await page.evaluate(() => {
      location.hash = '/health'
    })
    await page.locator('nav a[aria-current=page]', { hasText: 'Health' }).waitFor()
    const pid = () =>
      app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId())
    const before = (await pid()) ?? 0
    process.kill(before, 'SIGKILL')
    // A question that is asked while the page dies is never answered, so each has its own time.
    const title = () =>
      app.electron.evaluate(({ BrowserWindow }) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents
        if (contents === undefined || contents.isCrashed() || contents.isLoading()) return 'not yet'
        return Promise.race([
          contents.executeJavaScript('document.querySelector("h1")?.textContent ?? ""') as Promise<string>,
          new Promise<string>((resolve) => setTimeout(() => resolve('no answer'), 1_000)),
        ])
      })
    await expect.poll(title, { timeout: 30_000, interval: 250 }).toBe('Health')
    expect(await pid()).not.toBe(before)
  })

  it('paints again after the GPU process was killed', async () => {
    await using app = await RealApp.start()
    await app.window()
    const gpu = () =>
      app.electron.evaluate(({ app: running }) =>
        running.getAppMetrics().flatMap(({ type, pid }) => (type === 'GPU' ? [pid] : [])),
      )
    const [before] = await gpu()
    // Without a graphics card Chromium may draw without such a process.
    if (before === undefined) return
    process.kill(before, 'SIGKILL')
    const colours = () =>
      app.electron.evaluate(async ({ BrowserWindow }) => {
        const image = await BrowserWindow.getAllWindows()[0]?.webContents.capturePage()
        return new Set(image?.toBitmap() ?? []).size
      })
    await expect.poll(colours, { timeout: 30_000, interval: 500 }).toBeGreaterThan(8)
    expect(await app.call('getStatus', {})).toMatchObject({ running: true })
  })
})

/**
 * The built window and the built preload in a real Chromium, over the built main process: pages come from the app's own
 * scheme handler with its headers, calls and events go through the app's own IPC handlers. Only the wire between them is
 * the test's: Electron's sandbox and isolation are not proven here.
 */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import { channels } from '../../../main/desktop/channels.ts'
import { aMoment } from '../../harness/moment.ts'
import { launchBrowser } from '../window/browser.ts'
import { buildDesktop, buildRenderer } from './built-desktop.ts'
import { type Configured, startConfigured } from './configured.ts'

/** Chromium does not know our scheme; a name below localhost is a separate secure origin too. */
const origin = 'http://plexsync.localhost'

let browser: Browser
beforeAll(async () => {
  await buildDesktop()
  await buildRenderer()
  browser = await launchBrowser()
  return () => browser.close()
})

/** What a sandboxed preload is given of Electron, in the page. */
const preloadWorld = (preload: string): string => `(() => {
  const listeners = new Map()
  const bridge = {
    contextBridge: { exposeInMainWorld: (name, api) => Object.defineProperty(window, name, { value: Object.freeze(api) }) },
    ipcRenderer: {
      invoke: (channel, ...args) => window.__invoke(channel, args),
      on: (channel, listener) => listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
      off: (channel, listener) => listeners.set(channel, (listeners.get(channel) ?? []).filter((one) => one !== listener)),
    },
  }
  window.__deliver = (channel, value) => { for (const listener of listeners.get(channel) ?? []) listener({}, value) }
  const require = (name) => { if (name !== 'electron') throw new Error('not in a sandboxed preload: ' + name); return bridge }
  ;((require) => { ${preload} })(require)
})()`

async function openWindow(
  app: Configured,
  /** What the page asks for is changed on its way to the app. */
  changed: (channel: string, args: unknown[]) => unknown[] = (_channel, args) => args,
): Promise<{ page: Page; problems: string[]; close: () => Promise<void> }> {
  const { desktop } = app
  await desktop.until((running) => running, 'announced')
  await desktop.ask('clickTray')
  const context = await browser.newContext({ locale: 'en', reducedMotion: 'reduce' })
  const page = await context.newPage()
  const problems: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text())
  })
  page.on('pageerror', (error) => problems.push(error.stack ?? error.message))
  await context.route('**/*', async (route) => {
    const { pathname } = new URL(route.request().url())
    const { status, headers, body } = await desktop.ask(
      'request',
      `plexsync://app${pathname}`,
      route.request().method(),
    )
    await route.fulfill({ status, headers, body: Buffer.from(body, 'base64') })
  })
  await page.exposeFunction('__invoke', (channel: string, args: unknown[]) =>
    desktop.ask('ipc', 'window', channel, ...changed(channel, args)),
  )
  const preload = await readFile(fileURLToPath(new URL('../../../out/desktop/preload.cjs', import.meta.url)), 'utf8')
  await page.addInitScript(preloadWorld(preload))
  await page.goto(`${origin}/`)
  await page.locator('h1').first().waitFor()
  await desktop.ask('contentsEvent', 'did-finish-load')
  await desktop.ask('windowEvent', 'ready-to-show')
  // What the main process sends is taken from the record, in order.
  let delivered = 0
  let isOpen = true
  const pump = (async () => {
    while (isOpen) {
      const sent = (await desktop.ask('record')).filter(([name]) => name === 'webContents.send')
      for (const [, channel, value] of sent.slice(delivered))
        await page.evaluate(([to, what]) => Reflect.get(window, '__deliver')(to, what), [channel, value])
      delivered = sent.length
      await aMoment(50)
    }
  })()
  const close = async (): Promise<void> => {
    isOpen = false
    await pump
    // A page's request that is still with the app would be rejected when the app ends.
    await context.unrouteAll({ behavior: 'wait' })
    await context.close()
  }
  return { page, problems, close }
}

it('shows the state of the engine, follows its events and goes where the tray leads', async () => {
  await using app = await startConfigured()
  const { page, problems, close } = await openWindow(app)
  try {
    expect(await page.evaluate(() => Object.keys(Reflect.get(window, 'plexsync')))).toEqual([
      'invoke',
      'subscribe',
      'openExternal',
    ])
    for (const { sceneId } of app.sample.scenes) await app.sendHook(sceneId)
    await page.getByText('8 scenes in sync with Plex').first().waitFor()

    await app.desktop.ask('clickMenu', 'reconcile')
    await page.waitForURL(`${origin}/#/reconcile`)
    await page.goto(`${origin}/#/settings`)
    await page.getByRole('heading', { level: 1 }).first().waitFor()
    // The policy of the scheme allows all that the window does, and nothing was refused.
    expect(problems).toEqual([])
    expect(app.desktop.printed()).not.toMatch(/refused|Fatal error|Not handled/)
  } finally {
    await close()
  }
})

it('opens what belongs to the servers in the browser of the system, and says so where an address is refused', async () => {
  await using app = await startConfigured()
  const [scene] = app.sample.scenes
  let elsewhere = false
  const { page, close } = await openWindow(app, (channel, args) =>
    elsewhere && channel === channels.openExternal ? ['https://elsewhere.example/'] : args,
  )
  try {
    await app.sendHook(scene?.sceneId ?? 0)
    await page.getByText('1 scene in sync with Plex').first().waitFor()
    await page.goto(`${origin}/#/activity?open=${scene?.sceneId}`)
    const link = page
      .getByRole('link', { name: 'Open in Stash' })
      .or(page.getByRole('button', { name: 'Open in Stash' }))
    await link.first().click()
    const address = `${app.stash.url}/scenes/${scene?.sceneId}`
    await app.desktop.until(
      (record) => record.some(([name, url]) => name === 'shell.openExternal' && url === address),
      'record',
    )
    elsewhere = true
    await link.first().click()
    await page.getByText(`PlexSync does not open this address: ${address}`).waitFor()
    const opened = (await app.desktop.ask('record')).filter(([name]) => name === 'shell.openExternal')
    expect(opened).toHaveLength(1)
  } finally {
    await close()
  }
})

it('cannot reach anything outside of the app', async () => {
  await using app = await startConfigured()
  const { page, close } = await openWindow(app)
  try {
    const outcome = await page.evaluate(async (url) => {
      const reached = await fetch(url).then(
        () => 'reached',
        () => 'refused',
      )
      const script = document.createElement('script')
      script.textContent = 'window.__injected = true'
      document.head.append(script)
      return { reached, injected: Reflect.get(window, '__injected') === true }
    }, app.plex.url)
    expect(outcome).toEqual({ reached: 'refused', injected: false })
  } finally {
    await close()
  }
})

/**
 * `npm run pictures [FOLDER]`: takes the pictures of the documents from the real product, running as `npm run demo` does:
 * simulated Stash and Plex over HTTP, the headless app, its window in a browser. Light, dark, and a short tour.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createCanvas, loadImage } from '@napi-rs/canvas'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { remoteTicket } from '../../main/headless/backend.ts'
import { findHolder } from '../../main/host/instance.ts'
import { launchBrowser } from '../e2e/window/browser.ts'
import { animatedPng, type Frame } from './animated-png.ts'
import { type AppProcess, appEnvironment, sampleHookToken, startApp } from './app-process.ts'
import type { SampleScene } from './sample-library.ts'
import { startServedProcess } from './served-process.ts'
import { makeTempFolder } from './temp-folder.ts'

const viewport = { width: 1280, height: 800 }
/** The scene whose way the tour shows. */
const shownScene = 1

const views: readonly { readonly name: string; readonly hash: string; readonly ready: string }[] = [
  { name: 'overview', hash: '#/overview', ready: 'h1' },
  { name: 'activity', hash: `#/activity?open=${shownScene}`, ready: '[role="complementary"], aside' },
  { name: 'needs-you', hash: '#/needs-you?cause=low_confidence', ready: '[role="grid"]' },
  { name: 'reconcile', hash: '#/reconcile', ready: '.sets' },
  { name: 'health', hash: '#/health', ready: 'li h3' },
  { name: 'settings', hash: '#/settings', ready: 'h1' },
]

/** Shown while nothing is written yet: afterwards there is no scene that would change. */
const setup = { name: 'setup', hash: '#/setup?step=start', ready: 'section table' }

const [folder = 'docs/images'] = process.argv.slice(2)
await mkdir(folder, { recursive: true })
await using servers = await startServedProcess({ drawn: true, plex: { maxRequestLine: 65_536 } })
await using data = await makeTempFolder('plexsync-pictures-')
await using app = await startApp({ dataFolder: data.path, environment: appEnvironment(servers) })
const scenes = (await servers.command('sample')) as SampleScene[]
const browser = await launchBrowser()
try {
  const trial = await takeSetup()
  // The first one alone, so that its posters before and after are kept.
  await post(app, [String(shownScene)])
  await post(
    app,
    scenes.map(({ sceneId }) => String(sceneId)).filter((id) => id !== String(shownScene)),
  )
  await app.call('beginTask', { kind: 'reconcile', request: { scope: 'all', dry_run: true } })
  for (const colorScheme of ['light', 'dark'] as const) {
    await using window = await openWindow(browser, colorScheme)
    for (const { name, hash, ready } of views) {
      await show(window.page, hash, ready)
      if (name === 'needs-you') await openFirst(window.page)
      await window.page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) })
    }
  }
  await using window = await openWindow(browser, 'light')
  await writeFile(join(folder, 'tour.png'), animatedPng([...(await tour(window.page)), trial]))
} finally {
  await browser.close()
}

/** Takes the last step of the setup; returns it as a frame of the tour too. */
async function takeSetup(): Promise<Frame> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await using window = await openWindow(browser, colorScheme)
    await show(window.page, setup.hash, setup.ready)
    const png = await window.page.screenshot({ path: join(folder, `${setup.name}-${colorScheme}.png`) })
    if (colorScheme === 'dark') continue
    const caption = 'First one scene: written, read back, and undone on request'
    return { png: await captioned(png, caption), milliseconds: 3_200 }
  }
  throw new Error('no picture of the setup was taken')
}

/** Posts the hooks that Stash would send, and waits until nothing is due any more. */
async function post(to: AppProcess, ids: readonly string[]): Promise<void> {
  const response = await fetch(to.webhookUrl, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${sampleHookToken}` },
    body: JSON.stringify(ids.map((id) => ({ type: 'Scene.Update.Post', id, inputFields: ['title', 'details', 'id'] }))),
  })
  await response.arrayBuffer()
  if (response.status !== 202) throw new Error(`the hooks were answered with ${response.status}`)
  await to.call('processQueue', { timeout_seconds: 120 })
}

interface OpenedWindow extends AsyncDisposable {
  readonly page: Page
}

async function openWindow(from: Browser, colorScheme: 'light' | 'dark'): Promise<OpenedWindow> {
  const holder = findHolder(data.path)
  const url = holder === null ? null : await remoteTicket(holder)
  if (url?.ok !== true) throw new Error('the app gives no address for its window')
  const context: BrowserContext = await from.newContext({
    viewport,
    colorScheme,
    locale: 'en',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await page.goto(url.value)
  await page.locator('h1').first().waitFor()
  return { page, [Symbol.asyncDispose]: () => context.close() }
}

/** Opens a view and waits until its pictures are there. */
async function show(page: Page, hash: string, ready: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`)
  await page.locator(ready).first().waitFor()
  await drawn(page)
}

/** Opens the first row that needs attention, with its candidates. */
async function openFirst(page: Page): Promise<void> {
  await page
    .getByRole('grid')
    .getByRole('row')
    .nth(1)
    .getByText(/\w+ \d+$/)
    .first()
    .click()
  await page.locator('.candidate').first().waitFor()
  await drawn(page)
}

/** Asked over the debugger: the page's own policy allows no evaluation. */
async function drawn(page: Page): Promise<void> {
  for (let still = 0; still < 5; ) {
    const complete = await page.evaluate('[...document.images].every((image) => image.complete)')
    await page.waitForTimeout(100)
    still = complete === true ? still + 1 : 0
  }
}

/** From a hook to Plex, and what needs the user. */
async function tour(page: Page): Promise<Frame[]> {
  const frames: Frame[] = []
  const take = async (caption: string, milliseconds = 2_600): Promise<void> => {
    frames.push({ png: await captioned(await page.screenshot(), caption), milliseconds })
  }
  await show(page, '#/overview', 'h1')
  await take('At a glance: what is in sync, what waits, what needs attention')
  await servers.command('stashAction', {
    name: 'updateScene',
    args: [shownScene, { title: 'The Lighthouse Letters', details: 'Edited in Stash a moment ago.' }],
  })
  await post(app, [String(shownScene)])
  await show(page, '#/activity', '[role="grid"]')
  await take('A scene is edited in Stash, and a moment later the change is in Plex')
  await show(page, `#/activity?open=${shownScene}`, 'aside, [role="complementary"]')
  await take('Each change field by field, before and after, with undo', 3_200)
  await show(page, '#/needs-you?cause=low_confidence', '[role="grid"]')
  await openFirst(page)
  await take('Uncertain matches: cover and candidates side by side; a key picks', 3_200)
  await show(page, '#/reconcile', '.sets')
  await take('Both libraries compared as sets, each part with its rows')
  return frames
}

/** A picture at three quarters of its size, with a line of text below it. */
async function captioned(png: Buffer, caption: string): Promise<Buffer> {
  const [width, height, band] = [960, 600, 40]
  const canvas = createCanvas(width, height + band)
  const context = canvas.getContext('2d')
  context.drawImage(await loadImage(png), 0, 0, width, height)
  context.fillStyle = '#14181a'
  context.fillRect(0, height, width, band)
  context.fillStyle = '#e6eaeb'
  context.font = '17px sans-serif'
  context.textAlign = 'center'
  context.fillText(caption, width / 2, height + 26)
  return canvas.toBuffer('image/png')
}

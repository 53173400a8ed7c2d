/**
 * Takes pictures of the window over invented data: `node test/e2e/window/screenshots.ts FOLDER [VIEW…] [LOOK…] [de]`.
 * Those of the documents show the real product (`npm run pictures`), except `… docs/images written light dark`.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { drawnCover, drawnFrame } from '../../harness/drawn-pictures.ts'
import { launchBrowser } from './browser.ts'
import { buildWindow } from './built-window.ts'
import type { World } from './fake-handlers.ts'
import { type FakeServer, startFakeServer } from './fake-server.ts'

interface Shot {
  readonly name: string
  readonly world: World
  readonly hash: string
  /** What is done before the picture is taken. */
  readonly act?: (page: Page) => Promise<void>
}

const shots: readonly Shot[] = [
  { name: 'overview', world: 'busy', hash: '#/overview' },
  { name: 'activity', world: 'busy', hash: '#/activity?open=39033' },
  { name: 'needs-you', world: 'busy', hash: '#/needs-you?open=1' },
  { name: 'setup', world: 'setup', hash: '#/setup' },
  { name: 'reconcile', world: 'busy', hash: '#/reconcile?kind=empty&open=101017' },
  { name: 'plays', world: 'busy', hash: '#/plays' },
  { name: 'plays-dry-run', world: 'busy', hash: '#/plays?open=dry-run' },
  { name: 'plays-runs', world: 'busy', hash: '#/plays?open=runs' },
  { name: 'plays-empty', world: 'empty', hash: '#/plays' },
  { name: 'plays-failing', world: 'failing', hash: '#/plays' },
  { name: 'settings', world: 'busy', hash: '#/settings' },
  { name: 'written', world: 'busy', hash: '#/settings', act: previewWritten },
  { name: 'paths', world: 'busy', hash: '#/paths?explain=400' },
  { name: 'logs', world: 'busy', hash: '#/logs' },
  { name: 'health', world: 'busy', hash: '#/health' },
  { name: 'overview-empty', world: 'empty', hash: '#/overview' },
  { name: 'overview-failing', world: 'failing', hash: '#/overview' },
  { name: 'overview-setup', world: 'setup', hash: '#/overview' },
  { name: 'activity-failing', world: 'failing', hash: '#/activity' },
  { name: 'activity-empty', world: 'empty', hash: '#/activity' },
  { name: 'activity-list', world: 'rows', hash: '#/activity' },
  { name: 'needs-you-empty', world: 'empty', hash: '#/needs-you' },
  { name: 'reconcile-empty', world: 'empty', hash: '#/reconcile' },
  { name: 'reconcile-list', world: 'busy', hash: '#/reconcile' },
  { name: 'health-failing', world: 'failing', hash: '#/health' },
  { name: 'setup-server', world: 'busy', hash: '#/setup?step=server' },
  { name: 'setup-libraries', world: 'busy', hash: '#/setup?step=libraries' },
  { name: 'setup-stash', world: 'busy', hash: '#/setup?step=stash' },
  { name: 'setup-plugin', world: 'setup', hash: '#/setup?step=plugin' },
  { name: 'setup-paths', world: 'busy', hash: '#/setup?step=paths' },
  { name: 'setup-start', world: 'busy', hash: '#/setup?step=start' },
  {
    name: 'setup-search',
    world: 'busy',
    hash: '#/setup?step=start',
    act: (page) => page.getByRole('searchbox').fill('har'),
  },
  { name: 'setup-written', world: 'busy', hash: '#/setup?step=start', act: writeScene },
  { name: 'setup-undone', world: 'busy', hash: '#/setup?step=start', act: takeBack },
]

/** The preset filled in, one scene previewed, and the bar that saves it. */
async function previewWritten(page: Page): Promise<void> {
  const preview = page.locator('section.preview')
  await preview.locator('button').nth(1).click()
  await preview.locator('input').first().fill('412')
  await page.locator('section.bar .primary').click()
  await preview.locator('.pair').waitFor()
  await page.locator('section.bar [role=status]').waitFor()
  await preview.scrollIntoViewIfNeeded()
}

/** The main button of the trial, in whichever language. */
async function writeScene(page: Page): Promise<void> {
  await page.locator('section .primary').first().click()
  await page.locator('.verdict').waitFor()
}

async function takeBack(page: Page): Promise<void> {
  await writeScene(page)
  await page.locator('section .lucide-undo-2').last().click()
  await page.locator('.verdict .lucide-undo-2').waitFor()
}

const looks = [
  { look: 'light', colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  { look: 'dark', colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
  { look: 'narrow', colorScheme: 'light', viewport: { width: 720, height: 480 } },
  { look: 'wide', colorScheme: 'light', viewport: { width: 1920, height: 1080 } },
] as const

/** Lets five minutes pass in the page, so that the course of the throughput has something to show. */
async function drawThroughput(page: Page, server: FakeServer): Promise<void> {
  for (let sample = 0; sample < 60; sample++) {
    const rate = Math.round(150 + 40 * Math.sin(sample / 6) + 14 * Math.sin(sample * 1.7))
    server.emit({ name: 'status', data: { ...server.status(), per_minute: rate } })
    await page.waitForTimeout(5)
    await page.clock.runFor(5_000)
  }
}

const [folder, ...wanted] = process.argv.slice(2)
if (folder === undefined) throw new Error('usage: node test/e2e/window/screenshots.ts FOLDER [VIEW…] [LOOK…] [de]')
await mkdir(folder, { recursive: true })
const locale = wanted.includes('de') ? 'de' : 'en'
const names = wanted.filter((word) => shots.some(({ name }) => name === word))
const lookNames = wanted.filter((word) => looks.some(({ look }) => look === word))
const files = await buildWindow()
const browser = await launchBrowser()
for (const { look, colorScheme, viewport } of looks) {
  if (lookNames.length > 0 && !lookNames.includes(look)) continue
  const context = await browser.newContext({ colorScheme, viewport, locale, reducedMotion: 'reduce' })
  for (const { name, world, hash, act } of shots) {
    if (names.length > 0 && !names.includes(name)) continue
    await using server = await startFakeServer(files, world, { cover: drawnCover, frame: drawnFrame })
    const page = await context.newPage()
    page.on('console', (message) => console.log(`${name} ${look}: ${message.type()} ${message.text()}`))
    page.on('pageerror', (error) => console.log(`${name} ${look}: ${error.stack}`))
    await page.clock.install()
    await page.goto(server.url + hash)
    await page.waitForSelector('h1')
    await page.waitForTimeout(500)
    if (name === 'overview') await drawThroughput(page, server)
    await act?.(page)
    if (act !== undefined) await page.waitForTimeout(600)
    await page.screenshot({ path: join(folder, `${name}-${look}.png`) })
    await page.close()
  }
  await context.close()
}
await browser.close()

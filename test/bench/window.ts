/** The window in a real browser: from the address to the first paint, over `plexsync serve` with a history of years. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { findBrowser, launchBrowser } from '../e2e/window/browser.ts'
import { startApp } from '../harness/app-process.ts'
import { makeTempFolder } from '../harness/temp-folder.ts'
import type { BenchRow } from './bench-row.ts'
import { fillDatabase } from './big-database.ts'

const goalMs = 300
const loads = 5

/** Skips loudly where the window is not built or no browser is found: the row then says so and is not ok. */
export async function run(): Promise<BenchRow[]> {
  const missing = await whatIsMissing()
  if (missing !== null) {
    console.error(`Window not measured: ${missing}`)
    return [
      {
        id: 13,
        name: `first paint: not measured, ${missing}`,
        value: Number.NaN,
        unit: 'ms',
        goal: `≤ ${goalMs} ms`,
        ok: false,
      },
    ]
  }
  await using folder = await makeTempFolder('plexsync-bench-')
  fillDatabase(folder.file('plexsync.db'), { finishedJobs: 100_000, items: 40_000 })
  await using app = await startApp({ dataFolder: folder.path })
  const browser = await launchBrowser()
  try {
    const context = await browser.newContext()
    const page = await context.newPage()
    // The first load enters the session and fills the browser's cache; it is shown apart.
    await page.goto(app.uiUrl)
    await page.locator('h1').first().waitFor()
    const first = await firstPaint()
    const again: number[] = []
    for (let load = 0; load < loads; load++) {
      await page.reload()
      await page.locator('h1').first().waitFor()
      again.push(await firstPaint())
    }
    const best = Math.min(...again)
    const frames = await scrolling(page, new URL('#/activity', app.uiUrl).href)
    return [
      {
        id: 13,
        name: `window: first contentful paint, best of ${loads}`,
        value: best,
        unit: 'ms',
        goal: `≤ ${goalMs} ms`,
        ok: best <= goalMs,
      },
      {
        id: 13,
        name: 'window: the same at its very first opening',
        value: first,
        unit: 'ms',
        goal: 'for information',
        ok: true,
      },
      {
        id: 13,
        name: `window: long frames while 100,000 rows with pictures scroll, of ${scrolledFrames}; plain rows: ${frames.plain}`,
        value: frames.window,
        unit: 'frames',
        goal: `≤ ${mostTimes} × ${frames.plain} + ${allowedMore}`,
        ok: frames.window <= mostTimes * frames.plain + allowedMore,
      },
    ]

    /** Milliseconds from the navigation to the first thing that is drawn; NaN if the browser does not report it. */
    function firstPaint(): Promise<number> {
      return page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN)
    }
  } finally {
    await browser.close()
  }
}

/** Frames that take longer than this are seen as a stutter. */
const longFrameMs = 50
const scrolledFrames = 240
/** Pages of rows and pictures arrive while it scrolls, which a list of plain rows has no need of. */
const mostTimes = 3
const allowedMore = scrolledFrames / 20

/** Long frames in the window's longest list, and in an equally long list of plain rows in the same browser. */
async function scrolling(page: Page, address: string): Promise<{ window: number; plain: number }> {
  await page.goto(address)
  await page.getByRole('grid').getByRole('row').nth(2).waitFor()
  const ofWindow = await longFrames(page, '[role="grid"]')
  const plain = await page.context().newPage()
  const rows = Array.from({ length: 100_000 }, (_, row) => `<div style="height:30px">Row ${row}</div>`)
  await plain.setContent(`<div id="list" style="height:700px;overflow:auto">${rows.join('')}</div>`)
  const ofPlain = await longFrames(plain, '#list')
  await plain.close()
  return { window: ofWindow, plain: ofPlain }
}

/** As text: it runs in the page, whose types this program does not know. */
function longFrames(page: Page, selector: string): Promise<number> {
  return page.evaluate(`new Promise((done) => {
    const list = document.querySelector(${JSON.stringify(selector)})
    let last = performance.now()
    let long = 0
    let left = ${scrolledFrames}
    const frame = () => {
      const now = performance.now()
      if (now - last > ${longFrameMs}) long += 1
      last = now
      left -= 1
      if (left <= 0) return done(long)
      list.scrollTop += 90
      requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  })`)
}

async function whatIsMissing(): Promise<string | null> {
  if (!existsSync(fileURLToPath(new URL('../../out/renderer/index.html', import.meta.url))))
    return 'the window is not built; run npm run build'
  try {
    await findBrowser()
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await run(), null, 2)}\n`)

/** Scrolling through a library of any size: what is drawn, asked for and laid out per step stays the same. */
import type { CDPSession, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { startFakeServer } from './fake-server.ts'
import { openPage } from './open-page.ts'
import { useTestWindow } from './test-window.ts'

const tested = useTestWindow()

const steps = 12
/** A screen of rows per step: each is new. */
const stepPixels = 600
/** Rows of 30 px in a window of 800 px, with those just out of sight. */
const mostRows = 60

async function layouts(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'LayoutCount')?.value ?? Number.NaN
}

/** Scrolls one step and waits until it is drawn. */
function scroll(page: Page, pixels: number): Promise<number> {
  return page.getByRole('grid').evaluate(
    (grid, by) =>
      new Promise<number>((drawn) => {
        grid.scrollTop += by
        requestAnimationFrame(() => requestAnimationFrame(() => drawn(grid.querySelectorAll('[role="row"]').length)))
      }),
    pixels,
  )
}

describe.each(['activity', 'needs-you', 'reconcile', 'logs'])('%s with a library of tens of thousands', (view) => {
  it('holds a screen of rows, asks for the pictures of one, and lays out a few times per step', async () => {
    await using server = await startFakeServer(tested.files, 'rows')
    await using opened = await openPage(tested.browser, `${server.url}#/${view}`)
    const { page, problems } = opened
    await page.getByRole('grid').getByRole('row').nth(2).waitFor()
    await opened.settled()
    const session = await page.context().newCDPSession(page)
    await session.send('Performance.enable')
    const before = await layouts(session)
    const asked = server.pictures.length

    const rows: number[] = []
    for (let step = 0; step < steps; step++) rows.push(await scroll(page, stepPixels))
    const perStep = ((await layouts(session)) - before) / steps
    await opened.settled()

    expect(Math.max(...rows)).toBeLessThanOrEqual(mostRows)
    // Two frames per step, and what comes in between them: far from one per cell or picture.
    expect(perStep).toBeLessThanOrEqual((stepPixels / 30) * 1.5)
    // A cover and up to three posters per row that was passed, and never one twice.
    const pictures = server.pictures.slice(asked)
    expect(pictures.length).toBeLessThanOrEqual(steps * (stepPixels / 30) * 4 + mostRows * 4)
    expect(new Set(pictures).size).toBeGreaterThanOrEqual(pictures.length * 0.5)
    expect(problems).toEqual([])
  })
})

it('loads no picture of rows that are only jumped over', async () => {
  await using server = await startFakeServer(tested.files, 'rows')
  await using opened = await openPage(tested.browser, `${server.url}#/activity`)
  const { page } = opened
  await page.getByRole('grid').getByRole('row').nth(2).waitFor()
  await opened.settled()
  const asked = server.pictures.length
  await scroll(page, 1_000_000)
  await page.getByRole('grid').getByRole('row').nth(2).waitFor()
  await opened.settled()
  expect(server.pictures.length - asked).toBeLessThanOrEqual(mostRows * 2)
})

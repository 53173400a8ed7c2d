/** The gaps of a comparison of a large library: pages as one scrolls. */
import { expect, it } from 'vitest'
import { startFakeServer } from './fake-server.ts'
import { openPage } from './open-page.ts'
import { useTestWindow } from './test-window.ts'

const tested = useTestWindow()

it('reads the pages that are looked at, each from a row that it has, and counts the rows once', async () => {
  await using server = await startFakeServer(tested.files, 'rows')
  await using opened = await openPage(tested.browser, `${server.url}#/reconcile`)
  const { page, problems } = opened
  const grid = page.getByRole('grid')
  await grid.locator('[aria-rowindex="3"]').waitFor()
  const rowCount = Number(await grid.getAttribute('aria-rowcount'))
  expect(rowCount).toBeGreaterThan(2000)
  await grid.focus()
  await page.keyboard.press('End')
  await grid.locator(`[aria-rowindex="${rowCount}"] .titled`).waitFor()
  await opened.settled()
  const pages = server.called('listGaps').filter((asked) => Object(asked).limit === 100)
  expect(pages.length).toBeLessThanOrEqual(6)
  expect(pages[0]).not.toHaveProperty('near')
  expect(pages.at(-1)).toMatchObject({
    near: { index: expect.any(Number), id: expect.any(Number), total: rowCount - 1 },
  })
  expect(problems).toEqual([])
})

/** Needs attention with thousands of entries: pages as one scrolls, and what is done with all of them. */
import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import * as z from 'zod'
import { makeTempFolder } from '../../harness/temp-folder.ts'
import { startFakeServer } from './fake-server.ts'
import { openPage } from './open-page.ts'
import { patience, useTestWindow } from './test-window.ts'

const tested = useTestWindow()
const list = 'needs-you?cause=not_in_plex'
/** Of 10,000: three causes of seven. */
const ofCause = 4286

it('reads the pages that are looked at, each from a row that it has', async () => {
  await using server = await startFakeServer(tested.files, 'rows')
  await using opened = await openPage(tested.browser, `${server.url}#/${list}`)
  const { page, problems } = opened
  const grid = page.getByRole('grid', { name: 'Scenes with this cause' })
  await grid.locator('[aria-rowindex="3"]').waitFor()
  expect(await grid.getAttribute('aria-rowcount')).toBe(String(ofCause + 1))
  await grid.focus()
  await page.keyboard.press('End')
  await grid.locator(`[aria-rowindex="${ofCause + 1}"] .titled`).waitFor()
  await opened.settled()
  const pages = server.called('listDeadLetters').filter((asked) => Object(asked).code !== undefined)
  expect(pages.length).toBeLessThanOrEqual(6)
  expect(pages[0]).not.toHaveProperty('near')
  expect(pages.at(-1)).toMatchObject({ limit: 100, near: { index: expect.any(Number), id: expect.any(Number) } })
  expect(problems).toEqual([])
})

it('opens the one of the address, wherever it is in the list', async () => {
  await using server = await startFakeServer(tested.files, 'rows')
  await using opened = await openPage(tested.browser, `${server.url}#/${list}&open=9000`)
  await opened.page.getByRole('complementary').getByRole('heading', { name: 'Not in Plex yet' }).waitFor()
  expect(server.called('listDeadLetters')).toContainEqual({ ids: [9000], limit: 1 })
})

it('retries all that a list shows but those that were left out, read or not', async () => {
  await using server = await startFakeServer(tested.files, 'rows')
  await using opened = await openPage(tested.browser, `${server.url}#/${list}`)
  const { page, problems } = opened
  const grid = page.getByRole('grid', { name: 'Scenes with this cause' })
  await grid.locator('[aria-rowindex="3"] .titled').waitFor()
  await page.getByRole('button', { name: 'Select all 4,286 shown' }).click()
  await page.getByRole('button', { name: 'Retry 4,286 selected' }).waitFor()
  await grid.focus()
  await page.keyboard.press('Space')
  await page.getByRole('button', { name: 'Retry 4,285 selected' }).click()
  await page.getByText('PlexSync will retry 4,285 scenes.').waitFor()
  await expect
    .poll(() => server.called('beginTask'), patience)
    .toContainEqual({ kind: 'retry', request: { select: 'like', code: 'not_in_plex', except: [3] } })
  // The one that was left out is all there is.
  await expect.poll(() => grid.getAttribute('aria-rowcount'), patience).toBe('2')
  expect(problems).toEqual([])
})

it('exports every entry', async () => {
  await using server = await startFakeServer(tested.files, 'rows')
  await using opened = await openPage(tested.browser, `${server.url}#/${list}`)
  const { page } = opened
  await page.getByRole('grid').locator('[aria-rowindex="3"]').waitFor()
  const saved = page.waitForEvent('download')
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Export as a file' }).click()
  await using folder = await makeTempFolder('plexsync-export-')
  const file = folder.file('letters.json')
  await (await saved).saveAs(file)
  const rows = z.array(z.object({ id: z.number() })).parse(JSON.parse(await readFile(file, 'utf8')))
  expect(new Set(rows.map(({ id }) => id)).size).toBe(10_000)
})

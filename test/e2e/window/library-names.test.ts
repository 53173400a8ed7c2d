/** Libraries whose names hold commas and quotes, ticked in the setup: exactly those are chosen, and found again. */
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { splitNames } from '../../../shared/names.ts'
import { ok } from '../../../shared/result.ts'
import { startFakeServer } from './fake-server.ts'
import { openPage } from './open-page.ts'
import { goOn } from './tab-to.ts'
import { patience, useTestWindow } from './test-window.ts'

const tested = useTestWindow()

const titles = ['Big, Bold', 'Big', 'Bold', 'Say "hi"', '12" Vinyl, new', 'Plain']
const ticked = ['Big, Bold', 'Say "hi"', '12" Vinyl, new']

const answer = ok({
  name: 'Attic',
  version: '1.42.1.10060',
  machine_identifier: 'a1b2c3',
  libraries: titles.map((title, at) => ({
    id: String(at + 1),
    title,
    type: 'movie',
    items: 10,
    usable: true,
    reason: null,
    locations: [`/media/${at}`],
  })),
})

/** The box of a library; the first of the step stands for all of them. */
const boxOf = (page: Page, title: string) => page.getByRole('checkbox').nth(1 + titles.indexOf(title))

async function shownAsTicked(page: Page): Promise<string[]> {
  const states = await Promise.all(titles.map((title) => boxOf(page, title).isChecked()))
  return titles.filter((_, at) => states[at])
}

it('are chosen exactly as they are ticked, and ticked again when the step is opened again', async () => {
  await using server = await startFakeServer(tested.files, 'busy')
  await using opened = await openPage(tested.browser, `${server.url}#/overview`)
  const { page } = opened
  await page.route('**/api/testPlex', (route) => route.fulfill({ json: answer }))
  const step = async () => {
    await page.goto(`${server.url}#/setup?step=libraries`)
    await page.getByText('12" Vinyl, new').waitFor()
  }
  await step()
  // The names that were stored belong to no library of this server.
  expect(await shownAsTicked(page)).toEqual([])
  for (const title of ticked) await boxOf(page, title).check()
  await goOn(page)
  await expect.poll(() => server.called('saveSettings').length, patience).toBe(1)
  const [saved] = server.called('saveSettings') as { values: { plex_library: string } }[]
  expect(splitNames(saved?.values.plex_library ?? '')).toEqual(ticked)

  await page.goto(`${server.url}#/overview`)
  await page.getByText('12" Vinyl, new').waitFor({ state: 'detached' })
  await step()
  await expect.poll(() => shownAsTicked(page), patience).toEqual(ticked)
  expect(opened.problems).toEqual([])
})

import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { viewNames } from '../../../renderer/state/router.svelte.ts'
import { launchBrowser } from './browser.ts'
import { buildWindow, type WindowFiles } from './built-window.ts'
import { startFakeServer } from './fake-server.ts'
import { openPage } from './open-page.ts'

let files: WindowFiles
let browser: Browser

beforeAll(async () => {
  files = await buildWindow()
  browser = await launchBrowser()
}, 120_000)
afterAll(() => browser.close())

/** Findings that keep a person out. Evaluated over the debugger, which the content security policy does not bind. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const results = await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')
  const { violations } = results as axe.AxeResults
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary ?? ''}`))
}

/** Views as they are opened, and with the panels, dialogs and menus that stand over them. */
const places = [
  ...viewNames,
  'activity?open=39033',
  'needs-you?open=1',
  'reconcile?open=1017',
  'setup?step=plugin',
  'setup?step=server',
]

describe.each([
  ['en', 'light'],
  ['en', 'dark'],
  ['de', 'light'],
  ['de', 'dark'],
] as const)('in %s, %s', (locale, colorScheme) => {
  it.each(places)(
    '%s has no serious finding',
    async (place) => {
      await using server = await startFakeServer(files, 'busy')
      await using opened = await openPage(browser, `${server.url}#/${place}`, { locale, colorScheme })
      await opened.settled()
      expect(await findings(opened.page)).toEqual([])
    },
    30_000,
  )
})

describe('what stands over a view', () => {
  it('has no serious finding either', async () => {
    await using server = await startFakeServer(files, 'busy')
    await using opened = await openPage(browser, `${server.url}#/overview`)
    const { page } = opened
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    expect(await findings(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Sync the whole library' }).click()
    await page.getByRole('dialog').waitFor()
    expect(await findings(page)).toEqual([])
    expect(opened.problems).toEqual([])
  }, 30_000)

  it('says where one is without a session, and when the program is gone', async () => {
    await using server = await startFakeServer(files, 'busy')
    await using opened = await openPage(browser, `${server.url}#/overview`)
    const { page } = opened
    await server.down()
    await page.getByText('PlexSync does not answer').waitFor()
    expect(await findings(page)).toEqual([])
    await server.up()
    await page.getByText('PlexSync does not answer').waitFor({ state: 'detached' })
    server.endSession()
    await page.getByRole('heading', { name: 'Open the address that PlexSync printed' }).waitFor()
    expect(await findings(page)).toEqual([])
  }, 30_000)
})

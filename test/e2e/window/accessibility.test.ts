import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { viewNames } from '../../../renderer/state/router.svelte.ts'
import { type FakeServer, startFakeServer } from './fake-server.ts'
import { type OpenedPage, openPage } from './open-page.ts'
import { useTestWindow } from './test-window.ts'

const tested = useTestWindow()

const ofColours = { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } }

/** Leaves out the rules whose findings are never serious: a quarter of the work. */
const withoutSlightRules = `{
  rules: Object.fromEntries(
    axe._audit.rules.filter(({ impact }) => /^(minor|moderate)$/.test(impact)).map(({ id }) => [id, { enabled: false }]),
  ),
}`

/** Findings that keep the user out. Evaluated over the debugger, which the content security policy does not bind. */
async function findings(page: Page, rules = withoutSlightRules): Promise<string[]> {
  if (!(await page.evaluate('typeof axe === "object"'))) await page.evaluate(axe.source)
  // Nothing is fetched for the examination, which has all that it needs. What is found is named by its HTML.
  const options = `{ resultTypes: ['violations'], preload: false, selectors: false, ...${rules} }`
  const violations = await page.evaluate(`axe.run(document, ${options}).then(({ violations }) => violations)`)
  return (violations as axe.Result[])
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary ?? ''}`))
}

/** Views as they are opened, and with the panels, dialogs and menus that are over them. */
const places = [
  ...viewNames,
  'activity?open=39033',
  'needs-you?open=1',
  'reconcile?open=1017',
  'setup?step=plugin',
  'setup?step=server',
  'setup?step=paths',
  'setup?step=start',
  'reconcile?pairs=1',
]

describe.each(['en', 'de'])('in %s', (locale) => {
  let server: FakeServer
  let opened: OpenedPage
  // One page goes from place to place, as a user does: a new one for each would cost more than the examination.
  beforeAll(async () => {
    server = await startFakeServer(tested.files, 'busy')
    opened = await openPage(tested.browser, `${server.url}#/overview`, { locale, colorScheme: 'light' })
  })
  afterAll(async () => {
    await opened[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  it.each(places)(
    '%s has no serious finding, light or dark',
    async (place) => {
      const { page } = opened
      await page.emulateMedia({ colorScheme: 'light' })
      await page.goto(`${server.url}#/${place}`)
      await opened.settled()
      expect(await findings(page)).toEqual([])
      // The theme changes nothing but colours.
      await page.emulateMedia({ colorScheme: 'dark' })
      expect(await findings(page, JSON.stringify(ofColours))).toEqual([])
    },
    30_000,
  )
})

describe('the examination', () => {
  it('finds what is wrong in a view', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, `${server.url}#/overview`)
    const { page } = opened
    await page.evaluate(() => {
      const [pale, nameless] = [document.createElement('p'), document.createElement('button')]
      pale.textContent = 'Hardly to be read'
      pale.style.cssText = 'color: #eee; background: #fff'
      document.querySelector('main')?.append(pale, nameless)
    })
    const both = [expect.stringMatching(/^button-name: <button>/), expect.stringMatching(/^color-contrast: <p style/)]
    expect(await findings(page)).toEqual(both)
    expect(await findings(page, JSON.stringify(ofColours))).toEqual(both.slice(1))
  })
})

describe('what covers a view', () => {
  it('has no serious finding either', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, `${server.url}#/overview`)
    const { page } = opened
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    expect(await findings(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Sync the whole library' }).click()
    await page.getByRole('dialog').waitFor()
    expect(await findings(page)).toEqual([])
    expect(opened.problems).toEqual([])
  })

  it('says where one is without a session, and when the program is gone', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    await using opened = await openPage(tested.browser, `${server.url}#/overview`)
    const { page } = opened
    await server.down()
    await page.getByText('PlexSync does not answer').waitFor()
    expect(await findings(page)).toEqual([])
    await server.up()
    await page.getByText('PlexSync does not answer').waitFor({ state: 'detached' })
    server.endSession()
    await page.getByRole('heading', { name: 'Open the address that PlexSync printed' }).waitFor()
    expect(await findings(page)).toEqual([])
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { viewNames } from '../../../renderer/state/router.svelte.ts'
import type { World } from './fake-handlers.ts'
import { type FakeServer, startFakeServer } from './fake-server.ts'
import { type OpenedPage, openPage } from './open-page.ts'
import { useTestWindow } from './test-window.ts'

const tested = useTestWindow()

const worlds: readonly World[] = ['empty', 'busy', 'failing', 'rows']

describe.each(worlds)('a household that is %s', (world) => {
  let server: FakeServer
  let opened: OpenedPage
  beforeAll(async () => {
    server = await startFakeServer(tested.files, world)
    opened = await openPage(tested.browser, `${server.url}#/overview`, { viewport: { width: 720, height: 480 } })
  })
  afterAll(async () => {
    await opened[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  it.each(viewNames)(
    'shows %s without an error, and fits at 720 × 480',
    async (view) => {
      const { page, problems } = opened
      await page.goto(`${server.url}#/${view}`)
      await opened.settled()
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(wide).toBe(0)
      expect(problems).toEqual([])
    },
    30_000,
  )
})

describe('lists of any length', () => {
  it('draw only what is seen, to the last of 100,000 rows', async () => {
    await using server = await startFakeServer(tested.files, 'rows')
    await using opened = await openPage(tested.browser, `${server.url}#/activity`)
    const grid = opened.page.getByRole('grid')
    await grid.getByText('39057').waitFor()
    expect(await grid.getAttribute('aria-rowcount')).toBe('100001')
    await grid.focus()
    await opened.page.keyboard.press('End')
    await grid
      .locator('[aria-rowindex="100001"]')
      .getByText('Received')
      .or(grid.locator('[aria-rowindex="100001"] time'))
      .waitFor()
    expect(await grid.getByRole('row').count()).toBeLessThan(80)
    const pages = server.called('listActivity').length
    expect(pages).toBeLessThan(8)
  })

  it('keep their place while the layout stands still', async () => {
    await using server = await startFakeServer(tested.files, 'rows')
    await using opened = await openPage(tested.browser, `${server.url}#/activity`)
    const { page } = opened
    await page.evaluate(() => {
      Object.assign(window, { shift: 0 })
      new PerformanceObserver((list) => {
        const entries = list.getEntries().map((entry) => ('value' in entry ? Number(entry.value) : 0))
        Object.assign(window, {
          shift: entries.reduce((sum, value) => sum + value, Number(Reflect.get(window, 'shift'))),
        })
      }).observe({ type: 'layout-shift', buffered: true })
    })
    const grid = page.getByRole('grid')
    await grid.focus()
    for (let count = 0; count < 30; count++) await page.keyboard.press('PageDown')
    expect(await page.evaluate(() => Number(Reflect.get(window, 'shift')))).toBeLessThan(0.05)
  })
})

describe('the first paint', () => {
  it('asks for few files and few answers', async () => {
    await using server = await startFakeServer(tested.files, 'busy')
    const requests: string[] = []
    const context = await tested.browser.newContext()
    const page = await context.newPage()
    page.on('request', (request) => requests.push(new URL(request.url()).pathname))
    await page.goto(server.url)
    await page.getByText('39,057').first().waitFor()
    expect(requests.filter((path) => path.startsWith('/assets/')).length).toBeLessThanOrEqual(8)
    expect(requests.filter((path) => path === '/api/events').length).toBe(1)
    const bytes = [...tested.files]
      .filter(([path]) => requests.includes(`/${path}`))
      .reduce((sum, [, file]) => sum + file.length, 0)
    expect(bytes).toBeLessThan(410_000)
    await context.close()
  })
})

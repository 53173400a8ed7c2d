/** A page and an address serve one test after another: none may see what another has left. */
import { expect, it } from 'vitest'
import { startFakeServer } from './fake-server.ts'
import { openPage } from './open-page.ts'
import { patience, useTestWindow } from './test-window.ts'

const tested = useTestWindow()

it('gives the next test the same page as if it were new', async () => {
  const size = { width: 720, height: 480 }
  await using first = await startFakeServer(tested.files, 'busy')
  const left = await openPage(tested.browser, `${first.url}#/overview`, { colorScheme: 'dark', viewport: size })
  const { page } = left
  await page.route('**/api/getAbout', (route) => route.abort())
  await page.evaluate(() => {
    localStorage.setItem('left', '1')
    sessionStorage.setItem('left', '1')
    Object.assign(window, { left: 1 })
    console.error('left')
    open('about:blank')
  })
  await page.context().addCookies([{ name: 'left', value: '1', url: first.url }])
  await page.mouse.move(640, 240)
  expect(await page.evaluate(() => [innerWidth, matchMedia('(prefers-color-scheme: dark)').matches])).toEqual([
    720,
    true,
  ])
  await expect.poll(() => left.problems, patience).toEqual(['left'])
  await expect.poll(() => page.context().pages().length, patience).toBe(2)
  await left[Symbol.asyncDispose]()
  await first[Symbol.asyncDispose]()

  await using server = await startFakeServer(tested.files, 'empty')
  await using opened = await openPage(tested.browser, `${server.url}#/overview`)
  expect(server.url).toBe(first.url)
  expect(opened.page).toBe(page)
  await opened.settled()
  const seen = await page.evaluate(() => ({
    stored: [...Object.keys(localStorage), ...Object.keys(sessionStorage)],
    cookie: document.cookie,
    left: 'left' in window,
    dark: matchMedia('(prefers-color-scheme: dark)').matches,
    still: matchMedia('(prefers-reduced-motion: reduce)').matches,
    size: [innerWidth, innerHeight],
  }))
  expect(seen).toEqual({
    stored: [],
    cookie: '',
    left: false,
    dark: false,
    still: true,
    size: [1280, 720],
  })
  expect(await page.evaluate(async () => (await fetch('/api/getAbout', { method: 'POST', body: '{}' })).status)).toBe(
    200,
  )
  expect(page.context().pages()).toEqual([page])
  // The pointer of a new page is in its corner.
  await expect.poll(() => page.locator('nav:hover').count(), patience).toBe(1)
  expect(opened.problems).toEqual([])
})

it('gives each language a separate page', async () => {
  await using server = await startFakeServer(tested.files, 'busy')
  const english = await openPage(tested.browser, `${server.url}#/overview`)
  await english[Symbol.asyncDispose]()
  await using german = await openPage(tested.browser, `${server.url}#/overview`, { locale: 'de' })
  expect(german.page).not.toBe(english.page)
  expect(await german.page.evaluate(() => navigator.language)).toBe('de')
})

it('gives up a page that has crashed', async () => {
  await using server = await startFakeServer(tested.files, 'busy')
  const crashed = await openPage(tested.browser, `${server.url}#/overview`)
  const gone = crashed.page.waitForEvent('crash')
  await crashed.page.goto('chrome://crash').catch(() => {})
  await gone
  await crashed[Symbol.asyncDispose]()
  await using opened = await openPage(tested.browser, `${server.url}#/overview`)
  expect(opened.page).not.toBe(crashed.page)
})

it('answers no call of the household that was there before', async () => {
  await using first = await startFakeServer(tested.files, 'busy')
  const { url } = first
  const document = await fetch(url)
  const cookie = document.headers.get('set-cookie')?.split(';')[0] ?? ''
  const ask = () => fetch(`${url}api/getAbout`, { method: 'POST', body: '{}', headers: { cookie } })
  expect((await ask()).status).toBe(200)
  await first[Symbol.asyncDispose]()
  expect((await ask()).status).toBe(410)
  await using server = await startFakeServer(tested.files, 'busy')
  expect(server.url).toBe(url)
  expect((await ask()).status).toBe(410)
  expect(server.calls).toEqual([])
})

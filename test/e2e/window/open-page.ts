import type { Browser, BrowserContext, ConsoleMessage, Page, Request, ViewportSize } from 'playwright-core'

/** A press or a look takes moments, and many times that on a loaded machine. */
const patientMs = 60_000

export interface PageOptions {
  readonly locale?: string
  readonly colorScheme?: 'light' | 'dark'
  readonly viewport?: ViewportSize
}

export interface OpenedPage extends AsyncDisposable {
  readonly page: Page
  /** Errors of the console and of the page, violations of the content security policy among them. */
  readonly problems: string[]
  /** Comes when every call has its response and it is drawn. */
  settled(): Promise<void>
}

/** Empty pages by browser and language, which nothing but a new context can change. */
const resting = new WeakMap<Browser, Map<string, Page[]>>()

function restingIn(browser: Browser, locale: string): Page[] {
  const ofBrowser = resting.get(browser) ?? new Map<string, Page[]>()
  resting.set(browser, ofBrowser)
  const pages = ofBrowser.get(locale) ?? []
  ofBrowser.set(locale, pages)
  return pages
}

async function newPage(browser: Browser, locale: string): Promise<Page> {
  const context = await browser.newContext({ locale, reducedMotion: 'reduce' })
  context.setDefaultTimeout(patientMs)
  return context.newPage()
}

/** Takes everything from a page that its test has left in it, so that it is like a new one. */
async function empty(page: Page, context: BrowserContext): Promise<void> {
  for (const other of context.pages()) if (other !== page) await other.close()
  await page.unrouteAll({ behavior: 'wait' })
  await context.unrouteAll({ behavior: 'wait' })
  await page.evaluate(() => {
    localStorage.clear()
    sessionStorage.clear()
  })
  await page.goto('about:blank')
  await context.clearCookies()
}

/**
 * A separate page that writes down everything that goes wrong in it. It is one that an earlier test has closed, emptied,
 * where there is one: a new one costs the browser half as much again as the window does.
 */
export async function openPage(browser: Browser, url: string, options: PageOptions = {}): Promise<OpenedPage> {
  const { locale = 'en', colorScheme = 'light', viewport = { width: 1280, height: 720 } } = options
  const rests = restingIn(browser, locale)
  const page = rests.pop() ?? (await newPage(browser, locale))
  const context = page.context()
  await page.emulateMedia({ colorScheme })
  await page.setViewportSize(viewport)
  const problems: string[] = []
  const onConsole = (message: ConsoleMessage) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text())
  }
  const onError = (error: Error) => void problems.push(error.stack ?? error.message)
  // The stream of events never ends, so "network idle" would never come: what counts is calls without a response yet.
  const calls = new Set<Request>()
  const onRequest = (request: Request) => {
    if (request.url().includes('/api/') && !request.url().endsWith('/api/events')) calls.add(request)
  }
  const onAnswer = (request: Request) => void calls.delete(request)
  page.on('console', onConsole).on('pageerror', onError)
  page.on('request', onRequest).on('requestfinished', onAnswer).on('requestfailed', onAnswer)
  async function settled(): Promise<void> {
    do await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
    while (calls.size > 0)
  }
  async function close(): Promise<void> {
    try {
      page.off('console', onConsole).off('pageerror', onError)
      page.off('request', onRequest).off('requestfinished', onAnswer).off('requestfailed', onAnswer)
      await empty(page, context)
      rests.push(page)
    } catch {
      // A page that cannot be emptied, one that has crashed for example, is no page for another test.
      await context.close()
    }
  }
  await page.goto(url)
  await page.locator('h1').first().waitFor()
  return { page, problems, settled, [Symbol.asyncDispose]: close }
}

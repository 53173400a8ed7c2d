import type { Browser, BrowserContextOptions, Page, Request } from 'playwright-core'

/** A press or a look takes moments, and many times that on a loaded machine. */
const patientMs = 60_000

export interface OpenedPage extends AsyncDisposable {
  readonly page: Page
  /** Errors of the console and of the page, violations of the content security policy among them. */
  readonly problems: string[]
  /** Comes when every call has its response and it is drawn. */
  settled(): Promise<void>
}

/** A separate page that writes down everything that goes wrong in it. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({ locale: 'en', reducedMotion: 'reduce', ...options })
  context.setDefaultTimeout(patientMs)
  const page = await context.newPage()
  const problems: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text())
  })
  page.on('pageerror', (error) => problems.push(error.stack ?? error.message))
  // The stream of events never ends, so "network idle" would never come: what counts is calls without a response yet.
  let calls = 0
  const counts = (request: Request) => request.url().includes('/api/') && !request.url().endsWith('/api/events')
  page.on('request', (request) => void (counts(request) && calls++))
  page.on('requestfinished', (request) => void (counts(request) && calls--))
  page.on('requestfailed', (request) => void (counts(request) && calls--))
  async function settled(): Promise<void> {
    do await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
    while (calls > 0)
  }
  await page.goto(url)
  await page.locator('h1').first().waitFor()
  return { page, problems, settled, [Symbol.asyncDispose]: () => context.close() }
}

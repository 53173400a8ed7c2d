import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

export interface OpenedPage extends AsyncDisposable {
  readonly page: Page
  /** Errors of the console and of the page, violations of the content security policy among them. */
  readonly problems: string[]
}

/** A page of its own that writes down everything that goes wrong in it. */
export async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<OpenedPage> {
  const context = await browser.newContext({ locale: 'en', reducedMotion: 'reduce', ...options })
  const page = await context.newPage()
  const problems: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text())
  })
  page.on('pageerror', (error) => problems.push(error.stack ?? error.message))
  await page.goto(url)
  await page.locator('h1').first().waitFor()
  return { page, problems, [Symbol.asyncDispose]: () => context.close() }
}

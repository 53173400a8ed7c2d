import type { Page } from 'playwright-core'

/** A control may still be on its way: on a slow machine a server's answer takes longer than a walk through the page. */
const longestMs = 60_000

/** Walks with Tab, as the user without a mouse does, round and round until what is focused has this name. */
export async function tabTo(page: Page, name: RegExp | string): Promise<void> {
  const seen: string[] = []
  const deadline = performance.now() + longestMs
  while (performance.now() < deadline) {
    await page.keyboard.press('Tab')
    const focused = await page.evaluate(() => {
      const element = document.activeElement
      // At the end of the page the focus is on no control, and the text of the whole page says nothing.
      if (element === null || element === document.body) return ''
      const label =
        element.getAttribute('aria-label') ??
        (element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : null)
      return (label ?? element.textContent ?? '').trim()
    })
    if (typeof name === 'string' ? focused === name : name.test(focused)) return
    seen.push(focused)
  }
  throw new Error(`Tab never came to ${name} in ${longestMs / 1000} s. The last were: ${seen.slice(-40).join(' | ')}`)
}

/** Leads on from a step of the setup, once it says that it is done. */
export async function goOn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Continue', disabled: false }).waitFor()
  await tabTo(page, 'Continue')
  await page.keyboard.press('Enter')
}

import type { Page } from 'playwright-core'

/** Walks with Tab, as a person without a mouse does, until what is focused has this name; at most 80 steps. */
export async function tabTo(page: Page, name: RegExp | string): Promise<void> {
  const seen: string[] = []
  for (let step = 0; step < 80; step++) {
    await page.keyboard.press('Tab')
    const focused = await page.evaluate(() => {
      const element = document.activeElement
      const label =
        element?.getAttribute('aria-label') ??
        (element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : null)
      return (label ?? element?.textContent ?? '').trim()
    })
    seen.push(focused)
    if (typeof name === 'string' ? focused === name : name.test(focused)) return
  }
  throw new Error(`Tab never came to ${name}. It came to: ${seen.join(' | ')}`)
}

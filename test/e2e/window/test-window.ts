/** What every test of the window begins with: the built window and a browser, for the tests of one file. */
import type { Browser } from 'playwright-core'
import { beforeAll } from 'vitest'
import { launchBrowser } from './browser.ts'
import { buildWindow, type WindowFiles } from './built-window.ts'

/** A press has its effect a moment later, and much later on a loaded machine. */
export const patience = { timeout: 15_000 }

export interface TestWindow {
  readonly files: WindowFiles
  readonly browser: Browser
}

/** Builds the window and starts a browser before the tests of this file; both can be read within tests only. */
export function useTestWindow(): TestWindow {
  const window: { files?: WindowFiles; browser?: Browser } = {}
  beforeAll(async () => {
    window.files = await buildWindow()
    const browser = await launchBrowser()
    window.browser = browser
    return () => browser.close()
  }, 120_000)
  const ready = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error('The window is built before the tests begin')
    return part
  }
  return {
    get files() {
      return ready(window.files)
    },
    get browser() {
      return ready(window.browser)
    },
  }
}

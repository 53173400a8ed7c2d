/** What every test of the window begins with: the built window and a browser. */
import type { Browser } from 'playwright-core'
import { beforeAll } from 'vitest'
import { launchBrowser } from './browser.ts'
import { buildWindow, type WindowFiles } from './built-window.ts'

/** A press has its effect a moment later, and much later on a loaded machine. */
export const patience = { timeout: 60_000 }

export interface TestWindow {
  readonly files: WindowFiles
  readonly browser: Browser
}

let browser: Promise<Browser> | undefined

/**
 * The browser of this process, for all its test files; it ends with the process. In a browser that the processes share,
 * every message goes through one more: a quarter of what the tests cost outside the browser.
 */
export function sharedBrowser(): Promise<Browser> {
  browser ??= launchBrowser()
  return browser
}

/** Reads the built window and starts the browser before the tests of this file; both can be read within tests only. */
export function useTestWindow(): TestWindow {
  const window: { files?: WindowFiles; browser?: Browser } = {}
  beforeAll(async () => {
    window.files = await buildWindow()
    window.browser = await sharedBrowser()
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

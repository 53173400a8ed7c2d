/** What every test of the window begins with: the built window and the browser of all test files. */
import { type Browser, chromium } from 'playwright-core'
import { beforeAll, inject } from 'vitest'
import { buildWindow, type WindowFiles } from './built-window.ts'

/** A press has its effect a moment later, and much later on a loaded machine. */
export const patience = { timeout: 60_000 }

export interface TestWindow {
  readonly files: WindowFiles
  readonly browser: Browser
}

let connection: Promise<Browser> | undefined

/** Connects to the browser that `window-setup.ts` has started: once for all files of a process, whose end closes the pages. */
export function connectBrowser(): Promise<Browser> {
  connection ??= chromium.connect(inject('browserAddress'))
  return connection
}

/** Reads the built window and connects to the browser before the tests of this file; both can be read within tests only. */
export function useTestWindow(): TestWindow {
  const window: { files?: WindowFiles; browser?: Browser } = {}
  beforeAll(async () => {
    window.files = await buildWindow()
    window.browser = await connectBrowser()
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

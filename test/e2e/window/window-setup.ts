/** Runs once before the window's test files: builds the window and starts the one browser that they all connect to. */
import { chromium } from 'playwright-core'
import type { TestProject } from 'vitest/node'
import { buildRenderer } from '../desktop/built-desktop.ts'
import { browserLaunch } from './browser.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    browserAddress: string
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await buildRenderer()
  const server = await chromium.launchServer(await browserLaunch())
  project.provide('browserAddress', server.wsEndpoint())
  return () => server.close()
}

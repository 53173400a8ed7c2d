import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium, type LaunchOptions } from 'playwright-core'
import { carriedBrowser } from '../../harness/carried-browser.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'msedge', 'microsoft-edge']
const usualPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]
const howToInstall: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: 'sudo apt-get install -y chromium',
  darwin: 'brew install --cask google-chrome',
  win32: 'winget install Google.Chrome',
}

export interface TestBrowser {
  readonly executablePath: string
  readonly environment: Readonly<Record<string, string>>
}

/**
 * Finds the browser for the tests: the one that PLEXSYNC_BROWSER names, else the one that came with `npm ci`, else one of
 * the system. Throws with the command that installs one if there is none. The one of npm comes first because it is the same
 * version everywhere, and needs less than half of the processor time of a desktop's browser.
 */
export async function findBrowser(
  environment: NodeJS.ProcessEnv = process.env,
  carried: () => Promise<TestBrowser | null> = carriedBrowser,
): Promise<TestBrowser> {
  const named = environment.PLEXSYNC_BROWSER
  if (named) {
    if (!existsSync(named)) throw new Error(`PLEXSYNC_BROWSER names ${named}, which does not exist.`)
    return { executablePath: named, environment: {} }
  }
  const packaged = await carried()
  if (packaged) return packaged
  const folders = (environment.PATH ?? '').split(delimiter)
  const candidates = [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...usualPlaces]
  const found = candidates.find((candidate) => existsSync(candidate))
  if (found) return { executablePath: found, environment: {} }
  const command = howToInstall[process.platform] ?? 'install Chromium'
  throw new Error(`No browser found for the window's tests. Install one with: ${command}`)
}

/** How the browser is started: without its sandbox, which containers and root do not have; it loads only pages of the tests. */
async function browserLaunch(): Promise<LaunchOptions> {
  const { executablePath, environment } = await findBrowser()
  return { executablePath, chromiumSandbox: false, env: { ...process.env, ...environment } }
}

/** Starts a browser for the caller alone. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch(await browserLaunch())
}

import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

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

/** The browser that the tests use. Throws with the command that installs one where there is none. */
export function findBrowser(): string {
  const wished = process.env.PLEXSYNC_BROWSER
  if (wished) {
    if (!existsSync(wished)) throw new Error(`PLEXSYNC_BROWSER names ${wished}, which does not exist.`)
    return wished
  }
  const folders = (process.env.PATH ?? '').split(delimiter)
  const candidates = [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...usualPlaces]
  const found = candidates.find((candidate) => existsSync(candidate))
  if (found) return found
  const command = howToInstall[process.platform] ?? 'install Chromium'
  throw new Error(`No browser found for the window's tests. Install one with: ${command}`)
}

export function launchBrowser(): Promise<Browser> {
  // Chromium refuses its sandbox to root, as in most containers.
  const asRoot = process.getuid?.() === 0
  return chromium.launch({ executablePath: findBrowser(), args: asRoot ? ['--no-sandbox'] : [] })
}

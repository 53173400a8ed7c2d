import { writeFileSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { expect, it } from 'vitest'
import { carriedBrowser } from '../../harness/carried-browser.ts'
import { makeTempFolder } from '../../harness/temp-folder.ts'
import { findBrowser } from './browser.ts'

const carried = { executablePath: '/carried', environment: { LD_LIBRARY_PATH: '/libraries' } }
const bare = { PATH: '/nowhere' }

it('takes the browser that PLEXSYNC_BROWSER names, and refuses a path where nothing is', async () => {
  const named = { ...bare, PLEXSYNC_BROWSER: process.execPath }
  expect(await findBrowser(named, async () => carried)).toMatchObject({ executablePath: process.execPath })
  const wrong = { ...bare, PLEXSYNC_BROWSER: '/nowhere/browser' }
  await expect(findBrowser(wrong, async () => carried)).rejects.toThrow('PLEXSYNC_BROWSER names /nowhere/browser')
})

it('prefers the browser of the npm package, which is the same everywhere', async () => {
  expect(await findBrowser(bare, async () => carried)).toEqual(carried)
})

it.runIf(process.platform === 'linux')('falls back to one of the system, then says what to install', async () => {
  await using folder = await makeTempFolder()
  const path = folder.file('chromium')
  writeFileSync(path, '')
  expect(await findBrowser({ PATH: `/nowhere:${folder.path}` }, async () => null)).toMatchObject({
    executablePath: path,
  })
  await expect(findBrowser(bare, async () => null)).rejects.toThrow('sudo apt-get install -y chromium')
})

it.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'the npm package has a Chromium that starts and draws text',
  async () => {
    const browser = await carriedBrowser()
    if (browser === null) throw new Error('the npm package is not installed')
    const { executablePath, environment } = browser
    await using started = await chromium.launch({ executablePath, env: { ...process.env, ...environment } })
    const page = await started.newPage()
    await page.setContent('<span>Text</span>')
    expect(await page.evaluate(() => document.querySelector('span')?.offsetWidth)).toBeGreaterThan(10)
  },
)

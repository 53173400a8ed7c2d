import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { expect, it } from 'vitest'
import { browserIn, carriedBrowser } from '../../harness/carried-browser.ts'
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

it('unpacks the browser of the npm package where a folder lacks it, and once only', async () => {
  await using temporary = await makeTempFolder()
  const folder = temporary.file('chromium-1')
  // What a browser left there whose own tree was copied from this one.
  mkdirSync(join(folder, 'fonts-cache'), { recursive: true })
  let unpacked = 0
  const unpack = async (empty: string) => {
    unpacked += 1
    writeFileSync(join(empty, 'chromium'), '')
  }
  const [first, second] = await Promise.all([browserIn(folder, unpack), browserIn(folder, unpack)])
  expect(first).toEqual(second)
  expect(readFileSync(first.executablePath, 'utf8')).toBe('')
  expect(unpacked).toBe(2)
  expect(await browserIn(folder, unpack)).toEqual(first)
  expect(unpacked).toBe(2)
})

it('gives the browser of a copied tree the fonts of the copy', async () => {
  await using temporary = await makeTempFolder()
  const [from, to] = [temporary.file('from'), temporary.file('to')]
  await browserIn(from, async (empty) => writeFileSync(join(empty, 'chromium'), ''))
  cpSync(from, to, { recursive: true })
  const { environment } = await browserIn(to, () => Promise.reject(new Error('it is there')))
  const fonts = readFileSync(environment.FONTCONFIG_FILE ?? '', 'utf8')
  expect(fonts).toContain(`<dir>${join(to, 'fonts')}</dir>`)
  expect(fonts).not.toContain(from)
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

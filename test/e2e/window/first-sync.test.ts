/** The whole product: browser, headless app, simulated Plex, plex.tv and Stash with the real plugin, no mouse. */
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { remoteInvoke } from '../../../main/headless/backend.ts'
import { findHolder } from '../../../main/host/instance.ts'
import { startApp } from '../../harness/app-process.ts'
import { startServedProcess } from '../../harness/served-process.ts'
import { makeTempFolder } from '../../harness/temp-folder.ts'
import { openPage } from './open-page.ts'
import { goOn, tabTo } from './tab-to.ts'
import { sharedBrowser } from './test-window.ts'

async function press(page: Page, name: RegExp | string, key = 'Enter'): Promise<void> {
  await tabTo(page, name)
  await page.keyboard.press(key)
}

it('comes from nothing to the first verified sync, by keyboard only', async () => {
  await using plugins = await makeTempFolder('plexsync-plugins-')
  await using data = await makeTempFolder()
  await using servers = await startServedProcess({
    plex: { maxRequestLine: 65_536 },
    stash: { pluginsPath: plugins.path },
  })
  await using app = await startApp({
    dataFolder: data.path,
    environment: { PLEXSYNC_PLEX_TV_URL: servers.plexTvUrl, PLEXSYNC_QUIET_TIME: '0.2' },
  })
  const browser = await sharedBrowser()
  const startedAt = performance.now()
  await using opened = await openPage(browser, app.uiUrl)
  const { page, problems } = opened

  await page.getByRole('heading', { name: 'Connect to Plex' }).waitFor()
  await press(page, 'Sign in with Plex')
  await expect.poll(() => servers.command('openCodes'), { timeout: 60_000 }).toHaveLength(1)
  const [code] = (await servers.command('openCodes')) as string[]
  await servers.command('approvePin', { code })

  await page.getByRole('heading', { name: 'Which Plex server?' }).waitFor()
  await page.getByRole('button', { name: /^Use this address: http:\/\/127/ }).waitFor()
  await press(page, /^Use this address: http:\/\/127/)
  await goOn(page)

  await page.getByRole('heading', { name: 'Which libraries?' }).waitFor()
  await page.getByText('Favourites').waitFor()
  await goOn(page)

  await page.getByRole('heading', { name: 'Where is Stash?' }).waitFor()
  await tabTo(page, 'Address of Stash')
  await page.keyboard.press('Control+a')
  await page.keyboard.type(servers.stashUrl)
  await tabTo(page, /key/i)
  await page.keyboard.type(servers.stashApiKey)
  await page.keyboard.press('Enter')
  await page.getByText('200 scenes').waitFor()
  await goOn(page)

  await page.getByText('Waiting for the first hook…').waitFor()
  await press(page, /^PlexSync may install/, 'Space')
  await press(page, 'Install the plugin')
  await expect
    .poll(() => servers.command('stashPlugins'), { timeout: 60_000 })
    .toMatchObject([{ id: 'plexsync', enabled: true }])
  // The user saves a scene in Stash; its plugin notifies PlexSync.
  await servers.command('stashAction', { name: 'updateScene', args: [1, { details: 'Seen by the plugin.' }] })
  await page.getByText('Hook received: Scene.Update.Post').waitFor()
  await page.getByText('Setup not finished: 1 change is kept').waitFor()
  await goOn(page)

  await page.getByText('samples found in Plex').first().waitFor()
  await press(page, /^Use this rule: \/data\/scenes =>/)
  await page.getByText('20 of 20 samples found in Plex').waitFor()
  await goOn(page)

  await page.getByRole('heading', { name: 'Preview before writing' }).waitFor()
  await press(page, 'Plan 20 scenes')
  await page.getByText('20 scenes planned').waitFor()
  const written = async () => {
    const { plex } = (await servers.command('counts')) as { plex: { labels: Record<string, number> } }
    return ['edit', 'poster', 'art'].reduce((sum, label) => sum + (plex.labels[label] ?? 0), 0)
  }
  expect(await written()).toBe(0)

  // One scene on the real way: written, read back, and taken back with its poster.
  await page.getByRole('button', { name: 'Write this scene to Plex' }).waitFor()
  await press(page, 'Write this scene to Plex')
  await page.getByText(/^Written and read back: Plex shows all \d+ fields\.$/).waitFor()
  expect(await written()).toBeGreaterThan(0)
  await press(page, /^Undo$|^Undo;/)
  await page.getByText('Undone: Plex shows what it showed before.').waitFor()

  await press(page, 'Start: sync the whole library')
  await page.getByRole('heading', { name: 'Overview' }).waitFor()
  const holder = findHolder(data.path)
  if (holder === null) throw new Error('the app is gone')
  await remoteInvoke(holder)('processQueue', { timeout_seconds: 120 }, AbortSignal.timeout(120_000))

  const [item] = (await servers.command('plexItems', { ids: [1001] })) as { summary?: string }[]
  expect(item?.summary).toBe('Seen by the plugin.')
  console.info(`first sync: ${Math.round((performance.now() - startedAt) / 1000)} s`)
  expect(problems).toEqual([])
})

/** Tray, window, command line, health and notification say the same about the same minute, through one sequence of all states. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import type { StatusState } from '../../../../shared/waiting.ts'
import { patient, RealApp, startHousehold } from './real-app.ts'
import { hasNotifications, hasTrayHost, root } from './runtime.ts'
import { notifications } from './session-bus.ts'

/** What `plexsync status` prints. */
async function printed(app: RealApp): Promise<string> {
  const program = join(root, 'main', 'headless', 'bin.mjs')
  const { stdout } = await promisify(execFile)(process.execPath, [
    program,
    'status',
    '--data-dir',
    app.folder.file('data'),
  ])
  return stdout
}

/** Waits until the tray says it, and then everything else must. */
async function allSay(app: RealApp, page: Page, said: string, state: StatusState, attention: number): Promise<void> {
  await app.tray(({ menu }) => menu[0]?.label.includes(said) === true)
  await page.getByText(said).first().waitFor()
  expect(await printed(app)).toContain(said)
  const status = await app.call('getStatus', {})
  expect(status).toMatchObject({ state, dead_letters: attention })
  const { checks } = await app.call('runHealthChecks', {})
  expect(checks.find(({ id }) => id === 'dead_letters')?.ok).toBe(attention === 0)
  const entry = attention === 0 ? 'Nothing needs attention' : `Needs attention (${attention})`
  await app.tray(({ menu }) => menu.some(({ label }) => label === entry))
}

describe.skipIf(!hasTrayHost)('one minute', { timeout: 180_000 }, () => {
  it('is reported in the same words everywhere: setup, work, rest, pause, outage, dead letters', async () => {
    if (hasNotifications) await notifications.closeAll()
    await using house = await startHousehold()
    const { PLEX_URL, PLEX_TOKEN, STASH_URL, STASH_API_KEY, ...rest } = house.environment
    const lost = house.stash.library.addScene({ title: 'No file', studio: 'A', files: [] })
    const [first, second] = house.sample.scenes.map(({ sceneId }) => sceneId)
    await using app = await RealApp.start({ environment: rest })
    const values = {
      ...{ plex_url: PLEX_URL ?? '', plex_token: PLEX_TOKEN ?? '' },
      ...{ stash_url: STASH_URL ?? '', stash_api_key: STASH_API_KEY ?? '' },
    }
    await app.call('saveSettings', { values })
    await app.hook(first ?? 0)
    const page = await app.window()
    await allSay(app, page, 'Setup not finished: 1 change is kept', 'setup', 0)

    // The write is held, so that work can be seen.
    const release = house.plex.faults.add({ method: 'PUT', fault: { kind: 'hang' } })
    await app.call('finishSetup', { library: 'new' })
    await page.goto('plexsync://app/#/overview')
    await allSay(app, page, 'Writing 1 change to Plex', 'working', 0)
    release()
    house.plex.dropConnections()
    await allSay(app, page, 'Up to date. 1 scene in sync with Plex', 'idle', 0)

    await house.plex.down()
    await app.hook(second ?? 0)
    await allSay(app, page, '1 change is kept and will follow', 'waiting', 0)
    await house.plex.up()
    await app.call('runHealthChecks', {}) // A look instead of waiting for the next probe.
    await allSay(app, page, 'Up to date. 2 scenes in sync with Plex', 'idle', 0)

    await app.hook(Number(lost.id))
    await allSay(app, page, '1 scene needs attention', 'needs_you', 1)
    if (hasNotifications) {
      await expect.poll(() => notifications.displayed(), patient).toBe(1)
      await notifications.closeAll()
      expect((await notifications.closed())[0]).toMatchObject({ title: '1 scene needs attention' })
    }
    await app.call('pause', {})
    await allSay(app, page, 'Paused', 'paused', 1)
    await app.call('resume', {})
    await allSay(app, page, '1 scene needs attention', 'needs_you', 1)

    // What an outage leaves: the dead letter is still there when it is over.
    await house.plex.down()
    await app.hook(first ?? 0)
    await allSay(app, page, 'Waiting for Plex since', 'waiting', 1)
    await house.plex.up()
    await app.call('runHealthChecks', {})
    await allSay(app, page, '1 scene needs attention', 'needs_you', 1)
  })
})

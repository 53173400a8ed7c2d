/** Tray, menu and notifications as a desktop sees them: over D-Bus. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { patient, RealApp, startHousehold } from './real-app.ts'
import { hasNotifications, hasTrayHost } from './runtime.ts'
import { activateTray, notifications } from './session-bus.ts'

const firstLine = (start: string) => (item: { readonly menu: readonly { readonly label: string }[] }) =>
  item.menu[0]?.label.startsWith(start) === true

describe.skipIf(!hasTrayHost)('the tray', { timeout: 120_000 }, () => {
  it('has an item with the whole menu, and no window opens where all is set up', async () => {
    await using house = await startHousehold()
    await using app = await RealApp.start(house)
    const item = await app.tray(firstLine('Up to date'))
    expect(item.menu.map(({ label }) => label)).toEqual([
      expect.stringMatching(/^Up to date/),
      'Open PlexSync',
      'Pause',
      'Sync recent changes',
      'Reconcile now',
      'Nothing needs attention',
      'Quit PlexSync',
    ])
    expect(item.menu.filter(({ enabled }) => !enabled).map(({ label }) => label)).toEqual(['Nothing needs attention'])
    expect(await app.windows()).toEqual([])
    // The list of the panel and of notifications: also from a checkout it is not the name of package.json.
    expect(await app.electron.evaluate(({ app: running }) => running.getName())).toBe('PlexSync')
  })

  it('is there before the engine is loaded', async () => {
    await using app = await RealApp.start({ arguments: ['--hidden'] })
    const marks = () => app.electron.evaluate(() => performance.getEntriesByType('mark').map(({ name }) => name))
    await expect.poll(marks, patient).toEqual(['tray', 'app loaded', 'engine started'])
  })

  it('opens the window from its menu and by a click on the icon, which leads to the cause', async () => {
    await using house = await startHousehold()
    await using app = await RealApp.start(house)
    await app.tray(firstLine('Up to date'))
    await app.click('Open PlexSync')
    await expect.poll(() => app.windows(), patient).toMatchObject([{ visible: true }])
    await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
    await expect.poll(() => app.windows(), patient).toMatchObject([{ visible: false }])
    await activateTray(app.pid)
    await expect
      .poll(() => app.windows(), patient)
      .toMatchObject([{ visible: true, url: expect.stringContaining('#/overview') }])
  })

  it('says that the setup is not finished, and keeps a hook without writing it', async () => {
    await using house = await startHousehold()
    const { PLEX_URL, PLEX_TOKEN, STASH_URL, STASH_API_KEY, ...rest } = house.environment
    await using app = await RealApp.start({ environment: rest })
    const values = {
      ...{ plex_url: PLEX_URL ?? '', plex_token: PLEX_TOKEN ?? '' },
      ...{ stash_url: STASH_URL ?? '', stash_api_key: STASH_API_KEY ?? '' },
    }
    await app.call('saveSettings', { values })
    expect(await app.hook(house.sample.scenes[0]?.sceneId ?? 0)).toBe(202)
    await app.tray(firstLine('Setup not finished: 1 change is kept'))
    expect(house.plex.requests.count({ label: 'edit' })).toBe(0)
    const page = await app.window()
    await page.getByText('Setup not finished: 1 change is kept').waitFor()
    await app.call('finishSetup', { library: 'new' })
    await app.tray(firstLine('Up to date. 1 scene in sync'))
    expect(house.plex.requests.count({ label: 'edit' })).toBeGreaterThan(0)
  })

  it('shows another picture for each state, and acts on pause and resume', async () => {
    await using house = await startHousehold()
    await using app = await RealApp.start(house)
    const idle = await app.tray(firstLine('Up to date'))
    await app.click('Pause')
    const paused = await app.tray(firstLine('Paused'))
    expect(paused.icon).not.toBe(idle.icon)
    expect((await app.call('getStatus', {})).state).toBe('paused')
    await app.click('Resume')
    const resumed = await app.tray(firstLine('Up to date'))
    expect(resumed.icon).toBe(idle.icon)

    await house.plex.down()
    await app.hook(house.sample.scenes[0]?.sceneId ?? 0)
    const waiting = await app.tray(firstLine('Waiting for Plex'))
    expect([idle.icon, paused.icon]).not.toContain(waiting.icon)
    await house.plex.up()
  })

  it('lists the last changes and what needs attention, each leading to its place', async () => {
    await using house = await startHousehold()
    const lost = house.stash.library.addScene({ title: 'No file', studio: 'A', files: [] })
    await using app = await RealApp.start(house)
    const [scene] = house.sample.scenes
    await app.hook(scene?.sceneId ?? 0)
    await app.hook(Number(lost.id))
    const item = await app.tray(
      ({ menu }) => menu.some(({ label }) => label === 'Needs attention (1)') && menu.length >= 9,
    )
    expect(item.menu.map(({ label }) => label)).toContainEqual(expect.stringMatching(/^ +\S.* \(1\)$/))
    await app.click('Needs attention')
    await expect.poll(() => app.windows(), patient).toMatchObject([{ url: expect.stringContaining('#/needs-you') }])
  })

  it('quits from its menu: what is being written is finished first', async () => {
    await using house = await startHousehold()
    const app = await RealApp.start(house)
    await app.tray(firstLine('Up to date'))
    const [scene] = house.sample.scenes
    house.plex.faults.add({ method: 'PUT', fault: { kind: 'delay', ms: 3_000 } })
    await app.hook(scene?.sceneId ?? 0)
    await expect.poll(() => house.plex.requests.count({ method: 'PUT' }), patient).toBe(1)
    const ended = new Promise<number | null>((resolve) => app.electron.process().once('exit', resolve))
    await app.click('Quit PlexSync')
    await app.tray(firstLine('Closing: 1 change is still being written'))
    expect(await ended).toBe(0)
    expect(house.plex.library.item(scene?.ratingKeys[0] ?? 0).text.title).toBe(scene?.expected?.title)
    expect(readFileSync(app.folder.file('data', 'logs', 'plexsync.log'), 'utf8')).toContain('completed')
    await app[Symbol.asyncDispose]()
  })
})

describe.skipIf(!hasNotifications || !hasTrayHost)('notifications', { timeout: 120_000 }, () => {
  it('show once that the app stays in the tray', async () => {
    await notifications.closeAll()
    await using app = await RealApp.start()
    await app.window()
    await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
    await expect.poll(() => notifications.displayed(), patient).toBe(1)
    await notifications.closeAll()
    expect((await notifications.closed())[0]).toMatchObject({ title: 'PlexSync keeps running' })
  })

  it('count what needs attention when the queue has settled, and open it at a click', async () => {
    await notifications.closeAll()
    await using house = await startHousehold()
    const lost = [1, 2].map((n) => house.stash.library.addScene({ title: `No file ${n}`, studio: 'A', files: [] }))
    await using app = await RealApp.start(house)
    await app.tray(firstLine('Up to date'))
    await app.call('pause', {})
    for (const { id } of lost) await app.hook(Number(id))
    await app.call('resume', {})
    await expect.poll(() => notifications.displayed(), patient).toBe(1)
    await notifications.click()
    await expect
      .poll(() => app.windows(), patient)
      .toMatchObject([{ visible: true, url: expect.stringContaining('#/needs-you') }])
    await notifications.closeAll()
    expect((await notifications.closed())[0]).toMatchObject({ title: '2 scenes need attention' })
  })
})

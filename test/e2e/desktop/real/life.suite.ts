/** Starting, ending, logging in and keeping secrets on the real runtime. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeTempFolder } from '../../../harness/temp-folder.ts'
import { patient, RealApp, startHousehold } from './real-app.ts'
import { hasKeyring, hasRuntime, root, runtime } from './runtime.ts'

const isLinux = process.platform === 'linux'
/** Chromium then keeps no key in a keyring: as on a desktop without one. */
const withoutKeyring = ['--password-store=basic']
const token = 'a-token-of-this-test'

describe.skipIf(!hasRuntime)('the life of the app', { timeout: 120_000 }, () => {
  it('leaves a second start to the first, which shows its window', async () => {
    await using house = await startHousehold()
    await using app = await RealApp.start(house)
    await app.call('getStatus', {})
    const second = spawn(runtime, [root, `--data-dir=${app.folder.file('data')}`], { stdio: 'ignore' })
    expect(await once(second, 'exit')).toEqual([0, null])
    await expect.poll(() => app.windows(), patient).toMatchObject([{ visible: true }])
  })

  it('finishes what is being written when the system ends it, and lets go of its folder', async () => {
    await using house = await startHousehold()
    await using folder = await makeTempFolder('plexsync-electron-')
    const app = await RealApp.start({ ...house, folder })
    const [scene] = house.sample.scenes
    await app.call('getStatus', {})
    house.plex.faults.add({ method: 'PUT', fault: { kind: 'delay', ms: 6_000 } })
    await app.hook(scene?.sceneId ?? 0)
    await expect.poll(() => house.plex.requests.count({ method: 'PUT' }), patient).toBe(1)
    const ended = once(app.electron.process(), 'exit')
    process.kill(app.pid, 'SIGTERM')
    expect(await app.notice('closing')).toMatch(/1 change is still being written[\s\S]*ends within 30 seconds/)
    await ended
    expect(house.plex.library.item(scene?.ratingKeys[0] ?? 0).text.title).toBe(scene?.expected?.title)
    expect(existsSync(folder.file('data', 'instance.json'))).toBe(false)
  })

  it('ends in order however early that is asked', async () => {
    for (const _ of Array(5)) {
      const app = await RealApp.start()
      const ended = once(app.electron.process(), 'exit')
      await app.electron.evaluate((electron) => electron.app.quit()).catch(() => null)
      expect(await ended).toEqual([0, null])
      await app.folder.close()
    }
  })

  it.skipIf(!isLinux)('starts at login on its own data folder when asked, and no longer when not', async () => {
    await using app = await RealApp.start()
    const folder = process.env.XDG_CONFIG_HOME || join(homedir(), '.config')
    const entry = join(folder, 'autostart', 'plexsync.desktop')
    await app.call('saveSettings', { values: { start_at_login: true } })
    await expect.poll(() => existsSync(entry), patient).toBe(true)
    expect(readFileSync(entry, 'utf8')).toContain(`"--data-dir=${app.folder.file('data')}" "--hidden"`)
    await app.call('saveSettings', { values: { start_at_login: false } })
    await expect.poll(() => existsSync(entry), patient).toBe(false)
  })

  it('opens nothing when it is started at login', async () => {
    await using app = await RealApp.start({ arguments: ['--hidden'] })
    await app.call('getStatus', {})
    if (isLinux) return // Without a tray host a window opens after a while; see the window's own test.
    expect(await app.windows()).toEqual([])
  })
})

describe.skipIf(!hasRuntime)('secrets', { timeout: 120_000 }, () => {
  const saved = async (app: RealApp): Promise<void> => {
    await app.call('saveSettings', { values: { plex_token: token } })
  }
  const secretsCheck = async (app: RealApp): Promise<unknown> =>
    (await app.call('runHealthChecks', {})).checks.find(({ id }) => id === 'secrets')

  it.skipIf(isLinux && !hasKeyring)('are sealed with the keychain of the system', async () => {
    await using app = await RealApp.start()
    await saved(app)
    expect(readFileSync(app.folder.file('data', 'secrets.sealed.json'), 'utf8')).not.toContain(token)
    expect(existsSync(app.folder.file('data', 'secrets.json'))).toBe(false)
    expect(await secretsCheck(app)).toMatchObject({ ok: true })
    expect((await app.call('getAbout', {})).secrets_warning).toBeNull()
  })

  it.skipIf(!isLinux)('are kept in a file where there is no keyring, and health warns', async () => {
    await using app = await RealApp.start({ arguments: withoutKeyring })
    await saved(app)
    expect(readFileSync(app.folder.file('data', 'secrets.json'), 'utf8')).toContain(token)
    expect(await secretsCheck(app)).toMatchObject({ ok: false, warning: true })
    expect((await app.call('getStatus', {})).health.warnings).toBeGreaterThan(0)
  })

  it.skipIf(!isLinux || !hasKeyring)(
    'stay sealed while the keyring is gone, health warns, and they come back with it',
    async () => {
      await using folder = await makeTempFolder('plexsync-electron-')
      {
        await using app = await RealApp.start({ folder })
        await saved(app)
      }
      const sealed = readFileSync(folder.file('data', 'secrets.sealed.json'), 'utf8')
      {
        await using app = await RealApp.start({ folder, arguments: withoutKeyring })
        expect((await app.call('getAbout', {})).secrets_warning).toMatch(/cannot be opened/)
        expect(await secretsCheck(app)).toMatchObject({ ok: false, warning: true })
        expect(readFileSync(folder.file('data', 'secrets.sealed.json'), 'utf8')).toBe(sealed)
      }
      await using app = await RealApp.start({ folder })
      const { settings } = await app.call('listSettings', {})
      expect(settings.find(({ name }) => name === 'plex_token')?.value).toMatch(/^set/)
    },
  )
})

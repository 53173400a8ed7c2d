/** The built app on the stand-in: the window, the tray, notifications, settings of the desktop. */
import { existsSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeTempFolder } from '../../harness/temp-folder.ts'
import { buildDesktop } from './built-desktop.ts'
import { call, hookToken, startConfigured } from './configured.ts'
import { startDesktop } from './desktop-process.ts'
import { last, named } from './recorded.ts'

/** Other tests run beside this one. */
const patient = { timeout: 60_000 }

beforeAll(buildDesktop)

describe('the window', () => {
  it('is hidden when it is closed, and says so the first time only, also after a restart', async () => {
    await using folder = await makeTempFolder()
    for (const notices of [1, 0]) {
      await using app = await startDesktop({ folder })
      await app.until((windows) => windows.length === 1, 'windows')
      await app.ask('windowEvent', 'ready-to-show')
      expect(await app.ask('windowEvent', 'close')).toBe(true)
      expect(await app.ask('windows')).toMatchObject([{ visible: false }])
      await app.ask('clickTray')
      expect(await app.ask('windows')).toMatchObject([{ visible: true }])
      await app.ask('windowEvent', 'close')
      expect(await app.ask('notifications')).toHaveLength(notices)
    }
  })

  it('is closed after it was hidden for minutes, and opened again at the view it had', async () => {
    await using app = await startConfigured()
    const { desktop } = app
    await desktop.until((entries) => entries.some(({ id, enabled }) => id === 'reconcile' && enabled), 'menu')
    await desktop.ask('clickMenu', 'reconcile')
    await desktop.ask('contentsEvent', 'did-finish-load')
    await desktop.ask('windowEvent', 'ready-to-show')
    await desktop.ask('windowEvent', 'close')
    // Shown and hidden again: the minutes count from the last time.
    await desktop.ask('clickMenu', 'open')
    await desktop.ask('runOutLongTimers')
    expect(await desktop.ask('windows')).toMatchObject([{ visible: true }])
    await desktop.ask('windowEvent', 'close')
    await desktop.ask('runOutLongTimers')
    expect(await desktop.ask('windows')).toEqual([])
    await desktop.ask('clickMenu', 'open')
    expect(await desktop.ask('windows')).toMatchObject([{ url: 'plexsync://app/#/reconcile' }])
  })

  it('is loaded again after a crash, and given up after three in a minute', async () => {
    await using app = await startDesktop()
    await app.until((windows) => windows.length === 1, 'windows')
    const crash = () =>
      app.ask(
        'contentsEvent',
        'render-process-gone',
        { reason: 'crashed', exitCode: 1 },
        { reason: 'crashed', exitCode: 1 },
      )
    await crash()
    await crash()
    expect(await app.ask('windows')).toMatchObject([{ url: 'plexsync://app/#/setup' }])
    expect(named(await app.ask('record'), 'BrowserWindow.loadURL')).toHaveLength(3)
    await crash()
    expect(await app.ask('windows')).toMatchObject([{ url: 'plexsync://notice/crash' }])
    await app.ask('contentsEvent', 'will-navigate', { url: 'plexsync://notice/do/retry' })
    await app.until((windows) => windows.some((shown) => shown.url.startsWith('plexsync://app/')), 'windows')
  })

  it('returns to the view it had, and the crash notice goes when it is opened from the tray', async () => {
    await using app = await startConfigured()
    const { desktop } = app
    const gone = { reason: 'crashed', exitCode: 1 }
    const crash = () => desktop.ask('contentsEvent', 'render-process-gone', gone, gone)
    await desktop.until((entries) => entries.some(({ id, enabled }) => id === 'reconcile' && enabled), 'menu')
    await desktop.ask('clickMenu', 'reconcile')
    await crash()
    expect(await desktop.ask('windows')).toMatchObject([{ url: 'plexsync://app/#/reconcile' }])
    await crash()
    await crash()
    expect(await desktop.ask('windows')).toMatchObject([{ url: 'plexsync://notice/crash' }])
    await desktop.ask('clickMenu', 'open')
    const windows = await desktop.until(
      (shown) => shown.some(({ url }) => url.startsWith('plexsync://app/')),
      'windows',
    )
    expect(windows).toHaveLength(1)
  })

  it('gets no events while it is hidden, and reads everything again when it is shown', async () => {
    await using app = await startConfigured()
    await app.desktop.until((running) => running, 'announced')
    await app.desktop.ask('clickTray')
    await app.desktop.ask('contentsEvent', 'did-finish-load')
    await app.sendHook(1)
    await expect.poll(async () => (await call(app.desktop, 'getStatus', {})).last_event_at, patient).not.toBeNull()
    expect(named(await app.desktop.ask('record'), 'webContents.send')).toEqual([])
    await app.desktop.ask('windowEvent', 'ready-to-show')
    expect(last(await app.desktop.ask('record'), 'webContents.send')).toBe('plexsync:event')
    await app.sendHook(2)
    await app.desktop.until(
      (seen) => named(seen, 'webContents.send').some(([, , event]) => JSON.stringify(event).includes('"hook"')),
      'record',
    )
  })
})

describe('the tray', () => {
  it('follows the engine without flicker: same words and same icon are not given twice', async () => {
    await using app = await startConfigured()
    await app.desktop.until((running) => running, 'announced')
    for (const { sceneId } of app.sample.scenes) expect(await app.sendHook(sceneId)).toBe(202)
    await app.desktop.until((record) => /8 scenes in sync/.test(String(last(record, 'Tray.setToolTip'))), 'record')
    const record = await app.desktop.ask('record')
    for (const name of ['Tray.setImage', 'Tray.setToolTip', 'Tray.setContextMenu']) {
      const given = named(record, name).map(([, value]) => JSON.stringify(value))
      expect(given.filter((value, i) => value === given[i - 1])).toEqual([])
    }
  })

  it('lists the last changes and the causes of what needs attention, each leading to its place', async () => {
    await using app = await startConfigured()
    const { desktop, sample, stash } = app
    await desktop.until((running) => running, 'announced')
    const [scene] = sample.scenes
    const broken = stash.library.addScene({ title: 'No file', studio: 'A', files: [] })
    await app.sendHook(scene?.sceneId ?? 0)
    await app.sendHook(broken.id)
    await desktop.until((entries) => entries.some(({ id }) => id === `/activity?open=${scene?.sceneId}`), 'menu')
    await desktop.until((entries) => entries.some(({ label }) => /^ .*\(1\)$/.test(label ?? '')), 'menu')
    await desktop.ask('clickMenu', '/needs-you?cause=no_file_path')
    expect(await desktop.ask('windows')).toMatchObject([{ url: 'plexsync://app/#/needs-you?cause=no_file_path' }])
  })

  it('pauses, resumes, syncs, and opens what needs the user', async () => {
    await using app = await startConfigured()
    const { desktop } = app
    await desktop.until((entries) => entries.some(({ id, enabled }) => id === 'pause' && enabled), 'menu')
    await desktop.ask('clickMenu', 'pause')
    await desktop.until((entries) => entries.some(({ id }) => id === 'resume'), 'menu')
    expect(last(await desktop.ask('record'), 'Tray.setToolTip')).toMatch(/^PlexSync: Paused\. /)
    expect((await call(desktop, 'getStatus', {})).paused).toBe(true)
    await desktop.ask('clickMenu', 'resume')
    await desktop.until((entries) => entries.some(({ id }) => id === 'pause'), 'menu')

    await desktop.ask('clickMenu', 'sync_recent')
    await desktop.until((shown) => shown.length > 0, 'notifications')

    await desktop.ask('clickMenu', 'reconcile')
    expect(await desktop.ask('windows')).toMatchObject([{ url: 'plexsync://app/#/reconcile' }])
  })

  it('speaks the language of the settings, immediately', async () => {
    await using app = await startConfigured()
    await app.desktop.until((entries) => entries.some(({ label }) => label === 'Open PlexSync'), 'menu')
    await call(app.desktop, 'saveSettings', { values: { language: 'de', theme: 'dark' } })
    await app.desktop.until((entries) => entries.some(({ label }) => label === 'PlexSync öffnen'), 'menu')
    expect(await app.desktop.ask('theme')).toBe('dark')
  })
})

describe('notifications', () => {
  it('report what needs the user and open it', async () => {
    await using app = await startConfigured()
    const { desktop, stash } = app
    const scene = stash.library.addScene({ title: 'No file', studio: 'A', files: [] })
    await desktop.until((running) => running, 'announced')
    await app.sendHook(scene.id)
    const [notice] = await desktop.until((shown) => shown.length > 0, 'notifications')
    expect(notice).toMatchObject({ title: '1 scene needs attention' })
    // A notification daemon shows it as large as it is: its width is in the head of a PNG.
    const width = readFileSync(notice?.icon ?? '').readUInt32BE(16)
    expect(width).toBeGreaterThanOrEqual(64)
    expect(width).toBeLessThanOrEqual(128)
    // Its packages bring no command line: what cures a finding is done in the window.
    const { checks } = await call(desktop, 'runHealthChecks', {})
    expect(checks.find(({ id }) => id === 'dead_letters')).toMatchObject({
      ok: false,
      cure: expect.stringMatching(/\w/),
    })
    expect(checks.map(({ cure }) => cure).filter((cure) => cure?.includes('plexsync '))).toEqual([])
    await desktop.ask('clickNotification')
    expect(await desktop.ask('windows')).toMatchObject([{ url: 'plexsync://app/#/needs-you' }])
    const entries = await desktop.until((menu) => menu.some(({ id, enabled }) => id === 'needs_you' && enabled), 'menu')
    expect(entries.find(({ id }) => id === 'needs_you')?.label).toBe('Needs attention (1)')
  })

  it('can be switched off', async () => {
    await using app = await startConfigured({ environment: { PLEXSYNC_NOTIFICATIONS: 'false' } })
    const scene = app.stash.library.addScene({ title: 'No file', studio: 'A', files: [] })
    await app.desktop.until((running) => running, 'announced')
    await app.sendHook(scene.id)
    await app.desktop.until((menu) => menu.some(({ id, enabled }) => id === 'needs_you' && enabled), 'menu')
    expect(await app.desktop.ask('notifications')).toEqual([])
  })
})

describe('settings of the desktop', () => {
  it('starts at login when asked, and no more when not', async () => {
    await using app = await startDesktop()
    await app.until((running) => running, 'announced')
    const entry = app.folder.file('.config', 'autostart', 'plexsync.desktop')
    expect(existsSync(entry)).toBe(false)
    await call(app, 'saveSettings', { values: { start_at_login: true } })
    await expect.poll(() => existsSync(entry), patient).toBe(true)
    expect(readFileSync(entry, 'utf8')).toContain(`"--data-dir=${app.folder.file('data')}" "--hidden"`)
    await call(app, 'saveSettings', { values: { start_at_login: false } })
    await expect.poll(() => existsSync(entry), patient).toBe(false)
  })

  it('starts while the keyring asks for its password: tokens wait, the tray says what for', async () => {
    await using folder = await makeTempFolder()
    {
      await using before = await startConfigured({ folder })
      await before.desktop.until((running) => running, 'announced')
      const { plex, stash } = before
      await call(before.desktop, 'saveSettings', {
        by: 'command',
        values: { plex_url: plex.url, plex_token: plex.token, stash_url: stash.url, hook_token: hookToken },
      })
    }
    await using app = await startDesktop({ folder, environment: { STAND_IN_KEYRING: 'asks' } })
    await app.until((entries) => entries.some(({ label }) => /^Waiting for you to unlock/.test(label ?? '')), 'menu')
    const status = await call(app, 'getStatus', {})
    expect(status).toMatchObject({ state: 'waiting', waiting_for: { code: 'keyring', values: { kept: 0 } } })
    const hook = () =>
      fetch(status.webhook_url ?? '', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${hookToken}` },
        body: JSON.stringify({ type: 'ping' }),
      }).then((response) => [response.status, response.headers.get('retry-after') !== null])
    expect(await hook()).toEqual([503, true])
    await app.ask('unlockKeyring')
    await expect.poll(hook, patient).toEqual([202, false])
    const { settings } = await call(app, 'listSettings', {})
    expect(settings.find(({ name }) => name === 'plex_token')?.value).toMatch(/^set/)
    expect((await call(app, 'getAbout', {})).secrets_warning).toBeNull()
  })

  it('seals tokens with the keychain, and warns where there is none', async () => {
    const token = 'a-token-of-this-test'
    await using sealed = await startDesktop()
    await sealed.until((running) => running, 'announced')
    await call(sealed, 'saveSettings', { values: { plex_token: token } })
    expect(readFileSync(sealed.folder.file('data', 'secrets.sealed.json'), 'utf8')).not.toContain(token)
    expect(existsSync(sealed.folder.file('data', 'secrets.json'))).toBe(false)
    expect(await call(sealed, 'getAbout', {})).toMatchObject({ host: 'desktop', secrets_warning: null })

    await using plain = await startDesktop({ environment: { STAND_IN_KEYRING: 'none' } })
    await plain.until((running) => running, 'announced')
    expect((await call(plain, 'getAbout', {})).secrets_warning).toMatch(/no keyring/)
    const { checks } = await call(plain, 'runHealthChecks', {})
    expect(checks.find(({ id }) => id === 'secrets')).toMatchObject({ ok: false, warning: true })
    const { health } = await call(plain, 'getStatus', {})
    expect(health.warnings).toBeGreaterThan(0)
  })
})

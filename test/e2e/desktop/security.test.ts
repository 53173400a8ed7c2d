/** Electron's security checklist, item by item, on the built app; what only the real runtime enforces is in the list of docs/desktop-checklist.md. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildDesktop, buildRenderer } from './built-desktop.ts'
import { type Configured, startConfigured } from './configured.ts'

let app: Configured

beforeAll(async () => {
  await buildDesktop()
  await buildRenderer()
  app = await startConfigured()
  await app.desktop.until((running) => running, 'announced')
  await app.desktop.ask('clickTray')
})
afterAll(() => app[Symbol.asyncDispose]())

const ask: Configured['desktop']['ask'] = (name, ...args) => app.desktop.ask(name, ...args)
const read = (path: string): Promise<string> =>
  readFile(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8')

describe('windows', () => {
  it('are sandboxed, isolated and without Node', async () => {
    const [window] = await ask('windows')
    expect(window?.options.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
    })
    expect(window?.options.webPreferences).not.toHaveProperty('enableBlinkFeatures')
    const record = await ask('record')
    expect(record.map(([name]) => name)).toContain('app.enableSandbox')
  })

  it('load only our own scheme', async () => {
    for (const { url } of await ask('windows')) expect(url).toMatch(/^plexsync:\/\/(app|notice)\//)
  })

  it.each([
    'https://example.com/',
    'http://127.0.0.1:32400/',
    'file:///etc/passwd',
    'data:text/html,x',
    'javascript:alert(1)',
    'plexsync://notice/failure',
    'plexsync://app.evil/',
    'plexsync://app:1/',
  ])('do not go to %s', async (url) => {
    expect(await ask('contentsEvent', 'will-navigate', { url })).toBe(true)
    expect(await ask('contentsEvent', 'will-redirect', { url })).toBe(true)
    expect(await ask('contentsEvent', 'will-frame-navigate', { url, isMainFrame: false })).toBe(true)
    expect(await ask('windowOpen', url)).toEqual({ action: 'deny' })
  })

  it('move within themselves, hold no webview', async () => {
    expect(await ask('contentsEvent', 'will-navigate', { url: 'plexsync://app/#/settings' })).toBe(false)
    expect(await ask('windowOpen', 'plexsync://app/')).toEqual({ action: 'deny' })
    expect(await ask('contentsEvent', 'will-attach-webview')).toBe(true)
  })
})

describe('permissions', () => {
  it.each(['media', 'geolocation', 'notifications', 'openExternal', 'clipboard-read', 'fileSystem', 'hid', 'usb'])(
    'deny %s',
    async (permission) => {
      expect(await ask('permissionRequest', permission, 'plexsync://app/')).toBe(false)
      expect(await ask('permissionCheck', permission, 'plexsync://app/')).toBe(false)
    },
  )

  it('let only the window copy', async () => {
    expect(await ask('permissionRequest', 'clipboard-sanitized-write', 'plexsync://app/')).toBe(true)
    expect(await ask('permissionCheck', 'clipboard-sanitized-write', 'plexsync://app/')).toBe(true)
    expect(await ask('permissionCheck', 'clipboard-sanitized-write', 'https://evil.example')).toBe(false)
    expect(await ask('device')).toBe(false)
  })

  it('let the window save its own export, and fetch nothing', async () => {
    expect(await ask('download', 'blob:plexsync://app/0f8fad5b')).toBe(false)
    expect(await ask('download', 'https://example.com/setup.exe')).toBe(true)
    expect(await ask('download', 'blob:https://example.com/0f8fad5b')).toBe(true)
  })
})

describe('the scheme', () => {
  it('serves the built window with its policy as a header', async () => {
    const page = await ask('request', 'plexsync://app/')
    expect(page.status).toBe(200)
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    const policy = page.headers['content-security-policy'] ?? ''
    expect(policy.split('; ')).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ]),
    )
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
    expect(page.headers['x-content-type-options']).toBe('nosniff')
  })

  it('gives plain pages a separate policy, without any script', async () => {
    const { headers } = await ask('request', 'plexsync://notice/none')
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/)
    expect(headers['content-security-policy']).not.toContain('script-src')
  })

  it.each([
    ['plexsync://app/../../package.json', 'GET'],
    ['plexsync://app/..%2f..%2fpackage.json', 'GET'],
    ['plexsync://app/%2e%2e/%2e%2e/main/desktop/index.ts', 'GET'],
    ['plexsync://app/..%5c..%5cpackage.json', 'GET'],
    ['plexsync://other/', 'GET'],
    ['plexsync://app:80/', 'GET'],
    ['plexsync://app/', 'POST'],
  ])('refuses %s (%s)', async (url, method) => {
    const response = await ask('request', url, method)
    expect([404, 405]).toContain(response.status)
    expect(Buffer.from(response.body, 'base64').toString()).toMatch(/^(Not found|Method not allowed)$/)
  })
})

describe('messages of the window', () => {
  it('are answered from its own page, by the contract', async () => {
    expect(await ask('ipc', 'window', 'plexsync:invoke', 'getStatus', {})).toMatchObject({
      ok: true,
      value: { running: true },
    })
  })

  it.each(['other_page', 'subframe', 'other_window', 'gone'] as const)('are refused from %s', async (sender) => {
    expect(await ask('ipc', sender, 'plexsync:invoke', 'getStatus', {})).toMatchObject({ ok: false })
    expect(await ask('ipc', sender, 'plexsync:open-external', 'https://plex.tv/link')).toBe(false)
  })

  it.each([
    ['a name that is none', ['constructor', {}]],
    ['a name of another type', [{ toString: 'getStatus' }, {}]],
    ['no request', ['getScene']],
    ['a request of another shape', ['getScene', { scene_id: { $ne: 1 } }]],
    ['a setting of another type', ['saveSettings', { values: { plex_url: ['http://x'] } }]],
  ])('are refused with %s', async (_name, args) => {
    expect(await ask('ipc', 'window', 'plexsync:invoke', ...args)).toMatchObject({
      ok: false,
      fault: { code: 'invalid_input' },
    })
  })

  it('have two channels and no more', async () => {
    expect((await ask('ipcChannels')).sort()).toEqual(['plexsync:invoke', 'plexsync:open-external'])
  })

  it('open Plex and the configured servers outside, and nothing else', async () => {
    const open = (url: unknown) => ask('ipc', 'window', 'plexsync:open-external', url)
    expect(await open('https://app.plex.tv/auth#?code=1')).toBe(true)
    expect(await open(`${app.stash.url}/scenes/1`)).toBe(true)
    expect(await open('https://evil.example/')).toBe(false)
    expect(await open('file:///etc/passwd')).toBe(false)
    expect(await open({ href: 'https://plex.tv' })).toBe(false)
    const opened = (await ask('record')).filter(([name]) => name === 'shell.openExternal').map(([, url]) => url)
    expect(opened).toEqual(['https://app.plex.tv/auth#?code=1', `${app.stash.url}/scenes/1`])
  })
})

describe('what is built', () => {
  it('has a preload that requires electron only and exposes three verbs', async () => {
    const preload = await read('out/desktop/preload.cjs')
    expect([...preload.matchAll(/require\(([^)]*)\)/g)].map(([, name]) => name)).toEqual(['"electron"'])
    expect([...preload.matchAll(/exposeInMainWorld\("(\w+)"/g)].map(([, name]) => name)).toEqual(['plexsync'])
    expect(preload).not.toMatch(/sendSync|webFrame|process\.[a-z]/)
  })

  it('is fused: no Node by environment or argument, only its own archive, with integrity', async () => {
    const config = await read('electron-builder.yml')
    const fuses = Object.fromEntries(
      [...config.matchAll(/^ {2}(\w+): (true|false)$/gm)].map(([, name, value]) => [name, value === 'true']),
    )
    expect(fuses).toMatchObject({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableCookieEncryption: true,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      grantFileProtocolExtraPrivileges: false,
    })
  })
})

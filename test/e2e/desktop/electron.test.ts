/**
 * The app on the real runtime: what the stand-in cannot show. It runs with whatever runtime `ELECTRON_OVERRIDE_DIST_PATH`
 * names, says which version that was and what this run could not show; skipped, with a line that says so, where there is
 * none. The workflow runs it on Linux, macOS and Windows. `PLEXSYNC_PACKAGED` names a packaged program that is then
 * started too.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeTempFolder } from '../../harness/temp-folder.ts'
import { buildDesktop, buildRenderer } from './built-desktop.ts'
import { RealApp } from './real/real-app.ts'
import { hasRuntime, notShown } from './real/runtime.ts'

/** As Node it would end immediately; as the app it is ended after this. */
const asNodeMs = 5_000

import './real/window.suite.ts'
import './real/tray.suite.ts'
import './real/same-words.suite.ts'
import './real/life.suite.ts'
import './real/package.suite.ts'

const packaged = process.env.PLEXSYNC_PACKAGED

if (!hasRuntime)
  console.warn(
    '\n*** SKIPPED: Electron’s runtime is not installed, so nothing here was tried on real Electron. Install it with: node node_modules/electron/install.js ***\n',
  )

beforeAll(async () => {
  if (!hasRuntime) return
  await buildDesktop()
  await buildRenderer()
  await using app = await RealApp.start()
  const { electron = '', chrome = '' } = await app.electron.evaluate(() => process.versions)
  const lines = notShown(electron).map((line) => `  not shown here: ${line}`)
  console.info([`\nElectron ${electron}, Chromium ${chrome}, ${process.platform}`, ...lines, ''].join('\n'))
})

describe.skipIf(packaged === undefined)('the packaged program', () => {
  it('starts, receives hooks, and ends in order', async () => {
    await using folder = await makeTempFolder('plexsync-packaged-')
    const app = spawn(packaged ?? '', [`--data-dir=${folder.file('data')}`, '--hidden'], {
      env: { ...process.env, PLEXSYNC_WEBHOOK_PORT: '19797' },
      stdio: 'inherit',
    })
    try {
      const healthy = () =>
        fetch('http://127.0.0.1:19797/healthz').then(
          ({ status }) => status,
          () => 0,
        )
      await expect.poll(healthy, { timeout: 60_000, interval: 250 }).toBe(200)
      expect(existsSync(folder.file('data', 'plexsync.db'))).toBe(true)
    } finally {
      const ended = once(app, 'exit')
      app.kill('SIGTERM')
      await ended
    }
    // Windows has no signals: there the process just ends.
    if (process.platform !== 'win32') expect(existsSync(folder.file('data', 'instance.json'))).toBe(false)
  })

  it('cannot be used as Node', async () => {
    const app = spawn(packaged ?? '', ['-e', 'process.exit(42)', '--data-dir=/nonexistent'], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: 'ignore',
      timeout: asNodeMs,
      killSignal: 'SIGKILL',
    })
    const [code] = await once(app, 'exit')
    expect(code).not.toBe(42)
  })
})

/** `npm start` if there is no runtime, or no display. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeTempFolder, type TempFolder } from '../../harness/temp-folder.ts'
import { buildRenderer } from './built-desktop.ts'

beforeAll(buildRenderer)

const launcher = fileURLToPath(new URL('../../../main/desktop/start.mjs', import.meta.url))
const anyPort = { PLEXSYNC_WEBHOOK_PORT: '0', PLEXSYNC_UI_PORT: '0' }

function start(folder: TempFolder, environment: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [launcher, '--data-dir', folder.file('data')], {
    env: { PATH: process.env.PATH ?? '', HOME: folder.path, ...anyPort, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** The first lines of standard error and of standard output. */
async function firstLines(process: ChildProcess): Promise<[error: string, output: string]> {
  const lines = [process.stderr, process.stdout].map(async (stream) => {
    if (stream === null) throw new Error('no pipe')
    for await (const line of createInterface(stream)) return line
    return ''
  })
  const [error = '', output = ''] = await Promise.all(lines)
  return [error, output]
}

describe.skipIf(process.platform === 'win32')('npm start', () => {
  it.each(['no runtime', 'no display'])('serves headless where there is %s, and says so in one line', async (cause) => {
    await using folder = await makeTempFolder()
    await mkdir(folder.file('dist'))
    // A runtime that would give itself away by being started.
    if (cause === 'no display') await writeFile(folder.file('dist', 'electron'), '#!/bin/sh\nexit 9\n', { mode: 0o755 })
    const app = start(folder, { ELECTRON_OVERRIDE_DIST_PATH: folder.file('dist') })
    try {
      const [error, output] = await firstLines(app)
      expect(error).toMatch(cause === 'no display' ? /^There is no display here\./ : /^The runtime of Electron is not/)
      expect(output).toMatch(/^The window: http:\/\/127\.0\.0\.1:\d+\/\?token=/)
      app.kill('SIGTERM')
      expect(await once(app, 'exit')).toEqual([0, null])
    } finally {
      app.kill('SIGKILL')
    }
  })
})

#!/usr/bin/env node
// `npm start`: the tray application from a checkout. Where Electron's runtime or a display is missing it says so in one
// line and serves headless instead. Plain JavaScript, so that an old Node can say what is wrong.
//
//   npm start                  the tray application
//   npm start -- --download    fetch Electron's runtime first (some 120 MB); never done without being asked
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { builds, makeCurrent } from '../host/builds.mjs'

const root = fileURLToPath(new URL('../../', import.meta.url))
const electron = join(root, 'node_modules', 'electron')
/** @type {Readonly<Record<string, string>>} */
const programs = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }
const runtime = join(
  process.env.ELECTRON_OVERRIDE_DIST_PATH || join(electron, 'dist'),
  programs[process.platform] ?? 'electron',
)

const given = process.argv.slice(2)
const rest = given.filter((argument) => argument !== '--download')

if (given.includes('--download') && !existsSync(runtime)) runToEnd(join(electron, 'install.js'))
await makeCurrent(builds.window)
const missing = whatIsMissing()
if (missing === null) {
  await makeCurrent(builds.desktop)
  startElectron()
} else {
  process.stderr.write(`${missing} Serving headless instead; the window opens in a browser.\n`)
  process.argv.splice(2, Infinity, 'serve', ...rest)
  await import('../headless/bin.mjs')
}

/** One sentence, or null where the tray application can run. */
function whatIsMissing() {
  if (!existsSync(runtime)) return 'The runtime of Electron is not installed (npm start -- --download fetches it).'
  const needsDisplay = process.platform === 'linux'
  if (needsDisplay && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'There is no display here.'
  return null
}

/** @param {string} script */
function runToEnd(script) {
  const { status } = spawnSync(process.execPath, [script], { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

function startElectron() {
  const app = spawn(runtime, [root, ...rest], { cwd: root, stdio: 'inherit' })
  // The terminal's Ctrl-C reaches the app automatically; it ends in order, and this with it.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => app.kill('SIGTERM'))
  app.on('error', (error) => {
    process.stderr.write(`${runtime} could not be started: ${error.message}\n`)
    process.exit(1)
  })
  app.on('exit', (code) => process.exit(code ?? 1))
}

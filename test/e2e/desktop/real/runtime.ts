/** The Electron that this run has: which one, and what it and its desktop cannot show. */
import { execFile, execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { owns } from './session-bus.ts'

export const root = fileURLToPath(new URL('../../../../', import.meta.url))
const distribution = process.env.ELECTRON_OVERRIDE_DIST_PATH || join(root, 'node_modules', 'electron', 'dist')
const programs: Partial<Record<NodeJS.Platform, string>> = {
  darwin: join('Electron.app', 'Contents', 'MacOS', 'Electron'),
  win32: 'electron.exe',
}

export const runtime = join(distribution, programs[process.platform] ?? 'electron')
export const hasRuntime = existsSync(runtime)

/** As the program itself says. */
export async function electronVersion(): Promise<string> {
  const environment = { ...process.env, ELECTRON_RUN_AS_NODE: '1' }
  const { stdout } = await promisify(execFile)(runtime, ['-p', 'process.versions.electron'], { env: environment })
  return stdout.trim()
}

const isLinux = process.platform === 'linux'
const session = isLinux && hasRuntime && process.env.DBUS_SESSION_BUS_ADDRESS !== undefined
export const hasTrayHost = session && owns('org.kde.StatusNotifierWatcher')
export const hasNotifications = session && owns('org.freedesktop.Notifications') && hasProgram('dunstctl')
export const hasKeyring = session && owns('org.freedesktop.secrets')

function hasProgram(name: string): boolean {
  try {
    execFileSync('which', [name], { stdio: 'ignore' })
    return true
  } catch {
    return false // `which` says so with its exit code.
  }
}

/** What was not tried in this run, and why: one line each. */
export function notShown(version: string): string[] {
  const major = Number(version.split('.')[0])
  const lines: [boolean, string][] = [
    [!isLinux, 'tray item, menu and notifications over D-Bus: only on Linux'],
    [isLinux && !hasTrayHost, 'the tray item: this desktop has no tray host'],
    [isLinux && !hasNotifications, 'clicks on notifications: no notification daemon with dunstctl'],
    [isLinux && !hasKeyring, 'sealing with a keyring: none on the session bus'],
    [major < 28, `main files as ECMAScript modules: Electron ${major} starts a converted bundle, and no package`],
    [major < 36, `shell.openPath without blocking, and the colours of plain pages in dark mode: Electron ${major}`],
    [
      major < 45,
      `safeStorage’s asynchronous half as Electron 45 has it: Electron ${major} is given one over the blocking half`,
    ],
  ]
  return lines.flatMap(([isMissing, line]) => (isMissing ? [line] : []))
}

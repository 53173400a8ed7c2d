/** Start at login, on three systems. */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from 'electron'
import { writeWhole } from '../engine/settings/whole-file.ts'

/** With this argument the app starts without showing a window. */
export const hiddenArgument = '--hidden'

export interface AutostartDeps {
  readonly app: Pick<App, 'isPackaged' | 'getAppPath' | 'setLoginItemSettings' | 'getLoginItemSettings'>
  readonly platform: NodeJS.Platform
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly execPath: string
  readonly home: string
  /** `--data-dir=…` as this start was given it; null for the usual folder. */
  readonly dataFolder: string | null
}

/** Brings the system's list of login items into line with the setting. Throws where a file cannot be written. */
export function setAutostart(on: boolean, deps: AutostartDeps): void {
  const { app, platform } = deps
  if (platform === 'linux') {
    const file = autostartFile(deps)
    if (on) writeIfChanged(file, desktopEntry(commandOf(deps)))
    else if (existsSync(file)) rmSync(file)
    return
  }
  const options = platform === 'win32' ? { args: commandOf(deps).slice(1) } : {}
  // Asked first: writing it again makes macOS notify the user of a new login item each time.
  if (app.getLoginItemSettings(options).openAtLogin !== on) app.setLoginItemSettings({ openAtLogin: on, ...options })
}

/** Where Linux desktops look, by the XDG autostart specification. */
function autostartFile({ environment, home }: AutostartDeps): string {
  return join(environment.XDG_CONFIG_HOME || join(home, '.config'), 'autostart', 'plexsync.desktop')
}

/** An AppImage runs from a folder that is gone after it: the file itself is what has to be started. */
function commandOf({ app, environment, execPath, dataFolder }: AutostartDeps): string[] {
  const program = environment.APPIMAGE || execPath
  const folder = dataFolder === null ? [] : [`--data-dir=${dataFolder}`]
  return [program, ...(app.isPackaged ? [] : [app.getAppPath()]), ...folder, hiddenArgument]
}

/** The text of an autostart entry. Arguments are quoted by the desktop entry specification. */
export function desktopEntry(command: readonly string[]): string {
  const quoted = command.map((part) => `"${part.replaceAll(/["`$\\]/g, '\\$&').replaceAll('%', '%%')}"`).join(' ')
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=PlexSync',
    'Comment=Writes what changes in Stash to Plex',
    'Comment[de]=Schreibt nach Plex, was sich in Stash ändert',
    // A backslash in a value of the file is escaped once more.
    `Exec=${quoted.replaceAll('\\', '\\\\')}`,
    'Icon=plexsync',
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n')
}

function writeIfChanged(file: string, text: string): void {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return
  writeWhole(file, text)
}

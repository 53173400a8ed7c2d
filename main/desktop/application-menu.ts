import { Menu } from 'electron'

/** macOS takes copy, paste and quit from the menu bar; elsewhere the window has none. */
export function setApplicationMenu(): void {
  const menu = Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }])
  Menu.setApplicationMenu(process.platform === 'darwin' ? menu : null)
}

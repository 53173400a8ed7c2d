import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { makeTempFolder } from '../../test/harness/temp-folder.ts'
import { type AutostartDeps, desktopEntry, setAutostart } from './autostart.ts'

type LoginItem = Parameters<AutostartDeps['app']['setLoginItemSettings']>[0]

function depsFor(platform: NodeJS.Platform, home: string, given: Partial<AutostartDeps> = {}) {
  const items: LoginItem[] = []
  let openAtLogin = false
  const deps: AutostartDeps = {
    app: {
      isPackaged: true,
      getAppPath: () => '/opt/plexsync/resources/app.asar',
      setLoginItemSettings: (item) => {
        items.push(item)
        openAtLogin = item.openAtLogin === true
      },
      getLoginItemSettings: () => ({
        openAtLogin,
        wasOpenedAtLogin: false,
        status: 'enabled',
        executableWillLaunchAtLogin: openAtLogin,
        launchItems: [],
        openAsHidden: false,
        restoreState: false,
        wasOpenedAsHidden: false,
      }),
    },
    platform,
    environment: {},
    execPath: '/opt/plexsync/plexsync',
    home,
    dataFolder: null,
    ...given,
  }
  return { deps, items }
}

describe('setAutostart', () => {
  it('writes and removes the entry on Linux', async () => {
    await using folder = await makeTempFolder()
    const { deps } = depsFor('linux', folder.path)
    const file = folder.file('.config', 'autostart', 'plexsync.desktop')
    setAutostart(true, deps)
    expect(readFileSync(file, 'utf8')).toContain('Exec="/opt/plexsync/plexsync" "--hidden"\n')
    setAutostart(false, deps)
    expect(existsSync(file)).toBe(false)
    setAutostart(false, deps)
  })

  it('starts on the data folder that this start was given', async () => {
    await using folder = await makeTempFolder()
    const { deps } = depsFor('linux', folder.path, { dataFolder: '/srv/other folder' })
    setAutostart(true, deps)
    expect(readFileSync(folder.file('.config', 'autostart', 'plexsync.desktop'), 'utf8')).toContain(
      'Exec="/opt/plexsync/plexsync" "--data-dir=/srv/other folder" "--hidden"\n',
    )
    const windows = depsFor('win32', 'C:\\Users\\a', { dataFolder: 'D:\\data' })
    setAutostart(true, windows.deps)
    expect(windows.items).toEqual([{ openAtLogin: true, args: ['--data-dir=D:\\data', '--hidden'] }])
  })

  it('starts the AppImage, not the folder it is mounted at', async () => {
    await using folder = await makeTempFolder()
    const { deps } = depsFor('linux', folder.path, {
      environment: { APPIMAGE: '/home/a/Apps/PlexSync.AppImage', XDG_CONFIG_HOME: folder.file('config') },
      execPath: '/tmp/.mount_PlexSyX/plexsync',
    })
    setAutostart(true, deps)
    expect(readFileSync(folder.file('config', 'autostart', 'plexsync.desktop'), 'utf8')).toContain(
      'Exec="/home/a/Apps/PlexSync.AppImage" "--hidden"\n',
    )
  })

  it('asks macOS and Windows only when something changes', () => {
    const mac = depsFor('darwin', '/Users/a')
    setAutostart(false, mac.deps)
    setAutostart(true, mac.deps)
    setAutostart(true, mac.deps)
    expect(mac.items).toEqual([{ openAtLogin: true }])

    const windows = depsFor('win32', 'C:\\Users\\a')
    setAutostart(true, windows.deps)
    expect(windows.items).toEqual([{ openAtLogin: true, args: ['--hidden'] }])
  })
})

describe('desktopEntry', () => {
  it('quotes what a path may hold', () => {
    expect(desktopEntry(['/opt/My "Apps"/100%/a$b`c\\d'])).toContain(
      'Exec="/opt/My \\\\"Apps\\\\"/100%%/a\\\\$b\\\\`c\\\\\\\\d"\n',
    )
  })
})

import { describe, expect, it } from 'vitest'
import { type Installation, noUpdatesBecause } from './update-support.ts'

const appImage: Installation = {
  isPackaged: true,
  platform: 'linux',
  hasUpdateFile: true,
  packageType: null,
  appImage: '/home/a/PlexSync.AppImage',
}

describe('noUpdatesBecause', () => {
  it('lets an AppImage, a dmg and an NSIS installation update themselves', () => {
    expect(noUpdatesBecause(appImage)).toBeNull()
    expect(noUpdatesBecause({ ...appImage, platform: 'darwin', appImage: undefined })).toBeNull()
    expect(noUpdatesBecause({ ...appImage, platform: 'win32', appImage: undefined })).toBeNull()
  })

  it.each([
    ['a checkout', { isPackaged: false }],
    ['deb', { packageType: 'deb', appImage: undefined }],
    ['rpm', { packageType: 'rpm', appImage: undefined }],
    ['an unpacked archive', { appImage: undefined }],
    ['a build without app-update.yml', { hasUpdateFile: false }],
  ])('leaves %s alone', (_name, given) => {
    expect(noUpdatesBecause({ ...appImage, ...given })).not.toBeNull()
  })
})

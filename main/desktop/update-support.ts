/** Whether this installation may replace itself. Pure. */

export interface Installation {
  readonly isPackaged: boolean
  readonly platform: NodeJS.Platform
  /** electron-builder writes it only if a place to update from was configured. */
  readonly hasUpdateFile: boolean
  /** Content of the file `package-type`, which deb and rpm packages carry; null if there is none. */
  readonly packageType: string | null
  /** Set by the AppImage runtime. */
  readonly appImage: string | undefined
}

/** Why there are no updates, for the log; null if there are. What a package manager installed is its to update. */
export function noUpdatesBecause(installation: Installation): string | null {
  const { isPackaged, platform, hasUpdateFile, packageType, appImage } = installation
  if (!isPackaged) return 'this is a checkout'
  if (packageType !== null && packageType !== '') return `the ${packageType} package is updated by its package manager`
  if (platform === 'linux' && !appImage) return 'the package manager or the user who unpacked it updates it'
  return hasUpdateFile ? null : 'this build names no place to update from'
}

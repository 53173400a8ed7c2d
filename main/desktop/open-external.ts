import { shell } from 'electron'
import type { Settings } from '../../shared/settings.ts'
import type { Logger } from '../engine/ports.ts'
import { mayOpen } from './allowed-links.ts'
import { windowLines } from './desktop-log.ts'

/** Opens an address in the system's browser, if it may be opened; true if it was. */
export async function openExternal(
  url: string,
  { plex_url, stash_url }: Pick<Settings, 'plex_url' | 'stash_url'>,
  logger: Logger,
): Promise<boolean> {
  if (mayOpen(url, [plex_url, stash_url, process.env.PLEXSYNC_PLEX_TV_URL ?? ''])) {
    await shell.openExternal(url)
    return true
  }
  logger.log(...windowLines.addressRefused())
  return false
}

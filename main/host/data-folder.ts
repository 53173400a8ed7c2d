import { homedir, platform } from 'node:os'
import { join, resolve } from 'node:path'

/** Where the database, the log and the secrets file live: --data-dir, else PLEXSYNC_DATA_DIR, else the platform's place. */
export function dataFolderOf(argument: string | undefined, environment: NodeJS.ProcessEnv): string {
  const given = argument ?? environment.PLEXSYNC_DATA_DIR
  if (given !== undefined && given !== '') return resolve(given)
  switch (platform()) {
    case 'win32':
      return join(environment.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'PlexSync')
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', 'PlexSync')
    default:
      return join(environment.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'plexsync')
  }
}

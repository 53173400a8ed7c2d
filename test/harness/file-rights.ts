/** Starts programs that file permissions bind, also where the tests run as root. */
import { spawnSync } from 'node:child_process'

const isRoot = process.getuid?.() === 0
/** What lets root read and write against a file's permissions. */
const overrides = '-dac_override,-dac_read_search'

/**
 * Prefixes a command so that it runs without root's power over file permissions. The user stays the same: another one
 * could not read a checkout below /root.
 */
export function boundByPermissions(program: string, args: readonly string[]): [string, string[]] {
  if (!isRoot) return [program, [...args]]
  return ['setpriv', ['--bounding-set', overrides, '--inh-caps', overrides, '--', program, ...args]]
}

/** False if permissions have no effect: on Windows, and for root where `setpriv` (util-linux) is missing or refused. */
export function permissionsCanBind(): boolean {
  if (process.platform === 'win32') return false
  const [program, args] = boundByPermissions(process.execPath, ['--version'])
  return spawnSync(program, args).status === 0
}

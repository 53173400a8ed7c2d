/** What the app can be started with. Pure. */
import { hiddenArgument } from './autostart.ts'

export interface StartOptions {
  /** Another data folder than the usual one. */
  readonly dataFolder: string | undefined
  /** Started at login: nothing opens automatically. */
  readonly hidden: boolean
}

/** Reads `--data-dir DIR`, `--data-dir=DIR` and `--hidden`; what Chromium or the system adds is not ours to judge. */
export function readStartOptions(given: readonly string[]): StartOptions {
  const name = '--data-dir'
  const joined = given.find((argument) => argument.startsWith(`${name}=`))?.slice(name.length + 1)
  const at = given.indexOf(name)
  const following = at === -1 ? undefined : given[at + 1]
  return { dataFolder: joined || following, hidden: given.includes(hiddenArgument) }
}

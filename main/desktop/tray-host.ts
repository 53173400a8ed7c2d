/** Whether this Linux desktop shows tray icons at all. GNOME does not, without an extension. */
import { execFile } from 'node:child_process'
import { setTimeout } from 'node:timers/promises'

const watcher = 'org.kde.StatusNotifierWatcher'
const timeoutMs = 2_000

/** Asks whether that name is owned on the session bus, with one of the usual tools. */
const questions: readonly (readonly [program: string, ...args: string[]])[] = [
  [
    'gdbus',
    ...['call', '--session', '--dest', 'org.freedesktop.DBus', '--object-path', '/org/freedesktop/DBus'],
    ...['--method', 'org.freedesktop.DBus.NameHasOwner', watcher],
  ],
  [
    'busctl',
    ...['--user', 'call', 'org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'NameHasOwner'],
    ...['s', watcher],
  ],
  [
    'dbus-send',
    ...['--session', '--print-reply', '--dest=org.freedesktop.DBus', '/org/freedesktop/DBus'],
    ...['org.freedesktop.DBus.NameHasOwner', `string:${watcher}`],
  ],
]

/** A panel that starts with the session may start after this app. */
const pollMs = 3_000
const mostPolls = 10

export class TrayHost {
  readonly #platform: NodeJS.Platform
  #found = false
  #ended = new AbortController()

  constructor(platform: NodeJS.Platform) {
    this.#platform = platform
  }

  /** By the last look. */
  get found(): boolean {
    return this.#found
  }

  async find(): Promise<boolean> {
    this.#found = await hasTrayHost(this.#platform)
    return this.#found
  }

  /** Looks again for half a minute, because the session may just be starting. */
  async await(): Promise<boolean> {
    const { signal } = this.#ended
    for (let poll = 0; poll < mostPolls; poll += 1) {
      await setTimeout(pollMs, undefined, { signal, ref: false }).catch(() => null)
      if (signal.aborted || (await this.find())) break
    }
    return this.#found
  }

  close(): void {
    this.#ended.abort()
  }
}

/** True outside of Linux. If it cannot be known, false: a window too many is better than an app that cannot be found. */
async function hasTrayHost(platform: NodeJS.Platform): Promise<boolean> {
  if (platform !== 'linux') return true
  for (const [program, ...args] of questions) {
    const response = await ask(program, args)
    if (response !== null) return /\btrue\b/.test(response)
  }
  return false
}

/** What a program prints; null if it is not there or fails. */
function ask(program: string, args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: timeoutMs, encoding: 'utf8' }, (error, stdout) =>
      resolve(error === null ? stdout : null),
    )
  })
}

/** Under which addresses the window may be opened. Pure. */
import { isIP } from 'node:net'

/** Exact `Host` values; a name in the settings without a port stands for the listening one. */
export function allowedHosts(host: string, port: number, extra: readonly string[]): Set<string> {
  const named = isIP(host) === 6 ? `[${host}]` : host
  const own = ['localhost', '127.0.0.1', '[::1]', named].map((name) => `${name}:${port}`)
  // Browsers leave the port out where it is the scheme's own.
  const bare = port === 80 ? ['localhost', '127.0.0.1', '[::1]', named] : []
  return new Set(
    [...own, ...bare, ...extra.flatMap((name) => asHostHeader(name, port))].map((name) => name.toLowerCase()),
  )
}

/** A name of the settings as browsers send it: IPv6 in brackets, without the port that is the scheme's own. */
function asHostHeader(name: string, port: number): string[] {
  const [, given, ownPort] = /^(.*?)(?::(\d+))?$/.exec(isIP(name) === 6 ? `[${name}]` : name) ?? []
  if (given === undefined) return []
  if (ownPort === undefined) return [given, `${given}:${port}`]
  return ownPort === '80' || ownPort === '443' ? [given, `${given}:${ownPort}`] : [`${given}:${ownPort}`]
}

/** How a server is doing, derived once for the window and the command line. Pure; the words are at the edge. */
import type { Status } from './contract.ts'
import type { ServerName } from './domain.ts'

/** `probing`: one request finds out whether the server is back. `silent`: it was asked just now, and has said nothing yet. */
export type ServerCondition = 'not_configured' | 'refused' | 'down' | 'probing' | 'not_asked' | 'silent' | 'reachable'

export function serverCondition(status: Pick<Status, ServerName | 'circuit'>, server: ServerName): ServerCondition {
  const { configured, reachable, auth_refused, silent_seconds } = status[server]
  const circuit = status.circuit[server]
  if (!configured) return 'not_configured'
  if (auth_refused) return 'refused'
  if (silent_seconds !== undefined) return 'silent'
  if (circuit === 'half_open') return 'probing'
  if (circuit === 'open' || reachable === false) return 'down'
  return reachable === null ? 'not_asked' : 'reachable'
}

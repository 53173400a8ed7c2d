import { decline } from '../../../shared/decline.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import { pause } from '../pause.ts'
import type { Clock } from '../ports.ts'
import type { ServerGate } from './server-gate.ts'

/** A user who waits is answered after this; a server may ask for a longer pause. */
const longestWaitMs = 60_000

export type AwaitedGate = Pick<ServerGate, 'waitMs' | 'retryNow' | 'held' | 'authRefused'>

/**
 * Waits until work that a user asked for may be sent: for the end of a pause that the server asked for, or for one probe of
 * a closed gate. Faults say what the gate waits for.
 */
export async function awaitGate(gate: AwaitedGate, clock: Clock, signal: AbortSignal): Promise<Result<void>> {
  const waitMs = gate.waitMs()
  if (Number.isFinite(waitMs)) await pause(Math.min(waitMs, longestWaitMs), clock, signal)
  else await gate.retryNow()
  if (signal.aborted) return fail('cancelled', 'The work was stopped before it was done.')
  return gate.waitMs() === 0 ? ok(undefined) : closedFault(gate)
}

/** Why nothing may be sent now. */
export function closedFault({
  held,
  authRefused,
}: Pick<AwaitedGate, 'held' | 'authRefused'>): ReturnType<typeof decline> {
  if (held !== null) return { ok: false, fault: held }
  return authRefused
    ? decline('token_refused', { code: 'token_refused_by', values: { server: 'plex' } })
    : decline('unreachable', { code: 'server_away', values: { server: 'plex' } })
}

/** The circuit breaker of one server, as a pure state machine. Own code, because cockatiel's reads the wall clock. */
import type { CircuitState } from '../../../shared/domain.ts'

export interface Breaker {
  readonly circuit: CircuitState
  /** Consecutive server-level failures. */
  readonly failures: number
  readonly firstFailureAt: number | null
  readonly openedAt: number | null
  /** Probes made since it opened. */
  readonly probes: number
  readonly closedAt: number | null
}

export const closedBreaker: Breaker = {
  circuit: 'closed',
  failures: 0,
  firstFailureAt: null,
  openedAt: null,
  probes: 0,
  closedAt: null,
}

const failuresToOpen = 5
const probeOffsetsMs = [5_000, 10_000, 20_000, 40_000] as const
const probeIntervalMs = 60_000
const probesSkippedWhenFlapping = 2

/** A server-level failure: transient or server down. */
export function afterFailure(breaker: Breaker, now: number): Breaker {
  if (breaker.circuit === 'open') return breaker
  const failures = breaker.failures + 1
  const firstFailureAt = breaker.firstFailureAt ?? now
  if (breaker.circuit === 'closed' && failures < failuresToOpen) return { ...breaker, failures, firstFailureAt }
  // A server that failed again right after it came back is not probed in the short first steps again.
  const flapping = breaker.closedAt !== null && now - breaker.closedAt < probeIntervalMs
  const probes = breaker.circuit === 'half_open' ? breaker.probes : flapping ? probesSkippedWhenFlapping : 0
  const openedAt = breaker.circuit === 'half_open' ? breaker.openedAt : now
  return { circuit: 'open', failures, firstFailureAt, openedAt, probes, closedAt: breaker.closedAt }
}

/** Any proof that the server answers. */
export function afterSuccess(breaker: Breaker, now: number): Breaker {
  if (breaker.circuit === 'closed')
    return breaker.failures === 0 ? breaker : { ...closedBreaker, closedAt: breaker.closedAt }
  return { ...closedBreaker, closedAt: now }
}

/** When the next probe is due; null while closed or while a probe is under way. */
export function nextProbeAt(breaker: Breaker): number | null {
  if (breaker.circuit !== 'open' || breaker.openedAt === null) return null
  const offset = probeOffsetsMs[breaker.probes]
  if (offset !== undefined) return breaker.openedAt + offset
  const lastOffset = probeOffsetsMs[probeOffsetsMs.length - 1] ?? 0
  return breaker.openedAt + lastOffset + (breaker.probes - probeOffsetsMs.length + 1) * probeIntervalMs
}

/** A probe begins. From 60 s on the circuit shows as half-open until it ends. */
export function probeBegins(breaker: Breaker, now: number): Breaker {
  if (breaker.circuit !== 'open' || breaker.openedAt === null) return breaker
  // After a sleep or a clock jump many steps are overdue: they are one probe, not many.
  let probes = breaker.probes + 1
  while ((nextProbeAt({ ...breaker, probes }) ?? Number.POSITIVE_INFINITY) <= now) probes += 1
  return { ...breaker, probes, circuit: now - breaker.openedAt >= probeIntervalMs ? 'half_open' : 'open' }
}

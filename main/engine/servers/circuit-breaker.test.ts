import { describe, expect, it } from 'vitest'
import { afterFailure, afterSuccess, type Breaker, closedBreaker, nextProbeAt, probeBegins } from './circuit-breaker.ts'

function failed(times: number, now = 1_000, from: Breaker = closedBreaker): Breaker {
  let breaker = from
  for (let i = 0; i < times; i += 1) breaker = afterFailure(breaker, now)
  return breaker
}

/** When probes happen if each fails, as seconds after the circuit opened. */
function probeTimes(breaker: Breaker, count: number): number[] {
  const openedAt = breaker.openedAt ?? Number.NaN
  const times: number[] = []
  let now = breaker
  for (let i = 0; i < count; i += 1) {
    const at = nextProbeAt(now) ?? Number.NaN
    times.push((at - openedAt) / 1000)
    now = afterFailure(probeBegins(now, at), at)
  }
  return times
}

describe('circuit breaker', () => {
  it('opens after five consecutive failures, not before', () => {
    expect(failed(4).circuit).toBe('closed')
    expect(failed(5)).toMatchObject({ circuit: 'open', openedAt: 1_000, firstFailureAt: 1_000 })
  })

  it('forgets failures on a success', () => {
    expect(failed(4, 2_000, afterSuccess(failed(4), 1_500)).circuit).toBe('closed')
  })

  it('probes at 5, 10, 20, 40 s and then every 60 s', () => {
    expect(probeTimes(failed(5), 7)).toEqual([5, 10, 20, 40, 100, 160, 220])
  })

  it('is half-open while it is probed after 60 s, and closes on one success', () => {
    const open = failed(5, 0)
    expect(probeBegins(open, 5_000).circuit).toBe('open')
    const probing = probeBegins({ ...open, probes: 4 }, 100_000)
    expect(probing.circuit).toBe('half_open')
    expect(afterSuccess(probing, 100_001)).toMatchObject({ circuit: 'closed', failures: 0, closedAt: 100_001 })
    expect(afterFailure(probing, 100_001)).toMatchObject({ circuit: 'open', openedAt: 0 })
  })

  it('makes one probe of all that a sleep has missed', () => {
    const woken = probeBegins(failed(5, 0), 3_600_000)
    expect(nextProbeAt({ ...woken, circuit: 'open' })).toBeGreaterThan(3_600_000)
  })

  it('skips the short first steps when it opens again within a minute', () => {
    const closed = afterSuccess(failed(5, 0), 5_000)
    const again = failed(5, 20_000, closed)
    expect(probeTimes(again, 3)).toEqual([20, 40, 100])
  })
})

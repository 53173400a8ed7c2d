import { describe, expect, it } from 'vitest'
import { classOf, type ErrorCode, errorCodes } from '../../../shared/errors.ts'
import { decideRetry, type Failure } from './retry-delay.ts'

const rules = { maxRetries: 5, skipNotFound: false }
const failure = (code: ErrorCode, more: Partial<Failure> = {}): Failure => ({ code, attempts: 0, misses: 0, ...more })
const least = () => 0
const most = () => 1 - Number.EPSILON

/** The delays of a job that fails in the same way until it is given up. */
function delaysOf(code: ErrorCode, random: () => number, maxRetries = 5): number[] {
  const delays: number[] = []
  for (let tries = 0; ; tries++) {
    const decision = decideRetry(failure(code, { attempts: tries, misses: tries }), { ...rules, maxRetries }, random)
    if (decision.kind !== 'retry') return delays
    delays.push(decision.delayMs)
  }
}

describe('retry delay', () => {
  it('gives passing failures max_retries tries in all, with full jitter from 5 s up to 80 s', () => {
    expect(delaysOf('server_error', most, 8)).toEqual([5000, 10_000, 20_000, 40_000, 80_000, 80_000, 80_000])
    expect(delaysOf('server_error', () => 0.5)).toEqual([2500, 5000, 10_000, 20_000])
    expect(delaysOf('unexpected', least)).toEqual([0, 0, 0, 0])
    expect(delaysOf('timeout', most, 1)).toEqual([])
  })

  it('waits for a file that Plex does not have yet 12 times, from 30 s up to 10 min, whatever max_retries says', () => {
    const delays = delaysOf('not_in_plex', most, 1)
    expect(delays).toEqual([30, 60, 120, 240, 480, 600, 600, 600, 600, 600, 600].map((seconds) => seconds * 1000))
    for (const [i, delay] of delaysOf('item_gone', least).entries()) {
      expect(delay).toBeGreaterThanOrEqual(0.9 * (delays[i] ?? Number.NaN))
    }
  })

  it('counts passing failures and misses apart', () => {
    const lastAttempt = failure('server_busy', { attempts: 4, misses: 0 })
    const lastMiss = failure('not_in_plex', { attempts: 0, misses: 11 })
    expect(decideRetry(lastAttempt, rules, least)).toEqual({ kind: 'dead' })
    expect(decideRetry(lastMiss, rules, least)).toEqual({ kind: 'dead' })
    expect(decideRetry({ ...lastAttempt, code: 'not_in_plex' }, rules, least)).toMatchObject({ counts: 'miss' })
    expect(decideRetry({ ...lastMiss, code: 'server_busy' }, rules, least)).toMatchObject({ counts: 'attempt' })
  })

  it('takes Retry-After as the lower bound', () => {
    const asked = (retryAfterMs: number, random = most) =>
      decideRetry(failure('server_busy', { retryAfterMs }), rules, random)
    expect(asked(60_000)).toMatchObject({ delayMs: 60_000 })
    expect(asked(1_000)).toMatchObject({ delayMs: 5_000 })
  })

  it('skips what is not in Plex where skip_not_found is on, but looks a vanished item up again', () => {
    const skipping = { ...rules, skipNotFound: true }
    expect(decideRetry(failure('not_in_plex'), skipping, least)).toEqual({ kind: 'skip' })
    expect(decideRetry(failure('item_gone'), skipping, least)).toMatchObject({ kind: 'retry' })
  })

  it('counts nothing while a server is down, a token is refused or the app stops', () => {
    for (const code of ['unreachable', 'token_refused', 'stash_migration', 'cancelled'] as const) {
      expect(decideRetry(failure(code, { attempts: 99, misses: 99 }), rules, least)).toEqual({ kind: 'release' })
    }
  })

  it('treats each code of the closed table by the disposition of its class', () => {
    const settledAs = {
      transient: 'retry',
      unknown: 'retry',
      not_found: 'retry',
      server_down: 'release',
      auth: 'release',
    }
    for (const code of errorCodes.filter((code) => code !== 'cancelled')) {
      const expected = { setting: 'release', needs_you: 'dead', permanent: 'dead', ...settledAs }[classOf(code)]
      expect(decideRetry(failure(code), rules, least).kind, code).toBe(expected)
    }
  })
})

import { classOf, dispositionOf, type ErrorCode } from '../../../shared/errors.ts'
import type { Random } from '../ports.ts'

/** A job that has just failed, before this failure is counted. */
export interface Failure {
  readonly code: ErrorCode
  /** Failed tries so far that count against `maxRetries`. */
  readonly attempts: number
  /** Tries so far that found no item in Plex. */
  readonly misses: number
  /** What the server asked for (Retry-After), in milliseconds; an hour at most, see http/retry-after.ts. */
  readonly retryAfterMs?: number | undefined
}

export interface RetryRules {
  /** Tries in all, the first one included (setting max_retries). */
  readonly maxRetries: number
  /** Setting skip_not_found. */
  readonly skipNotFound: boolean
}

/** How the job is settled. `release`: waits without anything being counted. `skip`: done, without a write. */
export type RetryDecision =
  | { readonly kind: 'retry'; readonly counts: 'attempt' | 'miss'; readonly delayMs: number }
  | { readonly kind: 'dead' }
  | { readonly kind: 'release' }
  | { readonly kind: 'skip' }

const passing = { baseMs: 5_000, capMs: 80_000 }
/** Tries in all to find an item that Plex does not have yet. */
export const notFoundTries = 12

const notFound = { baseMs: 30_000, capMs: 600_000, tries: notFoundTries }

/**
 * Decides what to do with a failed job; the whole retry policy is here.
 *
 * Passing failures wait a random time up to 5, 10, 20, 40, 80 s: full jitter, so that jobs that failed together do not
 * come back together. A file that Plex does not have yet is waited for with little jitter (30 s doubling to 10 min),
 * because there the length of the whole counts: Plex must have had time to scan. Retry-After is the lower bound of both.
 */
export function decideRetry(failure: Failure, rules: RetryRules, random: Random): RetryDecision {
  const { code, attempts, misses } = failure
  // A stop of ours is no failure.
  if (code === 'cancelled') return { kind: 'release' }
  // An item that vanished a moment ago is looked up again even so: Plex gives a moved file a new key.
  if (code === 'not_in_plex' && rules.skipNotFound) return { kind: 'skip' }

  switch (dispositionOf[classOf(code)]) {
    case 'retry': {
      if (attempts + 1 >= rules.maxRetries) return { kind: 'dead' }
      const delayMs = random() * exponential(passing, attempts)
      return { kind: 'retry', counts: 'attempt', delayMs: atLeast(delayMs, failure.retryAfterMs) }
    }
    case 'retry_slowly': {
      if (misses + 1 >= notFound.tries) return { kind: 'dead' }
      const delayMs = (0.9 + 0.1 * random()) * exponential(notFound, misses)
      return { kind: 'retry', counts: 'miss', delayMs: atLeast(delayMs, failure.retryAfterMs) }
    }
    case 'wait_for_server':
    case 'pause_server':
    case 'wait_for_setting':
      return { kind: 'release' }
    case 'needs_person':
    case 'dead_letter':
      return { kind: 'dead' }
  }
}

function exponential({ baseMs, capMs }: { baseMs: number; capMs: number }, before: number): number {
  return Math.min(capMs, baseMs * 2 ** before)
}

function atLeast(delayMs: number, retryAfterMs = 0): number {
  return Math.round(Math.max(delayMs, retryAfterMs))
}

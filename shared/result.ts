import type { ErrorCode } from './errors.ts'
import type { MatchStep } from './match-steps.ts'
import type { PosterRefusal } from './poster-refusals.ts'
import type { Remark } from './remarks.ts'
import type { RequestProblem } from './request-problems.ts'
import type { ValueProblem } from './value-problems.ts'

/** Why a border call did not succeed: a code of the closed table, and what was seen, already free of secrets. */
export interface Fault {
  readonly code: ErrorCode
  /** One sentence for people; names the thing and the problem. */
  readonly message: string
  /** HTTP status of the response, if there was one. */
  readonly status?: number | undefined
  /** Milliseconds the server asked us to wait (Retry-After). */
  readonly retryAfterMs?: number | undefined
  /** Of a poster: what is wrong with the image. */
  readonly refusal?: PosterRefusal
  /** Of a value that the user typed: what is wrong with it. */
  readonly problem?: ValueProblem | undefined
  /** Of a request that PlexSync itself declines: why. Without it the message quotes a server or the operating system. */
  readonly because?: RequestProblem | undefined
  /** Of a scene that is not written on purpose: the remark that says why. */
  readonly remark?: Remark | undefined
  /** Of a match that found no item, or none for certain: its last step. */
  readonly step?: MatchStep | undefined
}

/** What a border returns: values for what can be expected, exceptions only for bugs. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault }

export function ok<T>(value: T): Result<T> {
  return { ok: true, value }
}

export function fail(
  code: ErrorCode,
  message: string,
  more: Omit<Fault, 'code' | 'message'> = {},
): { readonly ok: false; readonly fault: Fault } {
  return { ok: false, fault: { code, message, ...more } }
}

/** The text of a thrown value, whatever was thrown. */
export function textOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** The fault of a request that PlexSync declines; its message is the sentence in English. */
import type { ErrorCode } from './errors.ts'
import { englishRequestProblem, type RequestProblem } from './request-problems.ts'
import { type Fault, fail } from './result.ts'

export function decline(code: ErrorCode, because: RequestProblem): { readonly ok: false; readonly fault: Fault } {
  return fail(code, englishRequestProblem(because), { because })
}

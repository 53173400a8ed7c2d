/** What a health check found, in the three ways it can turn out. */
import type { HealthCheck } from '../../../shared/contract.ts'
import { errors } from '../../../shared/errors.ts'
import type { Fault } from '../../../shared/result.ts'
import type { Services } from '../services.ts'

export type Finding = Omit<HealthCheck, 'id' | 'title'>
export type Check = (services: Services, signal: AbortSignal) => Promise<Finding>

export function well(detail: string): Finding {
  return { ok: true, warning: false, detail, cure: null }
}

/** Something does not work. */
export function broken(detail: string, cure: string): Finding {
  return { ok: false, warning: false, detail, cure }
}

/** The work goes on, but a person should look. */
export function doubtful(detail: string, cure: string): Finding {
  return { ok: false, warning: true, detail, cure }
}

export function faulty(fault: Fault): Finding {
  return broken(fault.message, errors[fault.code].action)
}

/** The cure where PlexSync runs: a desktop package brings no command line. */
export function cureFor(
  { options }: Pick<Services, 'options'>,
  cures: { readonly window: string; readonly command: string },
): string {
  return options.host === 'desktop' ? cures.window : `${cures.window} Or: ${cures.command}`
}

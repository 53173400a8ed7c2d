/** What a health check found, in the three ways it can turn out. The words are in shared/health-texts.ts. */

import type { ServerName } from '../../../shared/domain.ts'
import type { FindingCode, FindingState, FindingValues, HealthFinding } from '../../../shared/health.ts'
import type { Fault } from '../../../shared/result.ts'
import type { CheckedServices } from './checked-services.ts'

export interface Finding {
  readonly state: FindingState
  readonly found: HealthFinding
}

/** A check takes only the services that it looks at. */
export type Check<S extends keyof CheckedServices = never> = (
  services: Pick<CheckedServices, S>,
  signal: AbortSignal,
) => Promise<Finding>

export function pass<C extends FindingCode>(code: C, values: FindingValues<C>): Finding {
  return finding('pass', code, values)
}

/** Work continues, but someone should look. */
export function warn<C extends FindingCode>(code: C, values: FindingValues<C>): Finding {
  return finding('warn', code, values)
}

/** Something does not work. */
export function fail<C extends FindingCode>(code: C, values: FindingValues<C>): Finding {
  return finding('fail', code, values)
}

export function failWith({ code, message, because }: Fault): Finding {
  return fail('server_fault', { error: code, message, ...(because !== undefined && { because }) })
}

/** Of a check that needs a server: that the server is away is the finding of another check, with its own cure. */
export function faultOrAway(server: ServerName, fault: Fault): Finding {
  return fault.code === 'unreachable' || fault.code === 'timeout' ? warn('not_checked', { server }) : failWith(fault)
}

/** A desktop package brings no command line, so a cure names no command there. */
export function hasCommands({ options }: Pick<CheckedServices, 'options'>): boolean {
  return options.host !== 'desktop'
}

function finding<C extends FindingCode>(state: FindingState, code: C, values: FindingValues<C>): Finding {
  // The pair is right by the signature; the compiler cannot join the two halves of a union.
  return { state, found: { code, values } as HealthFinding }
}

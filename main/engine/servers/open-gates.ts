import type { ServerName } from '../../../shared/domain.ts'
import { serverNames } from '../../../shared/server-names.ts'
import type { ServerGate } from './server-gate.ts'

/** Whether both servers may be asked now. */
export function areOpen(gates: Readonly<Record<ServerName, Pick<ServerGate, 'waitMs'>>>): boolean {
  return serverNames.every((name) => gates[name].waitMs() === 0)
}

/** Whether Stash refused a change. Pure. */
import type { Fault } from '../../../../shared/result.ts'

/** Stash carried the request out and said no: its transaction was rolled back. Anything else leaves it open. */
export function isRefusal({ code, status }: Fault): boolean {
  return code === 'rejected' || (code === 'server_error' && status === 200)
}

/** A form of the hook token that may be public. Pure. */
import { createHash } from 'node:crypto'

/** Short, so that nothing can be learned of the token from it but whether it is the same. */
export function fingerprintOf(token: string): string {
  return createHash('sha256').update(`PlexSync hook token ${token}`).digest('hex').slice(0, 8)
}

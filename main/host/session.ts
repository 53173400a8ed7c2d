/**
 * Who may use the window's API: a browser that opened the one-time address (it gets a session cookie), or this machine's
 * command line with the key of the instance file.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { NewId } from '../engine/ports.ts'

const cookieName = 'plexsync_session'
const mostSessions = 100

export class Sessions {
  readonly #newId: NewId
  readonly #apiKey: string
  readonly #sessions = new Set<string>()
  readonly #tickets = new Set<string>()

  constructor(newId: NewId, apiKey: string) {
    this.#newId = newId
    this.#apiKey = apiKey
  }

  /** A token for an address that can be opened once. */
  issueTicket(): string {
    const ticket = this.#newId()
    this.#tickets.add(ticket)
    return ticket
  }

  /** The `Set-Cookie` value for a ticket; null for one that is unknown or was used already. */
  redeem(ticket: string, secure: boolean): string | null {
    const found = [...this.#tickets].find((known) => sameText(known, ticket))
    if (found === undefined) return null
    this.#tickets.delete(found)
    const session = this.#newId()
    this.#sessions.add(session)
    const oldest = this.#sessions.values().next()
    if (this.#sessions.size > mostSessions && !oldest.done) this.#sessions.delete(oldest.value)
    return `${cookieName}=${session}; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`
  }

  isAllowed(headers: { readonly cookie?: string | undefined; readonly authorization?: string | undefined }): boolean {
    const bearer = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1]
    if (bearer !== undefined && sameText(bearer, this.#apiKey)) return true
    const session = (headers.cookie ?? '')
      .split(';')
      .map((part) => part.trim())
      .find((part) => part.startsWith(`${cookieName}=`))
      ?.slice(cookieName.length + 1)
    return session !== undefined && this.#sessions.has(session)
  }
}

/** Compares in constant time, whatever the lengths. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

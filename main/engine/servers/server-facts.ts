/**
 * Collects what this run has learned of the user's servers, for a bug report: each one then teaches the simulated servers.
 * Numbers, codes and names of fields only; no title, path, address or token.
 */
import type { ServerName } from '../../../shared/domain.ts'
import type { Fault } from '../../../shared/result.ts'

const shownAs: Readonly<Record<ServerName, string>> = { plex: 'Plex', stash: 'Stash' }

export class ServerFacts {
  /** Rows that a page of Plex had, by how many were asked for, where more would have followed. */
  readonly #shortPages = new Map<number, number>()
  readonly #refusals = new Map<string, number>()
  readonly #differing = new Map<string, number>()
  readonly #edits = { library: 0, item: 0 }
  #shown = 0
  #longestTaken = 0
  #shortestRefused: number | null = null

  /** A page of a listing. `more`: the server says that others follow. */
  pageReceived({ asked, received, more }: { asked: number; received: number; more: boolean }): void {
    if (more && received > 0 && received < asked) this.#shortPages.set(asked, received)
  }

  /** The request line of an edit. */
  lineAnswered(bytes: number, isTooLong: boolean): void {
    if (!isTooLong) this.#longestTaken = Math.max(this.#longestTaken, bytes)
    else this.#shortestRefused = Math.min(this.#shortestRefused ?? bytes, bytes)
  }

  /** A request that wrote an item: by the route of its library, or by its own where that responses that there is no such item. */
  edited(route: 'library' | 'item'): void {
    this.#edits[route] += 1
  }

  /** An exchange that ended in a fault. */
  refused(server: ServerName, { code, status }: Fault): void {
    count(this.#refusals, `${shownAs[server]} ${code}${status === undefined ? '' : ` ${status}`}`)
  }

  /** A write was read back. `differing`: the fields that the item does not show as written. */
  readBack(differing: readonly string[]): void {
    if (differing.length === 0) this.#shown += 1
    for (const field of differing) count(this.#differing, field)
  }

  /** One line for each fact; `limit` is the longest request line that PlexSync keeps to, null for the usual one. */
  lines(limit: number | null): string[] {
    const pages = [...this.#shortPages].map(([asked, received]) => `${received} rows where ${asked} were asked for`)
    const refusedLine = this.#shortestRefused === null ? 'none' : `${this.#shortestRefused} bytes`
    const kept = limit === null ? '' : `, kept to ${limit}`
    return [
      `Plex pages: ${pages.join(', ') || 'as asked'}`,
      `Plex request lines: longest taken ${this.#longestTaken} bytes, shortest refused ${refusedLine}${kept}`,
      `Plex edits: ${this.#edits.library} by the library's route, ${this.#edits.item} by the item's own`,
      `Plex edits read back: ${this.#shown} as written; otherwise: ${listed(this.#differing)}`,
      `Faults since the start: ${listed(this.#refusals)}`,
    ]
  }
}

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1)
}

function listed(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([what, times]) => `${what} × ${times}`).join(', ') || 'none'
}

/**
 * How long a request line the way to Plex takes. Plex's own limit is not known, but proxies cut lines at 8 KB, and a text
 * cannot be split over two requests. So a summary is sent whole until the server refuses it and takes a shorter one; from
 * then on summaries are cut to what fits, before they are compared, so that the cut one counts as in sync.
 */
import type { Database } from 'better-sqlite3'
import * as z from 'zod'
import type { ItemEdit } from '../../../shared/item-edit.ts'
import { cutAt } from '../merge/sanitise.ts'
import { longestRequestLine } from '../plex/request-line.ts'

/** Bytes of a request line beside the summary: the address, the item, the lock. */
const reservedBytes = 300
/** What is tried after a line was refused; every value but a long summary fits into the shortest. */
const steps = [longestRequestLine, 3_999, 1_999] as const

export class RequestLimit {
  readonly #store
  #longest: number | null

  constructor(db: Database) {
    const stored = db.prepare<[]>("SELECT longest_line FROM server_state WHERE server = 'plex'").pluck().get()
    this.#longest = z.number().nullish().parse(stored) ?? null
    this.#store = db.prepare<[number | null]>(
      `INSERT INTO server_state (server, longest_line) VALUES ('plex', ?)
       ON CONFLICT (server) DO UPDATE SET longest_line = excluded.longest_line`,
    )
  }

  /** Bytes that a line may have where its content can be split; undefined while nothing is known against the usual. */
  get longest(): number | undefined {
    return this.#longest ?? undefined
  }

  /** The summary as it can be sent; the same text while nothing is known against it. */
  fit(summary: string): string {
    return this.#longest === null ? summary : fitSummary(summary, this.#longest - reservedBytes)
  }

  /** Shorter lines to try, longest first, after one was refused. */
  shorter(): readonly number[] {
    return steps.filter((bytes) => this.#longest === null || bytes < this.#longest)
  }

  /** The edit with a summary that fits into a line of this number of bytes. */
  cut(edit: ItemEdit, longest: number): ItemEdit {
    const { summary } = edit.scalars
    if (summary === undefined) return edit
    return { ...edit, scalars: { ...edit.scalars, summary: fitSummary(summary, longest - reservedBytes) } }
  }

  /** A line of this number of bytes was taken after a longer one was refused. */
  learn(longest: number): void {
    this.#longest = longest
    this.#store.run(longest)
  }

  /** Another server, or another way to it. */
  forget(): void {
    if (this.#longest === null) return
    this.#longest = null
    this.#store.run(null)
  }
}

/** Cuts to at most `bytes` percent-encoded bytes, where a summary is cut best. */
function fitSummary(summary: string, bytes: number): string {
  if (encodedBytes(summary) <= bytes) return summary
  let low = 0
  let high = summary.length
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (encodedBytes(summary.slice(0, middle)) <= bytes) low = middle
    else high = middle - 1
  }
  return cutAt(summary, low)
}

function encodedBytes(text: string): number {
  return encodeURIComponent(text.toWellFormed()).replaceAll("'", '%27').length
}

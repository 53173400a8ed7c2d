/**
 * How long a summary the way to Plex takes. Plex's own limit is not known, but proxies cut request lines at 8 KB, and a
 * text cannot be split over two requests. So it is sent whole until a server refuses it (414 or 431); from then on
 * summaries are cut to what fits, before they are compared, so that the cut one counts as in step.
 */
import type { Database } from 'better-sqlite3'
import * as z from 'zod'
import type { Fault } from '../../../shared/result.ts'
import { cutAt } from '../merge/sanitise.ts'

/** Percent-encoded bytes of the summary that fit into a request line of 8,000 with all that belongs to it. */
const fittingBytes = 7_700

export class SummaryLimit {
  readonly #store
  #bytes: number | null

  constructor(db: Database) {
    this.#bytes =
      z
        .number()
        .nullish()
        .parse(db.prepare<[]>("SELECT summary_bytes FROM server_state WHERE server = 'plex'").pluck().get()) ?? null
    this.#store = db.prepare<[number]>("UPDATE server_state SET summary_bytes = ? WHERE server = 'plex'")
  }

  /** The summary as it can be sent; the same text where nothing is known against it. */
  fit(summary: string): string {
    return this.#bytes === null ? summary : fitSummary(summary, this.#bytes)
  }

  /** True where the fault says that the request was too long; summaries are cut from then on. */
  learn(fault: Fault): boolean {
    if (fault.status !== 414 && fault.status !== 431) return false
    this.#bytes = fittingBytes
    this.#store.run(fittingBytes)
    return true
  }
}

/** Cuts to at most `bytes` percent-encoded bytes, where a summary is cut best. */
export function fitSummary(summary: string, bytes: number): string {
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

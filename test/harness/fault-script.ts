import { type RequestMatch, type RequestRecord, requestTest } from './request-log.ts'
import { SeededRandom } from './seeded-random.ts'

/** What goes wrong with a request. */
export type Fault =
  /** This response instead of the server's own. */
  | { kind: 'status'; status: number; headers?: Record<string, string>; body?: string }
  /** Never answered: a half-open connection. */
  | { kind: 'hang' }
  /** The connection is reset. */
  | { kind: 'reset' }
  /** The real answer with its full Content-Length, cut off after `bytes` (default: half). */
  | { kind: 'truncate'; bytes?: number }
  /** 200 with a web page, as a captive portal or a reverse proxy sends it. */
  | { kind: 'html'; body?: string }
  /** The real answer in small pieces: `chunk` bytes (default 1) every `everyMs` (default 50). */
  | { kind: 'drip'; chunk?: number; everyMs?: number }
  /** Sent elsewhere; `to` is an absolute URL or a path. Default status 302. */
  | { kind: 'redirect'; to: string; status?: number }
  /** The real answer, late. */
  | { kind: 'delay'; ms: number }

/** A fault and the requests that it hits. */
export interface FaultRule extends RequestMatch {
  fault: Fault
  /** How many requests it hits at most; default: all. */
  times?: number
  /** How many matching requests pass before the first hit; default 0. */
  skip?: number
  /** Chance for each matching request, drawn from `seed`. */
  probability?: number
  seed?: number
  /** The request is carried out all the same and only its response is lost. */
  applied?: boolean
}

interface Entry {
  rule: FaultRule
  test: (request: RequestRecord) => boolean
  random: SeededRandom
  seen: number
  hits: number
}

/** The faults that one server injects. The first rule that hits wins. */
export class FaultScript {
  /** Added before every response, in ms. */
  latencyMs = 0
  #entries: Entry[] = []

  /** Adds a rule; the returned function takes it away again. */
  add(rule: FaultRule): () => void {
    const entry: Entry = { rule, test: requestTest(rule), random: new SeededRandom(rule.seed ?? 1), seen: 0, hits: 0 }
    this.#entries.push(entry)
    return () => {
      this.#entries = this.#entries.filter((other) => other !== entry)
    }
  }

  /** Shorthand: the next `times` matching requests are answered with a status. */
  status(
    status: number,
    match: RequestMatch & { times?: number; headers?: Record<string, string>; body?: string } = {},
  ) {
    const { headers, body, ...rest } = match
    return this.add({ ...rest, fault: { kind: 'status', status, ...(headers && { headers }), ...(body && { body }) } })
  }

  /** Takes all rules away and the latency too. */
  clear(): void {
    this.#entries = []
    this.latencyMs = 0
  }

  /** How many requests were hit by the rules that are still in force. */
  get hits(): number {
    return this.#entries.reduce((sum, entry) => sum + entry.hits, 0)
  }

  /** For the server: the rule that hits this request. */
  pick(request: RequestRecord): FaultRule | undefined {
    for (const entry of this.#entries) {
      const { rule } = entry
      if (rule.times !== undefined && entry.hits >= rule.times) continue
      if (!entry.test(request)) continue
      if (entry.seen++ < (rule.skip ?? 0)) continue
      if (rule.probability !== undefined && !entry.random.chance(rule.probability)) continue
      entry.hits++
      return rule
    }
    return undefined
  }
}

/** Outage history: when a server was away, how long, and how many jobs waited for it. */

import type { Database } from 'better-sqlite3'
import * as z from 'zod'
import type { OutageReport } from '../../../shared/contract.ts'
import { type ServerName, serverNameSchema } from '../../../shared/domain.ts'
import { moment } from '../../../shared/moment.ts'
import { remarkOfFault } from '../../../shared/remarks.ts'
import type { Fault } from '../../../shared/result.ts'
import { serverNames } from '../../../shared/server-names.ts'
import { remarkStored, sentenceOf, storedRemark } from '../database/stored-remark.ts'
import type { Clock } from '../ports.ts'

const kept = 30

const outageRow = z.object({
  id: z.number(),
  server: serverNameSchema,
  started_at: z.number(),
  ended_at: z.number().nullable(),
  jobs_delayed: z.number(),
  reason: z.string(),
})
type OutageRow = z.infer<typeof outageRow>

export class Outages {
  readonly #clock: Clock
  readonly #start
  readonly #end
  readonly #list
  readonly #trim
  readonly #firstSeen

  constructor(db: Database, clock: Clock) {
    this.#clock = clock
    this.#start = db.prepare<[ServerName, number, string]>(
      'INSERT INTO outage (server, started_at, reason) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    )
    this.#end = db.prepare<[number, number, ServerName]>(
      'UPDATE outage SET ended_at = max(?, started_at), jobs_delayed = ? WHERE server = ? AND ended_at IS NULL',
    )
    this.#list = db.prepare<[]>('SELECT * FROM outage ORDER BY started_at DESC, id DESC')
    this.#trim = db.prepare<[number]>(
      'DELETE FROM outage WHERE ended_at IS NOT NULL AND id NOT IN (SELECT id FROM outage ORDER BY started_at DESC LIMIT ?)',
    )
    this.#firstSeen = db.prepare<[ServerName]>('SELECT first_seen_at FROM server_state WHERE server = ?').pluck()
  }

  /** Does nothing where an outage of that server is already under way. */
  start(server: ServerName, startedAt: number, fault: Pick<Fault, 'code' | 'message'>): void {
    this.#start.run(server, startedAt, storedRemark(remarkOfFault(fault)))
    this.#trim.run(kept)
  }

  /** Ends the outage that is under way; true if there was one. */
  end(server: ServerName, jobsDelayed: number): boolean {
    return this.#end.run(this.#clock.now(), jobsDelayed, server).changes > 0
  }

  isOngoing(server: ServerName): boolean {
    return this.#rows().some((outage) => outage.server === server && outage.ended_at === null)
  }

  report(): OutageReport {
    const rows = this.#rows().slice(0, kept)
    const now = this.#clock.now()
    return {
      outages: rows.map((row) => ({
        id: row.id,
        server: row.server,
        started_at: moment(row.started_at),
        ended_at: moment(row.ended_at),
        seconds: ((row.ended_at ?? now) - row.started_at) / 1000,
        jobs_delayed: row.jobs_delayed,
        reason: sentenceOf(row.reason),
        ...remarkStored(row.reason),
      })),
      servers: serverNames.map((server) => {
        const firstSeen = z.number().nullish().parse(this.#firstSeen.get(server)) ?? now
        return {
          server,
          ...reliability(
            rows.filter((row) => row.server === server),
            firstSeen,
            now,
          ),
        }
      }),
    }
  }

  #rows(): OutageRow[] {
    return z.array(outageRow).parse(this.#list.all())
  }
}

/** MTTR over ended outages, MTBF as up-time per outage, availability as up-time by whole time; seconds. */
function reliability(
  outages: readonly Pick<OutageRow, 'started_at' | 'ended_at'>[],
  firstSeenAt: number,
  now: number,
): { mttr_seconds: number | null; mtbf_seconds: number | null; availability: number } {
  const since = Math.min(firstSeenAt, ...outages.map((outage) => outage.started_at))
  const whole = Math.max(now - since, 1)
  const down = outages.reduce((sum, outage) => sum + ((outage.ended_at ?? now) - outage.started_at), 0)
  const ended = outages.filter((outage) => outage.ended_at !== null)
  const repair = ended.reduce((sum, outage) => sum + ((outage.ended_at ?? now) - outage.started_at), 0)
  return {
    mttr_seconds: ended.length === 0 ? null : repair / ended.length / 1000,
    mtbf_seconds: outages.length === 0 ? null : (whole - down) / outages.length / 1000,
    availability: Math.max(0, 1 - down / whole),
  }
}

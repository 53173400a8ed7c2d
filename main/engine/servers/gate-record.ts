/** What a gate remembers over a restart, and the outages it records. Owns the table server_state. */

import type { Database } from 'better-sqlite3'
import * as z from 'zod'
import { circuitStateSchema, errorCodeSchema, type ServerName } from '../../../shared/domain.ts'
import type { ErrorCode } from '../../../shared/errors.ts'
import type { Fault } from '../../../shared/result.ts'
import { textOf } from '../../../shared/result.ts'
import type { Clock, Logger } from '../ports.ts'
import type { Breaker } from './circuit-breaker.ts'
import type { Outages } from './outages.ts'
import { serverLines } from './servers-log.ts'

/** The server answers, but cannot be used as it is: it, or a setting, waits for the user. */
export interface Held {
  readonly code: ErrorCode
  /** Epoch ms. */
  readonly since: number
  readonly message: string
  /** Edits tried since; see `trial`. */
  readonly trials: number
}

const heldSchema = z.object({ code: errorCodeSchema, since: z.number(), message: z.string(), trials: z.number() })

const stateRow = z.object({
  circuit: circuitStateSchema,
  failures: z.number(),
  first_failure_at: z.number().nullable(),
  opened_at: z.number().nullable(),
  probes: z.number(),
  closed_at: z.number().nullable(),
  auth_refused_at: z.number().nullable(),
  held: z.string().nullable(),
})

export interface GateState {
  readonly breaker: Breaker
  /** Epoch ms; null while the token is accepted. */
  readonly authRefusedAt: number | null
  readonly held: Held | null
}

export interface GateRecordDeps {
  readonly server: ServerName
  readonly db: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly outages: Outages
}

export class GateRecord {
  readonly #deps: GateRecordDeps
  readonly #sql
  /** An outage is on record as under way, perhaps since an earlier run. */
  #isInOutage: boolean
  #isOpen = false

  constructor(deps: GateRecordDeps) {
    this.#deps = deps
    this.#isInOutage = deps.outages.isOngoing(deps.server)
    this.#sql = statements(deps.db)
  }

  read(): GateState {
    const stored = stateRow.safeParse(this.#sql.load.get(this.#deps.server))
    const state = stored.success ? stored.data : null
    return {
      breaker: {
        // A probe that a kill cut short is simply due again.
        circuit: state?.circuit === 'half_open' ? 'open' : (state?.circuit ?? 'closed'),
        failures: state?.failures ?? 0,
        firstFailureAt: state?.first_failure_at ?? null,
        openedAt: state?.opened_at ?? null,
        probes: state?.probes ?? 0,
        closedAt: state?.closed_at ?? null,
      },
      authRefusedAt: state?.auth_refused_at ?? null,
      held: heldOf(state?.held ?? null),
    }
  }

  /** Only the process that works on the queue writes state down: a command beside it must not open its circuit. */
  open(): void {
    this.#isOpen = true
  }

  close(): void {
    this.#isOpen = false
  }

  get isInOutage(): boolean {
    return this.#isInOutage
  }

  outageBegan(startedAt: number, fault: Pick<Fault, 'code' | 'message'>): void {
    this.#isInOutage = true
    this.#keep(() => this.#deps.outages.start(this.#deps.server, startedAt, fault))
  }

  outageEnded(jobsDelayed: () => number): void {
    this.#isInOutage = false
    this.#keep(() => this.#deps.outages.end(this.#deps.server, jobsDelayed()))
  }

  write(state: GateState): void {
    this.#keep(() => this.#write(state))
  }

  /** The gate works without its records: a full disk must not stop the probes, nor end the process out of a timer. */
  #keep(write: () => unknown): void {
    if (!this.#isOpen) return
    try {
      write()
    } catch (error) {
      const { server, logger } = this.#deps
      logger.log(...serverLines.notStored({ server, problem: textOf(error) }))
    }
  }

  #write({ breaker, authRefusedAt, held }: GateState): void {
    const { circuit, failures, firstFailureAt, openedAt, probes, closedAt } = breaker
    this.#sql.save.run({
      server: this.#deps.server,
      circuit,
      failures,
      firstFailureAt,
      openedAt,
      probes,
      closedAt,
      authRefusedAt,
      held: held === null ? null : JSON.stringify(held),
      now: this.#deps.clock.now(),
    })
  }
}

/** What an earlier run held the server for; a code that this release does not know is found out again. */
function heldOf(stored: string | null): Held | null {
  if (stored === null) return null
  const parsed = heldSchema.safeParse(JSON.parse(stored))
  return parsed.success ? parsed.data : null
}

function statements(db: Database) {
  return {
    load: db.prepare<[ServerName]>('SELECT * FROM server_state WHERE server = ?'),
    save: db.prepare(
      `INSERT INTO server_state (server, circuit, failures, first_failure_at, opened_at, probes, closed_at, auth_refused_at, held, first_seen_at)
       VALUES (@server, @circuit, @failures, @firstFailureAt, @openedAt, @probes, @closedAt, @authRefusedAt, @held, @now)
       ON CONFLICT (server) DO UPDATE SET circuit = excluded.circuit, failures = excluded.failures,
         first_failure_at = excluded.first_failure_at, opened_at = excluded.opened_at, probes = excluded.probes,
         closed_at = excluded.closed_at, auth_refused_at = excluded.auth_refused_at, held = excluded.held`,
    ),
  }
}

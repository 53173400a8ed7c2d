/** Owns the table play_progress: how far the pulls of each Plex server have come. */
import type { Database } from 'better-sqlite3'
import * as z from 'zod'
import { type PullReport, pullReportSchema } from '../../../../shared/plays.ts'

export interface PlayProgress {
  /** Epoch seconds of "now" in activity_from; null before the first pull. */
  readonly baselineAt: number | null
  /** Epoch seconds up to which the history was read back; 0 for all of it, null before the first pull. */
  readonly readFrom: number | null
  /** Epoch seconds up to which rows that came to nothing were forgotten; null while none was. */
  readonly forgottenTo: number | null
  /** Epoch ms. */
  readonly pulledAt: number | null
  readonly deepAt: number | null
  readonly report: PullReport | null
}

const row = z.object({
  baseline_at: z.number().nullable(),
  read_from: z.number().nullable(),
  forgotten_to: z.number().nullable(),
  pulled_at: z.number().nullable(),
  deep_at: z.number().nullable(),
  report: z.string().nullable(),
})
const nothing: PlayProgress = {
  baselineAt: null,
  readFrom: null,
  forgottenTo: null,
  pulledAt: null,
  deepAt: null,
  report: null,
}

const maybeRow = row.optional()

export class ProgressStore {
  readonly #get
  readonly #put
  readonly #rebase
  readonly #forgot

  constructor(db: Database) {
    this.#get = db.prepare<[string]>('SELECT * FROM play_progress WHERE server = ?')
    this.#put = db.prepare(
      `INSERT OR REPLACE INTO play_progress (server, baseline_at, read_from, forgotten_to, pulled_at, deep_at, report)
       VALUES (@server, @baselineAt, @readFrom, @forgottenTo, @pulledAt, @deepAt, @report)`,
    )
    this.#rebase = db.prepare<[]>('UPDATE play_progress SET baseline_at = NULL')
    this.#forgot = db.prepare<[number, string]>(
      'UPDATE play_progress SET forgotten_to = max(coalesce(forgotten_to, 0), ?) WHERE server = ?',
    )
  }

  get(server: string): PlayProgress {
    const found = maybeRow.parse(this.#get.get(server))
    if (found === undefined) return nothing
    return {
      baselineAt: found.baseline_at,
      readFrom: found.read_from,
      forgottenTo: found.forgotten_to,
      pulledAt: found.pulled_at,
      deepAt: found.deep_at,
      report: found.report === null ? null : (pullReportSchema.safeParse(JSON.parse(found.report)).data ?? null),
    }
  }

  put(server: string, progress: PlayProgress): void {
    this.#put.run({
      server,
      ...progress,
      report: progress.report === null ? null : JSON.stringify(progress.report),
    })
  }

  /** "From now on" begins again with the next pull: plays were switched off in between. */
  rebase(): void {
    this.#rebase.run()
  }

  /** Rows viewed up to this moment (epoch seconds) may be missing from now on. */
  forgot(server: string, viewedTo: number): void {
    this.#forgot.run(viewedTo, server)
  }
}

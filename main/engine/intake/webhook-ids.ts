/** The ids of signed webhooks, remembered for 24 hours: owns the table webhook_ids. */
import type { Database, Statement } from 'better-sqlite3'
import type { Clock } from '../ports.ts'

const rememberedMs = 24 * 60 * 60 * 1000

/**
 * Forgetting keeps pace with remembering: with each 64 new ids the next 128 of the table are looked at, round and
 * round. So old ids stay for as long as half of the table takes to come in, and there is never a long pause.
 */
const lookEvery = 64
const lookAt = 128

interface Look {
  /** The last id of those that were looked at; null if there was none. */
  readonly until: string | null
  readonly count: number
  readonly oldest: number | null
}

export class WebhookIds {
  readonly #clock: Clock
  readonly #remember: Statement<{ ids: string; now: number; expired: number }, string>
  readonly #look: Statement<[after: string], Look>
  readonly #forget: Statement<[after: string, until: string, expired: number]>
  /** Remembered since the last look. */
  #since = 0
  #lookedUntil = ''

  constructor(db: Database, clock: Clock) {
    this.#clock = clock
    // One statement for all ids of a commit: it costs a third of one for each.
    this.#remember = db
      .prepare<{ ids: string; now: number; expired: number }, string>(`
      INSERT INTO webhook_ids (id, seen_at) SELECT value, @now FROM json_each(@ids) WHERE true
      ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at WHERE seen_at <= @expired
      RETURNING id`)
      .pluck()
    this.#look = db.prepare(`
      SELECT max(id) AS until, count(*) AS count, min(seen_at) AS oldest
      FROM (SELECT id, seen_at FROM webhook_ids WHERE id > ? ORDER BY id LIMIT ${lookAt})`)
    this.#forget = db.prepare('DELETE FROM webhook_ids WHERE id > ? AND id <= ? AND seen_at <= ?')
  }

  /**
   * Remembers ids; says of each, in their order, whether it is new: false if it was seen within 24 hours or comes
   * before in the same list. To be called in the transaction that stores the hooks, so that a hook that could not be
   * stored does not burn its id.
   */
  remember(ids: readonly string[]): boolean[] {
    if (ids.length === 0) return []
    const now = this.#clock.now()
    const expired = now - rememberedMs
    for (this.#since += ids.length; this.#since >= lookEvery; this.#since -= lookEvery) this.#forgetSome(expired)
    const remembered = new Set(this.#remember.all({ ids: JSON.stringify(ids), now, expired }))
    return ids.map((id) => remembered.delete(id))
  }

  #forgetSome(expired: number): void {
    const after = this.#lookedUntil
    const { until = null, count = 0, oldest = null } = this.#look.get(after) ?? {}
    if (until !== null && oldest !== null && oldest <= expired) this.#forget.run(after, until, expired)
    this.#lookedUntil = count < lookAt ? '' : (until ?? '')
  }
}

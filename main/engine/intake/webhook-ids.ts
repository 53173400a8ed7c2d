/** The ids of signed webhooks, remembered for 24 hours: owns the table webhook_ids. */
import type { Database, Statement } from 'better-sqlite3'
import type { Clock } from '../ports.ts'

const rememberedMs = 24 * 60 * 60 * 1000

/**
 * Forgetting keeps pace with remembering: with each 64 new ids the next 256 of the table are looked at, round and
 * round. So old ids stay for as long as a quarter of the table takes to come in, and there is never a long pause.
 */
const lookEvery = 64
const lookAt = 256

export class WebhookIds {
  readonly #clock: Clock
  readonly #remember: Statement<[id: string, now: number, expired: number]>
  readonly #endOfLook: Statement<[after: string, count: number], string>
  readonly #forget: Statement<[after: string, until: string, expired: number]>
  readonly #forgetRest: Statement<[after: string, expired: number]>
  #calls = 0
  #lookedUntil = ''

  constructor(db: Database, clock: Clock) {
    this.#clock = clock
    this.#remember = db.prepare(`
      INSERT INTO webhook_ids (id, seen_at) VALUES (?, ?)
      ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at WHERE seen_at <= ?`)
    this.#endOfLook = db
      .prepare<[string, number], string>('SELECT id FROM webhook_ids WHERE id > ? ORDER BY id LIMIT 1 OFFSET ?')
      .pluck()
    this.#forget = db.prepare('DELETE FROM webhook_ids WHERE id > ? AND id <= ? AND seen_at <= ?')
    this.#forgetRest = db.prepare('DELETE FROM webhook_ids WHERE id > ? AND seen_at <= ?')
  }

  /**
   * Remembers an id; false where it was seen within 24 hours. To be called in the transaction that stores the event,
   * so that an event that could not be stored does not burn its id.
   */
  remember(id: string): boolean {
    const now = this.#clock.now()
    const expired = now - rememberedMs
    if (++this.#calls % lookEvery === 0) this.#forgetSome(expired)
    return this.#remember.run(id, now, expired).changes === 1
  }

  #forgetSome(expired: number): void {
    const after = this.#lookedUntil
    const until = this.#endOfLook.get(after, lookAt - 1)
    if (until === undefined) this.#forgetRest.run(after, expired)
    else this.#forget.run(after, until, expired)
    this.#lookedUntil = until ?? ''
  }
}

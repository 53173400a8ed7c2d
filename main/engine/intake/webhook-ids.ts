/** The ids of signed webhooks, remembered for 24 hours: owns the table webhook_ids. */
import type { Database, Statement } from 'better-sqlite3'
import type { Clock } from '../ports.ts'

const rememberedMs = 24 * 60 * 60 * 1000

/** Forgetting keeps pace with remembering: at most 128 old ids for each 64 new ones, and no long pause ever. */
const forgetEvery = 64
const forgetAtMost = 128

export class WebhookIds {
  readonly #clock: Clock
  readonly #remember: Statement<[id: string, now: number, expired: number]>
  readonly #forget: Statement<[expired: number, atMost: number]>
  #calls = 0

  constructor(db: Database, clock: Clock) {
    this.#clock = clock
    this.#remember = db.prepare(`
      INSERT INTO webhook_ids (id, seen_at) VALUES (?, ?)
      ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at WHERE seen_at <= ?`)
    this.#forget = db.prepare(`
      DELETE FROM webhook_ids WHERE id IN (SELECT id FROM webhook_ids WHERE seen_at <= ? ORDER BY seen_at LIMIT ?)`)
  }

  /**
   * Remembers an id; false where it was seen within 24 hours. To be called in the transaction that stores the event,
   * so that an event that could not be stored does not burn its id.
   */
  remember(id: string): boolean {
    const now = this.#clock.now()
    const expired = now - rememberedMs
    if (this.#calls++ % forgetEvery === 0) this.#forget.run(expired, forgetAtMost)
    return this.#remember.run(id, now, expired).changes === 1
  }
}

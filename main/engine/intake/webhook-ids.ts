/**
 * The ids of signed webhooks, remembered for 24 hours: owns the table webhook_deliveries. One row holds the ids of a commit;
 * all of them are in memory too, where they are looked up.
 */
import type { Database, Statement } from 'better-sqlite3'
import type { Clock } from '../ports.ts'

const rememberedMs = 24 * 60 * 60 * 1000
/** About 20 MB. Of more than this in a day the oldest are forgotten early: a repeated hook only costs a read of its scene. */
const mostRemembered = 200_000

/** The ids of one commit. */
interface Delivery {
  readonly row: number
  readonly seenAt: number
  readonly ids: readonly string[]
}

export class WebhookIds {
  readonly #clock: Clock
  readonly #readAll: Statement<[], { row: number; seenAt: number; id: string }>
  readonly #insert: Statement<[row: number, seenAt: number, ids: string]>
  readonly #isStored: Statement<[row: number], number>
  readonly #forgetUntil: Statement<[row: number]>
  /** The row of each. */
  readonly #known = new Map<string, number>()
  /** The oldest first; null until the table was read. */
  #deliveries: Delivery[] | null = null
  /** Never given again while this lives: a row that is not there was rolled back. */
  #lastRow = 0

  constructor(db: Database, clock: Clock) {
    this.#clock = clock
    this.#readAll = db.prepare(`
      SELECT webhook_deliveries.id AS row, seen_at AS seenAt, value AS id
      FROM webhook_deliveries, json_each(ids) ORDER BY webhook_deliveries.id`)
    this.#insert = db.prepare('INSERT INTO webhook_deliveries (id, seen_at, ids) VALUES (?, ?, ?)')
    this.#isStored = db.prepare<[row: number], number>('SELECT 1 FROM webhook_deliveries WHERE id = ?').pluck()
    this.#forgetUntil = db.prepare('DELETE FROM webhook_deliveries WHERE id <= ?')
  }

  /**
   * Remembers ids; says of each, in their order, whether it is new: false if it was seen within 24 hours or comes
   * before in the same list. To be called in the transaction that stores the hooks, so that a hook that could not be
   * stored does not burn its id.
   */
  remember(ids: readonly string[]): boolean[] {
    if (ids.length === 0) return []
    this.#deliveries ??= this.#read()
    this.#undoRolledBack(this.#deliveries)
    const seenAt = this.#clock.now()
    this.#forget(this.#deliveries, seenAt - rememberedMs)
    const row = ++this.#lastRow
    const isNew = ids.map((id) => {
      if (this.#known.has(id)) return false
      this.#known.set(id, row)
      return true
    })
    const added = ids.filter((_, index) => isNew[index])
    if (added.length > 0) {
      this.#deliveries.push({ row, seenAt, ids: added })
      this.#insert.run(row, seenAt, JSON.stringify(added))
    }
    return isNew
  }

  #read(): Delivery[] {
    const deliveries: { row: number; seenAt: number; ids: string[] }[] = []
    for (const { row, seenAt, id } of this.#readAll.iterate()) {
      const last = deliveries.at(-1)
      if (last?.row === row) last.ids.push(id)
      else deliveries.push({ row, seenAt, ids: [id] })
      this.#known.set(id, row)
      this.#lastRow = row
    }
    return deliveries
  }

  /** What a commit that failed had remembered is new when it comes again. */
  #undoRolledBack(deliveries: Delivery[]): void {
    for (let last = deliveries.at(-1); last !== undefined; last = deliveries.at(-1)) {
      if (this.#isStored.get(last.row) !== undefined) return
      this.#unknow(last)
      deliveries.pop()
    }
  }

  #forget(deliveries: Delivery[], expired: number): void {
    let count = 0
    let known = this.#known.size
    for (const { seenAt, ids } of deliveries) {
      if (seenAt > expired && known <= mostRemembered) break
      known -= ids.length
      count++
    }
    const forgotten = deliveries.splice(0, count)
    const last = forgotten.at(-1)
    if (last === undefined) return
    for (const delivery of forgotten) this.#unknow(delivery)
    this.#forgetUntil.run(last.row)
  }

  /** An id that expired and came again is known by its later row. */
  #unknow({ row, ids }: Delivery): void {
    for (const id of ids) if (this.#known.get(id) === row) this.#known.delete(id)
  }
}

/**
 * Guards against taking a library out of Plex: one written scene without metadata is an edit like any other, many within
 * an hour are a new Stash or an import gone wrong, and the user has to decide. Owns the table emptied_scene.
 */
import type { Database } from 'better-sqlite3'
import * as z from 'zod'
import type { SceneId } from '../../../shared/domain.ts'
import type { Clock } from '../ports.ts'

/** Up to this many within an hour are taken for edits. */
const mostEdits = 5
const hourMs = 3_600_000
/** One that is found alone waits this long for others: what empties many arrives in several batches. */
const gatherMs = 10_000

/** `take_back`: what equals the base goes from Plex too. `ask`: too many at a time. `wait`: until this moment, epoch ms. */
export type EmptiedVerdict = { readonly kind: 'take_back' | 'ask' } | { readonly kind: 'wait'; readonly until: number }

export class EmptiedScenes {
  readonly #clock: Clock
  readonly #sql

  constructor(db: Database, clock: Clock) {
    this.#clock = clock
    this.#sql = statements(db)
  }

  /** Notes scenes that were found without metadata, all of a batch before the first verdict. */
  note(sceneIds: readonly SceneId[]): void {
    const now = this.#clock.now()
    this.#sql.forgetBefore.run(now - hourMs)
    for (const id of sceneIds) this.#sql.note.run(Number(id), now)
  }

  /** What to do about a scene that was noted. */
  verdict(sceneId: SceneId): EmptiedVerdict {
    const now = this.#clock.now()
    const count = z.number().parse(this.#sql.countSince.get(now - hourMs))
    if (count > mostEdits) return { kind: 'ask' }
    const foundAt = z
      .number()
      .catch(now)
      .parse(this.#sql.foundAt.get(Number(sceneId)))
    // A clock that was set back must not make it wait for longer.
    const until = Math.min(foundAt, now) + gatherMs
    return until > now ? { kind: 'wait', until } : { kind: 'take_back' }
  }
}

function statements(db: Database) {
  return {
    note: db.prepare<[number, number]>('INSERT OR IGNORE INTO emptied_scene (scene_id, found_at) VALUES (?, ?)'),
    forgetBefore: db.prepare<[number]>('DELETE FROM emptied_scene WHERE found_at < ?'),
    countSince: db.prepare<[number]>('SELECT count(*) FROM emptied_scene WHERE found_at >= ?').pluck(),
    foundAt: db.prepare<[number]>('SELECT found_at FROM emptied_scene WHERE scene_id = ?').pluck(),
  }
}

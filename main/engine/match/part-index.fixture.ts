/** For tests: the index over a database in memory, or in a file. */
import SqliteDatabase from 'better-sqlite3'
import type { PlexPart } from '../../../shared/domain.ts'
import { freshDatabase, placeFreshDatabase } from '../../../test/harness/fresh-database.ts'
import type { Clock } from '../ports.ts'
import { PartIndex } from './part-index.ts'
import { Picks } from './picks.ts'

/** Stands still; tests set `time`. */
export class StillClock implements Clock {
  time = 1_700_000_000_000
  now(): number {
    return this.time
  }
  setTimer(): () => void {
    throw new Error('the index sets no timers')
  }
}

export function openIndex(parts: readonly PlexPart[] = [], file = ':memory:') {
  if (file !== ':memory:') placeFreshDatabase(file)
  const db = file === ':memory:' ? freshDatabase() : new SqliteDatabase(file)
  const clock = new StillClock()
  const index = new PartIndex(db, clock)
  index.upsertParts(parts)
  return { db, clock, index, picks: new Picks(db, clock) }
}

/** A part of item `ratingKey` in library 1, titled as Plex titles a new file: by its stem. */
export function part(ratingKey: string, file: string, more: Partial<PlexPart> = {}): PlexPart {
  const stem = (file.split(/[\\/]/).at(-1) ?? '').replace(/\.[^.]+$/, '')
  return { ratingKey, sectionId: '1', title: stem, file, size: 1000, duration: 600, ...more }
}

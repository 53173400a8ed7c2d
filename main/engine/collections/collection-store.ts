/** Owns the table collection, and reads from the sync's records which items are in a collection of ours. */
import type { Database } from 'better-sqlite3'
import * as z from 'zod'
import type { RatingKey } from '../../../shared/domain.ts'
import { parseBase } from '../merge/base.ts'
import type { CollectionOrigin } from '../merge/collections.ts'
import { nameKey } from '../merge/text-equality.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'

export interface CollectionId {
  /** machineIdentifier of the Plex server. */
  readonly server: string
  /** uuid of the library. */
  readonly library: string
  readonly nameKey: string
}

/** `found`: it was there before our first write, or may have been. */
export type Maker = 'made' | 'found' | 'foreign'

export interface Collection extends CollectionId {
  readonly name: string
  readonly line: number
  readonly origin: CollectionOrigin | null
  readonly ratingKey: RatingKey | null
  readonly maker: Maker
  /** Of the source as it was looked at last. */
  readonly stamp: string | null
  /** Ours as it is in Plex. */
  readonly summary: string | null
  /** SHA-1 of the bytes that were uploaded last. */
  readonly poster: string | null
  readonly due: boolean
}

const row = z
  .object({
    server: z.string(),
    library: z.string(),
    name_key: z.string(),
    name: z.string(),
    line: z.number(),
    origin_kind: z.enum(['studio', 'group', 'performer', 'tag']).nullable(),
    origin_id: z.string().nullable(),
    rating_key: z.string().nullable(),
    maker: z.enum(['made', 'found', 'foreign']),
    stamp: z.string().nullable(),
    summary: z.string().nullable(),
    poster: z.string().nullable(),
    due: z.number(),
  })
  .transform(
    (found): Collection => ({
      server: found.server,
      library: found.library,
      nameKey: found.name_key,
      name: found.name,
      line: found.line,
      origin:
        found.origin_kind === null || found.origin_id === null
          ? null
          : { kind: found.origin_kind, id: found.origin_id },
      ratingKey: found.rating_key,
      maker: found.maker,
      stamp: found.stamp,
      summary: found.summary,
      poster: found.poster,
      due: found.due !== 0,
    }),
  )

/** Of a line that counts less than any there is: its settings have changed since. */
const outdatedLine = 1_000_000
const rowsPerStep = 1_000

const maybeRow = row.optional()
const rows = z.array(row)
const baseRows = z.array(z.object({ rating_key: z.number(), base: z.string(), pending: z.string().nullable() }))

export class CollectionStore {
  readonly #db: Database
  readonly #sql

  constructor(db: Database) {
    this.#db = db
    this.#sql = statements(db)
  }

  inTransaction<T>(work: () => T): T {
    return this.#db.transaction(work)()
  }

  get({ server, library, nameKey: key }: CollectionId): Collection | null {
    return maybeRow.parse(this.#sql.get.get(server, library, key)) ?? null
  }

  of(server: string, library: string): Collection[] {
    return rows.parse(this.#sql.of.all(server, library))
  }

  put(collection: Collection): void {
    const { origin, due, ...rest } = collection
    this.#sql.put.run({ ...rest, originKind: origin?.kind ?? null, originId: origin?.id ?? null, due: due ? 1 : 0 })
  }

  drop({ server, library, nameKey: key }: CollectionId): void {
    this.#sql.drop.run(server, library, key)
  }

  /** Whether anything is to be looked at. */
  hasDue(): boolean {
    return this.#sql.hasDue.get() !== undefined
  }

  isEmpty(): boolean {
    return this.#sql.any.get() === undefined
  }

  /** Everything is to be looked at again: settings have changed, or a day has passed. */
  allDue(): void {
    this.#sql.allDue.run()
  }

  /** The lines of the setting have changed: the next write shows which line a name comes from. */
  linesChanged(): void {
    this.#sql.linesChanged.run(outdatedLine)
  }

  /** A thing of Stash has changed. True if a collection is named after it. */
  originChanged(kind: string, id: string): boolean {
    return this.#sql.originDue.run(kind, id).changes > 0
  }

  /** Whether every one of these items is in the collection because PlexSync wrote it. */
  areAllOurs(ratingKeys: readonly RatingKey[], key: string): boolean {
    return ratingKeys.every((ratingKey) => {
      const base = z
        .string()
        .nullable()
        .parse(this.#sql.base.get(Number(ratingKey)) ?? null)
      return base !== null && hasCollection(base, key)
    })
  }

  /** The collections that items of a section are in because of PlexSync, as names are compared. In steps that let others run. */
  async namesInUse(sectionId: string, signal: AbortSignal): Promise<Set<string>> {
    const keys = new Set<string>()
    for (let after = 0; !signal.aborted; ) {
      const page = baseRows.parse(this.#sql.bases.all(sectionId, after, rowsPerStep))
      for (const { base, pending } of page)
        for (const json of [base, pending]) {
          if (json === null || !json.includes('"collection"')) continue
          for (const name of parseBase(json).lists.collection ?? []) keys.add(nameKey(name))
        }
      const last = page.at(-1)
      if (last === undefined) break
      after = last.rating_key
      await yieldToEventLoop()
    }
    return keys
  }
}

function hasCollection(base: string, key: string): boolean {
  return (parseBase(base).lists.collection ?? []).some((name) => nameKey(name) === key)
}

function statements(db: Database) {
  return {
    get: db.prepare<[string, string, string]>(
      'SELECT * FROM collection WHERE server = ? AND library = ? AND name_key = ?',
    ),
    of: db.prepare<[string, string]>('SELECT * FROM collection WHERE server = ? AND library = ? ORDER BY name_key'),
    put: db.prepare(
      `INSERT OR REPLACE INTO collection (server, library, name_key, name, line, origin_kind, origin_id, rating_key, maker,
         stamp, summary, poster, due)
       VALUES (@server, @library, @nameKey, @name, @line, @originKind, @originId, @ratingKey, @maker, @stamp, @summary,
         @poster, @due)`,
    ),
    drop: db.prepare<[string, string, string]>(
      'DELETE FROM collection WHERE server = ? AND library = ? AND name_key = ?',
    ),
    hasDue: db.prepare<[]>('SELECT 1 FROM collection WHERE due = 1 LIMIT 1'),
    any: db.prepare<[]>('SELECT 1 FROM collection LIMIT 1'),
    allDue: db.prepare<[]>('UPDATE collection SET due = 1'),
    linesChanged: db.prepare<[number]>('UPDATE collection SET line = ?'),
    originDue: db.prepare<[string, string]>('UPDATE collection SET due = 1 WHERE origin_kind = ? AND origin_id = ?'),
    base: db.prepare<[number]>('SELECT base FROM sync_item WHERE rating_key = ?').pluck(),
    bases: db.prepare<[string, number, number]>(
      `SELECT rating_key, base, pending FROM sync_item WHERE section_id = ? AND rating_key > ?
       ORDER BY rating_key LIMIT ?`,
    ),
  }
}

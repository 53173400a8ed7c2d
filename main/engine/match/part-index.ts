/** The local index: every file of every Plex item. Owns the tables plex_section and plex_part. */
import type { Database } from 'better-sqlite3'
import type { PlexPart, RatingKey } from '../../../shared/domain.ts'
import { type InTransaction, snapshotsOf, unhurriedTransactionsOf } from '../database/transaction.ts'
import { Listeners } from '../listeners.ts'
import type { Clock } from '../ports.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'
import type { PartLookup } from './part-lookup.ts'
import { batchSize, type PartRow, statements } from './part-statements.ts'
import { baseKey, pathKey } from './path-key.ts'
import { titleKey } from './title-key.ts'

/** A library as the index has it. */
export interface IndexedSection {
  readonly id: string
  /** Plex's revision that the last complete listing showed; null before the first one. */
  readonly revision: string | null
  /** Epoch milliseconds of that listing; null before the first one. */
  readonly refreshedAt: number | null
  /** How many items the index has of it. */
  readonly items: number
}

/** What a listing showed of a library that the index knew already. */
export interface IndexNews {
  /** Files that the index did not have, or not in this item. */
  readonly added: readonly PlexPart[]
  /** Items that Plex no longer has. */
  readonly removed: readonly RatingKey[]
}

export class PartIndex implements PartLookup {
  readonly #news = new Listeners<IndexNews>()
  readonly #db: Database
  readonly #clock: Clock
  readonly #statements
  /** Rows of a listing: what a power cut takes is listed again, because the listing is noted as whole only after them. */
  readonly #inUnhurried: InTransaction
  /** Several look-ups as of one moment, for a fraction of their cost one by one; `work` must not write. */
  readonly readTogether: InTransaction

  constructor(db: Database, clock: Clock) {
    this.#db = db
    this.readTogether = snapshotsOf(db)
    this.#inUnhurried = unhurriedTransactionsOf(db)
    this.#clock = clock
    this.#statements = statements(db)
  }

  /** Calls `listener` after new or vanished items were recorded; the first listing of a library is no news. */
  onNews(listener: (news: IndexNews) => void): () => void {
    return this.#news.add(listener)
  }

  byPath(key: string): PlexPart[] {
    const rows = this.#statements.byPath.all(key)
    return rows.sort((one, other) => one.rating_key - other.rating_key).map(partOf)
  }

  byBase(key: string): PlexPart[] {
    return this.#statements.byBase.all(key).map(partOf)
  }

  byBaseAndSize(key: string, size: number | null): PlexPart[] {
    return this.#statements.byBaseAndSize.all(key, size).map(partOf)
  }

  byTitle(key: string): PlexPart[] {
    return this.#statements.byTitle.all(key).map(partOf)
  }

  byItem(ratingKey: RatingKey): PlexPart[] {
    return this.#statements.byItem.all(Number(ratingKey)).map(partOf)
  }

  /** How many items the index knows. */
  count(): number {
    return this.#statements.count.get()?.items ?? 0
  }

  /** Also those whose first listing is under way or was cut off: their `refreshedAt` is null. */
  sections(): IndexedSection[] {
    return this.#statements.sections.all().map((row) => ({
      id: String(row.id),
      revision: row.revision,
      refreshedAt: row.refreshed_at,
      items: row.items,
    }))
  }

  /**
   * Begins to replace a library's listing page by page. Until `finish` the earlier entries stay usable, also after a
   * crash; the next refresh then starts from the beginning. A second refresh of the same library ends the first.
   * `silent`: a comparison of everything follows, which finds automatically what listeners would be called with.
   */
  beginRefresh(sectionId: string, { silent = false }: { readonly silent?: boolean } = {}): SectionRefresh {
    const id = Number(sectionId)
    const generation = this.#statements.beginRefresh.get(id)?.generation
    if (generation === undefined) throw new Error('INSERT … RETURNING gave no row')
    const known = this.#listedBefore()
    return {
      add: async (parts) => {
        for (let from = 0; from < parts.length; from += batchSize) {
          // Before the first one too: the page has just been parsed.
          await yieldToEventLoop()
          this.#write(parts.slice(from, from + batchSize), { whole: false, silent, known })
        }
      },
      finish: async (revision, signal) => {
        do {
          if (signal?.aborted === true || this.#generationOf(id) !== generation) return false
          await yieldToEventLoop()
        } while (this.#sweep(id, generation, silent) === batchSize)
        return this.#statements.finishRefresh.run(revision, this.#clock.now(), id, generation).changes > 0
      },
    }
  }

  /**
   * Adds or replaces items, each given with all its parts; an item's parts that are not given are removed. For what came
   * in besides the listings: some items, a page of 500 at most, since it does not let go of the event loop.
   */
  upsertParts(parts: readonly PlexPart[]): void {
    // An item's parts must not be cut apart, so a batch ends only where an item ends.
    let batch: PlexPart[] = []
    const known = this.#listedBefore()
    for (const item of Map.groupBy(parts, (part) => part.ratingKey).values()) {
      if (batch.length > 0 && batch.length + item.length > batchSize) {
        this.#write(batch, { whole: true, silent: false, known })
        batch = []
      }
      batch.push(...item)
    }
    if (batch.length > 0) this.#write(batch, { whole: true, silent: false, known })
  }

  /** After an incremental listing came in whole: the library is known as of this revision. */
  noteRevision(sectionId: string, revision: string): void {
    this.#statements.noteRevision.run(revision, this.#clock.now(), Number(sectionId))
  }

  /** True if the index had it. */
  removeItem(ratingKey: RatingKey): boolean {
    return this.#db.transaction(() => {
      const [removed] = this.#statements.removeItem.all(Number(ratingKey))
      if (removed !== undefined) this.#statements.addItems.run({ id: removed.section_id, items: -1 })
      return removed !== undefined
    })()
  }

  /** For a library that Plex does not have any more, or that is not to be looked at. */
  async removeSection(
    sectionId: string,
    { silent = false, signal }: { readonly silent?: boolean; readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    const refresh = this.beginRefresh(sectionId, { silent })
    if (await refresh.finish('', signal)) this.#statements.removeSection.run(Number(sectionId))
  }

  /** Empties the index: another server has other items. */
  forget(): void {
    this.#db.transaction(() => {
      this.#statements.forgetParts.run()
      this.#statements.forgetSections.run()
    })()
  }

  #generationOf(sectionId: number): number | undefined {
    return this.#statements.generation.get(sectionId)?.generation
  }

  /** The libraries whose first listing came in whole: only there is a new item news. */
  #listedBefore(): ReadonlySet<string> {
    return new Set(this.sections().flatMap(({ id, refreshedAt }) => (refreshedAt === null ? [] : [id])))
  }

  #write(parts: readonly PlexPart[], { whole, silent, known }: WriteOptions): void {
    const added: PlexPart[] = []
    this.#inUnhurried(() => {
      // With the generation of now: a refresh that runs at the same time must not sweep what comes in besides.
      const generations = new Map<string, number>()
      const fresh = new Map<RatingKey, string>()
      for (const part of parts) {
        let generation = generations.get(part.sectionId)
        if (generation === undefined) {
          generation = this.#generationOf(Number(part.sectionId)) ?? 0
          generations.set(part.sectionId, generation)
        }
        const { title, file, size, duration } = part
        const [section, ratingKey, path] = [Number(part.sectionId), Number(part.ratingKey), pathKey(file)]
        if (known.has(part.sectionId)) {
          // Most of a listing is known: touching the generation alone leaves four of five indexes alone.
          const touched = this.#statements.touch.run(generation, path, ratingKey, section, title, file, size, duration)
          if (touched.changes > 0) continue
          if (this.#statements.hasPart.get(path, ratingKey) === undefined) added.push(part)
        }
        if (!fresh.has(part.ratingKey) && !this.#has(ratingKey)) fresh.set(part.ratingKey, part.sectionId)
        const keys = [titleKey(title), baseKey(file)]
        this.#statements.upsert.run(section, ratingKey, title, file, path, ...keys, size, duration, generation)
      }
      for (const [sectionId, items] of Map.groupBy(fresh.values(), (section) => section))
        this.#statements.addItems.run({ id: Number(sectionId), items: items.length })
      if (!whole) return
      for (const [ratingKey, item] of Map.groupBy(parts, (part) => part.ratingKey))
        this.#statements.removeOtherParts.run(Number(ratingKey), JSON.stringify(item.map((part) => pathKey(part.file))))
    })
    if (added.length > 0 && !silent) this.#news.send({ added, removed: [] })
  }

  #has(ratingKey: number): boolean {
    return this.#statements.has.get(ratingKey) !== undefined
  }

  /** Removes a batch of what the listing did not show; the number of rows. */
  #sweep(sectionId: number, generation: number, silent: boolean): number {
    const { rows, gone } = this.#inUnhurried(() => {
      const swept = this.#statements.sweep.all(sectionId, generation)
      const gone = [...new Set(swept.map((row) => row.rating_key))].filter((ratingKey) => !this.#has(ratingKey))
      if (gone.length > 0) this.#statements.addItems.run({ id: sectionId, items: -gone.length })
      return { rows: swept.length, gone }
    })
    if (gone.length > 0 && !silent) this.#news.send({ added: [], removed: gone.map(String) })
    return rows
  }
}

interface WriteOptions {
  /** All parts of each item are given. */
  readonly whole: boolean
  readonly silent: boolean
  readonly known: ReadonlySet<string>
}

/** A library's listing on its way into the index. */
export interface SectionRefresh {
  /** One page of the listing; an item's parts do not stretch over two. */
  add(parts: readonly PlexPart[]): Promise<void>
  /**
   * Only after the last page came in well: removes what the listing did not show, then notes the revision. False where
   * another refresh of the library took over or the signal ended it; the entries are then a mixture of old and new.
   */
  finish(revision: string, signal?: AbortSignal): Promise<boolean>
}

function partOf(row: PartRow): PlexPart {
  return {
    sectionId: String(row.section_id),
    ratingKey: String(row.rating_key),
    title: row.title,
    file: row.file,
    size: row.size,
    duration: row.duration,
  }
}

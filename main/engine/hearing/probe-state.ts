/** What the last change probe said, and the lists it is compared with. Owns the tables heard_kind and heard_entity. */
import type { Database } from 'better-sqlite3'
import * as z from 'zod'
import { type CarriedEntity, type ProbedKind, probedKinds } from '../stash/change-probe.ts'
import type { CarriedKind } from '../stash/queries.ts'
import type { KnownKind, KnownKinds } from './probe-news.ts'

const kindRow = z.object({
  kind: z.enum(probedKinds),
  count: z.number(),
  newest_id: z.string().nullable(),
  newest_at: z.string().nullable(),
  young: z.number(),
  highest_id: z.number(),
})

const valueSchema = z.object({
  name: z.string(),
  disambiguation: z.string(),
  gender: z.string(),
  parents: z.array(z.string()),
  tags: z.array(z.string()).optional(),
  image: z.string().optional(),
})
/** What is kept of a performer, studio, tag or group. */
export type EntityValue = z.infer<typeof valueSchema>

const entityRows = z.array(
  z
    .object({ entity_id: z.number(), value: z.string() })
    .transform(({ entity_id, value }) => [String(entity_id), value] as const),
)

const kindRows = z.array(kindRow)
const namesSchema = z.array(z.string())

export class ProbeState {
  readonly #sql

  constructor(db: Database) {
    this.#sql = statements(db)
  }

  kinds(): KnownKinds {
    const rows = kindRows.parse(this.#sql.kinds.all())
    return Object.fromEntries(
      rows.map((row): [ProbedKind, KnownKind] => [
        row.kind,
        {
          count: row.count,
          newest:
            row.newest_id === null || row.newest_at === null ? null : { id: row.newest_id, updatedAt: row.newest_at },
          young: row.young === 1,
          highestId: row.highest_id,
        },
      ]),
    )
  }

  saveKind(kind: ProbedKind, { count, newest, young, highestId }: KnownKind): void {
    this.#sql.saveKind.run(kind, count, newest?.id ?? null, newest?.updatedAt ?? null, young ? 1 : 0, highestId)
  }

  /** Kept values by id, as text that `entityText` makes. */
  entities(kind: CarriedKind): Map<string, string> {
    return new Map(entityRows.parse(this.#sql.entities.all(kind)))
  }

  /** Names of all of a kind, as far as the probe has read them. */
  names(kind: CarriedKind): string[] {
    return namesSchema.parse(this.#sql.names.all(kind))
  }

  /** The kept value of one; null if it is not known. */
  entity(kind: CarriedKind, id: string): string | null {
    return z
      .string()
      .nullable()
      .parse(this.#sql.entity.get(kind, Number(id)) ?? null)
  }

  /** Whether a value that only some settings need was not read for all of a kind. */
  lacks(kind: CarriedKind, value: 'tags' | 'image'): boolean {
    return this.#sql.lacking.get(kind, `$.${value}`) !== undefined
  }

  saveEntity(kind: CarriedKind, entity: CarriedEntity): void {
    this.#sql.saveEntity.run(kind, Number(entity.id), entityText(entity))
  }

  dropEntity(kind: CarriedKind, id: string): void {
    this.#sql.dropEntity.run(kind, Number(id))
  }
}

/** What is kept of it: equal texts mean that nothing a write could depend on has changed. */
export function entityText({ name, disambiguation, gender, parents, tags, image }: CarriedEntity): string {
  return JSON.stringify({ name, disambiguation, gender, parents, tags, image })
}

export function entityValue(text: string): EntityValue {
  return valueSchema.parse(JSON.parse(text))
}

function statements(db: Database) {
  return {
    kinds: db.prepare<[]>('SELECT kind, count, newest_id, newest_at, young, highest_id FROM heard_kind'),
    saveKind: db.prepare<[string, number, string | null, string | null, number, number]>(
      'INSERT OR REPLACE INTO heard_kind (kind, count, newest_id, newest_at, young, highest_id) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    entities: db.prepare<[string]>('SELECT entity_id, value FROM heard_entity WHERE kind = ?'),
    entity: db.prepare<[string, number]>('SELECT value FROM heard_entity WHERE kind = ? AND entity_id = ?').pluck(),
    names: db.prepare<[string]>("SELECT json_extract(value, '$.name') FROM heard_entity WHERE kind = ?").pluck(),
    lacking: db.prepare<[string, string]>(
      'SELECT 1 FROM heard_entity WHERE kind = ? AND json_extract(value, ?) IS NULL LIMIT 1',
    ),
    saveEntity: db.prepare<[string, number, string]>(
      'INSERT OR REPLACE INTO heard_entity (kind, entity_id, value) VALUES (?, ?, ?)',
    ),
    dropEntity: db.prepare<[string, number]>('DELETE FROM heard_entity WHERE kind = ? AND entity_id = ?'),
  }
}

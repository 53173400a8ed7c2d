/** Reads performers, studios, tags and groups: all of a kind, one of them, and the change probe over all kinds. */
import { ok, type Result } from '../../../shared/result.ts'
import {
  type CarriedEntity,
  changeProbeQuery,
  changeProbeSchema,
  type EntityNeeds,
  entitiesQuery,
  entitiesSchema,
  entityFoundSchema,
  entityQuery,
  type ProbeReading,
} from './change-probe.ts'
import type { DialectFinder } from './dialect-finder.ts'
import type { StashConnection } from './graphql.ts'
import type { CarriedKind } from './queries.ts'

export interface EntityReader {
  /** Counts and newest stamps of everything. `below`: only scenes with a stamp below this text, see `StampRequest`. */
  changeProbe(below: string | null, signal?: AbortSignal): Promise<Result<ProbeReading>>
  /** All performers, studios, tags or groups. */
  entities(kind: CarriedKind, signal?: AbortSignal): Promise<Result<CarriedEntity[]>>
  /** One of them; null where Stash has it no more. */
  entity(kind: CarriedKind, id: string, signal?: AbortSignal): Promise<Result<CarriedEntity | null>>
}

export function createEntityReader(
  { graphql }: Pick<StashConnection, 'graphql'>,
  finder: DialectFinder,
  needs: () => EntityNeeds,
): EntityReader {
  return {
    changeProbe(below, signal) {
      const scenes = below === null ? null : { updated_at: { value: below, modifier: 'LESS_THAN' } }
      return finder.ask((dialect) => graphql(changeProbeQuery(dialect), { scenes }, changeProbeSchema, signal), signal)
    },
    async entities(kind, signal) {
      const result = await finder.ask(
        (dialect) => graphql(entitiesQuery(kind, dialect, needs()), {}, entitiesSchema, signal),
        signal,
      )
      return result.ok ? ok(result.value.found.rows) : result
    },
    async entity(kind, id, signal) {
      const result = await finder.ask(
        (dialect) => graphql(entityQuery(kind, dialect, needs()), { id }, entityFoundSchema, signal),
        signal,
      )
      return result.ok ? ok(result.value.found) : result
    },
  }
}
